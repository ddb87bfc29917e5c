import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';
import type { Request } from '../api/requests/send';
import type { CreateFields } from '../api/uploads/body';
import { fetchReference } from '../api/uploads/reference';
import type { Reference } from '../api/uploads/reference';
import { readChoice } from './choice';

const isPicturesOwn = (context: Context): boolean =>
	context.getNodeParameter('size', 'serverDefault') === 'matchImage';

/**
 * `1344x768`, also when written with spaces, `X`, `*` or `×`; or a resolution's name, such as 768P or 4k.
 * Undefined where the user gives none, or wants the picture's.
 */
export function readSize(context: Context): string | undefined {
	if (isPicturesOwn(context)) return requirePicture(context);
	const choice = readChoice(context, { name: 'size', label: 'Size', customName: 'customSize' });
	if (!choice) return undefined;
	const size = choice.value.replace(/\s*[x×*]\s*/i, 'x');
	if (/^([1-9]\d*x[1-9]\d*|[1-9]\d*[pk])$/i.test(size)) return size;
	throw problem(context, {
		message: `'${choice.label}' is not a size: ${choice.value || '(empty)'}`,
		next: 'Enter width x height in pixels, for example 1344x768, or a name that the server knows, such as 1080p.',
	});
}

function requirePicture(context: Context): undefined {
	if (context.getNodeParameter('referenceImage', 'none') !== 'none') return;
	throw problem(context, {
		message: "'Size' is 'Same as Reference Image', but there is no reference image",
		next: "Choose a picture at 'Reference Image', or another 'Size'.",
	});
}

/**
 * The size to ask for, now that the picture is known: its own, if the user wants that. Throws where it
 * is in another size than the video, because most servers refuse it, and some stretch it.
 */
export async function sizeFor(
	context: Context,
	request: Request,
	fields: CreateFields,
): Promise<string | undefined> {
	const { size, input_reference: reference } = fields;
	if (isPicturesOwn(context) && reference) {
		const isAddress = typeof reference === 'string';
		return sizeOf(
			context,
			isAddress ? await fetchReference(context, request, reference) : reference,
		);
	}
	const mayDiffer = context.getNodeParameter('options.onImageMismatch', 'throw') === 'send';
	if (typeof reference === 'object' && !mayDiffer) requireSameSize(context, fields, reference);
	return size;
}

function sizeOf(context: Context, { size }: Reference): string {
	if (size) return `${size.width}x${size.height}`;
	throw problem(context, {
		message: "'Size' is 'Same as Reference Image', but the size of that picture cannot be read",
		next: "Use a PNG, JPEG or WebP file that is whole, or choose another 'Size'.",
	});
}

function requireSameSize(
	context: Context,
	{ extra, ...fields }: CreateFields,
	{ size }: Reference,
): void {
	// The user's own fields win over both.
	const asked = extra.size === undefined ? fields.size : extra.size;
	const [, ...pixels] = /^(\d+)x(\d+)$/i.exec(String(asked)) ?? [];
	const [width, height] = pixels.map(Number);
	if (extra.input_reference !== undefined || !width || !size) return;
	if (size.width === width && size.height === height) return;
	if (size.isTurned && size.width === height && size.height === width) return;
	const wanted = `${width}x${height}`;
	throw problem(context, {
		message: `The reference image is ${size.width}x${size.height}, but the video is to be ${wanted}`,
		next: `Bring the picture to ${wanted} with n8n's Edit Image node (operation 'Resize', option 'Ignore Aspect Ratio'), or set 'Size' to 'Same as Reference Image'. If the server takes a picture of any size, add the option 'If Image Size Differs' and choose 'Send Anyway'.`,
	});
}
