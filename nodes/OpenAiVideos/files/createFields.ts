import type { IDataObject } from 'n8n-workflow';

import type { ApiStyle, ImageAs } from '../apiStyle';
import { VideosError } from '../errors/nodeError';
import type { ReferenceImage } from './inputFile';
import type { UploadFile } from './mediaType';

/** What the user wants of a new video; undefined fields are left out. */
export interface CreateParams {
	model: string;
	prompt: string;
	/** `<width>x<height>`, a ratio, or a name that the server knows. */
	size?: string;
	/** A number as text. */
	seconds?: string;
	/** An image, or the URL of one. */
	image?: ReferenceImage | string;
	/** Files for further fields, by name. */
	files?: Record<string, UploadFile[]>;
	/** Any other field that the server accepts; overrides the fields above. */
	extra: IDataObject;
}

/** What the node sends if nobody touches the fields: it asks for nothing in particular. */
export const DEFAULT_SIZE = '720x1280';
export const DEFAULT_SECONDS = '4';

/** The usual aspect ratios and resolutions, for a style that names none of its own. */
const RATIOS = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'];
const RESOLUTIONS = ['480p', '720p', '1080p', '4k'];
/** Half of the widest gap between two usual ratios: a size beyond it is none of them. */
const MAX_RATIO_ERROR = 1.16;
/** The same for resolutions. */
const MAX_RESOLUTION_ERROR = 1.5;

/** The fields for a size: `1280x720`, a ratio, or a name of the server. Throws if the style has none for it. */
export function toSizeFields(size: string | undefined, style: ApiStyle): IDataObject {
	if (size === undefined) return {};
	const pixels = parsePixels(size);
	const isUnknownRatio = /^\d+:\d+$/.test(size) && style.ratios?.includes(size) === false;
	if (isUnknownRatio) throw sizeError(size, style, shapesOf(style));
	const isUnknownResolution =
		isResolution(size) && style.resolutions?.includes(size.toLowerCase()) === false;
	if (isUnknownResolution) throw sizeError(size, style, resolutionsOf(style));
	switch (style.sizeAs) {
		case 'none':
			if (size === DEFAULT_SIZE) return {};
			throw sizeError(size, style, "sends no size: choose 'Server Default'.");
		case 'size':
			return { size };
		case 'sizeOrRatio':
			return pixels ? { size } : ratioFields('aspect_ratio', size, style);
		case 'widthHeight':
			if (pixels) return { ...pixels };
			throw sizeError(size, style, 'takes width and height only: enter them as 1280x720.');
		case 'aspectRatio':
			return ratioFields('aspect_ratio', size, style);
		case 'ratio':
			return ratioFields('size', size, style);
	}
}

/** A ratio under the given name, and a resolution; of a ratio or a resolution that was entered, that one. */
function ratioFields(ratioName: string, size: string, style: ApiStyle): IDataObject {
	const pixels = parsePixels(size);
	if (!pixels) return { [isResolution(size) ? 'resolution' : ratioName]: size };
	return {
		[ratioName]: ratioOf(pixels, size, style),
		resolution: resolutionOf(pixels, size, style),
	};
}

interface Pixels {
	width: number;
	height: number;
}

function parsePixels(size: string): Pixels | undefined {
	const [, width, height] = /^(\d+)x(\d+)$/i.exec(size)?.map(Number) ?? [];
	return width && height ? { width, height } : undefined;
}

const isResolution = (size: string): boolean => /^\d+[pk]$/i.test(size);

/** How many times larger one number is than the other; 1 if they are equal. */
const factorBetween = (one: number, other: number): number => Math.max(one / other, other / one);

const nearest = (names: readonly string[], toNumber: (name: string) => number, wanted: number) =>
	names.reduce((best, each) =>
		factorBetween(toNumber(each), wanted) < factorBetween(toNumber(best), wanted) ? each : best,
	);

const ratioToNumber = (ratio: string): number => {
	const [width, height] = ratio.split(':').map(Number);
	return width / height;
};

function ratioOf({ width, height }: Pixels, size: string, style: ApiStyle): string {
	const ratios = style.ratios ?? RATIOS;
	const ratio = nearest(ratios, ratioToNumber, width / height);
	if (factorBetween(ratioToNumber(ratio), width / height) <= MAX_RATIO_ERROR) return ratio;
	throw sizeError(size, style, shapesOf(style));
}

const shapesOf = ({ ratios = RATIOS }: ApiStyle): string =>
	`has these shapes only: ${ratios.join(', ')}.`;

/** The shorter side in pixels. */
const resolutionToNumber = (name: string): number =>
	/k$/i.test(name) ? parseInt(name, 10) * 540 : parseInt(name, 10);

function resolutionOf({ width, height }: Pixels, size: string, style: ApiStyle): string {
	const side = Math.min(width, height);
	const resolution = nearest(style.resolutions ?? RESOLUTIONS, resolutionToNumber, side);
	if (factorBetween(resolutionToNumber(resolution), side) <= MAX_RESOLUTION_ERROR)
		return resolution;
	throw sizeError(size, style, resolutionsOf(style));
}

const resolutionsOf = ({ resolutions = RESOLUTIONS }: ApiStyle): string =>
	`has these resolutions only: ${resolutions.join(', ')}.`;

const sizeError = (size: string, { name }: ApiStyle, reason: string): VideosError =>
	new VideosError({
		message: `'Size' ${size} cannot be sent in the API style '${name}'`,
		nextStep: `The style ${reason} Choose another 'Size', or ${OTHER_STYLE}`,
	});

const OTHER_STYLE = "another 'API Style' in the OpenAI Videos API credential.";

const FRAME_RATE = 24;

/** The field for a length, in seconds. */
export function toSecondsFields(
	seconds: string | undefined,
	{ name, secondsAs }: ApiStyle,
): IDataObject {
	if (seconds === undefined) return {};
	const number = Number(seconds);
	switch (secondsAs) {
		case 'seconds':
			return { seconds };
		case 'secondsNumber':
			return { seconds: number };
		case 'duration':
			return { duration: number };
		case 'durationSeconds':
			return { duration_seconds: number };
		case 'frames':
			// A multiple of 8, and one: https://wiki.agnes-ai.com/en/docs/agnes-video-v20
			return { num_frames: Math.round((number * FRAME_RATE) / 8) * 8 + 1, frame_rate: FRAME_RATE };
		case 'none':
			if (seconds === DEFAULT_SECONDS) return {};
			throw new VideosError({
				message: `'Seconds' ${seconds} cannot be sent in the API style '${name}'`,
				nextStep: `The style sends no length: choose 'Server Default', or ${OTHER_STYLE}`,
			});
	}
}

type Image = UploadFile | string;

/** An image in the shape that the style has for it; a file stays one in a form. */
const IMAGE_SHAPES: Partial<Record<ImageAs, (image: Image) => unknown>> = {
	file: (image) => image,
	imageUrlObject: (image) => ({ image_url: toUrl(image) }),
	urlObject: (image) => ({ url: toUrl(image) }),
	text: toUrl,
	base64: toBase64,
};

/** An entry in a list of the first and the last frame. */
const FRAME_SHAPES: Partial<Record<ImageAs, (image: Image, frame: string) => unknown>> = {
	frameImages: (image, frame) => ({
		type: 'image_url',
		image_url: { url: toUrl(image) },
		frame_type: `${frame}_frame`,
	}),
	inputImages: (image, frame) => ({ input_image: toBase64(image), frame }),
};

/** Shapes that a server has for its other files as well. */
const KEPT_SHAPES: ImageAs[] = ['urlObject', 'base64'];

/** The field of 'Extra Files' that belongs into a list of frames, where the server has one. */
const LAST_FRAME = 'last_frame';

/** The fields for the reference image and for further files; throws if the server takes no image. */
export function toFileFields(
	{ image, files = {} }: Pick<CreateParams, 'image' | 'files'>,
	{ name, imageField, imageAs }: ApiStyle,
): Record<string, unknown> {
	if (image !== undefined && imageAs === 'none') {
		throw new VideosError({
			message: `A reference image cannot be sent in the API style '${name}': the server would make the video without it`,
			nextStep: `Set 'Reference Image' to 'None'. If the model has a field for an image, give its URL there with the option 'Extra Fields'. Or choose ${OTHER_STYLE}`,
		});
	}
	const toFrame = FRAME_SHAPES[imageAs];
	const { [imageField]: more = [], ...others } = files;
	const images: Image[] = [...(image === undefined ? [] : [image]), ...more];
	if (!toFrame) {
		const toShape = IMAGE_SHAPES[imageAs] ?? ((each: Image) => each);
		const shaped = Object.entries(others).map(([field, list]) => [
			field,
			oneOrMore(list.map((file) => (KEPT_SHAPES.includes(imageAs) ? toShape(file) : file))),
		]);
		return {
			[imageField]: oneOrMore(images.map(toShape)),
			...(Object.fromEntries(shaped) as object),
		};
	}
	const { [LAST_FRAME]: lastFrames = [], ...rest } = others;
	const frames = [
		...images.map((each) => toFrame(each, 'first')),
		...lastFrames.map((last) => toFrame(last, 'last')),
	];
	return { [imageField]: frames.length > 0 ? frames : undefined, ...rest };
}

const oneOrMore = (values: unknown[]): unknown => (values.length > 1 ? values : values[0]);

/** Throws if the style cannot express what the user wants, before anything is sent. */
export function validateCreateFields(
	{ size, seconds, image }: Pick<CreateParams, 'size' | 'seconds' | 'image'>,
	style: ApiStyle,
): void {
	toSizeFields(size, style);
	toSecondsFields(seconds, style);
	if (style.imageAs === 'none') toFileFields({ image }, style);
}

/** Whether the style sends the bytes of an image, so that one on the web has to be fetched first. */
export const needsImageBytes = ({ bodyFormat, imageAs, fetchesImages }: ApiStyle): boolean =>
	fetchesImages === true || (bodyFormat === 'multipart' && imageAs === 'file');

/** A URL, or a file as a data URI. */
export function toUrl(file: UploadFile | string): string {
	if (typeof file === 'string') return file;
	return `data:${file.mimeType};base64,${toBase64(file)}`;
}

function toBase64(file: UploadFile | string): string {
	return typeof file === 'string' ? file : file.bytes.toString('base64');
}
