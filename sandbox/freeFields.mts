import { badField } from './errors.mts';
import { checkedPicture, missing, valueOf } from './fields.mts';
import type { Form } from './form.mts';
import type { Reference } from './videos.mts';

/** What the encoder makes in bearable time, in pixels of a side. */
export const SIDES = { from: 64, to: 1920 };
const MOST_SECONDS = 20;

/** Whether the encoder makes such pictures in bearable time; H.264 wants even sides. */
export const canBeMade = (sides: number[]) =>
	sides.every((side) => side >= SIDES.from && side <= SIDES.to && side % 2 === 0);

/** Any size that H.264 can have, within reason; the contract's first one where none was sent. */
export function freeSizeOf(form: Form): string {
	const size = looseTextOf(form, 'size') ?? '720x1280';
	if (!/^\d+x\d+$/.test(size)) {
		throw badField('size', 'invalid_value', `String should match pattern '^\\d+x\\d+$': '${size}'`);
	}
	const sides = size.split('x').map(Number);
	if (canBeMade(sides)) return sides.join('x');
	throw badField(
		'size',
		'invalid_value',
		`Width and height must be even numbers from ${SIDES.from} to ${SIDES.to}, not '${size}'`,
	);
}

/** Whole seconds, as text or as a number; 4 where none were sent. */
export function freeSecondsOf(form: Form, name = 'seconds'): string {
	const seconds = looseTextOf(form, name) ?? '4';
	if (!/^[1-9]\d*$/.test(seconds)) {
		throw badField(
			name,
			'invalid_value',
			`String should match pattern '^[1-9]\\d*$': '${seconds}'`,
		);
	}
	if (Number(seconds) <= MOST_SECONDS) return seconds;
	throw badField(name, 'invalid_value', `At most ${MOST_SECONDS} seconds, not '${seconds}'`);
}

/** Refuses text where one of these fields wants a whole number. */
export function refuseNonIntegers(form: Form, names: string[]): void {
	for (const name of names) {
		const text = looseTextOf(form, name);
		if (text === undefined || /^-?\d+$/.test(text)) continue;
		throw badField(name, 'int_parsing', 'Input should be a valid integer');
	}
}

/** A picture that was uploaded, or told by its address. */
export interface Picture {
	reference?: Reference;
	/** Never fetched: the sandbox sends no request to anyone. */
	referenceUrl?: string;
}

/**
 * A picture as a file, as a URL, or as `{image_url}`, where a `data:` URL counts as the file itself;
 * where a size is given, a picture at hand must have that size.
 */
export function pictureOf(form: Form, name = 'input_reference', size?: string): Picture {
	const sent = form.get(name)?.[0];
	if (!sent) return {};
	if ('file' in sent) return { reference: checkedPicture(sent.file, size, name) };
	const url = urlIn(sent.value);
	const [, type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url ?? '') ?? [];
	if (type) {
		const file = { name: '', type, bytes: Buffer.from(data, 'base64') };
		return { reference: checkedPicture(file, size, name) };
	}
	if (url && /^https?:\/\//i.test(url) && URL.canParse(url)) return { referenceUrl: url };
	throw badField(name, 'invalid_value', `'${name}' must be a picture, or the URL of one.`);
}

function urlIn(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value !== 'object' || value === null) return undefined;
	const { image_url: image, url } = value as { image_url?: unknown; url?: unknown };
	return urlIn(image ?? url);
}

function looseTextOf(form: Form, name: string): string | undefined {
	if (!form.has(name)) return undefined;
	const value = valueOf(form, name);
	if (value === undefined || value === null) throw missing(name);
	return String(value);
}
