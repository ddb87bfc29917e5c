import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { imageSize } from 'image-size';
import type { INode, INodeExecutionData, IRun, IWorkflowBase } from 'n8n-workflow';

import { startSandbox } from '../sandbox/server.mts';
import { NODE_TYPE, PACKAGE_ROOT, startEngine } from './engine.mts';

const KEY_VARIABLE = 'OPENAI_VIDEOS_API_KEY';
const HELP = `Makes a video with the shipped example workflow, in n8n's own engine.

  npm run demo -- [options]

  --prompt TEXT    what the video shows
  --image FILE     an image to start from
  --size WxH       size of the video, e.g. 1280x720
  --seconds N      length of the video, e.g. 8
  --model NAME     the model to use
  --json           send JSON instead of a form
  --style NAME     the API style of the server: auto (default), openai, openrouter, xai, gemini …
  --base-url URL   a real server instead of the sandbox; its key is read from ${KEY_VARIABLE}
  --out FOLDER     where the MP4 is written (default: output)
  --help           this text`;

interface DemoOptions {
	prompt?: string;
	image?: string;
	size?: string;
	seconds?: string;
	model?: string;
	json?: boolean;
	style: string;
	'base-url'?: string;
	out: string;
	help?: boolean;
}

async function main(): Promise<void> {
	const options = readOptions();
	if (options.help) return console.log(HELP);

	const items = options.image === undefined ? undefined : [await readImage(options.image)];
	const size = options.size ?? (options.image && (await imageDimensions(options.image)));
	const workflow = await readExample({ ...options, size });
	const server = await connectToServer(options['base-url']);
	const credentials = { ...server.credentials, apiStyle: options.style };
	const engine = await startEngine((message) => {
		if (message.startsWith('Video ')) console.log(`  ${message}`);
	});
	try {
		const run = await engine.run(workflow, { credentials, items }).finished;
		const { json, binary } = resultItem(run);
		const file = path.resolve(options.out, String(json.fileName));
		await mkdir(path.dirname(file), { recursive: true });
		await writeFile(file, await engine.readFile(binary!.data));
		console.log(`Done: ${String(json.size)}, ${String(json.seconds)} s, ${String(json.fileSize)}`);
		console.log(file);
	} finally {
		await engine.stop();
		await server.close();
	}
}

function readOptions(): DemoOptions {
	const stringOption = { type: 'string' } as const;
	const { values } = parseArgs({
		options: {
			prompt: stringOption,
			image: stringOption,
			size: stringOption,
			seconds: stringOption,
			model: stringOption,
			json: { type: 'boolean' },
			style: { type: 'string', default: 'auto' },
			'base-url': stringOption,
			out: { type: 'string', default: 'output' },
			help: { type: 'boolean' },
		},
	});
	return values as DemoOptions;
}

/** Typed as a plain file, so that the node has to detect the media type. */
async function readImage(file: string): Promise<INodeExecutionData> {
	const data = await readFile(file, 'base64').catch((error: NodeJS.ErrnoException) => {
		throw new Error(`The image cannot be read: ${file} (${error.code ?? error.message})`);
	});
	const mimeType = 'application/octet-stream';
	return { json: {}, binary: { data: { data, mimeType, fileName: path.basename(file) } } };
}

/** Servers require an image of the video's size. A file that is not an image is left to the node to reject. */
async function imageDimensions(file: string): Promise<string | undefined> {
	try {
		const { width, height } = imageSize(await readFile(file));
		return `${width}x${height}`;
	} catch {
		return undefined;
	}
}

async function readExample(options: DemoOptions): Promise<IWorkflowBase> {
	const file = path.join(PACKAGE_ROOT, 'examples/text-to-video.json');
	const workflow = JSON.parse(await readFile(file, 'utf8')) as IWorkflowBase;
	const create = workflow.nodes.find(
		({ type, parameters }) => type === NODE_TYPE && parameters.operation === undefined,
	) as INode;
	const { model, prompt, size, seconds, image, json } = options;
	Object.assign(
		create.parameters,
		model !== undefined && { model: { __rl: true, mode: 'id', value: model } },
		prompt !== undefined && { prompt },
		size !== undefined && { size: 'custom', customSize: size },
		seconds !== undefined && { seconds: 'custom', customSeconds: seconds },
		json && { options: { bodyFormat: 'json' } },
		image !== undefined && { referenceImage: 'binary', referenceBinaryField: 'data' },
	);
	console.log(`Prompt: ${String(create.parameters.prompt)}`);
	return workflow;
}

async function connectToServer(baseUrl?: string) {
	if (baseUrl !== undefined) {
		console.log(`Server: ${baseUrl}`);
		const apiKey = process.env[KEY_VARIABLE] ?? '';
		return { credentials: { apiKey, baseUrl }, close: async () => {} };
	}
	const sandbox = await startSandbox({ renderSeconds: 6 });
	console.log(`Server: ${sandbox.baseUrl} (the sandbox, which stops with the demo)`);
	return {
		credentials: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
		close: async () => await sandbox.close(),
	};
}

function resultItem({ data: { resultData } }: IRun): INodeExecutionData {
	const { error, runData } = resultData;
	if (error) {
		const sentences = [error.message.replace(/\.$/, ''), error.description];
		throw new Error(sentences.filter(Boolean).join('. '));
	}
	const item = runData['Download video']?.[0].data?.main[0]?.[0];
	if (!item?.binary) throw new Error('The workflow ended without a video');
	return item;
}

main().catch((error: Error) => {
	console.error(`demo: ${error.message.split('\n')[0]}`);
	// A started sandbox would keep this process alive.
	process.exit(1);
});
