import type { INodeExecutionData } from 'n8n-workflow';

export const API_KEY = 'sk-secret-of-the-tests';

export const SORA = { __rl: true, mode: 'id', value: 'sora-2' };

export const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
/** The same with the prompt of its item, if that has one. */
export const CREATE_FROM_ITEM = { ...CREATE, prompt: '={{ $json.prompt ?? "a cat" }}' };

/** The node setting Retry On Fail, without its usual pause. */
export const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

/** An item with a file in the binary field `data`. */
export const itemWithFile = (
	file: Buffer,
	{
		fileName,
		mimeType = 'application/octet-stream',
	}: { fileName?: string; mimeType?: string } = {},
): INodeExecutionData => ({
	json: {},
	binary: { data: { data: file.toString('base64'), mimeType, fileName } },
});

/** A small black PNG in the default size of a video: 720x1280. */
export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAtAAAAUAAQAAAABGtViQAAAAiElEQVR42u3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAlwHHDwABi4bK8wAAAABJRU5ErkJggg==',
	'base64',
);

export const queuedVideo = (id: string) => ({ id, object: 'video', status: 'queued' });

/** The response to a Create that the server accepts. */
/** A Create that is refused. */
export const REJECTED = { status: 400, json: { error: { message: 'Odd.' } } };

export const accepted = (id: string) => ({ json: queuedVideo(id) });

export const completedVideo = (id: string) => ({
	id,
	object: 'video',
	created_at: 1741570283,
	completed_at: 1741570383,
	model: 'sora-2',
	status: 'completed',
	progress: 100,
	seconds: '4',
	size: '720x1280',
});

const box = (type: string, content: Buffer): Buffer => {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(8 + content.length, 0);
	header.write(type, 4, 'latin1');
	return Buffer.concat([header, content]);
};

/** The top-level boxes of an MP4, which is all that the node reads. */
export const MP4 = Buffer.concat([
	box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom', 'latin1')),
	box('moov', Buffer.alloc(300, 1)),
	box('mdat', Buffer.alloc(200_000, 7)),
]);
