import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** A file to fetch into `file`, or a form to send with what is in `file`. */
export interface Errand {
	kind: 'download' | 'upload';
	url: string;
	headers: Record<string, string>;
	file: string;
	/** The other fields of the form. */
	fields?: Record<string, string>;
}

/** Nothing but `fetch`, in a process of its own: does each errand it is sent, and answers with the milliseconds. */
process.on('message', (errand: Errand) => {
	const start = performance.now();
	(errand.kind === 'download' ? download(errand) : upload(errand)).then(
		() => process.send!(performance.now() - start),
		(error: Error) => process.send!(error.message),
	);
});

async function download({ url, headers, file }: Errand): Promise<void> {
	const { body } = expectOk(await fetch(url, { headers }));
	const bytes = Readable.fromWeb(body as ReadableStream<Uint8Array>);
	await pipeline(bytes, createWriteStream(file));
}

async function upload({ url, headers, file, fields = {} }: Errand): Promise<void> {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	body.append('input_reference', await openAsBlob(file, { type: 'image/png' }), 'picture.png');
	await expectOk(await fetch(url, { method: 'POST', headers, body })).json();
}

function expectOk(response: Response): Response {
	if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
	return response;
}
