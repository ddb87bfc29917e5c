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

const PATIENCE_MS = 180_000;
const LEFT_OUT = ['node_modules', 'dist', 'output', 'coverage', '.git'];
const { scripts } = createRequire(import.meta.url)('../../package.json') as {
	scripts: Record<string, string>;
};

const makesVideo = async (said: string) => {
	const file = said.trim().split('\n').at(-1)!;
	const { track } = await inspectMedia(readFileSync(file));
	expect(track.Format).toBe('AVC');
	return track;
};
const makesLongWideVideo = async (said: string) => {
	expect(said).toMatch(/in_progress, \d+ %/);
	const track = await makesVideo(said);
	expect(track).toMatchObject({ Width: 1280, Height: 720 });
	expect(track.Duration).toBeCloseTo(8, 1);
};
const says = (words: string | RegExp) => (said: string) => expect(said).toMatch(words);
const isInHome = (place: string) => () => expect(existsSync(path.join(home, place))).toBe(true);

const INSTALLED = '.n8n/nodes/node_modules/n8n-nodes-openai-videos';

/** The commands that are run here, word for word, in the order of the README, with what then must be. */
const HERE: Record<string, (said: string) => unknown> = {
	'npm ci && npm run demo': makesVideo,
	'npm run demo -- --prompt "A fox in the snow" --size 1280x720 --seconds 8': makesLongWideVideo,
	'OPENAI_VIDEOS_API_KEY=YOUR-KEY npm run demo -- --base-url https://gateway.example.com/v1 --model NAME':
		makesVideo,
	'npm run demo -- --help': says('--base-url URL'),
	'npm ci && npm run build && npm pack': says(/n8n-nodes-openai-videos-.*\.tgz/),
	'mkdir -p ~/.n8n/nodes/node_modules/n8n-nodes-openai-videos': isInHome(INSTALLED),
	'tar -xzf n8n-nodes-openai-videos-*.tgz --strip-components=1 -C ~/.n8n/nodes/node_modules/n8n-nodes-openai-videos':
		isInHome(`${INSTALLED}/package.json`),
	'npm run sandbox -- --help': says('--render-seconds N'),
	'npm run bench -- --help': says('--small'),
};

/** Those that another test runs, or the script that checks each change. */
const ELSEWHERE: Record<string, string> = {
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
	const isSource = (file: string) => !LEFT_OUT.includes(path.relative(PACKAGE_ROOT, file));
	cpSync(PACKAGE_ROOT, copy, { recursive: true, filter: isSource });
	// In the copy, what `npm ci` would bring, which `.ci/run` has just done; above it, what n8n would.
	for (const folder of [copy, home]) {
		symlinkSync(path.join(PACKAGE_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
	}
	// Most commands build first. Nothing changes in between here, so that the first build is enough.
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

/** Runs a command as a reader would, but for what stands for the reader's own server. */
async function run(command: string) {
	const own = command
		.replace(/^npm ci && /, '')
		.replace('https://gateway.example.com/v1', server.baseUrl)
		.replace('NAME', 'sora-2');
	const env = { ...process.env, HOME: home, NODE_ENV: '', npm_config_update_notifier: 'false' };
	const child: ChildProcess = spawn('bash', ['-c', own], { cwd: copy, env });
	let said = '';
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
	}
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, said };
}

describe('the commands of the README and the guides', () => {
	it('are all run: each has its line in the tables of this file, and no line is of a command that is gone', () => {
		const told = PAGES.filter((page) => /^(README|docs\/)/.test(page)).flatMap(commandsOn);
		const known = [...Object.keys(HERE), ...Object.keys(ELSEWHERE)];
		expect([...new Set(told)].sort()).toEqual(known.sort());
	});

	it.each(Object.entries(ELSEWHERE))('%s is run by %s', (command, by) => {
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

	it.each(Object.entries(HERE))(
		'%s does what the page says',
		async (command, check) => {
			const { code, said } = await run(command);
			expect([code, code === 0 ? '' : said]).toEqual([0, '']);
			await check(said);
		},
		PATIENCE_MS,
	);

	it('install the package by hand where n8n finds it whole', async () => {
		const loader = new PackageDirectoryLoader(path.join(home, INSTALLED));
		await loader.loadAll();
		expect(Object.keys(loader.nodeTypes)).toEqual(['openAiVideos', 'openAiVideosTrigger']);
		expect(Object.keys(loader.credentialTypes)).toEqual(['openAiVideosApi']);
	});
});
