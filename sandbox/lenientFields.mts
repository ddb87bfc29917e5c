import { imageSize } from 'image-size';

import { fieldError } from './errors.mts';
import { missingField, readValue, validateImage, wrongType } from './fields.mts';
import type { Form } from './form.mts';
import type { UploadedFile } from './videos.mts';

/** In pixels; larger videos take the encoder too long. */
export const SIDE_LIMITS = { min: 64, max: 1920 };
const MAX_SECONDS = 20;

/** Whether the encoder can make a video of this size in reasonable time; H.264 needs even sides. */
export const canEncode = (sides: number[]) =>
	sides.every((side) => side >= SIDE_LIMITS.min && side <= SIDE_LIMITS.max && side % 2 === 0);

/** Any size that can be encoded. */
export function readLenientSize(form: Form, standard = '720x1280'): string {
	const size = readLenientText(form, 'size') ?? standard;
	if (!/^\d+x\d+$/.test(size)) {
		throw fieldError(
			'size',
			'invalid_value',
			`String should match pattern '^\\d+x\\d+$': '${size}'`,
		);
	}
	return encodableSize(size.split('x').map(Number), 'size');
}

/** The size in two integers. */
export function readSides(form: Form, names: [string, string], standard: [number, number]): string {
	const sides = names.map((name, index) => readInteger(form, name) ?? standard[index]);
	return encodableSize(sides, names[0]);
}

/** The size of an aspect ratio (`16:9`) and a resolution (`720p`), which is the shorter side. */
export function readRatioSize(
	form: Form,
	standard: { ratio: string; resolution: string },
	names = { ratio: 'aspect_ratio', resolution: 'resolution' },
): string {
	const ratio = readLenientText(form, names.ratio) ?? standard.ratio;
	const [, across, down] = /^(\d+):(\d+)$/.exec(ratio)?.map(Number) ?? [];
	if (!across || !down) {
		throw fieldError(names.ratio, 'invalid_value', `Invalid aspect ratio '${ratio}'`);
	}
	const resolution = readLenientText(form, names.resolution) ?? standard.resolution;
	const [, short] = /^(\d+)p$/i.exec(resolution)?.map(Number) ?? [];
	if (!short) {
		throw fieldError(names.resolution, 'invalid_value', `Invalid resolution '${resolution}'`);
	}
	const scale = short / Math.min(across, down);
	const sides = [across, down].map((side) => 2 * Math.round((side * scale) / 2));
	return encodableSize(sides, names.resolution);
}

function encodableSize(sides: number[], name: string): string {
	const size = sides.join('x');
	if (canEncode(sides)) return size;
	throw fieldError(
		name,
		'invalid_value',
		`Width and height must be even numbers from ${SIDE_LIMITS.min} to ${SIDE_LIMITS.max}, not '${size}'`,
	);
}

/** Whole seconds, as a string or a number. */
export function readLenientSeconds(form: Form, name = 'seconds', standard = '4'): string {
	const seconds = readLenientText(form, name) ?? standard;
	if (!/^[1-9]\d*$/.test(seconds)) {
		throw fieldError(
			name,
			'invalid_value',
			`String should match pattern '^[1-9]\\d*$': '${seconds}'`,
		);
	}
	return secondsInRange(Number(seconds), name);
}

/** Whole seconds, as a number only. */
export const readIntegerSeconds = (form: Form, name: string, standard: number) =>
	secondsInRange(readInteger(form, name) ?? standard, name);

/** The length of a number of frames. */
export function readFrameSeconds(form: Form, standard: { frames: number; rate: number }): string {
	const frames = readInteger(form, 'num_frames') ?? standard.frames;
	const rate = readInteger(form, 'frame_rate') ?? standard.rate;
	if (frames % 8 !== 1) {
		throw fieldError('num_frames', 'invalid_value', `num_frames must be 8n+1, not ${frames}`);
	}
	return secondsInRange(Math.round(frames / rate), 'num_frames');
}

function secondsInRange(seconds: number, name: string): string {
	if (seconds >= 1 && seconds <= MAX_SECONDS) return String(seconds);
	throw fieldError(name, 'invalid_value', `From 1 to ${MAX_SECONDS} seconds, not '${seconds}'`);
}

/** A JSON number without a fraction; throws on any other type. */
function readInteger(form: Form, name: string): number | undefined {
	const sent = form.get(name)?.[0];
	if (!sent) return undefined;
	if ('value' in sent && Number.isInteger(sent.value)) return sent.value as number;
	throw wrongType(name, 'an integer', sent);
}

/** Throws if one of these fields is not an integer. */
export function requireIntegers(form: Form, names: string[]): void {
	for (const name of names) {
		const text = readLenientText(form, name);
		if (text === undefined || /^-?\d+$/.test(text)) continue;
		throw fieldError(name, 'int_parsing', 'Input should be a valid integer');
	}
}

/** An image, uploaded or given by its URL. */
export interface ImageInput {
	reference?: UploadedFile;
	/** Never fetched: the sandbox sends no requests. */
	referenceUrl?: string;
}

/**
 * An image as a file, a URL or `{image_url}`; a `data:` URL counts as a file.
 * If a size is given, an image file must have that size.
 */
export function readLenientImage(form: Form, name = 'input_reference', size?: string): ImageInput {
	const sent = form.get(name)?.[0];
	if (!sent) return {};
	if ('file' in sent) return { reference: validateImage(sent.file, size, name) };
	return imageFromUrl(imageUrlIn(sent.value), name, size);
}

/** An image as text: a URL, which may be a `data:` URL. */
export function readImageText(form: Form, name: string): ImageInput {
	const sent = form.get(name)?.[0];
	if (!sent) return {};
	if ('value' in sent && typeof sent.value === 'string') return imageFromUrl(sent.value, name);
	throw wrongType(name, 'a string', sent);
}

/** An image as text: a URL, or base64 without `data:` before it. */
export function imageFromBase64(text: unknown, name: string): ImageInput {
	if (typeof text === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
		const bytes = Buffer.from(text, 'base64');
		return { reference: validateImage({ name: '', type: typeOf(bytes), bytes }, undefined, name) };
	}
	if (isWebUrl(text)) return { referenceUrl: text };
	throw fieldError(name, 'invalid_value', `'${name}' must be base64, or the URL of a picture.`);
}

/** An image as a URL, which may be a `data:` URL. */
export function imageFromUrl(url: unknown, name: string, size?: string): ImageInput {
	const [, type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(String(url)) ?? [];
	if (type) {
		const file = { name: '', type, bytes: Buffer.from(data, 'base64') };
		return { reference: validateImage(file, size, name) };
	}
	if (isWebUrl(url)) return { referenceUrl: url };
	throw fieldError(name, 'invalid_value', `'${name}' must be a picture, or the URL of one.`);
}

const isWebUrl = (text: unknown): text is string =>
	typeof text === 'string' && /^https?:\/\//i.test(text) && URL.canParse(text);

function typeOf(bytes: Buffer): string {
	try {
		return `image/${imageSize(bytes).type?.replace('jpg', 'jpeg')}`;
	} catch {
		return 'application/octet-stream';
	}
}

function imageUrlIn(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	const { image_url: image, url } = value as { image_url?: unknown; url?: unknown };
	return imageUrlIn(image ?? url);
}

function readLenientText(form: Form, name: string): string | undefined {
	if (!form.has(name)) return undefined;
	const value = readValue(form, name);
	if (value === undefined || value === null) throw missingField(name);
	return String(value);
}
