import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { isAgentTool } from '../../agentTool';
import { serverOfRun } from '../../api/runState';
import { VideosError } from '../../errors/nodeError';
import { DEFAULT_SECONDS } from '../../files/createFields';
import { isObject } from '../../responses/values';
import type { OperationContext, VideoRef } from '../../types';
import { readText, requireText } from './parameters';
import type { Parameter } from './parameters';

/** Read where n8n's items are made, for all operations. */
const includeInputFields: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description:
		"Whether to keep the input item's other fields. Fields of the video replace input fields of the same name.",
};

/** The collection at the end of an operation's fields; its values are read as `options.<name>`. */
export const optionsOf = (...options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	// localeCompare would load locale data when n8n starts.
	options: [...options, includeInputFields].sort((one, other) =>
		one.displayName < other.displayName ? -1 : 1,
	),
});

/** A value, and the label of the field in which it was entered. */
interface ParameterValue {
	value: string;
	label: string;
}

/** The chosen or entered value of a field with `custom` and `serverDefault`; undefined for the latter. */
export function readOptionOrCustom(
	context: OperationContext,
	{ name, label, customName }: Parameter & { customName: string },
): ParameterValue | undefined {
	const option = context.getNodeParameter(name, 'serverDefault') as unknown;
	if (option === 'serverDefault') return undefined;
	const parameter =
		option === 'custom' ? { name: customName, label: `Custom ${label}` } : { name, label };
	const value = readText(context, { ...parameter, keys: [customName, name], takesNumbers: true });
	return { value: value.trim(), label: parameter.label };
}

export const model: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The model that makes the video',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a model...',
			typeOptions: { searchListMethod: 'getModels', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. sora-2',
		},
	],
};

export function readModel(context: OperationContext): string {
	const value = context.getNodeParameter('model', '', { extractValue: true }) as unknown;
	const parameter = { name: 'model', label: 'Model', keys: ['model', 'id', 'name'] };
	const id = requireText(context, value, parameter).trim();
	if (id !== '') return id;
	throw new VideosError({
		message: "'Model' is empty",
		nextStep:
			"Pick a model from the list, or choose 'By ID' and enter the name that the server uses.",
	});
}

export const promptField = (
	texts: Pick<INodeProperties, 'placeholder' | 'description'>,
): INodeProperties => ({
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: '',
	...texts,
});

export function readPrompt(context: OperationContext): string {
	const prompt = readText(context, { name: 'prompt', label: 'Prompt' });
	if (prompt.trim() !== '') return prompt;
	throw new VideosError({
		message: "'Prompt' is empty",
		nextStep: 'Describe the video, or check the expression that should give the prompt.',
	});
}

/** Fixed lengths, 4 seconds among them, or a custom one. */
export const secondsFields = (lengths: string[], description: string): INodeProperties[] => [
	{
		displayName: 'Seconds',
		name: 'seconds',
		type: 'options',
		default: DEFAULT_SECONDS,
		description,
		options: secondsOptions(lengths),
	},
	{
		displayName: 'Custom Seconds',
		name: 'customSeconds',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 6',
		description: `${description} in seconds, as far as the server offers it`,
		displayOptions: { show: { seconds: ['custom'] } },
	},
];

const secondsOptions = (lengths: string[]): INodePropertyOptions[] => [
	...lengths.map((length) => ({ name: `${length} Seconds`, value: length })),
	{ name: 'Custom', value: 'custom' },
	{
		name: 'Server Default',
		value: 'serverDefault',
		description: 'Send no length and let the server choose',
	},
];

export function readSeconds(context: OperationContext): string | undefined {
	const entered = readOptionOrCustom(context, {
		name: 'seconds',
		label: 'Seconds',
		customName: 'customSeconds',
	});
	if (!entered) return undefined;
	const { value, label } = entered;
	const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
	// Whole numbers as such: servers that read them as text know no 6.0.
	if (number > 0 && Number.isFinite(number)) return String(number);
	throw new VideosError({
		message: `'${label}' is not a length of time: ${value.slice(0, 100) || '(empty)'}`,
		nextStep: 'Enter a number above 0, for example 6.',
	});
}

/** Any other field that the server accepts. */
export const extraFields: INodeProperties = {
	displayName: 'Extra Fields',
	name: 'extraFields',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "seed": 42, "negative_prompt": "blurry" }',
	description:
		'A JSON object with whatever else the server takes, for example { "seed": 42 }. Its fields are added to the request, and replace fields of the same name.',
};

/** A JSON object, entered as text or returned by an expression. */
export function readExtraFields(context: OperationContext): IDataObject {
	const value = context.getNodeParameter('options.extraFields', {}) as unknown;
	if (typeof value === 'string' && value.trim() === '') return {};
	let fields: unknown = value;
	let syntaxError = '';
	try {
		if (typeof value === 'string') fields = JSON.parse(value);
	} catch (error) {
		syntaxError = ` (${(error as Error).message})`;
	}
	if (syntaxError === '' && isObject(fields)) {
		requireExtraText(fields);
		return fields;
	}
	throw new VideosError({
		message: `'Extra Fields' is not a JSON object${syntaxError}`,
		nextStep: 'Enter names and values in braces, for example { "seed": 42 }.',
	});
}

/** What would replace the prompt or the model, or what an expression made of an object. */
function requireExtraText(fields: IDataObject): void {
	for (const [name, value] of Object.entries(fields)) {
		const isText = typeof value === 'string' && value.trim() !== '';
		if (['prompt', 'model'].includes(name) && !isText) {
			throw new VideosError({
				message: `'${name}' in 'Extra Fields' is not text`,
				nextStep: `Enter text for it, or remove it: then the field '${name === 'model' ? 'Model' : 'Prompt'}' counts.`,
			});
		}
		if (typeof value === 'string' && /\[object \w{1,30}\]/.test(value)) {
			throw new VideosError({
				message: `'${name}' in 'Extra Fields' has [object Object] in it: its expression puts an object into the text`,
				nextStep: 'Choose a field of the object in the expression.',
			});
		}
	}
}

/** The field that every operation on an existing video shares. */
export const videoId: INodeProperties = {
	displayName: 'Video ID',
	name: 'videoId',
	type: 'string',
	required: true,
	default: '={{ $json.id }}',
	placeholder: 'e.g. video_123456789',
	description: 'The ID that Create put out',
};

/** The video that a request is about; throws before anything is sent if its ID or the credential is invalid. */
export async function requireVideo(context: OperationContext): Promise<VideoRef> {
	const videoId = requireVideoId(context);
	const { baseUrl } = await serverOfRun(context);
	return { baseUrl, videoId };
}

const VIDEO_ID = {
	name: 'videoId',
	label: 'Video ID',
	keys: ['id', 'video_id', 'videoId', 'task_id', 'taskId'],
	takesNumbers: true,
};

function requireVideoId(context: OperationContext): string {
	const id = readText(context, VIDEO_ID).trim();
	// As a path segment, dots alone would address another endpoint.
	if (!/^\.*$/.test(id)) return id;
	const { error } = context.getInputData().json;
	if (id === '' && typeof error === 'string' && error !== '') {
		throw new VideosError({
			message: `'Video ID' is empty, because the step before put out no video: ${error}`,
			nextStep:
				"In the settings of the step before, set 'On Error' to 'Continue (using error output)': then only its videos come here.",
		});
	}
	throw new VideosError({
		message: id === '' ? "'Video ID' is empty" : `'Video ID' is not an ID: ${id}`,
		nextStep: isAgentTool(context)
			? "At the field 'Video ID', choose 'Let the model define this parameter'."
			: 'Connect this node behind Create, or enter the ID that Create put out as id.',
	});
}
