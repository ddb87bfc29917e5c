import type { ApiStyle } from '../../apiStyle';
import { VideosError } from '../../errors/nodeError';
import { fetchReferenceImage } from '../../files/inputFile';
import type { ReferenceImage } from '../../files/inputFile';
import type { CreateParams } from '../../files/createFields';
import type { OperationContext, Request } from '../../types';
import { readOptionOrCustom } from './fields';
import { requireOption } from './parameters';

const usesImageSize = (context: OperationContext): boolean =>
	context.getNodeParameter('size', 'serverDefault') === 'matchImage';

const ON_IMAGE_MISMATCH = { name: 'options.onImageMismatch', label: 'If Image Size Differs' };

/** What an expression gives whose fields are missing. */
const FAILED_EXPRESSION = /undefined|null|^nan|^true$|^false$/i;

/** Longer than any size; an expression may return anything. */
const MAX_LENGTH = 50;

/**
 * `1344x768` or `16:9`, also when written with spaces, `X`, `*` or `×`; or the server's own word, such as
 * 768P or auto. Undefined if the user enters none, or wants that of the reference image.
 */
export function readSize(context: OperationContext): string | undefined {
	if (usesImageSize(context)) return requireImage(context);
	const entered = readOptionOrCustom(context, {
		name: 'size',
		label: 'Size',
		customName: 'customSize',
	});
	if (!entered) return undefined;
	const value = entered.value.slice(0, MAX_LENGTH);
	const size = value.replace(/\s*([x×*:])\s*/i, (_, sign) => (sign === ':' ? ':' : 'x'));
	const isWhole = entered.value.length <= MAX_LENGTH;
	const isSize = /^([1-9]\d{0,4}[x:][1-9]\d{0,4}|[1-9]\d*[pk]|[a-z][\w-]{2,})$/i.test(size);
	if (isWhole && isSize && !FAILED_EXPRESSION.test(size)) return size;
	throw new VideosError({
		message: `'${entered.label}' is not a size: ${value || '(empty)'}`,
		nextStep:
			'Enter width x height in pixels, for example 1344x768, a ratio such as 16:9, or a name that the server knows, such as 1080p.',
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
 * have the size of the video, and the user wants that to be an error.
 */
export async function resolveSize(
	context: OperationContext,
	request: Request,
	params: CreateParams,
	{ imageField }: ApiStyle,
): Promise<string | undefined> {
	const { size, image: reference } = params;
	if (usesImageSize(context) && reference) {
		return formatSize(
			typeof reference === 'string'
				? await fetchReferenceImage(context, request, reference)
				: reference,
		);
	}
	const mustMatch = requireOption(context, ON_IMAGE_MISMATCH, ['send', 'throw']) === 'throw';
	if (typeof reference === 'object' && mustMatch && params.extra[imageField] === undefined) {
		requireSameSize(params, reference);
	}
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
	if (!width || !size) return;
	if (size.width === width && size.height === height) return;
	if (size.isRotated && size.width === height && size.height === width) return;
	const videoSize = `${width}x${height}`;
	throw new VideosError({
		message: `The reference image is ${size.width}x${size.height}, but the video is to be ${videoSize}`,
		nextStep: `Bring the picture to ${videoSize} with n8n's Edit Image node (operation 'Resize', option 'Ignore Aspect Ratio'), or set 'Size' to 'Same as Reference Image'. If the server takes a picture of any size, set 'If Image Size Differs' to 'Send Anyway'.`,
	});
}
