import { API_STYLES } from '../apiStyle';
import type { ApiStyle, ApiStyleName } from '../apiStyle';
import {
	errorMessageOf,
	isExpired,
	isUpstreamError,
	isVideoNotFound,
} from '../responses/errorBody';
import { isBinary } from '../responses/errorText';
import { readFormatHint } from '../responses/formatHint';
import { isQuotaExceeded, matchKnownError, readDistantRetryAfter } from '../responses/knownErrors';
import type { KnownError } from '../responses/knownErrors';
import { mayHaveBeenAccepted } from '../responses/refusal';
import { isHtml, isProxyPage } from '../responses/response';
import type { HttpResponse } from '../responses/response';
import { formatExpiry, formatFields, isObject } from '../responses/values';
import { endOf, reportsSuccess } from '../responses/video';
import type { Video } from '../responses/video';
import type { ErrorInfo } from './nodeError';

type MessageFor = (response: HttpResponse) => ErrorInfo;

/** The messages of one kind of request, by outcome. */
export interface RequestMessages {
	connectionLost: ErrorInfo;
	/** n8n gave up waiting. */
	timedOut?: ErrorInfo;
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

const TELL_OPERATOR = 'Only the operator of the server can change that: tell them the reason.';

const KNOWN_ERROR_INFO: Record<KnownError, ErrorInfo> = {
	insufficientQuota: {
		message: 'The account on the server has no credit left',
		nextStep: 'Add credit there.',
		isRerunnable: true,
	},
	keyLimitReached: {
		message: 'The API key has used up its limit on the server',
		nextStep: 'Raise the limit of the key there, or use another key of the same account.',
		isRerunnable: true,
	},
	accountBlocked: {
		message: 'The account on the server is blocked, closed or under review',
		nextStep: 'Ask the operator of the server.',
	},
	imageSizeMismatch: {
		message: "The reference image is not in the video's size",
		nextStep: "Bring the image to the video's size first, for example with n8n's Edit Image node.",
	},
	contentPolicy: {
		message: "The server's rules on content do not allow this video",
		nextStep:
			'Change the prompt or the reference image, then create the video again. Sent unchanged, it would be refused again.',
	},
	modelPriceMissing: {
		message: 'The server is not set up for this model: it has no price for it',
		nextStep: TELL_OPERATOR,
	},
	modelNotAllowed: {
		message: 'This API key or account may not use the model',
		nextStep: 'Ask the operator of the server for access to it.',
	},
	modelNotFound: {
		message: 'The server does not offer this model',
		nextStep: 'Ask the operator of the server which models it offers.',
	},
	invalidKey: {
		message: 'The server did not accept the API key',
		nextStep: "Check 'API Key' and 'Base URL' in the OpenAI Videos API credential.",
	},
	bodyTooLarge: {
		message: 'The request is too large for the server',
		nextStep: 'Send less: a shorter prompt, or smaller files.',
	},
	outOfMemory: {
		message: 'The server has too little memory for this video',
		nextStep: 'A smaller or a shorter video needs less.',
	},
	upstreamUnreachable: {
		message: 'The server cannot reach its own provider',
		isRerunnable: true,
		ifItPersists: 'tell the operator of the server.',
	},
	workerGone: {
		message: 'The server takes no videos right now',
		nextStep: 'The part of it that makes videos is not running: tell the operator of the server.',
		isRerunnable: true,
	},
	unavailable: {
		message: 'The server takes no videos right now',
		isRerunnable: true,
		ifItPersists: 'tell the operator of the server.',
	},
	notSupported: {
		message: 'The server or its provider does not support this request',
		nextStep: 'Compare the request with what the server offers.',
	},
	brokenBeforeSending: {
		message: 'The server broke down before it began with the request',
		nextStep: TELL_OPERATOR,
	},
};

/** The same, if it is about what the server itself uses at a provider behind it. */
const UPSTREAM_ERROR_INFO: Partial<Record<KnownError, ErrorInfo>> = {
	insufficientQuota: {
		message: "The server's own account at its provider has no credit left",
		nextStep: TELL_OPERATOR,
	},
	keyLimitReached: {
		message: "The server's own key at its provider has used up its limit",
		nextStep: TELL_OPERATOR,
	},
	accountBlocked: {
		message: "The server's own account at its provider is blocked, closed or under review",
		nextStep: TELL_OPERATOR,
	},
	invalidKey: {
		message: "The server's own provider did not accept the server's key",
		nextStep: `Your 'API Key' is not meant. ${TELL_OPERATOR}`,
	},
};

/** What to do about a video that failed for such a reason, where it is not the same as for a request. */
const FAILED_NEXT_STEP: Partial<Record<KnownError, string>> = {
	workerGone:
		'The part of the server that makes videos broke down: tell its operator, then create the video again.',
	insufficientQuota:
		'Add credit to the account that pays for it: yours on the server or, behind a gateway, that of its operator.',
	outOfMemory: "Create it again with a smaller 'Size' or fewer 'Seconds'.",
	unavailable: 'The server had nobody free for it: create it again later.',
	upstreamUnreachable: 'The server could not reach its own provider: create it again later.',
	notSupported: 'Compare the model, the size and the length with what the server offers.',
};

/** What to do in the fields of Create; the last two are all that an operation with only a model has. */
const FIELD_HINTS: Partial<Record<KnownError, Partial<ErrorInfo>>> = {
	imageSizeMismatch: {
		nextStep:
			"Set 'Size' to 'Same as Reference Image', or bring the image to the video's size first, for example with n8n's Edit Image node.",
	},
	bodyTooLarge: {
		nextStep:
			"Make the reference image or the extra files smaller, for example with n8n's Edit Image node.",
	},
	outOfMemory: { nextStep: "Choose a smaller 'Size' or fewer 'Seconds'." },
	notSupported: {
		nextStep:
			"Compare 'Model', 'Size', 'Seconds', the reference image and the options with what the server offers.",
	},
};
const MODEL_HINTS: Partial<Record<KnownError, Partial<ErrorInfo>>> = {
	modelPriceMissing: { nextStep: `Choose another 'Model'. ${TELL_OPERATOR}` },
	modelNotAllowed: {
		nextStep: "Ask the operator of the server for access, or choose another 'Model'.",
	},
	modelNotFound: {
		nextStep: "Pick one from the list of 'Model', or enter its name as the server knows it.",
	},
};
const HINTS = { all: { ...FIELD_HINTS, ...MODEL_HINTS }, model: MODEL_HINTS, none: {} };

/** What a 4xx may be about, whatever the request; other words are about one of its fields there. */
const COMMON_ERRORS: KnownError[] = [
	...(['insufficientQuota', 'keyLimitReached', 'accountBlocked', 'contentPolicy'] as const),
	...(['modelPriceMissing', 'modelNotAllowed', 'modelNotFound', 'invalidKey'] as const),
];
/** The same for a Create. */
const CREATE_ERRORS: KnownError[] = [
	...COMMON_ERRORS,
	...(['imageSizeMismatch', 'bodyTooLarge', 'outOfMemory', 'unavailable'] as const),
];

interface KnownErrorOptions {
	/** Undefined for all of them. */
	among?: KnownError[];
	/** Which fields of Create the operation has. */
	fields?: keyof typeof HINTS;
}

/** The known error in a response, in words; undefined if there is none. */
function knownErrorIn(
	response: HttpResponse,
	{ among, fields = 'none' }: KnownErrorOptions = {},
): ErrorInfo | undefined {
	const name = matchKnownError(response.body);
	if (!name || among?.includes(name) === false) return undefined;
	const isCredit = name === 'insufficientQuota' || name === 'keyLimitReached';
	// Whoever says when to come back soon means too many requests.
	if (isCredit && response.statusCode === 429 && !isQuotaExceeded(response)) return undefined;
	const hints: Partial<Record<KnownError, Partial<ErrorInfo>>> = HINTS[fields];
	const info = { ...infoOf(name, response.body), ...hints[name] };
	return isCredit ? { ...info, nextStep: joinSentences(info.nextStep, waitHint(response)) } : info;
}

function infoOf(name: KnownError, body: unknown): ErrorInfo {
	const upstream = isUpstreamError(body) ? UPSTREAM_ERROR_INFO[name] : undefined;
	return upstream ?? KNOWN_ERROR_INFO[name];
}

/** When a server takes requests again that takes none for long. */
function waitHint(response: HttpResponse): string | undefined {
	const delay = readDistantRetryAfter(response);
	if (delay === undefined) return undefined;
	const hours = delay / 3_600_000;
	const time = hours < 2 ? `${Math.ceil(delay / 60_000)} minutes` : `${Math.ceil(hours)} hours`;
	return `The server takes requests again in ${time}.`;
}

const PROXY_ERROR_INFO: ErrorInfo = {
	message:
		'A proxy between n8n and the server answered in its place, and did not pass the request on',
	nextStep:
		"Ask the administrator of your network to allow the address in 'Base URL', or check 'Proxy' in 'Request Options' and the proxy settings of n8n.",
};

const UNREACHED_INFO: ErrorInfo = {
	message: 'A proxy before the server could not reach it',
	isRerunnable: true,
	ifItPersists: 'tell the operator of the server.',
};

/** Refusals that need no words. */
const REFUSAL_STATUS_INFO: Partial<Record<number, ErrorInfo>> = {
	501: KNOWN_ERROR_INFO.notSupported,
	529: KNOWN_ERROR_INFO.unavailable,
};

/** A refusal that can be read from the response, whatever its status; undefined if the video may exist. */
function refusalIn(response: HttpResponse, options: KnownErrorOptions): ErrorInfo | undefined {
	if (mayHaveBeenAccepted(response)) return undefined;
	const info = isProxyPage(response) ? PROXY_ERROR_INFO : knownErrorIn(response, options);
	return notCreated(info ?? REFUSAL_STATUS_INFO[response.statusCode] ?? UNREACHED_INFO);
}

/** A video that was made, and not given out. */
const refusedResultIn = ({ body }: HttpResponse): ErrorInfo | undefined =>
	matchKnownError(body) === 'contentPolicy'
		? {
				message:
					"The server's rules on content did not allow the video that it made, which may be billed",
				nextStep: 'Change the prompt or the reference image before you create it again.',
			}
		: undefined;

/** For a request that makes a video: Create, and those that start from another video. */
const createMessagesFor = (
	fields: keyof typeof HINTS,
	/** What to look at if the body holds no video, and no reason. */
	bodyHint: (body: unknown) => string = () => CHECK_BASE_URL,
): RequestMessages => ({
	connectionLost: {
		message:
			'The connection broke off while the video was being created, so it may exist and be billed',
		billing: 'uncertain',
	},
	timedOut: {
		message: 'The server did not answer in time, so the video may exist and be billed',
		nextStep: "For a server that takes longer to answer, raise 'Timeout' in 'Request Options'.",
		billing: 'uncertain',
	},
	serverError: (response) =>
		refusalIn(response, { fields }) ??
		refusedResultIn(response) ?? {
			message: 'The server broke off while creating the video, so it may exist and be billed',
			nextStep: knownErrorIn(response, { fields })?.nextStep,
			billing: 'uncertain',
		},
	unexpectedBody: (response) =>
		refusalIn(response, { fields }) ?? {
			message: `The server sent ${describeBody(response.body)} instead of a video, which may exist all the same and be billed`,
			nextStep: knownErrorIn(response, { fields })?.nextStep ?? bodyHint(response.body),
			serverMessage: formatAnswer(response.body),
			billing: 'uncertain',
		},
	rejected: { message: 'The server did not accept this video', billing: 'nothingCreated' },
});

/** An answer that says yes without an ID, as it is: it may be all that tells the video. */
function formatAnswer(body: unknown): string | undefined {
	const isYes =
		(Array.isArray(body) && body.length > 0) || (isObject(body) && reportsSuccess(body));
	return isYes ? formatFields(body) : undefined;
}

/** For Create, which is written in a style. */
export const createMessages = (style: ApiStyle, isStyleAssumed: boolean): RequestMessages => ({
	...createMessagesFor('all', (body) =>
		joinSentences(CHECK_BASE_URL, isHtml(body) && checkStyle(style)),
	),
	forStatus: (response) =>
		notCreated(
			requestErrorIn(response, { among: CREATE_ERRORS, fields: 'all' }) ??
				styleErrorInfo(response, style, isStyleAssumed),
		),
});

/** What a 4xx says about the request as a whole. */
const requestErrorIn = (
	response: HttpResponse,
	options: KnownErrorOptions,
): ErrorInfo | undefined =>
	isProxyPage(response) ? PROXY_ERROR_INFO : knownErrorIn(response, options);

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
			return { ...KNOWN_ERROR_INFO.bodyTooLarge, ...FIELD_HINTS.bodyTooLarge };
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

/** For a request that makes a video out of another one; `hasModel` if its model is a field, too. */
export const sourceVideoMessages = (
	rejected: ErrorInfo,
	diagnosis: ErrorInfo | undefined,
	hasModel: boolean,
): RequestMessages => ({
	...createMessagesFor(hasModel ? 'model' : 'none'),
	diagnosis: notCreated(diagnosis),
	forStatus: (response) =>
		notCreated(
			requestErrorIn(response, { among: CREATE_ERRORS, fields: hasModel ? 'model' : 'none' }),
		),
	rejected: { ...rejected, billing: 'nothingCreated' },
});

const notCreated = (info: ErrorInfo | undefined): ErrorInfo | undefined =>
	info && { ...info, billing: 'nothingCreated' };

/** For a request that reads a video; `video` is what is known of it. */
export const getMessages = (
	videoId: string,
	video?: Partial<Video>,
	/** Whether the server has responded about it before, so that its ID is right. */
	wasRead = false,
): RequestMessages => ({
	connectionLost: {
		message: `The connection to the server broke off${forVideo(videoId)}`,
		...RERUN_LATER,
	},
	timedOut: {
		message: `The server did not answer in time about video '${videoId}'`,
		...RERUN_LATER,
	},
	serverError: (response) =>
		creditErrorIn(response, videoId) ?? {
			message: `The server returned an error for video '${videoId}'`,
			...RERUN_LATER,
		},
	unexpectedBody: ({ body }) => ({
		message:
			isObject(body) && errorMessageOf(body)
				? `The server returned no video '${videoId}'`
				: `The server sent ${describeBody(body)} instead of video '${videoId}'`,
		...RERUN_LATER,
		ifItPersists: `check ${BASE_URL_HINT}`,
	}),
	forStatus: (response) => {
		if (isExpired(response, video)) return videoExpired(videoId, video);
		const isKnown = requestErrorIn(response, { among: COMMON_ERRORS }) !== undefined;
		return isVideoNotFound(response) && !isKnown ? videoNotFound(videoId) : undefined;
	},
	rejected: {
		message: `The server did not accept the request for video '${videoId}'`,
		nextStep: wasRead ? undefined : "Check 'Video ID'.",
	},
});

/** For any other request: `unclear` if the server said neither yes nor no. */
export const otherMessages = (
	{ unclear, rejected }: { unclear: ErrorInfo; rejected: ErrorInfo },
	diagnosis: ErrorInfo | undefined,
): RequestMessages => ({
	connectionLost: unclear,
	serverError: (response) => creditErrorIn(response) ?? unclear,
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
		isVideoForgotten: true,
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
					failedNextStep(error) ??
					(serverMessage
						? 'Change the prompt or the reference image if the reason names them, then create the video again. Waiting longer does not help.'
						: 'Try another prompt or reference image. Waiting longer does not help.'),
				serverMessage,
				video,
			};
	}
}

/** The reasons of a video are the server's own: its key and its credit, too. */
function failedNextStep(error: Video['error']): string | undefined {
	const name = matchKnownError({ error });
	if (!name) return undefined;
	return FAILED_NEXT_STEP[name] ?? (UPSTREAM_ERROR_INFO[name] ?? KNOWN_ERROR_INFO[name]).nextStep;
}

const COMMON_ERROR_INFO: Record<number, ErrorInfo> = {
	401: KNOWN_ERROR_INFO.invalidKey,
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

/** What is said of a video that exists, whose key may have been spent on it. */
export const OTHER_KEY_HINT =
	"Another key of the same account, as 'API Key' in the OpenAI Videos API credential, may still get the video.";

const FIREWALL_INFO: ErrorInfo = {
	message: 'A firewall or a proxy refused the request before the server',
	nextStep: 'Ask the operator of the server, or the administrator of your network.',
};

/** What these responses mean does not depend on the request. */
export function commonErrorInfo(response: HttpResponse, videoId?: string): ErrorInfo | undefined {
	const known = requestErrorIn(response, { among: COMMON_ERRORS });
	const isFirewall = response.statusCode === 403 && isHtml(response.body);
	const info = known ?? (isFirewall ? FIREWALL_INFO : COMMON_ERROR_INFO[response.statusCode]);
	if (!info || videoId === undefined) return info;
	if (info.message === KNOWN_ERROR_INFO.contentPolicy.message) {
		return { ...info, message: `The server's rules on content do not allow video '${videoId}'` };
	}
	const isShort = Object.values(COMMON_ERROR_INFO).some(({ message }) => message === info.message);
	const nextStep =
		info.message === KNOWN_ERROR_INFO.invalidKey.message
			? joinSentences(info.nextStep, 'The key may also be used up or expired.', OTHER_KEY_HINT)
			: info.nextStep;
	const message = info.message + (isShort ? forVideo(videoId) : ` (video '${videoId}')`);
	return { ...info, nextStep, message };
}

/** No credit, told with a status that most servers have for what passes. */
function creditErrorIn(response: HttpResponse, videoId?: string): ErrorInfo | undefined {
	const isKnown = isProxyPage(response) || isQuotaExceeded(response);
	return isKnown ? commonErrorInfo(response, videoId) : undefined;
}

/** What came in place of a video or a file, for a sentence. */
export function describeBody(body: unknown): string {
	if (body === '' || body === undefined || body === null) return 'an empty answer';
	if (typeof body !== 'string') return 'JSON';
	if (isHtml(body)) return 'a web page';
	return isBinary(body) ? 'binary data' : 'text';
}
