import type {
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
} from 'n8n-workflow';

import { SECOND_MS } from '../clock';
import { BASE_URL_HINT, commonErrorInfo } from '../errors/messages';
import { toNodeApiError, VideosError } from '../errors/nodeError';
import type { ErrorInfo } from '../errors/nodeError';
import {
	connectionErrorInfo,
	formatNetworkError,
	redirectErrorInfo,
} from '../errors/responseError';
import { baseRequest, requestContext, send, withOptions } from '../http/request';
import { serverOf } from '../http/server';
import { errorMessageOf } from '../responses/errorBody';
import { isNetworkError, isSuccess } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { findList, isObject } from '../responses/values';
import { saysVideo, sortVideoModelsFirst } from './videoModels';
import type { Model } from './videoModels';

const TIMEOUT_MS = 30 * SECOND_MS;
/** Many servers have one list only, and some never answer a path that they do not know. */
const FURTHER_TIMEOUT_MS = 5 * SECOND_MS;

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
		const models = sortVideoModelsFirst(await fetchModels(this));
		return {
			results: models
				.filter(({ id }) => id.toLowerCase().includes(search))
				.map(({ id }) => ({ name: id, value: id })),
		};
	} catch (error) {
		throw await toNodeApiError(this, error, { isForList: true });
	}
}

/** The models of all the server's lists, each once. */
async function fetchModels(context: ILoadOptionsFunctions): Promise<Model[]> {
	const { baseUrl, style } = serverOf(await context.getCredentials('openAiVideosApi'));
	const ignoresSslIssues = context.getCurrentNodeParameter('requestOptions.allowUnauthorizedCerts');
	const request = baseRequest(baseUrl, {
		method: 'GET',
		skipSslCertificateValidation: ignoresSslIssues === true,
		proxy: toProxy(context.getCurrentNodeParameter('requestOptions.proxy')),
	});
	const results = await Promise.all(
		style.modelPaths.map(
			async (url, index) =>
				await send(
					requestContext(context),
					withOptions(request, { url, timeout: index === 0 ? TIMEOUT_MS : FURTHER_TIMEOUT_MS }),
				),
		),
	);
	const lists = results.map(
		(result, index) => parseModels(result, isVideoList(style.modelPaths[index])) ?? [],
	);
	const models = new Map<string, Model>();
	for (const model of lists.flat()) {
		const isVideo = model.isVideo || (models.get(model.id)?.isVideo ?? model.isVideo);
		models.set(model.id, { ...model, isVideo });
	}
	if (models.size === 0) {
		const refused = results.find((each) => !isNetworkError(each) && isRefusedKey(each));
		throw new VideosError(modelListErrorInfo(refused ?? results[0], baseUrl));
	}
	return [...models.values()];
}

/** The node's 'Proxy', as n8n itself reads it for the node. */
function toProxy(entered: unknown): IHttpRequestOptions['proxy'] {
	const text = typeof entered === 'string' ? entered.trim() : '';
	// Empty, or an expression that only the workflow can evaluate.
	if (text === '' || text.startsWith('=')) return undefined;
	const url = /^https?:\/\/[^\s/]+/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
	if (!url) {
		throw new VideosError({
			message: "'Proxy' in 'Request Options' is not a web address",
			nextStep: 'Enter it with its port, for example http://proxy.example.com:8080.',
		});
	}
	const { protocol, hostname, port, username, password } = url;
	return {
		protocol: protocol.replace(':', ''),
		host: hostname,
		port: Number(port) || (protocol === 'https:' ? 443 : 80),
		...(username && {
			auth: { username: decode(username), password: decode(password) },
		}),
	};
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

const isVideoList = (path: string): boolean => path.includes('video');

/** The models in a response; undefined if it holds no list. */
function parseModels(result: HttpResult, isVideo = false): Model[] | undefined {
	if (isNetworkError(result) || !isSuccess(result)) return undefined;
	return findList(result.body, LIST_KEYS)
		?.list.map((entry) => ({ id: modelId(entry), isVideo: isVideo || saysVideo(entry) }))
		.filter(({ id }) => id !== '');
}

function modelId(entry: unknown): string {
	const values = isObject(entry) ? ID_KEYS.map((key) => entry[key]) : [entry];
	const id = values.find((value) => typeof value === 'string' && value.trim() !== '');
	// Google puts this before each name, and takes the name without it.
	return typeof id === 'string' ? id.trim().replace(/^models\//, '') : '';
}

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

const isRefusedKey = ({ statusCode }: HttpResponse): boolean =>
	[401, 402, 403].includes(statusCode);

function responseErrorInfo(response: HttpResponse): ErrorInfo {
	const { statusCode } = response;
	if (isSuccess(response) && parseModels(response)) {
		return { message: "The server's list of models is empty", nextStep: USE_BY_ID };
	}
	if (isSuccess(response) || [404, 405, 501].includes(statusCode)) {
		return {
			message: 'This server has no list of models',
			nextStep: `${USE_BY_ID} If it should have a list: check ${BASE_URL_HINT}`,
		};
	}
	const common = isRefusedKey(response) ? commonErrorInfo(response) : undefined;
	if (!common) return { message: 'The server gave no list of models', nextStep: TRY_LATER };
	// A key that may not see the list may make videos all the same.
	return statusCode === 403 ? { ...common, nextStep: `${common.nextStep} ${USE_BY_ID}` } : common;
}
