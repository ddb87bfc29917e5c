import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { SECOND_MS } from '../clock';
import { BASE_URL_HINT, commonErrorInfo } from '../errors/messages';
import { toNodeApiError, VideosError } from '../errors/nodeError';
import type { ErrorInfo } from '../errors/nodeError';
import {
	connectionErrorInfo,
	formatNetworkError,
	redirectErrorInfo,
} from '../errors/responseError';
import { requireBaseUrl } from '../http/baseUrl';
import { baseRequest, requestContext, send } from '../http/request';
import { errorMessageOf } from '../responses/errorBody';
import { isNetworkError, isSuccess } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { findList, isObject } from '../responses/values';

const TIMEOUT_MS = 30 * SECOND_MS;

/** Where servers put a list, and the name of a model in it. */
const LIST_KEYS = ['data', 'models', 'result', 'results', 'items'];
const ID_KEYS = ['id', 'name', 'model'];

/** All of the server's models that have `filter` in their id: a name does not tell a video model for sure. */
export async function getModels(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		const search = filter.trim().toLowerCase();
		const ids = sortVideoModelsFirst(await fetchModels(this));
		return {
			results: ids
				.filter((id) => id.toLowerCase().includes(search))
				.map((id) => ({ name: id, value: id })),
		};
	} catch (error) {
		throw await toNodeApiError(this, error, { isForList: true });
	}
}

async function fetchModels(context: ILoadOptionsFunctions): Promise<string[]> {
	const credentials = await context.getCredentials<{ baseUrl: string }>('openAiVideosApi');
	const baseUrl = requireBaseUrl({ options: { baseURL: credentials.baseUrl } });
	const ignoresSslIssues = context.getCurrentNodeParameter('requestOptions.allowUnauthorizedCerts');
	const request = baseRequest(baseUrl, {
		method: 'GET',
		url: '/models',
		skipSslCertificateValidation: ignoresSslIssues === true,
		timeout: TIMEOUT_MS,
	});
	const result = await send(requestContext(context), request);
	const ids = parseModelIds(result) ?? [];
	if (ids.length === 0) throw new VideosError(modelListErrorInfo(result, baseUrl));
	return ids;
}

/** The ids of the models in a response, each once; undefined if it holds no list. */
function parseModelIds(result: HttpResult): string[] | undefined {
	if (isNetworkError(result) || !isSuccess(result)) return undefined;
	const ids = findList(result.body, LIST_KEYS)?.list.map(modelId);
	return ids && [...new Set(ids.filter((id) => id !== ''))];
}

function modelId(entry: unknown): string {
	const values = isObject(entry) ? ID_KEYS.map((key) => entry[key]) : [entry];
	const id = values.find((value) => typeof value === 'string' && value.trim() !== '');
	return typeof id === 'string' ? id.trim() : '';
}

/**
 * Names of video models, and parts of them. The first are short, or begin other words ("wandb",
 * "cognitive", "pikachu"), and must stand alone; the others may continue ("hunyuanvideo").
 */
const VIDEO_MODEL_PATTERN =
	/(?<![a-z])((sora|veo|wanx?|kling(ai)?|ltxv?|cog|mochi|runway(ml)?|luma(labs)?|pika|viduq?|([tivsr]|ti|flf?)2v)(?![a-z])|seedance|hailuo|minimax|hunyuan|cogvideo|pixverse|skyreels|video)/i;

/** Those that look like video models first, and each part in alphabetical order. */
function sortVideoModelsFirst(ids: string[]): string[] {
	const sorted = [...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
	return [...sorted.filter(isVideoModel), ...sorted.filter((id) => !isVideoModel(id))];
}

const isVideoModel = (id: string): boolean =>
	VIDEO_MODEL_PATTERN.test(id) || VIDEO_MODEL_PATTERN.test(splitCamelCase(id));

/** "WanVideo" and "LTXVideo" are two words each. */
const splitCamelCase = (id: string): string =>
	id.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');

const USE_BY_ID = "Choose 'By ID' in place of 'From List', and enter the name of the model.";
const TRY_LATER =
	"Open the list again later. Or choose 'By ID' in place of 'From List', and enter the name of the model.";

/** Why there is nothing to pick from, and what to do: a list that n8n shows empty says neither. */
function modelListErrorInfo(result: HttpResult, baseUrl: string): ErrorInfo {
	if (isNetworkError(result)) {
		return {
			...(connectionErrorInfo(result, baseUrl) ?? {
				message: 'The connection to the server broke off',
				nextStep: TRY_LATER,
			}),
			technicalDetail: formatNetworkError(result),
		};
	}
	const { statusCode, body } = result;
	if (statusCode >= 300 && statusCode < 400) return redirectErrorInfo(result);
	return {
		...responseErrorInfo(result),
		// n8n drops phrases such as "check your credentials" from messages.
		technicalDetail: errorMessageOf(body),
		statusCode: isSuccess(result) ? undefined : statusCode,
	};
}

function responseErrorInfo(response: HttpResponse): ErrorInfo {
	const { statusCode } = response;
	if (isSuccess(response) && parseModelIds(response)) {
		return { message: "The server's list of models is empty", nextStep: USE_BY_ID };
	}
	if (isSuccess(response) || [404, 405, 501].includes(statusCode)) {
		return {
			message: 'This server has no list of models',
			nextStep: `${USE_BY_ID} If it should have a list: check ${BASE_URL_HINT}`,
		};
	}
	const common = [401, 402, 403].includes(statusCode) ? commonErrorInfo(response) : undefined;
	if (!common) return { message: 'The server gave no list of models', nextStep: TRY_LATER };
	// A key that may not see the list may make videos all the same.
	return statusCode === 403 ? { ...common, nextStep: `${common.nextStep} ${USE_BY_ID}` } : common;
}
