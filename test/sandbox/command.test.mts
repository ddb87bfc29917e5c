import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { FAULTS } from '../../sandbox/faults.mts';
import { FAMILIES, minimalFields, sendRequest, startTestSandbox } from './helpers.mts';

const children: ChildProcess[] = [];

afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
});

function sandbox(...flags: string[]) {
	const child = spawn(
		process.execPath,
		[...['--import', 'tsx'], join('sandbox', 'main.mts'), ...flags],
		{ stdio: ['ignore', 'pipe', 'pipe'] },
	);
	return watch(child);
}

/** Collects a command's output until it exits. */
function watch(child: ChildProcess) {
	children.push(child);
	const output = { out: '', err: '' };
	child.stdout!.setEncoding('utf8').on('data', (text) => (output.out += text));
	child.stderr!.setEncoding('utf8').on('data', (text) => (output.err += text));
	const exited = once(child, 'close').then(([code]) => ({ code, ...output }));
	return { child, exited };
}

describe('npm run sandbox', () => {
	it.each([
		[['--prot', '4010'], /--prot/],
		[['4010'], /4010/],
		[['--port'], /--port/],
		[['--port', 'http'], /--port must be a number from 0 to 65535, not 'http'/],
		[['--port', '70000'], /--port must be a number from 0 to 65535/],
		[['--port', '1.5'], /--port must be a whole number/],
		[['--render-seconds', 'fast'], /--render-seconds must be a number/],
		[['--render-seconds=-1'], /--render-seconds must be a number from 0/],
		[['--file-mb', '1e9'], /--file-mb must be a number from 0 to 4000/],
		[['--key', ''], /--key/],
		[['--key', 'two words'], /--key must be/],
	])('rejects the flags %j with one clear line', async (flags, message) => {
		const { code, out, err } = await sandbox(...flags).exited;
		expect(code).toBe(1);
		expect(out).toBe('');
		expect(err).toMatch(message);
		expect(err.trim().split('\n')).toHaveLength(1);
	});

	it('says in one line that the port is in use', async () => {
		const { baseUrl } = await startTestSandbox();
		const { port } = new URL(baseUrl);
		const { code, out, err } = await sandbox('--port', port).exited;
		expect({ code, out }).toEqual({ code: 1, out: '' });
		expect(err).toMatch(new RegExp(`^sandbox: port ${port} is already in use.*\\n$`));
	});

	it('explains its flags, servers and faults with --help', async () => {
		const { code, out, err } = await sandbox('--help').exited;
		expect({ code, err }).toEqual({ code: 0, err: '' });
		for (const flag of ['--port', '--key', '--render-seconds', '--file-mb', '--help']) {
			expect(out).toContain(flag);
		}
		for (const name of [...FAMILIES.filter(Boolean), ...Object.keys(FAULTS)]) {
			expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
		}
	});

	it.each(['SIGTERM', 'SIGINT'] as const)(
		'prints its base URL, logs each event, and stops on %s',
		async (signal) => {
			const script = join('node_modules', '.bin', 'tsx');
			const flags = ['--port', '0', '--key', 'my-key', '--render-seconds', '0.5'];
			const { child, exited } = watch(
				spawn(script, [join('sandbox', 'main.mts'), ...flags], {
					stdio: ['ignore', 'pipe', 'pipe'],
				}),
			);
			const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
			const nextLine = async () => (await lines.next()).value as string;
			const [, baseUrl] = /^Base URL +(http:\S+)$/.exec(await nextLine())!;
			expect(await nextLine()).toMatch(/^API key +my-key$/);
			const hints: string[] = [];
			while (hints.at(-1) !== 'Stop with Ctrl-C.') hints.push(await nextLine());
			expect(hints.join('\n')).toMatch(/0\.5 s.*--render-seconds/);
			expect(hints.join('\n')).toContain(FAMILIES.filter(Boolean).join(' '));
			expect(hints.join('\n')).toContain('rate-limit server-error html cut-body slow moderation');
			const [, example] = /such as +(http:\S+)/.exec(hints.join('\n'))!;
			expect(example).toBe(baseUrl.replace('/v1', '/slow/newapi/v1'));
			const { json } = await sendRequest('POST', `${baseUrl}/videos`, 'my-key', minimalFields);
			expect(await nextLine()).toContain(`${json.id}  created`);
			child.kill(signal);
			const { code, out, err } = await exited;
			expect({ code, err }).toEqual({ code: 0, err: '' });
			expect(out.match(/my-key/g)).toHaveLength(1);
		},
	);
});
