import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

/** The server's models, unfiltered: a video model cannot be told by its name. */
export async function getModels(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const { baseUrl: baseURL } = await this.getCredentials<{ baseUrl: string }>('openAiVideosApi');
	const { data } = (await this.helpers.httpRequestWithAuthentication.call(this, 'openAiVideosApi', {
		method: 'GET',
		baseURL,
		url: '/models',
	})) as { data?: IDataObject[] };

	const wanted = (filter ?? '').toLowerCase();
	const names = (data ?? []).map(({ id }) => String(id));
	return {
		results: names
			.filter((name) => name.toLowerCase().includes(wanted))
			.sort((a, b) => a.localeCompare(b))
			.map((name) => ({ name, value: name })),
	};
}
