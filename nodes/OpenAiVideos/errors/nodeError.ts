import { NodeApiError } from 'n8n-workflow';
import type { IExecutePaginationFunctions } from 'n8n-workflow';

import { truncateInlineFiles } from '../responses/values';
import type { Video } from '../responses/video';
import { cleanQuote, cleanText } from './cleanText';
import { maskSecrets, maskStrings, secretsOf } from './secrets';

/** What an error means for the user's money. */
type Billing =
	| 'nothingSent'
	| 'noMoreSent'
	| 'nothingCreated'
	| 'uncertain'
	/** On a server that does not list its videos. */
	| 'uncertainUnlisted';

/** All that is known of an error. {@link toNodeApiError} puts it into words; nothing reads those words. */
export interface ErrorInfo {
	/** What happened, as one sentence without a full stop; names the video's id where there is one. */
	message: string;
	/** What to do, as one or more sentences. */
	nextStep?: string;
	/** Whether the same step can be run again without cost, and may then succeed. */
	isRerunnable?: boolean;
	/** Whether the server still has the video, so that nothing is lost. */
	isVideoKept?: boolean;
	/** Whether the server no longer has the video, so that nobody can get it. */
	isVideoForgotten?: boolean;
	/** The video that this step created itself: run again, the step would create another one. */
	createdVideoId?: string;
	/** How to run the step again with a better chance; not said of a step that would create another video. */
	rerunHint?: string;
	/** What to do, or what the cause is, if running again does not help. Starts in lowercase. */
	ifItPersists?: string;
	billing?: Billing;
	/** HTTP status of the response, if there was one. */
	statusCode?: number;
	/** Text from the server, which may echo the API key: it is redacted before it is shown. */
	serverMessage?: string;
	/** For troubleshooting, such as a network error's code; redacted as well. */
	technicalDetail?: string;
	/** What is known of the video, for the item that Continue On Fail returns. */
	video?: Partial<Video>;
	/** Ids of videos on the server that may be the one whose Create got no response. */
	lostVideoIds?: string[];
	/** The input item that is invalid, where several items are validated together. */
	invalidItem?: number;
}

/** An error as data, thrown anywhere below the operations, the trigger and the model list. */
export class VideosError extends Error {
	constructor(readonly info: ErrorInfo) {
		super(info.message);
	}
}

/** The same for any error, such as one of n8n's own for a failed expression. */
export function toVideosError(error: unknown): VideosError {
	if (error instanceof VideosError) return error;
	const { message, description } = error as Error & { description?: string };
	return new VideosError({ message, nextStep: description });
}

/** A video that another item of the same run created. */
export interface SiblingVideo {
	id: string;
	item: number;
}

/** What an error needs of n8n: a run of the node, a trigger's poll, or the editor. */
type ErrorContext = Pick<IExecutePaginationFunctions, 'getNode' | 'getCredentials'> &
	Partial<Pick<IExecutePaginationFunctions, 'getItemIndex'>>;

interface ErrorFormat {
	/** The videos that other items of the run have created when the error is read. */
	siblings?: () => SiblingVideo[];
	/** Whether it is for a list in the editor: n8n shows the status first, and removes hyphens as repeats of it. */
	isForList?: boolean;
}

/**
 * Puts an error into words, in the class that n8n shows unchanged: it would wrap any other. What is no
 * {@link VideosError}, such as a failed expression, is returned as it is.
 */
export async function toNodeApiError(
	context: ErrorContext,
	error: unknown,
	{ siblings = () => [], isForList = false }: ErrorFormat = {},
): Promise<NodeApiError> {
	if (!(error instanceof VideosError)) return error as NodeApiError;
	const info = cleanInfo(await redact(context, error.info));
	const { statusCode, video } = info;
	const message = isForList
		? formatMessage({ ...info, statusCode: undefined }).replace(/-/g, '\u2011')
		: formatMessage(info);
	const nodeError = new NodeApiError(
		context.getNode(),
		{},
		{
			message,
			description: formatDescription(info, siblings()),
			httpCode: statusCode === undefined ? 'none' : String(statusCode),
			itemIndex: context.getItemIndex?.(),
		},
	);
	// The constructor rewords a message that contains a code such as ECONNREFUSED.
	nodeError.message = message;
	// 'none' is n8n's own word for it, but its list would show it.
	if (isForList && statusCode === undefined) nodeError.httpCode = null;
	// n8n drops all items when one fails, but reads its error only after every item has settled: until
	// then each video that a sibling creates belongs in the text.
	Object.defineProperty(nodeError, 'description', {
		get: () => formatDescription(info, siblings()),
		set: (value: string) =>
			Object.defineProperty(nodeError, 'description', { value, writable: true }),
		enumerable: true,
		configurable: true,
	});
	if (video) nodeError.context.video = video;
	return nodeError;
}

function formatMessage(info: ErrorInfo): string {
	const { message, statusCode = 0, serverMessage, lostVideoIds = [], invalidItem } = info;
	const names = lostVideoIds.map((id) => `'${id}'`);
	const ids = joinSome(names, ' or ', "see the server's list");
	return [
		message,
		statusCode >= 300 && ` (${statusCode})`,
		serverMessage && `: ${serverMessage}`,
		// In the message, because it is all that n8n keeps under Continue On Fail.
		ids && ` (it may be ${ids}, which the server began at about that time)`,
		invalidItem !== undefined && ` [item ${invalidItem}]`,
	]
		.filter(Boolean)
		.join('');
}

const NOT_REPEATED =
	'This node did not send it again after that, so that you do not pay twice; a gateway on the way may have.';

const BILLING: Record<Billing, string> = {
	nothingSent: 'Nothing was sent.',
	noMoreSent: 'No more items were sent.',
	nothingCreated: 'Nothing was created for this item.',
	uncertain: `Before you run this again, look on the server (its list, log or bill) whether the video is there. ${NOT_REPEATED}`,
	uncertainUnlisted: `Before you run this again, look on the server (its log or bill) whether the video is there: the server does not list its videos. ${NOT_REPEATED}`,
};

function formatDescription(info: ErrorInfo, siblings: SiblingVideo[]): string {
	const { nextStep, ifItPersists, billing, technicalDetail, lostVideoIds = [] } = info;
	return [
		lostVideoIds.length > 0 &&
			`Get ${lostVideoIds.length > 1 ? 'the one that is yours' : 'it'} with Wait Until Done and Download, with ${lostVideoIds.length > 1 ? 'its' : 'that'} ID as 'Video ID'.`,
		nextStep,
		formatRerun(info),
		ifItPersists && `If it stays so: ${ifItPersists}`,
		billing && BILLING[billing],
		technicalDetail && `(${technicalDetail})`,
		formatSiblings(siblings),
	]
		.filter(Boolean)
		.join(' ');
}

function formatRerun(info: ErrorInfo): string {
	const { createdVideoId, isRerunnable, rerunHint, isVideoKept, video } = info;
	if (createdVideoId !== undefined) {
		const get = isVideoKept ? 'The video is not lost: get it' : 'Get the video';
		return `${get} with Wait Until Done and Download. Its ID is '${createdVideoId}'. To run Generate again would create, and cost, another video.`;
	}
	if (!isRerunnable) return '';
	const sameVideo = video?.id === undefined ? '' : ' with the same video ID';
	const isKept = isVideoKept ? ': the video is not lost' : '';
	return [`Run this step again later${sameVideo}${isKept}.`, rerunHint].filter(Boolean).join(' ');
}

/** More would not be read. */
const MAX_NAMES = 50;
const MAX_NAMES_LENGTH = 1_500;

/** As many names as a message has room for, at least one, and where the others are. */
function joinSome(names: string[], separator: string, where: string): string {
	let length = 0;
	const shown = names
		.slice(0, MAX_NAMES)
		.filter((name, index) => (length += name.length) <= MAX_NAMES_LENGTH || index === 0);
	const rest = names.length - shown.length;
	return shown.join(separator) + (rest > 0 ? ` and ${rest} more (${where})` : '');
}

function formatSiblings(siblings: SiblingVideo[]): string {
	if (siblings.length === 0) return '';
	const names = siblings.map(
		({ id, item }) => `'${cleanText(id, MAX_SENTENCE_LENGTH)}' (item ${item})`,
	);
	const ids = joinSome(names, ', ', "n8n's log has each");
	return `Created in the same run, and not lost: ${ids}. Get them with Wait Until Done and Download. To keep the other items when one fails, set 'On Error' to 'Continue (using error output)' in the node's settings.`;
}

/** The same error without the credential's secrets in what came from the server. */
async function redact(context: ErrorContext, info: ErrorInfo): Promise<ErrorInfo> {
	const { message, nextStep, serverMessage, technicalDetail, createdVideoId, billing } = info;
	const video = info.video && (truncateInlineFiles(info.video) as Partial<Video>);
	const credentials = await context.getCredentials('openAiVideosApi').catch(() => undefined);
	// Without the secrets there is no telling what must not be shown.
	if (!credentials) {
		return {
			message,
			nextStep,
			createdVideoId,
			billing,
			video: video?.id ? { id: video.id } : undefined,
		};
	}
	const secrets = secretsOf(credentials);
	const mask = (text: string) => maskSecrets(text, secrets);
	const id = video?.id ?? createdVideoId;
	return {
		...info,
		// The video's ID is what the user needs.
		message: id ? message.split(id).map(mask).join(id) : mask(message),
		serverMessage: serverMessage && mask(serverMessage),
		technicalDetail: technicalDetail && mask(technicalDetail),
		video: video && { ...maskStrings(video, secrets), ...(video.id && { id: video.id }) },
	};
}

/** Room for the longest ID that is shown whole, and a sentence around it. */
const MAX_SENTENCE_LENGTH = 700;
/** What the server or n8n says. */
const MAX_QUOTE_LENGTH = 500;

/** The same error with texts that a person can read, whatever came from outside. */
function cleanInfo(info: ErrorInfo): ErrorInfo {
	const sentence = (text?: string) => text && cleanText(text, MAX_SENTENCE_LENGTH);
	const quote = (text?: string) => text && cleanQuote(text, MAX_QUOTE_LENGTH);
	return {
		...info,
		message: cleanText(info.message, MAX_SENTENCE_LENGTH),
		nextStep: sentence(info.nextStep),
		createdVideoId: sentence(info.createdVideoId),
		serverMessage: quote(info.serverMessage),
		technicalDetail: quote(info.technicalDetail),
		lostVideoIds: info.lostVideoIds?.map((id) => cleanText(id, MAX_SENTENCE_LENGTH)),
	};
}
