import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { withBodyFormat } from '../../apiStyle';
import type { ApiStyle } from '../../apiStyle';
import { createVideo } from '../../api/createVideo';
import { serverOfRun } from '../../api/runState';
import type { VideoParams } from '../../api/runState';
import { createMessages } from '../../errors/messages';
import { VideosError } from '../../errors/nodeError';
import { responseError } from '../../errors/responseError';
import { DEFAULT_SIZE, needsImageBytes, validateCreateFields } from '../../files/createFields';
import {
	fetchReferenceImage,
	readExtraFile,
	readReferenceImage,
	requireImageUrl,
} from '../../files/inputFile';
import type { UploadFile } from '../../files/mediaType';
import { createBody } from '../../files/requestBody';
import type { CreateParams } from '../../files/createFields';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import type { Video } from '../../responses/video';
import type { OperationContext, Request } from '../../types';
import {
	extraFields,
	model,
	optionsOf,
	promptField,
	readExtraFields,
	readModel,
	readPrompt,
	readSeconds,
	secondsFields,
} from './fields';
import { readText, requireOption, requireText } from './parameters';
import { readSize, resolveSize } from './size';

/** The fields that describe the new video. */
export const createFields: INodeProperties[] = [
	model,
	promptField({
		placeholder: 'e.g. A kitten playing in a sunny garden, slow camera move',
		description: 'What the video shows, in any language the model understands',
	}),
	{
		displayName: 'Size',
		name: 'size',
		type: 'options',
		default: DEFAULT_SIZE,
		description: 'Width and height of the video in pixels',
		options: [
			{ name: 'Custom', value: 'custom' },
			{ name: 'Landscape (1280x720)', value: '1280x720' },
			{ name: 'Portrait (720x1280)', value: '720x1280' },
			{
				name: 'Same as Reference Image',
				value: 'matchImage',
				description: 'Take width and height from the picture',
			},
			{
				name: 'Server Default',
				value: 'serverDefault',
				description: 'Send no size and let the server choose',
			},
		],
	},
	{
		displayName: 'Custom Size',
		name: 'customSize',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 1344x768',
		description:
			'Width x height in pixels, a ratio such as 16:9, or a name that the server knows, such as 1080p',
		displayOptions: { show: { size: ['custom'] } },
	},
	...secondsFields(['4', '8', '12'], 'Length of the video'),
	{
		displayName: 'Reference Image',
		name: 'referenceImage',
		type: 'options',
		default: 'none',
		description: 'A picture to start from',
		options: [
			{ name: 'None', value: 'none' },
			{
				name: 'Binary File',
				value: 'binary',
				description: 'Send a picture from a binary field of the input item',
			},
			{
				name: 'URL',
				value: 'url',
				description: 'Use a picture on the web',
			},
		],
	},
	{
		displayName: 'Input Binary Field',
		name: 'referenceBinaryField',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the input field containing the binary file data to be processed',
		displayOptions: { show: { referenceImage: ['binary'] } },
	},
	{
		displayName: 'Reference Image URL',
		name: 'referenceUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://example.com/first-frame.png',
		description:
			'URL or data URI of the image. n8n fetches it and sends it as a file, unless the server accepts URLs.',
		displayOptions: { show: { referenceImage: ['url'] } },
	},
];

/** Rarely needed options. */
export const createOptions: INodeProperties[] = [
	{
		displayName: 'Body Format',
		name: 'bodyFormat',
		type: 'options',
		default: 'auto',
		description:
			"Format of the request body. 'Automatic' follows 'API Style' in the credential, or what the server asks for.",
		options: [
			{ name: 'Automatic', value: 'auto' },
			{ name: 'Form', value: 'multipart', description: 'A form with files (multipart/form-data)' },
			{ name: 'JSON', value: 'json' },
		],
	},
	extraFields,
	{
		displayName: 'Extra Files',
		name: 'extraFiles',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add File',
		default: {},
		description:
			'Files for other fields of the server, such as a last frame or audio. Sent as files in a form, as data URIs in JSON.',
		options: [
			{
				displayName: 'File',
				name: 'values',
				values: [
					{
						displayName: 'Field Name',
						name: 'field',
						type: 'string',
						default: '',
						placeholder: 'e.g. last_frame',
						description: 'Name of the field on the server',
					},
					{
						displayName: 'Input Binary Field',
						name: 'binaryField',
						type: 'string',
						default: 'data',
						placeholder: 'e.g. data',
						hint: 'The name of the input field containing the binary file data to be processed',
					},
				],
			},
		],
	},
	{
		displayName: 'If Image Size Differs',
		name: 'onImageMismatch',
		type: 'options',
		default: 'send',
		description:
			'What to do when the reference image does not have the size of the video. Checked before anything is sent.',
		displayOptions: { show: { '/referenceImage': ['binary', 'url'] } },
		options: [
			{
				name: 'Send Anyway',
				value: 'send',
				description: 'Most servers resize the image, and a refused request costs nothing',
			},
			{
				name: 'Stop With an Error',
				value: 'throw',
				description: 'Nothing is sent if the image has another size',
			},
		],
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['create'] } },
	[...createFields, optionsOf(...createOptions)],
);

/** Creates one video per item. */
export const execute: OperationHandler = async (context, request) => {
	const video = await createFromPrompt(context, request);
	return video ? [outputItem(context, video)] : [];
};

/**
 * Creates a video from the fields above; undefined if n8n has already ended the node. `readMore` reads
 * other parameters, and rejects invalid ones before the video is paid for.
 */
export async function createFromPrompt(
	context: OperationContext,
	request: Request,
	readMore: () => Pick<VideoParams, 'videosAtATime'> = () => ({}),
): Promise<Video | undefined> {
	return await createVideo(context, request, {
		params: readCreateParams(context, request).then((params) => ({ ...params, ...readMore() })),
		toRequest: (params, style) => ({ url: style.createPath, ...createBody(params, style) }),
		toError: (result, { baseUrl, style, isStyleAssumed }) =>
			responseError(result, { baseUrl, messages: createMessages(style, isStyleAssumed) }),
	});
}

/** Reads all parameters and rejects invalid ones before anything is sent. */
async function readCreateParams(context: OperationContext, request: Request) {
	const { baseUrl, isStyleAssumed, style: ownStyle } = await serverOfRun(context);
	const bodyFormat = readBodyFormat(context);
	const style = bodyFormat === 'auto' ? ownStyle : withBodyFormat(ownStyle, bodyFormat);
	const params: CreateParams = {
		model: readModel(context),
		prompt: readPrompt(context),
		size: readSize(context),
		seconds: readSeconds(context),
		extra: readExtraFields(context),
		image: await readReferenceImageField(context, request, style),
		files: await readExtraFiles(context),
	};
	const sized: CreateParams = {
		...params,
		size: await resolveSize(context, request, params, style),
	};
	validateCreateFields(sized, style);
	return {
		...sized,
		baseUrl,
		style,
		isStyleAssumed: isStyleAssumed && bodyFormat === 'auto',
	};
}

const readBodyFormat = (context: OperationContext) =>
	requireOption(context, { name: 'options.bodyFormat', label: 'Body Format' }, [
		'auto',
		'multipart',
		'json',
	]);

const REFERENCE_URL = {
	name: 'referenceUrl',
	label: 'Reference Image URL',
	keys: ['url', 'image_url', 'imageUrl', 'href', 'link'],
};

async function readReferenceImageField(
	context: OperationContext,
	request: Request,
	style: ApiStyle,
): Promise<CreateParams['image']> {
	const parameter = { name: 'referenceImage', label: 'Reference Image' };
	switch (requireOption(context, parameter, ['none', 'binary', 'url'])) {
		case 'binary':
			return await readReferenceImage(
				context,
				context.getNodeParameter('referenceBinaryField', 'data') as unknown,
			);
		case 'url': {
			const image = requireImageUrl(readText(context, REFERENCE_URL));
			if (typeof image !== 'string' || !needsImageBytes(style)) return image;
			return await fetchReferenceImage(context, request, image);
		}
		case 'none':
			return undefined;
	}
}

const EXTRA_FILE_HINT = 'Enter the name that the server has for the file, for example last_frame.';

/** The files of 'Extra Files', by the name of their field. */
async function readExtraFiles(
	context: OperationContext,
): Promise<Record<string, UploadFile[]> | undefined> {
	const entries = context.getNodeParameter('options.extraFiles.values', []) as Array<{
		field?: unknown;
		binaryField?: unknown;
	}>;
	const files: Record<string, UploadFile[]> = {};
	for (const [index, { field, binaryField }] of entries.entries()) {
		const parameter = {
			name: `options.extraFiles.values[${index}].field`,
			label: 'Field Name',
		};
		const name = requireText(context, field, parameter).trim();
		if (name === '') {
			throw new VideosError({
				message: "A field name in 'Extra Files' is empty",
				nextStep: EXTRA_FILE_HINT,
			});
		}
		if (['model', 'prompt'].includes(name)) {
			throw new VideosError({
				message: `A file in 'Extra Files' cannot be sent as ${name}`,
				nextStep: EXTRA_FILE_HINT,
			});
		}
		const file = await readExtraFile(
			context,
			binaryField === '' ? 'data' : (binaryField ?? 'data'),
		);
		files[name] = [...(files[name] ?? []), file];
	}
	return files;
}
