import path from 'node:path';
import { parseArgs } from 'node:util';

import { startSandbox } from '../sandbox/server.mts';
import { CHAT_CREDENTIAL_TYPE, importInto, readExamples } from './n8n/import.mts';
import { CACHE, ensureN8n, VERSION } from './n8n/install.mts';
import { installPackage } from './n8n/package.mts';
import { freePort, OWNER, startN8n } from './n8n/server.mts';
import { startScriptedModel } from './scriptedModel.mts';

const HELP = `Opens a real n8n ${VERSION} with this package, the sandbox, a credential and the examples.

  npm run editor -- [options]

  --port N             port of the editor (default 5678)
  --render-seconds N   how long the sandbox takes to render a video (default 10)
  --help               this text`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '5678' },
			'render-seconds': { type: 'string', default: '10' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) return console.log(HELP);
	const port = Number(values.port);
	if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
		throw new Error(`--port must be a number from 1 to 65535, not ${values.port}`);
	}
	let stop = () => process.exit(0);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
	await freePort(port).catch(() => {
		throw new Error(`Port ${port} is in use: choose another one with --port`);
	});

	const install = await ensureN8n(VERSION, console.log);
	const sandbox = await startSandbox({ renderSeconds: Number(values['render-seconds']) });
	const chatModel = await startScriptedModel();
	try {
		// Kept between starts, so that workflows made in this editor are not lost.
		const userFolder = path.join(CACHE, 'editor');
		console.log('Preparing n8n …');
		await installPackage(userFolder);
		const credential = { id: 'sandbox', name: 'Sandbox' };
		const credentialData = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const chatCredential = {
			id: 'scripted-model',
			name: 'Scripted model',
			type: CHAT_CREDENTIAL_TYPE,
			data: { apiKey: chatModel.apiKey, url: chatModel.baseUrl },
		};
		const examples = await readExamples(credential, chatCredential);
		const credentials = [{ ...credential, data: credentialData }, chatCredential];
		await importInto({ install, userFolder }, credentials, [...examples.values()]);
		const n8n = await startN8n({ install, userFolder, port });
		const stopped = new Promise<void>((resolve) => {
			stop = resolve as typeof stop;
			void n8n.ended.then(resolve);
		});
		console.log(`
Editor:   http://localhost:${port}/home/workflows
E-mail:   ${OWNER.email}
Password: ${OWNER.password}

The examples are in the list of workflows, with the credential "${credential.name}" chosen.
The AI agent's example uses a scripted model in place of a language model.
Sandbox:  ${sandbox.baseUrl}
Key:      ${sandbox.apiKey}

Ctrl-C stops all of it.`);
		await stopped;
		await n8n.stop();
	} finally {
		await chatModel.stop();
		await sandbox.close();
	}
}

main().then(
	() => process.exit(0),
	(error: Error) => {
		console.error(`editor: ${error.message.split('\n')[0]}`);
		process.exit(1);
	},
);
