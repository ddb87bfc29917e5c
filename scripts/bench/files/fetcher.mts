import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** Downloads into `file`, or uploads `file` in a form. */
export interface TransferJob {
	kind: 'download' | 'upload';
	url: string;
	headers: Record<string, string>;
	file: string;
	/** Other form fields. */
	fields?: Record<string, string>;
}

/** A process that runs each job it receives and responds with its duration in milliseconds, or the error message. */
process.on('message', (job: TransferJob) => {
	const start = performance.now();
	(job.kind === 'download' ? download(job) : upload(job)).then(
		() => process.send!(performance.now() - start),
		(error: Error) => process.send!(error.message),
	);
});

async function download({ url, headers, file }: TransferJob): Promise<void> {
	const { body } = expectOk(await fetch(url, { headers }));
	const bytes = Readable.fromWeb(body as ReadableStream<Uint8Array>);
	await pipeline(bytes, createWriteStream(file));
}

async function upload({ url, headers, file, fields = {} }: TransferJob): Promise<void> {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	body.append('input_reference', await openAsBlob(file, { type: 'image/png' }), 'picture.png');
	await expectOk(await fetch(url, { method: 'POST', headers, body })).json();
}

function expectOk(response: Response): Response {
	if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
	return response;
}
