import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';
import type { INodeType } from 'n8n-workflow';

import { PACKAGE_ROOT } from '../scripts/engine.mts';
import { packed } from '../scripts/n8n/package.mts';

const manifest = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
	name: string;
	license: string;
	dependencies?: object;
	optionalDependencies?: object;
	peerDependencies: Record<string, string>;
	n8n: { strict: boolean };
};

const loader = new PackageDirectoryLoader(PACKAGE_ROOT);

let files: string[];

beforeAll(async () => {
	await loader.loadAll();
	files = (await packed()).files.map((file) => file.path);
});

describe('The package', () => {
	it('is loaded by n8n with one node, one trigger and one credential', () => {
		expect(Object.keys(loader.nodeTypes)).toEqual(['openAiVideos', 'openAiVideosTrigger']);
		expect(Object.keys(loader.credentialTypes)).toEqual(['openAiVideosApi']);
		const node = loader.nodeTypes.openAiVideos.type as INodeType;
		expect(node.description).toMatchObject({ displayName: 'OpenAI Videos', usableAsTool: true });
	});

	it('is found in the nodes panel by "sora", "veo" and "text to video"', () => {
		const { codex } = (loader.nodeTypes.openAiVideos.type as INodeType).description;
		expect(codex?.alias).toEqual(expect.arrayContaining(['sora', 'veo', 'text to video']));
		expect(codex?.categories).toContain('AI');
		// n8n's search omits nodes of the category AI without this subcategory.
		expect(codex?.subcategories?.AI).toContain('Root Nodes');
	});

	it('has a trigger that is found by "sora" and "veo"', () => {
		const { description } = loader.nodeTypes.openAiVideosTrigger.type as INodeType;
		expect(description).toMatchObject({ displayName: 'OpenAI Videos Trigger', polling: true });
		expect(description.codex?.alias).toEqual(expect.arrayContaining(['sora', 'veo']));
	});

	it('has icons for light and dark mode for the nodes and the credential', () => {
		const urls = [
			...Object.values(loader.nodeTypes).map(({ type }) => (type as INodeType).description.iconUrl),
			loader.credentialTypes.openAiVideosApi.type.iconUrl,
		].flatMap((icon) => Object.values(icon as { light: string; dark: string }));
		expect(new Set(urls).size).toBe(2);
		for (const url of urls) {
			const file = url.replace(`icons/${manifest.name}/`, '');
			expect(readFileSync(path.join(PACKAGE_ROOT, file), 'utf8')).toContain('<svg');
		}
	});

	it('has no runtime dependency other than n8n', () => {
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.optionalDependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const imported = files
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) => [
				...readFileSync(path.join(PACKAGE_ROOT, file), 'utf8').matchAll(
					/require\('([^.'][^']*)'\)/g,
				),
			])
			.map(([, name]) => name);
		// crypto is the only built-in module of Node that n8n allows.
		expect(new Set(imported)).toEqual(new Set(['n8n-workflow', 'crypto']));
	});

	it('has the MIT license and uses strict mode', () => {
		expect(manifest.license).toBe('MIT');
		expect(manifest.n8n.strict).toBe(true);
	});

	it('publishes only the files that n8n loads, the READMEs and the license', () => {
		expect([...files].sort()).toEqual([
			'LICENSE',
			'README.md',
			'README.zh-CN.md',
			'dist/credentials/OpenAiVideosApi.credentials.js',
			'dist/icons/openAiVideos.dark.svg',
			'dist/icons/openAiVideos.svg',
			'dist/nodes/OpenAiVideos/OpenAiVideos.node.js',
			'dist/nodes/OpenAiVideos/OpenAiVideos.node.json',
			'dist/nodes/OpenAiVideosTrigger/OpenAiVideosTrigger.node.js',
			'dist/nodes/OpenAiVideosTrigger/OpenAiVideosTrigger.node.json',
			'dist/nodes/clock.js',
			'dist/nodes/shared.js',
			'package.json',
		]);
	});
});
