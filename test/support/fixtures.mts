import type { INodeExecutionData } from 'n8n-workflow';

export const API_KEY = 'sk-secret-of-the-tests';

export const SORA = { __rl: true, mode: 'id', value: 'sora-2' };

/** A row with a file in the binary field `data`. */
export const rowWithFile = (
	file: Buffer,
	{
		fileName,
		mimeType = 'application/octet-stream',
	}: { fileName?: string; mimeType?: string } = {},
): INodeExecutionData => ({
	json: {},
	binary: { data: { data: file.toString('base64'), mimeType, fileName } },
});

/** A small PNG, black, in the size that a video has by default: 720x1280. */
export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAtAAAAUAAQAAAABGtViQAAAAiElEQVR42u3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAlwHHDwABi4bK8wAAAABJRU5ErkJggg==',
	'base64',
);

/** A finished video as the contract's server describes it. */
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

/** The outermost structure of every MP4, which is all that the node looks at. */
export const MP4 = Buffer.concat([
	box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom', 'latin1')),
	box('moov', Buffer.alloc(300, 1)),
	box('mdat', Buffer.alloc(200_000, 7)),
]);
