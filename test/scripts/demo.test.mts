import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { startSandbox } from '../../sandbox/server.mts';
import { PACKAGE_ROOT } from '../../scripts/engine.mts';

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-demo-'));
});

afterEach(async () => await rm(folder, { recursive: true, force: true }));

/** Runs the demo as the README's command does after the build. */
async function demo(args: string[], env: NodeJS.ProcessEnv = {}) {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', 'scripts/demo.mts', '--out', folder, ...args],
		{ cwd: PACKAGE_ROOT, env: { ...process.env, NODE_ENV: '', ...env } },
	);
	let errors = '';
	child.stdout.resume();
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
	return { code, errors };
}

async function writtenVideo() {
	const [name, ...others] = await readdir(folder);
	expect(others).toEqual([]);
	return await inspectMedia(await readFile(path.join(folder, name)));
}

describe('npm run demo', () => {
	it.each(['--json', '--style=openrouter'])(
		'reaches a server that takes JSON only with %s',
		async (flag) => {
			const sandbox = await startSandbox({ apiKey: 'sk-mine', renderSeconds: 0.1 });
			const baseUrl = sandbox.baseUrl.replace('/v1', '/openrouter/v1');
			const { code, errors } = await demo([flag, '--base-url', baseUrl], {
				OPENAI_VIDEOS_API_KEY: 'sk-mine',
			});
			await sandbox.close();
			expect([errors, code]).toEqual(['', 0]);
			expect((await writtenVideo()).track.Format).toBe('AVC');
		},
	);

	it('sends an image and a prompt unchanged to the server at --base-url, with the API key from the environment', async () => {
		const sandbox = await startSandbox({ apiKey: 'sk-mine', renderSeconds: 0.1 });
		const example = await readFile(path.join(PACKAGE_ROOT, 'examples/image-to-video.json'), 'utf8');
		const imageBytes = Buffer.from(/"(iVBOR[^"]+)"/.exec(example)![1], 'base64');
		const image = path.join(folder, 'first frame.png');
		await writeFile(image, imageBytes);
		const { code, errors } = await demo(
			['--base-url', sandbox.baseUrl, '--image', image, '--prompt', '小猫 🐱', '--seconds', '4'],
			{ OPENAI_VIDEOS_API_KEY: 'sk-mine' },
		);
		const [video] = sandbox.videos.values();
		await sandbox.close();
		await rm(image);
		expect(errors).toBe('');
		expect(code).toBe(0);
		expect(video).toMatchObject({ prompt: '小猫 🐱', size: '1280x720', seconds: '4' });
		expect(video.reference).toEqual({
			name: 'first frame.png',
			type: 'image/png',
			bytes: imageBytes,
		});
		expect((await writtenVideo()).track).toMatchObject({ Width: 1280, Height: 720 });
	});

	it.each([
		['an unknown flag', ['--promt', 'a cat'], /^demo: Unknown option '--promt'/],
		['a missing image file', ['--image', 'none.png'], /^demo: The image cannot be read: none\.png/],
		[
			'a file that is not an image',
			['--image', 'package.json'],
			/^demo: The reference .* is not a picture/,
		],
		[
			'an invalid base URL',
			['--base-url', 'nonsense'],
			/^demo: 'Base URL' .* is not a web address/,
		],
		[
			'an unreachable server',
			['--base-url', 'http://127.0.0.1:9/v1'],
			/^demo: The server at http:\/\/127\.0\.0\.1:9\/v1 cannot be reached/,
		],
	])('prints one line about %s and exits with 1', async (_name, args, message) => {
		const { code, errors } = await demo(args);
		expect(errors).toMatch(message);
		expect(errors.trim().split('\n')).toHaveLength(1);
		expect(code).toBe(1);
		expect(await readdir(folder)).toEqual([]);
	});
});
