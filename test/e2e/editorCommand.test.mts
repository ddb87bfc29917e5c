import { spawn } from 'node:child_process';

import { NODE_TYPE, PACKAGE_ROOT, TOOL_TYPE } from '../../scripts/engine.mts';
import { ensureN8n, VERSION } from '../../scripts/n8n/install.mts';
import { freePort, OWNER } from '../../scripts/n8n/server.mts';
import { Client } from './support/client.mts';

/** Starts the editor as `npm run editor` does after its build, and waits until it is ready. */
async function startEditor(args: string[]) {
	const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/editor.mts', ...args], {
		cwd: PACKAGE_ROOT,
		env: { ...process.env, NODE_ENV: '' },
	});
	let output = '';
	const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
	await new Promise<void>((resolve) => {
		const listen = (chunk: Buffer) => {
			output += chunk.toString();
			if (output.includes('Ctrl-C stops')) resolve();
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		void ended.then(() => resolve());
	});
	return { child, ended, output };
}

const isReachable = async (url: string) =>
	await fetch(url).then(
		() => true,
		() => false,
	);

describe('npm run editor', () => {
	it('starts n8n with the package, a credential, the examples and the sandbox, and Ctrl-C stops them all', async () => {
		const install = await ensureN8n(VERSION, console.log);
		const port = await freePort();
		const { child, ended, output } = await startEditor(['--port', String(port)]);
		try {
			const printed = (label: string) => new RegExp(`${label}:\\s+(\\S+)`).exec(output)?.[1] ?? '';
			expect([printed('E-mail'), printed('Password')]).toEqual([OWNER.email, OWNER.password]);

			const client = new Client(`http://127.0.0.1:${port}`, install);
			await client.login();
			const example = (await client.call('GET', '/workflows/text-to-video')).data as {
				nodes: Array<{ type: string; credentials?: object }>;
			};
			const ours = example.nodes.filter(({ type }) => type === NODE_TYPE);
			expect(ours).toHaveLength(3);
			for (const { credentials } of ours) expect(credentials).toBeDefined();

			const agent = (await client.call('GET', '/workflows/ai-agent-tool')).data as typeof example;
			const others = agent.nodes.filter(
				({ type }) => type === TOOL_TYPE || type.endsWith('.lmChatOpenAi'),
			);
			expect(others).toHaveLength(3);
			for (const { credentials } of others) expect(credentials).toBeDefined();

			const sandboxUrl = printed('Sandbox');
			const models = await fetch(`${sandboxUrl}/models`, {
				headers: { authorization: `Bearer ${printed('Key')}` },
			});
			expect(models.status).toBe(200);

			child.kill('SIGINT');
			expect(await ended).toBe(0);
			expect(await isReachable(sandboxUrl)).toBe(false);
			expect(await isReachable(`http://127.0.0.1:${port}`)).toBe(false);
		} finally {
			// Not SIGKILL: n8n would keep running.
			child.kill('SIGINT');
			await ended;
		}
	});

	it.each([
		['an unknown flag', ['--foo'], /^editor: Unknown option '--foo'/],
		['an invalid port', ['--port', 'x'], /^editor: --port must be a number from 1 to 65535/],
	])('reports %s in one line', async (_name, args, line) => {
		const { ended, output } = await startEditor(args);
		expect(await ended).toBe(1);
		expect(output.trim()).toMatch(line);
		expect(output.trim().split('\n')).toHaveLength(1);
	});
});
