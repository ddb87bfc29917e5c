import { updateDisplayOptions } from 'n8n-workflow';

import { multipart, readReference } from '../api/body';
import type { CreateFields } from '../api/body';
import { outputItem, requireBaseUrl } from '../api/operation';
import type { Work } from '../api/operation';
import { problem } from '../api/problem';
import type { Context, NodeProblem } from '../api/problem';
import { expectVideo } from '../api/refusal';
import { allChecked, remember, rememberFailure, runOf } from '../api/run';
import { createPatience, send } from '../api/send';
import type { Request } from '../api/send';
import type { Video } from '../api/video';
import { createFields } from './createFields';

export const createDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['create'] } },
	createFields,
);

/** Creates one video per item: checks all items, then sends each of them once. */
export const createVideo: Work = async (context, request) => {
	const run = runOf(context);
	const item = context.getItemIndex();
	const check = readFields(context, request);
	run.checks.set(item, check);
	await allChecked(context, run);

	const known = run.created.get(item);
	if (known) return [outputItem(context, known)];

	return await sendCreate(context, request, await check).then(
		(video) => {
			remember(run, item, video);
			return [outputItem(context, video)];
		},
		(error: NodeProblem) => {
			rememberFailure(run, item, error);
			return Promise.reject(error);
		},
	);
};

async function sendCreate(
	context: Context,
	request: Request,
	fields: CreateFields,
): Promise<Video> {
	// A body that the host does not know as a form of its own is still sent as one; see `multipart`.
	request.options.body = multipart(fields) as unknown as typeof request.options.body;
	const outcome = await send(context, request, createPatience);
	return await expectVideo(context, outcome, { baseUrl: requireBaseUrl(context, request) });
}

/** Reads and checks everything that can be known to be wrong before money is spent. */
async function readFields(context: Context, request: Request): Promise<CreateFields> {
	requireBaseUrl(context, request);
	return {
		model: readModel(context),
		prompt: readPrompt(context),
		size: readSize(context),
		seconds: readSeconds(context),
		input_reference:
			context.getNodeParameter('referenceImage', 'none') === 'binary'
				? await readReference(
						context,
						context.getNodeParameter('referenceBinaryField', 'data') as string,
					)
				: undefined,
	};
}

function readModel(context: Context): string {
	const model = String(context.getNodeParameter('model', '', { extractValue: true }) ?? '').trim();
	if (model === '') {
		throw problem(context, {
			message: "'Model' is empty",
			next: "Pick a model from the list, or choose 'By ID' and enter the name that the server uses.",
		});
	}
	return model;
}

function readPrompt(context: Context): string {
	const prompt = String(context.getNodeParameter('prompt', '') ?? '');
	if (prompt.trim() === '') {
		throw problem(context, {
			message: "'Prompt' is empty",
			next: 'Describe the video, or check the expression that should give the prompt.',
		});
	}
	return prompt;
}

/** `1344x768`, also when written with spaces, `X`, `*` or `×`; or a resolution's name, such as 768P or 4k. */
function readSize(context: Context): string | undefined {
	const chosen = readChoice(context, 'size', 'customSize');
	const size = chosen?.replace(/\s*[x×*]\s*/i, 'x');
	if (size !== undefined && !/^([1-9]\d*x[1-9]\d*|[1-9]\d*[pk])$/i.test(size)) {
		throw problem(context, {
			message: `'Size' is not a size: ${chosen || '(empty)'}`,
			next: 'Enter width x height in pixels, for example 1344x768, or a name that the server knows, such as 1080p.',
		});
	}
	return size;
}

function readSeconds(context: Context): string | undefined {
	const seconds = readChoice(context, 'seconds', 'customSeconds');
	if (seconds !== undefined && !(/^\d+(\.\d+)?$/.test(seconds) && Number(seconds) > 0)) {
		throw problem(context, {
			message: `'Seconds' is not a length of time: ${seconds || '(empty)'}`,
			next: 'Enter a number above 0, for example 6.',
		});
	}
	return seconds;
}

/** The value of a parameter with the choices `custom` and `serverDefault`; undefined for the latter. */
function readChoice(context: Context, name: string, customName: string): string | undefined {
	const choice = context.getNodeParameter(name, 'serverDefault');
	if (choice === 'serverDefault') return undefined;
	const value = choice === 'custom' ? context.getNodeParameter(customName, '') : choice;
	return String(value ?? '').trim();
}
