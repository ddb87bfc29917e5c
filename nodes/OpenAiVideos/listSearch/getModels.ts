import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { isFault, isSuccess } from '../api/answers/answer';
import type { Answer, Outcome } from '../api/answers/answer';
import { modelsIn, videoModelsFirst } from '../api/answers/models';
import { requireBaseUrl } from '../api/operation';
import type { NodeProblem } from '../api/problems/problem';
import { faultOf } from '../api/requests/send';
import { asShownInList, noModels } from './noModels';

const LONGEST_REQUEST_MS = 30_000;

/** All of the server's models that have `filter` in their id: a video model cannot be told by its name. */
export async function getModels(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const models = await readModels(this).catch((error: NodeProblem) => {
		throw asShownInList(error);
	});
	const wanted = filter.trim().toLowerCase();
	return {
		results: videoModelsFirst(models)
			.filter((name) => name.toLowerCase().includes(wanted))
			.map((name) => ({ name, value: name })),
	};
}

async function readModels(context: ILoadOptionsFunctions): Promise<string[]> {
	const { baseUrl: baseURL } = await context.getCredentials<{ baseUrl: string }>('openAiVideosApi');
	const baseUrl = requireBaseUrl(context, { options: { baseURL } });
	const outcome = await ask(context, baseUrl);
	const models = !isFault(outcome) && isSuccess(outcome) ? (modelsIn(outcome.body) ?? []) : [];
	if (models.length === 0) throw await noModels(context, outcome, baseUrl);
	return models;
}

async function ask(context: ILoadOptionsFunctions, baseURL: string): Promise<Outcome> {
	const allowed = context.getCurrentNodeParameter('requestOptions.allowUnauthorizedCerts');
	try {
		const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			'openAiVideosApi',
			{
				method: 'GET',
				baseURL,
				url: '/models',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				skipSslCertificateValidation: allowed === true,
				timeout: LONGEST_REQUEST_MS,
			},
		);
		return answer as Answer;
	} catch (error) {
		return faultOf(error);
	}
}
