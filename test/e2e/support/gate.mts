import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { waitUntil } from '../../support/waitUntil.mts';

/** Where a video can be held: its prompt starts with one of these. */
export const MOMENTS = [
	/** n8n has sent it, the server has not received it. */
	'before Create arrives',
	/** The video is created, and n8n does not know its ID. */
	'before the response to Create',
	/** n8n has just received the ID. */
	'at the response to Create',
	'in the first poll',
	'between two polls',
	'before the file',
	/** The first half of it has arrived. */
	'in the file',
	/** n8n has just received all of it. */
	'at the end of the file',
] as const;

type Moment = (typeof MOMENTS)[number];

export interface Gate {
	baseUrl: string;
	/** Resolves when every video of these prompts is held where its prompt says. */
	allHeld(prompts: string[]): Promise<void>;
	/** Sends the end of the responses that are held just before it. */
	finishResponses(): void;
	/** Holds nothing from now on. */
	open(): void;
	/** Holds every video from now on. */
	shut(): void;
	close(): Promise<void>;
}

/** A proxy for a server that holds each video at the moment that its prompt names. */
export async function startGate(target: { baseUrl: string }): Promise<Gate> {
	const prompts = new Map<string, string>();
	const held = new Set<string>();
	let isOpen = false;
	let finish = () => {};
	let finishing = Promise.resolve();

	const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await buffer(request);
		const path = request.url!.replace(/^\/v1/, '');
		const isCreate = request.method === 'POST';
		const isFile = path.endsWith('/content');
		const prompt = isCreate
			? /name="prompt"\r\n\r\n(.*?)\r\n/.exec(body.toString('latin1'))![1]
			: prompts.get(path.split('/')[2])!;
		const isAt = (moment: Moment) => !isOpen && prompt.startsWith(moment);
		/** Leaves the request without a response. */
		const hold = () => void held.add(prompt);

		if (isCreate && isAt('before Create arrives')) return hold();
		const { authorization, 'content-type': type, 'idempotency-key': key } = request.headers;
		const headers = { authorization, 'content-type': type, 'idempotency-key': key };
		const upstream = await fetch(target.baseUrl + path, {
			method: request.method,
			headers: Object.entries(headers).filter(([, value]) => value) as Array<[string, string]>,
			body: isCreate ? new Uint8Array(body) : undefined,
		});
		let content = Buffer.from(await upstream.arrayBuffer());
		if (isCreate) prompts.set((JSON.parse(content.toString()) as { id: string }).id, prompt);

		if (isCreate && isAt('before the response to Create')) return hold();
		if (!isCreate && !isFile && isAt('in the first poll')) return hold();
		if (isFile && isAt('before the file')) return hold();
		if (!isCreate && isAt('between two polls')) content = unfinished(content);
		response.writeHead(upstream.status, {
			'content-type': upstream.headers.get('content-type')!,
			'content-length': content.length,
		});
		const half = Math.floor(content.length / 2);
		response.write(content.subarray(0, half));
		if (isFile && isAt('in the file')) return hold();
		const isLast =
			(isCreate && isAt('at the response to Create')) || (isFile && isAt('at the end of the file'));
		if (isLast) {
			hold();
			await finishing;
		}
		response.end(content.subarray(half));
		if (!isCreate && isAt('between two polls')) response.on('finish', hold);
	};

	const server = createServer((request, response) => {
		// n8n closes the connection when it is killed, as intended.
		pass(request, response).catch(() => response.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		async allHeld(wanted) {
			await waitUntil('all videos to be held', () => wanted.every((prompt) => held.has(prompt)));
		},
		finishResponses: () => finish(),
		open: () => void (isOpen = true),
		shut() {
			isOpen = false;
			finishing = new Promise((resolve) => (finish = resolve));
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A poll response as if the video were not finished. */
const unfinished = (poll: Buffer<ArrayBuffer>) =>
	Buffer.from(JSON.stringify({ ...JSON.parse(poll.toString()), status: 'in_progress' }));
