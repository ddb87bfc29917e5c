import { VideosError } from '../../errors/nodeError';
import { fetchReferenceImage } from '../../files/inputFile';
import type { ReferenceImage } from '../../files/inputFile';
import type { CreateParams } from '../../files/requestBody';
import type { OperationContext, Request } from '../../types';
import { readOptionOrCustom } from './fields';

const usesImageSize = (context: OperationContext): boolean =>
	context.getNodeParameter('size', 'serverDefault') === 'matchImage';

/**
 * `1344x768`, also when written with spaces, `X`, `*` or `×`; or a resolution's name, such as 768P or 4k.
 * Undefined if the user enters none, or wants that of the reference image.
 */
export function readSize(context: OperationContext): string | undefined {
	if (usesImageSize(context)) return requireImage(context);
	const entered = readOptionOrCustom(context, {
		name: 'size',
		label: 'Size',
		customName: 'customSize',
	});
	if (!entered) return undefined;
	const size = entered.value.replace(/\s*[x×*]\s*/i, 'x');
	if (/^([1-9]\d*x[1-9]\d*|[1-9]\d*[pk])$/i.test(size)) return size;
	throw new VideosError({
		message: `'${entered.label}' is not a size: ${entered.value || '(empty)'}`,
		nextStep:
			'Enter width x height in pixels, for example 1344x768, or a name that the server knows, such as 1080p.',
	});
}

function requireImage(context: OperationContext): undefined {
	if (context.getNodeParameter('referenceImage', 'none') !== 'none') return;
	throw new VideosError({
		message: "'Size' is 'Same as Reference Image', but there is no reference image",
		nextStep: "Choose a picture at 'Reference Image', or another 'Size'.",
	});
}

/**
 * The size to send, now that the image is known: its own, if the user wants that. Throws if it does not
 * have the size of the video, because most servers reject such an image, and some stretch it.
 */
export async function resolveSize(
	context: OperationContext,
	request: Request,
	params: CreateParams,
): Promise<string | undefined> {
	const { size, input_reference: reference } = params;
	if (usesImageSize(context) && reference) {
		return formatSize(
			typeof reference === 'string'
				? await fetchReferenceImage(context, request, reference)
				: reference,
		);
	}
	const mayDiffer = context.getNodeParameter('options.onImageMismatch', 'throw') === 'send';
	if (typeof reference === 'object' && !mayDiffer) requireSameSize(params, reference);
	return size;
}

function formatSize({ size }: ReferenceImage): string {
	if (size) return `${size.width}x${size.height}`;
	throw new VideosError({
		message: "'Size' is 'Same as Reference Image', but the size of that picture cannot be read",
		nextStep: "Use a PNG, JPEG or WebP file that is whole, or choose another 'Size'.",
	});
}

function requireSameSize({ extra, ...params }: CreateParams, { size }: ReferenceImage): void {
	// The user's extra fields override both.
	const sent = extra.size === undefined ? params.size : extra.size;
	const [, ...pixels] = /^(\d+)x(\d+)$/i.exec(String(sent)) ?? [];
	const [width, height] = pixels.map(Number);
	if (extra.input_reference !== undefined || !width || !size) return;
	if (size.width === width && size.height === height) return;
	if (size.isRotated && size.width === height && size.height === width) return;
	const videoSize = `${width}x${height}`;
	throw new VideosError({
		message: `The reference image is ${size.width}x${size.height}, but the video is to be ${videoSize}`,
		nextStep: `Bring the picture to ${videoSize} with n8n's Edit Image node (operation 'Resize', option 'Ignore Aspect Ratio'), or set 'Size' to 'Same as Reference Image'. If the server takes a picture of any size, add the option 'If Image Size Differs' and choose 'Send Anyway'.`,
	});
}
