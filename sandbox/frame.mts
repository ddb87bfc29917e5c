/** In pixels; both even, as H.264 needs. */
interface Size {
	width: number;
	height: number;
}

type Colour = [y: number, u: number, v: number];

const SKY: Colour = [58, 152, 116];
const HORIZON: Colour = [150, 104, 162];
const DISC: Colour = [228, 98, 146];
const BAR: Colour = [205, 122, 132];

/** `'720x1280'` as numbers. */
export function parseSize(size: string): Size {
	const [width, height] = size.split('x').map(Number);
	return { width, height };
}

/**
 * Paints a clip's frames: a disc crosses a dusk sky, and a bar shows how much of the clip is over.
 * The painter takes that fraction (0..1) and returns planar YUV 4:2:0, always in the same buffer.
 */
export function createPainter({ width, height }: Size): (fraction: number) => Uint8Array {
	const frame = new Uint8Array((width * height * 3) / 2);
	const planes = splitPlanes(frame, width, height);
	for (const plane of planes) fillDusk(plane);
	const dusk = frame.slice();
	const radius = Math.round(Math.min(width, height) / 8);
	const discs = planes.map((plane) => createDisc(plane, radius));
	const barHeight = Math.round(height / 90);

	return (fraction) => {
		frame.set(dusk);
		const x = radius + (width - 2 * radius) * fraction;
		const y = height * (0.55 - 0.25 * Math.sin(Math.PI * fraction));
		planes.forEach((plane, index) => {
			stampDisc(plane, discs[index], x, y);
			const { scale } = plane;
			for (let row = Math.floor((height - barHeight) / scale); row < plane.height; row++) {
				const start = row * plane.width;
				plane.data.fill(BAR[plane.channel], start, start + Math.round(plane.width * fraction));
			}
		});
		return frame;
	};
}

/** Every `step`-th pixel of a frame, as rows of 8-bit RGB (BT.601). */
export function toRgb(
	frame: Uint8Array,
	{ width, height }: Size,
	step: number,
): Size & { rgb: Buffer } {
	const [luma, blue, red] = splitPlanes(frame, width, height);
	const scaled = { width: Math.floor(width / step), height: Math.floor(height / step) };
	const rgb = new Uint8ClampedArray(scaled.width * scaled.height * 3);
	let at = 0;
	for (let row = 0; row < scaled.height; row++) {
		for (let column = 0; column < scaled.width; column++) {
			const chroma = ((row * step) >> 1) * blue.width + ((column * step) >> 1);
			const y = 1.164 * (luma.data[row * step * width + column * step] - 16);
			const u = blue.data[chroma] - 128;
			const v = red.data[chroma] - 128;
			rgb[at++] = y + 1.596 * v;
			rgb[at++] = y - 0.392 * u - 0.813 * v;
			rgb[at++] = y + 2.017 * u;
		}
	}
	return { ...scaled, rgb: Buffer.from(rgb.buffer) };
}

/** Y, U or V; `channel` is its index in a `Colour`, `scale` the pixels per value. */
interface Plane extends Size {
	data: Uint8Array;
	channel: 0 | 1 | 2;
	scale: 1 | 2;
}

/** How much of each value of a square the disc covers (0..1); `side` in values of its plane. */
interface Disc {
	side: number;
	coverage: Float32Array;
}

function splitPlanes(frame: Uint8Array, width: number, height: number): [Plane, Plane, Plane] {
	const luma = width * height;
	const half = { width: width / 2, height: height / 2, scale: 2 } as const;
	return [
		{ data: frame.subarray(0, luma), width, height, channel: 0, scale: 1 },
		{ data: frame.subarray(luma, luma * 1.25), ...half, channel: 1 },
		{ data: frame.subarray(luma * 1.25), ...half, channel: 2 },
	];
}

function fillDusk({ data, width, height, channel }: Plane): void {
	for (let row = 0; row < height; row++) {
		for (let column = 0; column < width; column++) {
			const fraction = 0.8 * (row / height) + 0.2 * (column / width);
			data[row * width + column] = interpolate(SKY[channel], HORIZON[channel], fraction);
		}
	}
}

/** Drawn once and stamped on every frame, which is fast. */
function createDisc({ scale }: Plane, radius: number): Disc {
	const edgeWidth = 4;
	const side = Math.ceil((2 * radius) / scale);
	const coverage = new Float32Array(side * side);
	for (let row = 0; row < side; row++) {
		for (let column = 0; column < side; column++) {
			const distance = Math.hypot(row * scale - radius, column * scale - radius);
			coverage[row * side + column] = Math.min(1, Math.max(0, (radius - distance) / edgeWidth));
		}
	}
	return { side, coverage };
}

function stampDisc(plane: Plane, { side, coverage }: Disc, centreX: number, centreY: number): void {
	const colour = DISC[plane.channel];
	const left = Math.round(centreX / plane.scale - side / 2);
	const top = Math.round(centreY / plane.scale - side / 2);
	for (let row = 0; row < side; row++) {
		const start = (top + row) * plane.width + left;
		for (let column = 0; column < side; column++) {
			const at = start + column;
			plane.data[at] = interpolate(plane.data[at], colour, coverage[row * side + column]);
		}
	}
}

function interpolate(from: number, to: number, fraction: number): number {
	return from + (to - from) * fraction;
}
