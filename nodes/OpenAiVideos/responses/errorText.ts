/** ANSI's colors, which some servers log and answer with. */
// eslint-disable-next-line no-control-regex
const COLORS = /\x1b\[[\d;]{0,20}m/g;

/** What libraries add before a message: `litellm.BadRequestError: OpenAIException - `. */
const PREFIXES = [
	/^(?:litellm\.)\w{1,60}(?:Error|Exception)\b:?\s*/,
	/^\w{0,60}Exception(?: \w{1,60}Error)? - /,
	/^(?:(?:Authentication|BadRequest|InternalServer|NotFound|RateLimit|BadGateway|APIConnection|ServiceUnavailable|PermissionDenied|Timeout|API)Error|APIError): /,
];

/** What they add behind it. */
const TAILS = [
	/\s{0,9}\bLiteLLM: model group [^]*$/,
	/\.?\s{0,9}\bReceived Model Group=[^]*$/,
	/\s{0,9}\bLiteLLM Retried: [^]*$/,
	/\s{0,9}\bFor further information visit \S+/g,
	/\s{0,9}\[type=[^]{0,400}?\binput_type=[\w.]{1,60}\]/g,
	/ ?<[\w.]{1,80} object at 0x[\da-f]{1,16}>/gi,
];

const PYDANTIC = /\b\d{1,5} validation errors? for [\w.[\]]{1,80}:?\s{1,9}/;
const PYDANTIC_END =
	/\[type=[^]{0,400}?\binput_type=[\w.]{1,60}\](?:\s{1,9}For further information visit \S{1,200})?/;

/** Longer messages are shortened anyway. */
const MAX_LENGTH = 20_000;

/** A message without what is for machines: colors, control characters, a stack trace, additions of libraries. */
export function cleanErrorText(text: string): string {
	const plain = lastLineOfTrace(text.slice(0, MAX_LENGTH).replace(COLORS, ''));
	let message = TAILS.reduce((rest, tail) => rest.replace(tail, ''), plain);
	for (let before = ''; before !== message; ) {
		before = message;
		message = PREFIXES.reduce((rest, prefix) => rest.replace(prefix, ''), message.trim());
	}
	// An exception as Python writes it: AttributeError("...").
	return message.replace(/\b\w{1,60}(?:Error|Exception)\((["'])([^]{0,500}?)\1,?\)/g, '$2').trim();
}

/** `Traceback (most recent call last): …`: the last line says what happened. */
function lastLineOfTrace(text: string): string {
	if (!text.includes('Traceback (most recent call last)')) return text;
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	return (lines[lines.length - 1] ?? '').trim();
}

/** The fields in the text of a pydantic error: `1 validation error for Request\nsize\n  String should … [type=…]`. */
export function readPydantic(text: string): string | undefined {
	const head = PYDANTIC.exec(text);
	if (!head) return undefined;
	const list = text.slice(head.index + head[0].length);
	if (!list.includes('[type=')) return undefined;
	return list
		.split(PYDANTIC_END)
		.map((entry) => /^\s*([\w.[\]-]{1,100})\s+(\S[^]*?)\s*$/.exec(entry))
		.filter((entry) => entry !== null)
		.map(([, field, reason]) => `${field}: ${reason}`)
		.join('; ');
}

/** Whether a text is bytes that were read as text: it has many characters that no text has. */
export function isBinary(text: string): boolean {
	const beginning = text.slice(0, 1_000).replace(COLORS, '');
	const strange = beginning.match(/(?!\s)[\p{Cc}\ufffd]/gu)?.length ?? 0;
	return strange * 10 > beginning.length && (strange > 3 || strange === beginning.length);
}

/** Whether a text is a page or XML; a message may begin with `<`, too: `<path> is damaged`. */
export const isMarkup = (text: string): boolean => {
	const beginning = text.slice(0, 2_000).trimStart();
	return (
		beginning.startsWith('<') &&
		(/^<(?:!doctype|!--|\?xml|html|head|body)\b/i.test(beginning) ||
			/^<!--/.test(beginning) ||
			/<\/[a-z][\w:-]{0,30}\s{0,9}>/i.test(beginning))
	);
};

/** Where a page or XML begins in a text, which may quote it; -1 without one. */
export const startOfPage = (text: string): number =>
	isMarkup(text) ? 0 : text.slice(0, 500).search(/<(?:!doctype|html)\b/i);

/** The heading of a page, or what S3 and the like send as <Message>; undefined without one. */
export const headingOf = (markup: string): string | undefined =>
	/<(title|h1|message)\b[^>]{0,200}>\s{0,99}([^<]{1,500}?)\s{0,99}</i.exec(
		markup.slice(0, MAX_LENGTH),
	)?.[2];
