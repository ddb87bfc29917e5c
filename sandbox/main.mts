import { parseArgs } from 'node:util';

import type { Dialect } from './dialects/dialect.mts';
import { namedDialects } from './dialects/index.mts';
import { FAULTS, FAULT_HEADER } from './faults.mts';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.mts';

const BYTES_PER_MEGABYTE = 1_000_000;

const HELP = `A local server of the OpenAI Videos API: rehearse without paying.

  npm run sandbox -- [flags]

  --port N            where to listen (default 4010; 0 takes any free port)
  --key TEXT          the API key clients must send (default sandbox-key)
  --render-seconds N  how long each video takes (default 10; 0.5 is fine)
  --file-mb N         pad every MP4 to at least N MB (default 0)
  --help              this text

It also speaks as other servers do, each with its quirks, and fails on demand. Put words before
/v1 in the base URL, such as http://127.0.0.1:4010/slow/newapi/v1: at most one server, any faults.

Servers (in brackets: the API Style to choose in the credential, if it is not Automatic)
${formatTable(namedDialects.map(describeServer))}

Faults (also by a header: ${FAULT_HEADER}: rate-limit, slow)
${formatTable(Object.entries(FAULTS))}

Faults of one server, such as http://127.0.0.1:4010/newapi/token-quota/v1
${namedDialects.map(describeFaults).filter(Boolean).join('\n')}`;

function describeServer({ name, summary, credential: { apiStyle } }: Dialect): [string, string] {
	return [name, apiStyle ? `${summary} [${apiStyle}]` : summary];
}

function describeFaults({ name, faults }: Dialect): string {
	const rows = Object.entries(faults).map(([fault, { summary }]): [string, string] => [
		fault,
		summary,
	]);
	return rows.length ? ` ${name}\n${formatTable(rows)}` : '';
}

function formatTable(rows: Array<[string, string]>): string {
	return rows.map(([name, summary]) => `  ${name.padEnd(20)}${summary}`).join('\n');
}

interface Flags {
	port: number;
	key: string;
	renderSeconds: number;
	fileMegabytes: number;
}

/** The command-line flags, `undefined` for help; errors are one clear sentence. */
function parseFlags(args: string[]): Flags | undefined {
	const { values } = parseArgs({
		args,
		options: {
			port: { type: 'string', default: '4010' },
			key: { type: 'string', default: 'sandbox-key' },
			'render-seconds': { type: 'string', default: '10' },
			'file-mb': { type: 'string', default: '0' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) return undefined;
	if (!/^[\x21-\x7e]+$/.test(values.key)) {
		throw new Error('--key must be visible ASCII characters without spaces');
	}
	const port = parseNumber('--port', values.port, 65_535);
	if (!Number.isInteger(port)) throw new Error(`--port must be a whole number: ${values.port}`);
	return {
		port,
		key: values.key,
		renderSeconds: parseNumber('--render-seconds', values['render-seconds'], 86_400),
		fileMegabytes: parseNumber('--file-mb', values['file-mb'], 4000),
	};
}

function parseNumber(flag: string, text: string, max: number): number {
	const value = Number(text);
	if (/^\d*\.?\d+$/.test(text) && value <= max) return value;
	throw new Error(`${flag} must be a number from 0 to ${max}, not '${text}'`);
}

async function listen(flags: Flags, log: SandboxOptions['log']): Promise<Sandbox> {
	try {
		return await startSandbox({
			port: flags.port,
			apiKey: flags.key,
			renderSeconds: flags.renderSeconds,
			fileBytes: Math.round(flags.fileMegabytes * BYTES_PER_MEGABYTE),
			log,
		});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		throw new Error(`port ${flags.port} is already in use: choose another with --port`);
	}
}

async function main(): Promise<void> {
	const flags = parseFlags(process.argv.slice(2));
	if (!flags) return console.log(HELP);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));

	const { baseUrl, apiKey } = await listen(flags, (line) => {
		console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
	});
	console.log(`Base URL  ${baseUrl}`);
	console.log(`API key   ${apiKey}`);
	console.log('To rehearse other servers and faults, put words before /v1 (--help explains them):');
	console.log(`  servers  ${namedDialects.map(({ name }) => name).join(' ')}`);
	console.log(`  faults   ${Object.keys(FAULTS).join(' ')}`);
	console.log(`  such as  ${baseUrl.replace('/v1', '/slow/newapi/v1')}`);
	console.log(`Each video takes ${flags.renderSeconds} s; change it with --render-seconds.`);
	console.log('Stop with Ctrl-C.');
}

main().catch((error: Error) => {
	// Drops the advice that Node appends to its own messages about flags.
	const [message] = error.message.split(/\n|\. /);
	console.error(`sandbox: ${message} (--help lists the flags)`);
	process.exitCode = 1;
});
