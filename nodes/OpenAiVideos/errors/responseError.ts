import { errorMessageOf } from '../responses/errorBody';
import {
	isBlockedByN8n,
	isConnectError,
	isNetworkError,
	isServerError,
	isSuccess,
	isTimeout,
	isTlsError,
} from '../responses/response';
import type { HttpResponse, HttpResult, NetworkError } from '../responses/response';
import type { Video } from '../responses/video';
import { commonErrorInfo, forVideo } from './messages';
import type { RequestMessages } from './messages';
import { VideosError } from './nodeError';
import type { ErrorInfo } from './nodeError';

/** What a request was about, for its error. */
interface RequestInfo {
	baseUrl: string;
	messages: RequestMessages;
	/** The requested video; undefined while it is being created. */
	videoId?: string;
	/** What is known of that video; by default its id. */
	video?: Partial<Video>;
}

const OPENAI_SHUT_DOWN =
	"OpenAI closed its own Videos API on 24 September 2026. Enter the address of another server that speaks the protocol as 'Base URL' in the OpenAI Videos API credential.";

/** The error for a result without what was requested. */
export function responseError(result: HttpResult, request: RequestInfo): VideosError {
	const { baseUrl, videoId, video } = request;
	const info = isNetworkError(result)
		? networkErrorInfo(result, request)
		: responseInfo(result, request);
	const { message, serverMessage, technicalDetail } = info;
	return new VideosError({
		...(isOpenAiShutDown(result, baseUrl)
			? { message, serverMessage, technicalDetail, nextStep: OPENAI_SHUT_DOWN }
			: info),
		statusCode: info.statusCode ?? (isNetworkError(result) ? undefined : result.statusCode),
		video: video ?? (videoId === undefined ? undefined : { id: videoId }),
	});
}

/** An OpenAI key still passes the credential test there, so nothing else tells the user. */
function isOpenAiShutDown(result: HttpResult, baseUrl: string): boolean {
	if (new URL(baseUrl).hostname !== 'api.openai.com') return false;
	return isNetworkError(result) ? isConnectError(result) : ![401, 429].includes(result.statusCode);
}

const networkErrorInfo = (
	error: NetworkError,
	{ baseUrl, videoId, messages }: RequestInfo,
): ErrorInfo => ({
	...(messages.diagnosis ??
		connectionErrorInfo(error, baseUrl, videoId) ??
		(isTimeout(error) ? messages.timedOut : undefined) ??
		messages.connectionLost),
	technicalDetail: formatNetworkError(error),
});

/** For a connection that was never made; undefined where it was lost later. */
export function connectionErrorInfo(
	error: NetworkError,
	baseUrl: string,
	videoId?: string,
): ErrorInfo | undefined {
	if (isBlockedByN8n(error)) {
		return {
			message: `n8n does not let this node reach ${baseUrl}${forVideo(videoId)}`,
			nextStep:
				'For a server in your own network, ask the administrator of n8n to allow its address (N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES); for a list of allowed domains, look into the credential.',
		};
	}
	if (isTlsError(error)) {
		return {
			message: `No secure connection to ${baseUrl} came about${forVideo(videoId)}`,
			nextStep:
				"Check whether 'Base URL' must begin with http:// or https://. For a certificate that n8n does not trust, switch on 'Ignore SSL Issues (Insecure)' in the credential.",
		};
	}
	if (isConnectError(error)) {
		return {
			message: `The server at ${baseUrl} cannot be reached${forVideo(videoId)}`,
			nextStep:
				"Check that it is running and that 'Base URL' in the OpenAI Videos API credential is its address.",
		};
	}
	return undefined;
}

export const formatNetworkError = ({ code, message }: NetworkError): string =>
	[code, message].filter(Boolean).join(': ');

function responseInfo(response: HttpResponse, { videoId, messages }: RequestInfo): ErrorInfo {
	const { diagnosis, unexpectedBody } = messages;
	const isRedirect = !isSuccess(response) && response.statusCode < 400;
	const { billing } = messages.rejected;
	if (isRedirect && !diagnosis) {
		// "See other" names what has come of the request.
		return {
			...redirectErrorInfo(response, videoId),
			billing: billing && response.statusCode === 303 ? 'uncertain' : billing,
		};
	}
	const info =
		diagnosis ??
		(isSuccess(response) ? unexpectedBody(response) : statusErrorInfo(response, messages, videoId));
	return { ...info, serverMessage: info.serverMessage ?? errorMessageOf(response.body) };
}

/** For a status of 400 and up. */
function statusErrorInfo(
	response: HttpResponse,
	{ serverError, forStatus, rejected }: RequestMessages,
	videoId?: string,
): ErrorInfo {
	if (isServerError(response)) return serverError(response);
	const info = forStatus?.(response) ?? commonErrorInfo(response, videoId) ?? rejected;
	return { ...info, billing: info.billing ?? rejected.billing };
}

/** The node follows no redirect of an API request: the key would be sent to its target. */
export const redirectErrorInfo = (
	{ statusCode, headers }: HttpResponse,
	videoId?: string,
): ErrorInfo => ({
	message: `The server redirects elsewhere${forVideo(videoId)}`,
	nextStep:
		"If that is the server's new address, enter it as 'Base URL' in the OpenAI Videos API credential. A login page means that something before the server asks for one.",
	serverMessage: typeof headers.location === 'string' ? headers.location : undefined,
	statusCode,
});
