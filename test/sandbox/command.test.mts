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

/** Everything a command says until it ends. */
function watch(child: ChildProcess) {
	children.push(child);
	const said = { out: '', err: '' };
	child.stdout!.setEncoding('utf8').on('data', (text) => (said.out += text));
	child.stderr!.setEncoding('utf8').on('data', (text) => (said.err += text));
	const ended = once(child, 'close').then(([code]) => ({ code, ...said }));
	return { child, ended };
}

describe('the sandbox command', () => {
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
	])('refuses %j with one clear line', async (flags, message) => {
		const { code, out, err } = await sandbox(...flags).ended;
		expect(code).toBe(1);
		expect(out).toBe('');
		expect(err).toMatch(message);
		expect(err.trim().split('\n')).toHaveLength(1);
	});

	it('says so in one line when the port is in use', async () => {
		const { baseUrl } = await startTestSandbox();
		const { port } = new URL(baseUrl);
		const { code, out, err } = await sandbox('--port', port).ended;
		expect({ code, out }).toEqual({ code: 1, out: '' });
		expect(err).toMatch(new RegExp(`^sandbox: port ${port} is already in use.*\\n$`));
	});

	it('explains its flags, the servers it can speak as and the faults', async () => {
		const { code, out, err } = await sandbox('--help').ended;
		expect({ code, err }).toEqual({ code: 0, err: '' });
		for (const flag of ['--port', '--key', '--render-seconds', '--file-mb', '--help']) {
			expect(out).toContain(flag);
		}
		for (const name of [...FAMILIES.filter(Boolean), ...Object.keys(FAULTS)]) {
			expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
		}
	});

	it.each(['SIGTERM', 'SIGINT'] as const)(
		'prints its address, tells what happens, and stops on %s',
		async (signal) => {
			const script = join('node_modules', '.bin', 'tsx');
			const flags = ['--port', '0', '--key', 'my-key', '--render-seconds', '0.5'];
			const { child, ended } = watch(
				spawn(script, [join('sandbox', 'main.mts'), ...flags], {
					stdio: ['ignore', 'pipe', 'pipe'],
				}),
			);
			const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
			const next = async () => (await lines.next()).value as string;
			const [, baseUrl] = /^Base URL +(http:\S+)$/.exec(await next())!;
			expect(await next()).toMatch(/^API key +my-key$/);
			const more: string[] = [];
			while (more.at(-1) !== 'Stop with Ctrl-C.') more.push(await next());
			expect(more.join('\n')).toMatch(/0\.5 s.*--render-seconds/);
			expect(more.join('\n')).toContain(FAMILIES.filter(Boolean).join(' '));
			expect(more.join('\n')).toContain('rate-limit server-error html cut-body slow moderation');
			const [, example] = /such as +(http:\S+)/.exec(more.join('\n'))!;
			expect(example).toBe(baseUrl.replace('/v1', '/slow/newapi/v1'));
			const { json } = await sendRequest('POST', `${baseUrl}/videos`, 'my-key', minimalFields);
			expect(await next()).toContain(`${json.id}  created`);
			child.kill(signal);
			const { code, out, err } = await ended;
			expect({ code, err }).toEqual({ code: 0, err: '' });
			expect(out.match(/my-key/g)).toHaveLength(1);
		},
	);
});
