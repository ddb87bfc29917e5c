import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import type { Upload } from '../api/files/media';
import { requireVideo } from '../api/operation';
import type { Wish } from '../api/orders/run';
import type { Context } from '../api/problems/problem';
import type { Request } from '../api/requests/send';
import { json, multipart } from '../api/uploads/body';
import { readVideoFile } from '../api/uploads/upload';
import { requireChoice } from './choice';
import { readExtraFields } from './extraFields';
import { model, readModel } from './model';
import { readPrompt } from './prompt';
import { videoId } from './videoId';

/** Where the video is that a new one is made of: on the server, or in the workflow. */
export const sourceFields: INodeProperties[] = [
	{
		displayName: 'Source Video',
		name: 'videoSource',
		type: 'options',
		default: 'id',
		description: 'The video to start from',
		options: [
			{
				name: 'Binary File',
				value: 'binary',
				description: 'Send a video from a binary field of the input item',
			},
			{
				name: 'Video ID',
				value: 'id',
				description: 'Use a completed video that the server has',
			},
		],
	},
	...updateDisplayOptions({ show: { videoSource: ['id'] } }, [videoId]),
	...updateDisplayOptions({ show: { videoSource: ['binary'] } }, [
		{
			displayName: 'Input Binary Field',
			name: 'videoBinaryField',
			type: 'string',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
		},
		model,
	]),
];

const USE_ID =
	"If the video is on the server, set 'Source Video' to 'Video ID': then no file is sent.";

/** What is sent beside the prompt: the id of the video, or its file, for which the server needs a model. */
export interface SourceFields extends Wish {
	video?: Upload;
	extra: NonNullable<Wish['extra']>;
}

export async function readSourceFields(context: Context, request: Request): Promise<SourceFields> {
	const fields = { prompt: readPrompt(context), extra: readExtraFields(context) };
	const source = { name: 'videoSource', label: 'Source Video' };
	if (requireChoice(context, source, ['id', 'binary']) === 'id') {
		return { videoId: requireVideo(context, request).videoId, ...fields };
	}
	const field = context.getNodeParameter('videoBinaryField', 'data') as string;
	return {
		model: readModel(context),
		...fields,
		video: await readVideoFile(context, field, USE_ID),
	};
}

/** A form for a file, JSON for an id. */
export const sourceBody = ({ videoId: id, video, ...fields }: SourceFields) =>
	video ? multipart({ ...fields, video }) : json({ video: { id }, ...fields });
