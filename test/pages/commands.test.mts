import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';

import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { commandsOn, PAGES } from '../support/pages.mts';

const TIMEOUT_MS = 180_000;
const NOT_COPIED = ['node_modules', 'dist', 'output', 'coverage', '.git'];
const { scripts } = createRequire(import.meta.url)('../../package.json') as {
	scripts: Record<string, string>;
};

const expectVideo = async (output: string) => {
	const file = output.trim().split('\n').at(-1)!;
	const { track } = await inspectMedia(readFileSync(file));
	expect(track.Format).toBe('AVC');
	return track;
};
const expectWideVideoOf8Seconds = async (output: string) => {
	expect(output).toMatch(/in_progress, \d+ %/);
	const track = await expectVideo(output);
	expect(track).toMatchObject({ Width: 1280, Height: 720 });
	expect(track.Duration).toBeCloseTo(8, 1);
};
const printsText = (text: string | RegExp) => (output: string) => expect(output).toMatch(text);
const createsInHome = (file: string) => () => expect(existsSync(path.join(home, file))).toBe(true);

const INSTALLED = '.n8n/nodes/node_modules/n8n-nodes-openai-videos';

/** The commands that are run here, in the order of the README, with the check of each output. */
const TESTED_HERE: Record<string, (output: string) => unknown> = {
	'npm ci && npm run demo': expectVideo,
	'npm run demo -- --prompt "A fox in the snow" --size 1280x720 --seconds 8':
		expectWideVideoOf8Seconds,
	'OPENAI_VIDEOS_API_KEY=YOUR-KEY npm run demo -- --base-url https://gateway.example.com/v1 --model NAME':
		expectVideo,
	'npm run demo -- --help': printsText('--base-url URL'),
	'npm ci && npm run build && npm pack': printsText(/n8n-nodes-openai-videos-.*\.tgz/),
	'mkdir -p ~/.n8n/nodes/node_modules/n8n-nodes-openai-videos': createsInHome(INSTALLED),
	'tar -xzf n8n-nodes-openai-videos-*.tgz --strip-components=1 -C ~/.n8n/nodes/node_modules/n8n-nodes-openai-videos':
		createsInHome(`${INSTALLED}/package.json`),
	'npm run sandbox -- --help': printsText('--render-seconds N'),
	'npm run bench -- --help': printsText('--small'),
};

/** The commands that another test or `.ci/run` runs. */
const TESTED_ELSEWHERE: Record<string, string> = {
	'npm ci && npm test': '.ci/run',
	'npm run lint': '.ci/run',
	'npm run test:e2e': '.ci/run',
	'npm run test:e2e -- --all': '.ci/run',
	'npm run bench': '.ci/run',
	'npm run editor': 'test/e2e/editorCommand.test.mts',
	'npm run sandbox': 'test/sandbox/command.test.mts',
	'npm run sandbox -- --render-seconds 120': 'test/sandbox/command.test.mts',
	'npm run simulate': 'test/scripts/simulate.test.mts',
	'npm run simulate -- --markdown': 'test/scripts/simulate.test.mts',
};

let copy: string;
let home: string;
let server: Sandbox;

beforeAll(async () => {
	home = mkdtempSync(path.join(tmpdir(), 'openai-videos-home-'));
	copy = path.join(home, 'copy');
	const isSource = (file: string) => !NOT_COPIED.includes(path.relative(PACKAGE_ROOT, file));
	cpSync(PACKAGE_ROOT, copy, { recursive: true, filter: isSource });
	// In the copy in place of `npm ci`, which `.ci/run` has just run; above it in place of n8n's own.
	for (const folder of [copy, home]) {
		symlinkSync(path.join(PACKAGE_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
	}
	// Most commands build first. Nothing changes between them, so the first build is enough.
	const manifest = path.join(copy, 'package.json');
	const builds = JSON.stringify(`test -d dist || (${scripts.build})`);
	const text = readFileSync(manifest, 'utf8').replace(JSON.stringify(scripts.build), builds);
	writeFileSync(manifest, text);
	server = await startSandbox({ apiKey: 'YOUR-KEY', renderSeconds: 0.1 });
});

afterAll(async () => {
	await server?.close();
	await rm(home, { recursive: true, force: true });
});

/** Runs a command as a reader would, with the placeholders for the reader's own server replaced. */
async function run(command: string) {
	const replaced = command
		.replace(/^npm ci && /, '')
		.replace('https://gateway.example.com/v1', server.baseUrl)
		.replace('NAME', 'sora-2');
	const env = { ...process.env, HOME: home, NODE_ENV: '', npm_config_update_notifier: 'false' };
	const child: ChildProcess = spawn('bash', ['-c', replaced], { cwd: copy, env });
	let output = '';
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
	}
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, output };
}

describe('Commands in the README and the guides', () => {
	it('are all tested, and every tested command is in the README or a guide', () => {
		const documented = PAGES.filter((page) => /^(README|docs\/)/.test(page)).flatMap(commandsOn);
		const tested = [...Object.keys(TESTED_HERE), ...Object.keys(TESTED_ELSEWHERE)];
		expect([...new Set(documented)].sort()).toEqual(tested.sort());
	});

	it.each(Object.entries(TESTED_ELSEWHERE))('`%s` is run by %s', (command, by) => {
		const text = readFileSync(path.join(PACKAGE_ROOT, by), 'utf8');
		for (const [flag] of command.matchAll(/--[a-z-]+/g)) expect(text).toContain(flag);
		if (by === '.ci/run') {
			// Further arguments of it, and where its output goes.
			const starts = (line: string, each: string) => `${line} `.startsWith(`${each} `);
			// `.ci/run --all` hands on its flag.
			for (const each of command.replace(' -- --all', '').split(' && ')) {
				expect([each, text.split('\n').some((line) => starts(line, each))]).toEqual([each, true]);
			}
			return;
		}
		const [, name] = /^npm run ([\w:]+)/.exec(command)!;
		const [, script] = /tsx (\S+)$/.exec(scripts[name])!;
		expect(text).toContain(path.basename(script));
	});

	it.each(Object.entries(TESTED_HERE))(
		'`%s` does what the page says',
		async (command, check) => {
			const { code, output } = await run(command);
			expect([code, code === 0 ? '' : output]).toEqual([0, '']);
			await check(output);
		},
		TIMEOUT_MS,
	);

	it('install the package by hand where n8n loads it', async () => {
		const loader = new PackageDirectoryLoader(path.join(home, INSTALLED));
		await loader.loadAll();
		expect(Object.keys(loader.nodeTypes)).toEqual(['openAiVideos', 'openAiVideosTrigger']);
		expect(Object.keys(loader.credentialTypes)).toEqual(['openAiVideosApi']);
	});
});
