import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';
import type {
	ICredentialType,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { PACKAGE_ROOT } from '../scripts/engine.mts';
import { readPage, tableUnder as tableOn } from './support/pages.mts';

const require = createRequire(import.meta.url);
const tableUnder = (heading: string) => tableOn('README.md', heading);

const { OpenAiVideos } = require('../dist/nodes/OpenAiVideos/OpenAiVideos.node.js') as {
	OpenAiVideos: new () => INodeType;
};
const { OpenAiVideosApi } = require('../dist/credentials/OpenAiVideosApi.credentials.js') as {
	OpenAiVideosApi: new () => ICredentialType;
};
const { properties } = new OpenAiVideos().description;
const operations = properties.find(({ name }) => name === 'operation')!
	.options as INodePropertyOptions[];

const operationName = (value: unknown) => operations.find((option) => option.value === value)!.name;

/** Each field with the names of its operations, in the README's notation. */
function fieldsOfNode(): string[][] {
	const fields = new Map<string, string[]>();
	const add = (field: INodeProperties, of: string, isOption: boolean) => {
		const suffix = isOption ? ' (option)' : '';
		fields.set(field.displayName, [...(fields.get(field.displayName) ?? []), of + suffix]);
	};
	for (const property of properties) {
		for (const value of property.displayOptions?.show?.operation ?? []) {
			if (property.type !== 'collection') add(property, operationName(value), false);
			else {
				for (const option of property.options as INodeProperties[]) {
					add(option, operationName(value), true);
				}
			}
		}
	}
	return [...fields].map(([name, of]) => [name, of.sort().join(', ')]).sort();
}

describe('The README', () => {
	it('describes every operation of the node with its request, and no other', () => {
		const described = tableUnder('Operations').map(([name, request]) => [
			name,
			/`(\w+ [^`]+)`/.exec(request)?.[1],
		]);
		const inNode = operations.map(({ name, routing }) => {
			const { method, url } = routing!.request!;
			return [name, `${method} ${url!.replace(/^=/, '').replace(/\{\{.*\}\}/, '{id}')}`];
		});
		expect(described.sort()).toEqual(inNode.sort());
	});

	it('describes every field with its operations, and no other', () => {
		const described = tableUnder('Fields').map(([name, of]) => [
			name,
			of.split(', ').sort().join(', '),
		]);
		expect(described.sort()).toEqual(fieldsOfNode());
	});

	it('describes every field that a new credential shows, and no other', () => {
		const shown = new OpenAiVideosApi().properties.filter(
			({ type, displayOptions }) => type !== 'hidden' && !displayOptions,
		);
		expect(tableUnder('The credential').map(([name]) => name)).toEqual(
			shown.map(({ displayName }) => displayName),
		);
	});

	it('describes every field of the trigger, including the one that n8n adds, and no other', async () => {
		const loader = new PackageDirectoryLoader(PACKAGE_ROOT);
		await loader.loadAll();
		const { description } = loader.nodeTypes.openAiVideosTrigger.type as INodeType;
		expect(tableUnder('Trigger').map(([name]) => name)).toEqual(
			description.properties.map(({ displayName }) => displayName),
		);
	});

	it('lists every example with its name in n8n, and no other', () => {
		const listed = tableUnder('Examples').flatMap(([cell]) =>
			[...cell.matchAll(/\[(.+?)\]\(examples\/(.+?)\)/g)].map(([, name, file]) => [file, name]),
		);
		const folder = path.join(PACKAGE_ROOT, 'examples');
		const existing = readdirSync(folder).map((file) => [
			file,
			(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { name: string }).name,
		]);
		expect(listed.sort()).toEqual(existing.sort());
	});
});

describe('The page on servers', () => {
	const custom = new OpenAiVideosApi().properties.filter(({ displayOptions }) =>
		displayOptions?.show?.apiStyle?.includes('custom'),
	);
	const rows = tableOn('docs/servers.md', 'Custom style: what each field sends');

	it('describes every field of the style Custom with its values, and no other', () => {
		const described = rows
			.filter(([name]) => custom.some(({ displayName }) => displayName === name))
			.map(([name, value]) => `${name}: ${value.replace(/^`.*` by default$/, 'text')}`);
		const inCredential = custom.flatMap(({ displayName, options }) =>
			options
				? (options as INodePropertyOptions[]).map(({ name }) => `${displayName}: ${name}`)
				: `${displayName}: text`,
		);
		expect(described).toEqual(inCredential);
	});

	it('has a row for each host that Automatic knows', () => {
		const source = readFileSync(path.join(PACKAGE_ROOT, 'nodes/OpenAiVideos/apiStyle.ts'), 'utf8');
		const known = [...source.matchAll(/^\t+'([\w-]+(?:\.[\w-]+)+)': /gm)].map(([, host]) => host);
		const page = readPage('docs/servers.md');
		const described = [...page.matchAll(/\*\*`https:\/\/([^/`]+)[^`]*`\*\*/g)].map(
			([, host]) => host,
		);
		expect(known.length).toBeGreaterThan(10);
		expect(described.sort()).toEqual(known.sort());
	});
});
