export interface MediaType {
	mimeType: string;
	/** The usual ending first; without the dot. */
	extensions: string[];
}

/** A picture or video as it is sent. */
export interface Upload {
	bytes: Buffer;
	/** With an ending that fits; servers judge an upload by it. */
	fileName: string;
	mimeType: string;
}

interface Signature extends MediaType {
	/** Characters (latin1) that stand at the given offset of the file. */
	marks: Array<[offset: number, characters: string]>;
	/** Characters that stand somewhere in the first {@link SNIFFED_BYTES}. */
	has?: string;
}

/** How each kind of file begins. Order matters: every ISO media file has `ftyp`, so MP4 comes last of these. */
const SIGNATURES: Signature[] = [
	{ mimeType: 'image/png', extensions: ['png'], marks: [[0, '\x89PNG\r\n\x1a\n']] },
	{ mimeType: 'image/jpeg', extensions: ['jpg', 'jpeg'], marks: [[0, '\xff\xd8\xff']] },
	{
		mimeType: 'image/webp',
		extensions: ['webp'],
		marks: [
			[0, 'RIFF'],
			[8, 'WEBP'],
		],
	},
	{ mimeType: 'image/gif', extensions: ['gif'], marks: [[0, 'GIF8']] },
	{ mimeType: 'image/avif', extensions: ['avif'], marks: [[4, 'ftypavif']] },
	{ mimeType: 'image/heic', extensions: ['heic', 'heif'], marks: [[4, 'ftyphei']] },
	{ mimeType: 'video/quicktime', extensions: ['mov'], marks: [[4, 'ftypqt']] },
	{ mimeType: 'video/mp4', extensions: ['mp4'], marks: [[4, 'ftyp']] },
	{ mimeType: 'video/webm', extensions: ['webm'], marks: [[0, '\x1aE\xdf\xa3']], has: 'webm' },
	{ mimeType: 'video/x-matroska', extensions: ['mkv'], marks: [[0, '\x1aE\xdf\xa3']] },
	{
		mimeType: 'video/x-msvideo',
		extensions: ['avi'],
		marks: [
			[0, 'RIFF'],
			[8, 'AVI '],
		],
	},
];

/** As many bytes of a file's beginning as {@link sniffMedia} looks at. */
export const SNIFFED_BYTES = 64;

/** The kind of a picture or video by its first bytes; labels and file names are often wrong. */
export function sniffMedia(beginning: Buffer): MediaType | undefined {
	const text = beginning.toString('latin1', 0, SNIFFED_BYTES);
	return SIGNATURES.find(
		({ marks, has = '' }) =>
			marks.every(([offset, characters]) => text.startsWith(characters, offset)) &&
			text.includes(has),
	);
}

/** `name` with an ending that fits `type`. */
export function fileNameFor(name: string, { extensions }: MediaType): string {
	const ending = /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? '';
	return extensions.includes(ending) ? name : `${name}.${extensions[0]}`;
}

/** A video id as a file name: an id may hold `/` or `:`, which mean something else there. */
export const fileNameFromId = (id: string): string => id.replace(/[^\w.=+-]+/g, '_').slice(0, 100);
