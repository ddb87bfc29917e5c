import { isBinary } from '../responses/errorText';

/** The longest ID that is shown whole; servers have some of several hundred characters. */
const MAX_ID_LENGTH = 512;
/** With the quotes around it. */
const MAX_RUN_LENGTH = MAX_ID_LENGTH + 20;
/** How much is shown of what is longer. */
const SHOWN_LENGTH = 60;

const ESCAPE = String.fromCharCode(0x1b);
const COLORS = new RegExp(`${ESCAPE}\\[[\\d;?]{0,20}[A-Za-z]`, 'g');
const DATA_URI =
	/data:((?:[\w.+-]{1,60}\/[\w.+-]{1,60})?(?:;[\w.=+-]{1,60}){0,4}),[^\s"'<>]{64,}/gi;
const LONG_RUN = new RegExp(`[\\x21-\\x7e]{${MAX_RUN_LENGTH + 1},}`, 'g');

/**
 * Text from outside as a part of a sentence: on one line, without files, control characters and
 * characters that turn the direction of writing, and of a length that people read.
 */
export function cleanText(text: string, maxLength: number): string {
	const plain = text.slice(0, MAX_READ_LENGTH).replace(COLORS, '');
	const missing = text.length - Math.min(text.length, MAX_READ_LENGTH);
	const line = plain
		.replace(/\s+/g, ' ')
		// Without the joiners, which some scripts and emoji need.
		.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
		.trim();
	const count = (run: string) => (line.endsWith(run) ? run.length + missing : run.length);
	const short = line
		.replace(DATA_URI, (uri, type: string) => `data:${type},… (${formatCount(count(uri))})`)
		.replace(LONG_RUN, (run) => `${run.slice(0, SHOWN_LENGTH)}… (${formatCount(count(run))})`);
	return cutAtWord(short, maxLength);
}

/** The same for what a server says, which may be no text at all. */
export const cleanQuote = (text: string, maxLength: number): string =>
	isBinary(text.slice(0, maxLength)) ? '(binary data)' : cleanText(text, maxLength);

/** Longer text is not read, whatever it is. */
const MAX_READ_LENGTH = 100_000;

const formatCount = (count: number): string => `${count.toLocaleString('en-US')} characters`;

/** An ID or a URL at the end is left out rather than cut in two. */
function cutAtWord(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	const cut = text.slice(0, maxLength);
	const isInWord = /^[\x21-\x7e]/.test(text.slice(maxLength));
	const words = isInWord ? cut.slice(0, cut.lastIndexOf(' ') + 1) : cut;
	const lost = cut.length - words.length;
	const kept =
		words !== '' && lost <= MAX_RUN_LENGTH && /^[\x21-\x7e]*$/.test(cut.slice(words.length))
			? words
			: cut;
	return `${kept.trim().replace(/\p{Cs}$/u, '')} …`;
}
