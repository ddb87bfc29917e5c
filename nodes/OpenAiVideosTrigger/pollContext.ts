import type { IDataObject, IHttpRequestOptions, IPollFunctions } from 'n8n-workflow';

import type { Context } from '../OpenAiVideos/api/problems/problem';
import type { Request } from '../OpenAiVideos/api/requests/send';

/** What the functions that read from a server ask of n8n, as a trigger can give it. */
export const contextOf = (trigger: IPollFunctions): Context =>
	({
		getNode: () => trigger.getNode(),
		getCredentials: async (type: string) => await trigger.getCredentials(type),
		getItemIndex: () => 0,
		getExecutionCancelSignal: () => undefined,
		async makeRoutingRequest({ options }: Request) {
			const answer: unknown = await trigger.helpers.httpRequestWithAuthentication.call(
				trigger,
				'openAiVideosApi',
				{ ...options, returnFullResponse: true } as IHttpRequestOptions,
			);
			return [{ json: answer as IDataObject }];
		},
	}) as unknown as Context;

/** The request that each request of the trigger is made of. */
export async function baseRequest(trigger: IPollFunctions): Promise<Request> {
	const { baseUrl } = await trigger.getCredentials<{ baseUrl: string }>('openAiVideosApi');
	return {
		options: {
			baseURL: baseUrl,
			headers: { Accept: 'application/json, */*' },
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			qs: {},
		},
	} as unknown as Request;
}
