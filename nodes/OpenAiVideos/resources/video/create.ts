import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { createVideo } from '../../api/createVideo';
import { CREATE_MESSAGES } from '../../errors/messages';
import { responseError } from '../../errors/responseError';
import { fetchReferenceImage, readReferenceImage, requireImageUrl } from '../../files/inputFile';
import { jsonBody, multipartBody } from '../../files/requestBody';
import type { CreateParams } from '../../files/requestBody';
import { requireBaseUrl } from '../../http/baseUrl';
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
	requireOption,
	secondsFields,
} from './fields';
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
		default: '720x1280',
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
		description: 'Width x height in pixels, or a name that the server knows, such as 1080p',
		displayOptions: { show: { size: ['custom'] } },
	},
	...secondsFields(['4', '8', '12'], 'Length of the video'),
	{
		displayName: 'Reference Image',
		name: 'referenceImage',
		type: 'options',
		default: 'none',
		description: 'A picture to start from. Most servers want it in exactly the size of the video.',
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
			"Address of the picture. In a form, n8n fetches it and sends it as a file; with 'Body Format' set to 'JSON' in 'Options', the server gets the address.",
		displayOptions: { show: { referenceImage: ['url'] } },
	},
];

/** Rarely needed options. */
export const createOptions: INodeProperties[] = [
	{
		displayName: 'Body Format',
		name: 'bodyFormat',
		type: 'options',
		default: 'multipart',
		description: 'How the request is written. Choose the other one if the server asks for it.',
		options: [
			{
				name: 'Form (Multipart)',
				value: 'multipart',
				description: 'As OpenAI documented it; also for vLLM-Omni',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'For OpenRouter-like servers, and SGLang without a reference image',
			},
		],
	},
	extraFields,
	{
		displayName: 'If Image Size Differs',
		name: 'onImageMismatch',
		type: 'options',
		default: 'throw',
		description:
			'What to do when the reference image is not in the size of the video. It is checked before anything is sent.',
		displayOptions: { show: { '/referenceImage': ['binary', 'url'] } },
		options: [
			{
				name: 'Stop With an Error',
				value: 'throw',
				description: 'As most servers would refuse it',
			},
			{
				name: 'Send Anyway',
				value: 'send',
				description: 'For servers that bring a picture to size themselves',
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
 * Creates a video from the fields above; undefined if n8n has already ended the node. `validateMore`
 * rejects other parameters before the video is paid for.
 */
export async function createFromPrompt(
	context: OperationContext,
	request: Request,
	validateMore: () => void = () => {},
): Promise<Video | undefined> {
	const baseUrl = requireBaseUrl(request);
	return await createVideo(context, request, {
		params: readCreateParams(context, request).then((params) => {
			validateMore();
			return params;
		}),
		toBody: (params) =>
			readBodyFormat(context) === 'json' ? jsonBody(params) : multipartBody(params),
		toError: (result) => responseError(result, { baseUrl, messages: CREATE_MESSAGES }),
	});
}

/** Reads all parameters and rejects invalid ones before anything is sent. */
async function readCreateParams(
	context: OperationContext,
	request: Request,
): Promise<CreateParams> {
	const isJson = readBodyFormat(context) === 'json';
	const params: CreateParams = {
		model: readModel(context),
		prompt: readPrompt(context),
		size: readSize(context),
		seconds: readSeconds(context),
		extra: readExtraFields(context),
		input_reference: await readInputReference(context, request, isJson),
	};
	return { ...params, size: await resolveSize(context, request, params) };
}

const readBodyFormat = (context: OperationContext) =>
	requireOption(context, { name: 'options.bodyFormat', label: 'Body Format' }, [
		'multipart',
		'json',
	]);

async function readInputReference(
	context: OperationContext,
	request: Request,
	isJson: boolean,
): Promise<CreateParams['input_reference']> {
	const parameter = { name: 'referenceImage', label: 'Reference Image' };
	switch (requireOption(context, parameter, ['none', 'binary', 'url'])) {
		case 'binary':
			return await readReferenceImage(
				context,
				context.getNodeParameter('referenceBinaryField', 'data') as string,
			);
		case 'url': {
			const url = requireImageUrl(context.getNodeParameter('referenceUrl', ''));
			return isJson ? url : await fetchReferenceImage(context, request, url);
		}
		case 'none':
			return undefined;
	}
}
