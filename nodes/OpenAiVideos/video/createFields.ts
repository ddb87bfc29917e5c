import type { INodeProperties } from 'n8n-workflow';

import { extraFields } from './extraFields';
import { model } from './model';
import { promptField } from './prompt';
import { secondsFields } from './seconds';

/** What a user says of the video to be made. */
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

/** What few users need to say. */
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
