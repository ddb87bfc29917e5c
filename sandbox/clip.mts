import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';

import { createPainter, parseSize, toRgb } from './frame.mts';
import { encodePng } from './png.mts';

/** Frames per second of every clip. */
export const FRAME_RATE = 12;

/** More than the spec's six combinations of size and length, so that those are rendered once. */
const MAX_CACHED_CLIPS = 8;

const clips = new Map<string, Promise<Buffer>>();

/**
 * A real H.264 MP4 of a size (`WIDTHxHEIGHT` pixels) and a length (whole seconds).
 * The bytes are always the same, also in another process.
 */
export async function renderClip(size: string, seconds: string): Promise<Buffer> {
	const key = `${size} ${seconds}`;
	const cached = clips.get(key);
	if (cached) return await cached;
	const rendering = loadClip(size, Number(seconds));
	clips.set(key, rendering);
	rendering.catch(() => clips.delete(key));
	if (clips.size > MAX_CACHED_CLIPS) clips.delete(clips.keys().next().value!);
	return await rendering;
}

/** A clip that another process has rendered, if they share a folder, as those of the tests do. */
async function loadClip(size: string, seconds: number): Promise<Buffer> {
	const { width, height } = parseSize(size);
	const folder = process.env.SANDBOX_CLIPS;
	if (!folder) return await encodeClip(size, seconds);
	const file = path.join(folder, `${width}x${height}-${seconds}.mp4`);
	const saved = await readFile(file).catch(() => undefined);
	if (saved) return saved;
	const bytes = await encodeClip(size, seconds);
	// Never half written where others look.
	const unfinished = `${file}.${randomUUID()}`;
	await writeFile(unfinished, bytes);
	await rename(unfinished, file);
	return bytes;
}

/** The middle frame at a quarter of the size. PNG, because no dependency writes OpenAI's WebP. */
export function renderThumbnail(size: string): Buffer {
	const pixels = parseSize(size);
	const { width, height, rgb } = toRgb(createPainter(pixels)(0.5), pixels, 4);
	return encodePng(width, height, rgb);
}

/** One frame per second, four in a row, at an eighth of the size. PNG, where OpenAI uses JPEG. */
export function renderSpritesheet(size: string, seconds: string): Buffer {
	const pixels = parseSize(size);
	const paint = createPainter(pixels);
	const count = Number(seconds);
	const columns = 4;
	const tiles = Array.from({ length: count }, (_, index) =>
		toRgb(paint((index + 0.5) / count), pixels, 8),
	);
	const { width, height } = tiles[0];
	const sheetWidth = width * columns;
	const sheetHeight = height * Math.ceil(count / columns);
	const sheet = Buffer.alloc(sheetWidth * sheetHeight * 3);
	tiles.forEach(({ rgb }, index) => {
		const left = (index % columns) * width;
		const top = Math.floor(index / columns) * height;
		for (let row = 0; row < height; row++) {
			const target = ((top + row) * sheetWidth + left) * 3;
			rgb.copy(sheet, target, row * width * 3, (row + 1) * width * 3);
		}
	});
	return encodePng(sheetWidth, sheetHeight, sheet);
}

async function encodeClip(size: string, seconds: number): Promise<Buffer> {
	const { width, height } = parseSize(size);
	const paint = createPainter({ width, height });
	const encoder = await createEncoder();
	const frames = seconds * FRAME_RATE;
	try {
		// All encoders share one file system, and clips may be rendered concurrently.
		encoder.outputFilename = `${size}-${seconds}.mp4`;
		encoder.width = width;
		encoder.height = height;
		encoder.frameRate = FRAME_RATE;
		encoder.speed = 10;
		encoder.groupOfPictures = FRAME_RATE * 2;
		// Twice as fast as 30, at a better quality than needed.
		encoder.quantizationParameter = 18;
		encoder.initialize();
		for (let index = 0; index < frames; index++) {
			encoder.addFrameYuv(paint(index / (frames - 1)));
			await yieldToOthers();
		}
		encoder.finalize();
		const bytes = Buffer.from(encoder.FS.readFile(encoder.outputFilename));
		encoder.FS.unlink(encoder.outputFilename);
		clearDates(bytes);
		return bytes;
	} finally {
		encoder.delete();
	}
}

/** Removes the listeners of the encoder, which end the process on an unhandled rejection. */
async function createEncoder() {
	const events = ['uncaughtException', 'unhandledRejection'] as const;
	const before = events.map((event) => process.rawListeners(event));
	const module = await import('h264-mp4-encoder');
	events.forEach((event, index) => {
		for (const listener of process.rawListeners(event)) {
			if (!before[index].includes(listener)) {
				process.off(event, listener as (...args: unknown[]) => void);
			}
		}
	});
	// Only a default export under Node, named exports when compiled to CommonJS.
	return await (module.createH264MP4Encoder ?? module.default.createH264MP4Encoder)();
}

/** Zeroes the creation and modification times, the only bytes that differ between runs. */
function clearDates(mp4: Buffer, start = 0, end = mp4.length): void {
	for (let at = start; at + 8 <= end; ) {
		const size = mp4.readUInt32BE(at);
		const type = mp4.toString('latin1', at + 4, at + 8);
		if (['moov', 'trak', 'mdia'].includes(type)) clearDates(mp4, at + 8, at + size);
		if (['mvhd', 'tkhd', 'mdhd'].includes(type)) {
			const fieldBytes = mp4[at + 8] === 1 ? 8 : 4; // version 1 boxes have 64-bit times
			mp4.fill(0, at + 12, at + 12 + 2 * fieldBytes);
		}
		if (size < 8) return;
		at += size;
	}
}
