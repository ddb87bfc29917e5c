import { NodeApiError } from 'n8n-workflow';
import type { IExecutePaginationFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Video } from '../answers/video';
import { withoutFiles } from '../answers/withoutFiles';

export type Context = IExecutePaginationFunctions;
export type NodeProblem = NodeApiError;

/** What an error needs to know of its surroundings: a run of the node, or the editor. */
export type Where = Pick<Context, 'getNode' | 'getCredentials'> &
	Partial<Pick<Context, 'getItemIndex'>>;

export interface ProblemText {
	/** What happened, as one sentence; names the video id where there is one. */
	message: string;
	/** What to do next. */
	next: string;
	/** The status the server answered with, if it answered. */
	httpCode?: number;
	/** What is known of the video, for the row that Continue On Fail puts out. */
	video?: Partial<Video>;
}

/** A sentence and a next step, ready to be thrown. */
export function problem(context: Where, text: ProblemText): NodeProblem {
	const { message, next: description, httpCode = 'none', video } = text;
	const itemIndex = context.getItemIndex?.();
	// Of any other class, n8n would wrap it, and would word a message anew in which it finds ECONNREFUSED.
	const error = new NodeApiError(
		context.getNode(),
		{},
		{ message, description, httpCode: String(httpCode), itemIndex },
	);
	// Its constructor does so, too.
	error.message = message;
	if (video) error.context.video = withoutFiles(video);
	return error;
}

/** What a server or a library says of its own accord; the one may quote the key that it was sent. */
export interface ForeignWords {
	/** Told behind the sentence. */
	words?: string;
	/** Of use to a technician; told behind the next step. */
	detail?: string;
}

/** Shorter ones are no secrets, and stand in words like "video". */
const SHORTEST_SECRET = 8;

/** A sentence and a next step with words of others, in which no secret is left. */
export async function problemInServerWords(
	context: Where,
	{ words, detail, ...text }: ProblemText & ForeignWords,
): Promise<NodeProblem> {
	const { apiKey, headerValue } = await context.getCredentials('openAiVideosApi');
	const secrets = [apiKey, headerValue]
		.map((secret) => String(secret ?? '').trim())
		.filter((secret) => secret.length >= SHORTEST_SECRET);
	const mask = (told: string) =>
		secrets.reduce((rest, secret) => rest.split(secret).join('***'), told);
	const { video } = text;
	return problem(context, {
		...text,
		message: words ? `${text.message}: ${mask(words)}` : text.message,
		next: detail ? `${text.next} (${mask(detail)})` : text.next,
		// Saved with the error; its id is what the user needs.
		video: video && { ...withTexts(video, mask), ...(video.id && { id: video.id }) },
	});
}

const withTexts = <T extends object>(value: T, change: (text: string) => string): T =>
	JSON.parse(
		JSON.stringify(value, (_name, each) => (typeof each === 'string' ? change(each) : each)),
	) as T;

/**
 * The row of a failed item under "On Error: Continue". It keeps the video's id, which n8n's own row
 * (`{ error }` alone) would lose.
 */
export function failureRow(context: Context, error: NodeProblem): INodeExecutionData[] {
	const video = error.context.video as Partial<Video> | undefined;
	const row: INodeExecutionData = {
		json: {
			...video,
			// n8n lays the row over the input's, whose word would stay where the video has none of its own.
			...(video?.status && { provider_status: video.provider_status ?? video.status }),
			error: error.message,
		},
		pairedItem: { item: context.getItemIndex() },
	};
	if (context.getNode().onError === 'continueErrorOutput') {
		// n8n sends rows with `error` to the error branch, then replaces the json of those that still
		// have it. It copies the row in between, and a hidden property is not copied.
		Object.defineProperty(row, 'error', { value: error, enumerable: false });
	}
	return [row];
}
