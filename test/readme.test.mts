import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import type {
	ICredentialType,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { PACKAGE_ROOT } from '../scripts/engine.mts';

const require = createRequire(import.meta.url);
const readme = readFileSync(path.join(PACKAGE_ROOT, 'README.md'), 'utf8');
const scripts = Object.keys(
	(require('../package.json') as { scripts: Record<string, string> }).scripts,
);

const { OpenAiVideos } = require('../dist/nodes/OpenAiVideos/OpenAiVideos.node.js') as {
	OpenAiVideos: new () => INodeType;
};
const { OpenAiVideosTrigger } =
	require('../dist/nodes/OpenAiVideosTrigger/OpenAiVideosTrigger.node.js') as {
		OpenAiVideosTrigger: new () => INodeType;
	};
const { OpenAiVideosApi } = require('../dist/credentials/OpenAiVideosApi.credentials.js') as {
	OpenAiVideosApi: new () => ICredentialType;
};
const { properties } = new OpenAiVideos().description;
const operations = properties.find(({ name }) => name === 'operation')!
	.options as INodePropertyOptions[];

/** The rows of the table under a heading, each as its cells. */
function tableUnder(heading: string): string[][] {
	const section = readme.split(`\n## ${heading}\n`)[1].split('\n## ')[0];
	const rows = section.split('\n').filter((line) => line.startsWith('| '));
	return rows.slice(2).map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
}

const operationName = (value: unknown) => operations.find((option) => option.value === value)!.name;

/** Each field with the names of its operations, as the README writes them. */
function fieldsOfNode(): string[][] {
	const fields = new Map<string, string[]>();
	const note = (field: INodeProperties, of: string, isOption: boolean) => {
		const suffix = isOption ? ' (option)' : '';
		fields.set(field.displayName, [...(fields.get(field.displayName) ?? []), of + suffix]);
	};
	for (const property of properties) {
		for (const value of property.displayOptions?.show?.operation ?? []) {
			if (property.type !== 'collection') note(property, operationName(value), false);
			else {
				for (const option of property.options as INodeProperties[]) {
					note(option, operationName(value), true);
				}
			}
		}
	}
	return [...fields].map(([name, of]) => [name, of.sort().join(', ')]).sort();
}

describe('the README', () => {
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

	it('describes every field of the credential, and no other', () => {
		expect(tableUnder('The credential').map(([name]) => name)).toEqual(
			new OpenAiVideosApi().properties.map(({ displayName }) => displayName),
		);
	});

	it('describes every field of the trigger, and no other', () => {
		expect(tableUnder('Trigger').map(([name]) => name)).toEqual([
			// n8n's own, of every trigger that polls.
			'Poll Times',
			...new OpenAiVideosTrigger().description.properties.map(({ displayName }) => displayName),
		]);
	});

	it('shows every example, and no other', () => {
		const shown = tableUnder('Examples').flatMap(([cell]) =>
			[...cell.matchAll(/\[(.+?)\]\(examples\/(.+?)\)/g)].map(([, name, file]) => {
				expect(file).toBe(`${name}.json`);
				return file;
			}),
		);
		expect(shown.sort()).toEqual(readdirSync(path.join(PACKAGE_ROOT, 'examples')).sort());
	});

	it('names only commands that exist', () => {
		const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
		expect(named.length).toBeGreaterThan(4);
		expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
	});

	it('links only to files that exist', () => {
		const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link);
		expect(links.length).toBeGreaterThan(2);
		for (const link of links) {
			expect(readFileSync(path.join(PACKAGE_ROOT, link), 'utf8').length).toBeGreaterThan(0);
		}
	});
});
