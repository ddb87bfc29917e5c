/** A value in a text, as JSON or in Python's own form of it, and where it ends. */
interface Literal {
	value: unknown;
	end: number;
}

/** Python keeps the backslash of what is no escape sequence, as in a pattern. */
const unescape = (escaped: string): string =>
	['"', "'", '\\', '/', '\n'].includes(escaped) ? escaped : `\\${escaped}`;

/** Deeper values are left out. */
const MAX_DEPTH = 20;

const CONSTANTS: Record<string, unknown> = {
	true: true,
	True: true,
	false: false,
	False: false,
	null: null,
	None: null,
};

const CLOSING: Record<string, string> = { '{': '}', '[': ']', '(': ')' };

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * Reads the object or the list at a position of a text; undefined if there is none. Servers quote others
 * in JSON, and Python's servers in its `repr`, with anything before and after it, or cut off in the middle:
 * then the value has what is there.
 */
export function readLiteral(text: string, start: number): Literal | undefined {
	// A bracket alone may be anything, such as `[ERROR] no model`.
	const isLiteral = /^(?:\{\s{0,20}["'}]|\[\s{0,20}["'{[\]])/.test(text.slice(start, start + 24));
	return isLiteral ? new LiteralReader(text, start).read() : undefined;
}

class LiteralReader {
	constructor(
		private readonly text: string,
		private at: number,
	) {}

	read(): Literal | undefined {
		const value = this.readValue(0);
		return typeof value === 'object' && value !== null ? { value, end: this.at } : undefined;
	}

	private readValue(depth: number): unknown {
		this.skipSpace();
		const first = this.text.charAt(this.at);
		if (first === '"' || first === "'") return this.readText(first);
		if (first in CLOSING) return this.readEntries(CLOSING[first], first === '{', depth);
		const start = this.at;
		while (this.at < this.text.length && !/[,:\]})\s"'[{(]/.test(this.text.charAt(this.at)))
			this.at++;
		const word = this.text.slice(start, this.at);
		if (word in CONSTANTS) return CONSTANTS[word];
		return word !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
	}

	/** What is in braces, brackets or parentheses. */
	private readEntries(closing: string, hasKeys: boolean, depth: number): unknown {
		const entries: Array<[key: string, value: unknown]> = [];
		this.at++;
		for (;;) {
			this.skipSpace();
			const next = this.text.charAt(this.at);
			if (next === '') break;
			if (next === closing) {
				this.at++;
				break;
			}
			const before = this.at;
			const key = hasKeys ? String(this.readValue(depth + 1)) : '';
			this.skipSpace();
			if (hasKeys && this.text.charAt(this.at) === ':') this.at++;
			const value = this.readValue(depth + 1);
			if (depth < MAX_DEPTH) entries.push([key, value]);
			this.skipSpace();
			// Also past a character that belongs to nothing, as in the `repr` of an object.
			if (this.text.charAt(this.at) === ',' || this.at === before) this.at++;
		}
		return hasKeys ? Object.fromEntries(entries) : entries.map(([, value]) => value);
	}

	private readText(quote: string): string {
		const parts: string[] = [];
		let start = ++this.at;
		const take = () => parts.push(this.text.slice(start, this.at));
		for (; this.at < this.text.length; this.at++) {
			const character = this.text.charAt(this.at);
			if (character === quote) {
				take();
				this.at++;
				return parts.join('');
			}
			if (character !== '\\') continue;
			take();
			this.at++;
			const escaped = this.text.charAt(this.at);
			const code =
				escaped === 'u' ? /^[\da-f]{4}/i.exec(this.text.slice(this.at + 1, this.at + 5)) : null;
			parts.push(
				code ? String.fromCharCode(parseInt(code[0], 16)) : (ESCAPES[escaped] ?? unescape(escaped)),
			);
			if (code) this.at += 4;
			start = this.at + 1;
		}
		take();
		// What follows was cut off.
		return `${parts.join('')} …`;
	}

	private skipSpace(): void {
		while (/\s/.test(this.text.charAt(this.at))) this.at++;
	}
}
