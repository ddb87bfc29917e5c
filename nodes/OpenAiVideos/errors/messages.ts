import { API_STYLES } from '../apiStyle';
import type { ApiStyle, ApiStyleName } from '../apiStyle';
import {
	errorMessageOf,
	isExpired,
	isQuotaExceeded,
	isVideoNotFound,
	matchKnownError,
} from '../responses/errorBody';
import type { KnownError } from '../responses/errorBody';
import { readFormatHint } from '../responses/formatHint';
import { isHtml } from '../responses/response';
import type { HttpResponse } from '../responses/response';
import { formatExpiry, formatJson, isObject } from '../responses/values';
import { endOf, reportsSuccess } from '../responses/video';
import type { Video } from '../responses/video';
import type { ErrorInfo } from './nodeError';

type MessageFor = (response: HttpResponse) => ErrorInfo;

/** The messages of one kind of request, by outcome. */
export interface RequestMessages {
	connectionLost: ErrorInfo;
	/** 5xx or 408: the server may have begun what it was asked to do. */
	serverError: MessageFor;
	/** Success, but without what was asked for. */
	unexpectedBody: MessageFor;
	/** What some 4xx responses mean to this kind of request only. */
	forStatus?: (response: HttpResponse) => ErrorInfo | undefined;
	/** 4xx, with a reason that only the server's own message gives. */
	rejected: ErrorInfo;
	/** Why the request failed, if that is known already; takes precedence over all of the above. */
	diagnosis?: ErrorInfo;
}

export const BASE_URL_HINT =
	"'Base URL' in the OpenAI Videos API credential: on most servers it ends in /v1.";
export const CHECK_BASE_URL = `Check ${BASE_URL_HINT}`;

/** For a video that exists, and that the same step may get later. */
export const RERUN_LATER = { isRerunnable: true, isVideoKept: true };

export const forVideo = (videoId?: string): string =>
	videoId === undefined ? '' : ` for video '${videoId}'`;

const KNOWN_ERROR_INFO: Record<KnownError, ErrorInfo> = {
	insufficientQuota: {
		message: 'The account on the server has no credit left',
		nextStep: 'Add credit there.',
		isRerunnable: true,
	},
	imageSizeMismatch: {
		message: "The reference image is not in the video's size",
		nextStep:
			"Set 'Size' to 'Same as Reference Image', or bring the picture to the video's size first, for example with n8n's Edit Image node.",
	},
	contentPolicy: {
		message: "The server's rules on content do not allow this video",
		nextStep:
			'Change the prompt or the reference image, then create the video again. Sent unchanged, it would be refused again.',
	},
	modelNotFound: {
		message: 'The server does not offer this model',
		nextStep: "Pick one from the list of 'Model', or enter its name as the server knows it.",
	},
};

function knownErrorIn(body: unknown): ErrorInfo | undefined {
	const name = matchKnownError(body);
	return name && KNOWN_ERROR_INFO[name];
}

/** For a request that makes a video: Create, and those that start from another video. */
const CREATE_MESSAGES: RequestMessages = {
	connectionLost: {
		message:
			'The connection broke off while the video was being created, so it may exist and be billed',
		billing: 'uncertain',
	},
	serverError: ({ body }) => ({
		message: 'The server broke off while creating the video, so it may exist and be billed',
		nextStep: knownErrorIn(body)?.nextStep,
		billing: 'uncertain',
	}),
	unexpectedBody: ({ body }) => ({
		message: `The server sent ${describeBody(body)} instead of a video, which may exist all the same and be billed`,
		nextStep: knownErrorIn(body)?.nextStep ?? CHECK_BASE_URL,
		serverMessage: formatAnswer(body),
		billing: 'uncertain',
	}),
	rejected: { message: 'The server did not accept this video', billing: 'nothingCreated' },
};

/** An answer that says yes without an ID, as it is: it may be all that tells the video. */
function formatAnswer(body: unknown): string | undefined {
	const isYes =
		(Array.isArray(body) && body.length > 0) || (isObject(body) && reportsSuccess(body));
	return isYes ? formatJson(body) : undefined;
}

/** The same for Create, which is written in a style. */
export const createMessages = (style: ApiStyle, isStyleAssumed: boolean): RequestMessages => ({
	...CREATE_MESSAGES,
	unexpectedBody: (response) => ({
		...CREATE_MESSAGES.unexpectedBody(response),
		nextStep:
			knownErrorIn(response.body)?.nextStep ??
			joinSentences(CHECK_BASE_URL, isHtml(response.body) && checkStyle(style)),
	}),
	forStatus: (response) =>
		notCreated(knownErrorIn(response.body) ?? styleErrorInfo(response, style, isStyleAssumed)),
});

/** A refusal that may come from the style. */
function styleErrorInfo(
	response: HttpResponse,
	style: ApiStyle,
	isStyleAssumed: boolean,
): ErrorInfo | undefined {
	// Otherwise all that the refusal may ask for was tried.
	const formatStyle = isStyleAssumed ? undefined : styleOfFormat(response, style);
	const suggested = formatStyle ?? suggestedStyle(response, style);
	const change =
		suggested &&
		`Set ${STYLE_FIELD} to '${suggested}', and the option 'Body Format' to 'Automatic'.`;
	switch (response.statusCode) {
		case 400:
		case 422:
			return {
				message: 'The server did not accept this video',
				nextStep: joinSentences(change, COMPARE_FIELDS, !change && otherFields(style)),
			};
		case 404:
		case 405:
			return {
				message: 'The server knows no such model, or has no videos endpoint',
				nextStep: joinSentences("Check 'Model'.", CHECK_BASE_URL, change ?? checkStyle(style)),
			};
		case 413:
			return {
				message: 'The reference image is too large for the server',
				nextStep: "Make it smaller, for example with n8n's Edit Image node.",
			};
		case 415:
			return {
				message: 'The server does not take this kind of request',
				nextStep: change ?? otherFields(style),
			};
		default:
			return undefined;
	}
}

const joinSentences = (...sentences: Array<string | false | undefined>): string =>
	sentences.filter(Boolean).join(' ');

const STYLE_FIELD = "'API Style' in the OpenAI Videos API credential";

const COMPARE_FIELDS =
	"Compare 'Model', 'Prompt', 'Size', 'Seconds', the reference image and the options with what the server offers.";

const checkStyle = ({ name }: ApiStyle): string =>
	`Then check 'API Style' there: the request was written for '${name}'.`;

const otherFields = ({ name }: ApiStyle): string =>
	`If it has other fields, choose another ${STYLE_FIELD}: the request was written for '${name}'.`;

/** A refusal that asks for a field, and not one about its value. */
const asksFor = (field: string): RegExp =>
	new RegExp(
		`\\b${field}\\b['"\`]?[:,]? (?:field )?(?:is )?(?:required|missing|expected)\\b|\\b(?:required|missing|expected|did you mean)\\b[^.;]{0,30}\\b${field}\\b`,
		'i',
	);

/** Words by which a refusal tells the style that it wants. */
const STYLE_WORDS: Array<[words: RegExp, style: ApiStyleName, difference: keyof ApiStyle]> = [
	[asksFor('duration_seconds'), 'gemini', 'secondsAs'],
	[asksFor('num_frames'), 'agnes', 'secondsAs'],
	[asksFor('frame_images'), 'openrouter', 'imageAs'],
	[asksFor('duration'), 'openrouter', 'secondsAs'],
	[/\bvideos\/generations\b/, 'xai', 'createPath'],
	[asksFor('aspect_ratio'), 'xai', 'sizeAs'],
	[asksFor('(?:width|height)'), 'together', 'sizeAs'],
	[/\bsize\b[^.;]{0,40}\b16:9\b/i, 'cometapi', 'sizeAs'],
	[asksFor('image_url'), 'deepinfra', 'imageField'],
];

/** The name of the style that a refusal of the format suggests. */
function styleOfFormat(response: HttpResponse, style: ApiStyle): string | undefined {
	switch (readFormatHint(response, style.bodyFormat)) {
		case 'json':
			return API_STYLES.openaiJson.name;
		case 'multipart':
			return API_STYLES.openai.name;
		case 'secondsNumber':
			return style.secondsAs === 'seconds' ? 'Automatic' : undefined;
		case 'imageText':
			return style.imageAs === 'imageUrlObject' ? 'Automatic' : undefined;
		default:
			return undefined;
	}
}

/** The name of the style that the words of a refusal suggest. */
function suggestedStyle(response: HttpResponse, style: ApiStyle): string | undefined {
	const text = errorMessageOf(response.body);
	const [, suggested] =
		STYLE_WORDS.find(
			([word, name, difference]) =>
				word.test(text) && (API_STYLES[name] as ApiStyle)[difference] !== style[difference],
		) ?? [];
	return suggested && API_STYLES[suggested].name;
}

/** For a request that makes a video out of another one. */
export const sourceVideoMessages = (
	rejected: ErrorInfo,
	diagnosis: ErrorInfo | undefined,
): RequestMessages => ({
	...CREATE_MESSAGES,
	diagnosis: notCreated(diagnosis),
	forStatus: ({ body }) => notCreated(knownErrorIn(body)),
	rejected: { ...rejected, billing: 'nothingCreated' },
});

const notCreated = (info: ErrorInfo | undefined): ErrorInfo | undefined =>
	info && { ...info, billing: 'nothingCreated' };

/** For a request that reads a video; `video` is what is known of it. */
export const getMessages = (videoId: string, video?: Partial<Video>): RequestMessages => ({
	connectionLost: {
		message: `The connection to the server broke off${forVideo(videoId)}`,
		...RERUN_LATER,
	},
	serverError: () => ({
		message: `The server gave no answer about video '${videoId}'`,
		...RERUN_LATER,
	}),
	unexpectedBody: ({ body }) => ({
		message:
			isObject(body) && errorMessageOf(body)
				? `The server gave out no video '${videoId}'`
				: `The server sent ${describeBody(body)} instead of video '${videoId}'`,
		...RERUN_LATER,
		ifItPersists: `check ${BASE_URL_HINT}`,
	}),
	forStatus: (response) => {
		if (isExpired(response, video)) return videoExpired(videoId, video);
		return isVideoNotFound(response) ? videoNotFound(videoId) : undefined;
	},
	rejected: {
		message: `The server did not accept the request for video '${videoId}'`,
		nextStep: "Check 'Video ID'.",
	},
});

/** For any other request: `unclear` if the server said neither yes nor no. */
export const otherMessages = (
	{ unclear, rejected }: { unclear: ErrorInfo; rejected: ErrorInfo },
	diagnosis: ErrorInfo | undefined,
): RequestMessages => ({
	connectionLost: unclear,
	serverError: () => unclear,
	unexpectedBody: ({ body }) => ({
		...unclear,
		message: `${unclear.message}, but sent ${describeBody(body)}`,
		ifItPersists: `check ${BASE_URL_HINT}`,
	}),
	rejected,
	diagnosis,
});

export const videoNotFound = (videoId: string): ErrorInfo => ({
	message: `The server does not know video '${videoId}'`,
	nextStep:
		"Check 'Video ID', and that this step has the credential with which the video was created. It may also have been deleted, or have expired.",
});

export function videoExpired(videoId: string, video?: Partial<Video>): ErrorInfo {
	const expiry = formatExpiry(video);
	return {
		message: `Video '${videoId}' has expired on the server${expiry ? `, which kept it until ${expiry}` : ''}`,
		nextStep: 'Create it again, and download it soon after it is completed.',
	};
}

/** For a video that the server says it will never finish. */
export function videoFailed(video: Video): ErrorInfo {
	const { id, error } = video;
	const serverMessage = error?.message ?? error?.code;
	const end = endOf(video);
	switch (end) {
		case 'expired':
			return { ...videoExpired(id, video), serverMessage, video };
		case 'ranOutOfTime':
			return {
				message: `The server gave up on video '${id}', which ran out of time`,
				nextStep: 'Create it again, perhaps at a time when the server has less to do.',
				serverMessage,
				video,
			};
		case 'cancelled':
		case 'deleted':
			return {
				message: `Video '${id}' was ${end} on the server`,
				nextStep: 'Create it again if you want it.',
				serverMessage,
				video,
			};
		default:
			return {
				message: serverMessage
					? `The server could not make video '${id}'`
					: `The server could not make video '${id}': it gave no reason`,
				nextStep:
					knownErrorIn({ error })?.nextStep ??
					'Change the prompt or the reference image if the reason names them, then create the video again. Waiting longer does not help.',
				serverMessage,
				video,
			};
	}
}

const COMMON_ERROR_INFO: Record<number, ErrorInfo> = {
	401: {
		message: 'The server did not accept the API key',
		nextStep: "Check 'API Key' and 'Base URL' in the OpenAI Videos API credential.",
	},
	402: KNOWN_ERROR_INFO.insufficientQuota,
	403: {
		message: 'The API key is not allowed to do this',
		nextStep: "Ask the server's operator which models and videos the key may use.",
	},
	429: {
		message: 'The server takes no more requests right now',
		isRerunnable: true,
		ifItPersists:
			"send fewer items at a time with 'Batching' in 'Request Options' on the node's Settings tab.",
	},
};

/** What these statuses mean does not depend on the request. */
export function commonErrorInfo(response: HttpResponse, videoId?: string): ErrorInfo | undefined {
	const info = COMMON_ERROR_INFO[isQuotaExceeded(response) ? 402 : response.statusCode];
	return info && { ...info, message: info.message + forVideo(videoId) };
}

/** What came in place of a video or a file, for a sentence. */
export function describeBody(body: unknown): string {
	if (body === '' || body === undefined || body === null) return 'an empty answer';
	if (typeof body !== 'string') return 'JSON';
	return isHtml(body) ? 'a web page' : 'text';
}
