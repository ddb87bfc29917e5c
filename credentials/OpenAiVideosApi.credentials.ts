import type {
	IAuthenticateRuleResponseCode,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { normalizeBaseUrl, queryOf } from '../nodes/OpenAiVideos/http/baseUrl';

/** Masked, because the extra header of a gateway usually carries a second key. */
const headerValue: INodeProperties = {
	displayName: 'Header Value',
	name: 'headerValue',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	displayOptions: { show: { header: [true] } },
};

const INVALID_KEY = "The server did not accept the API key. Check 'API Key' and 'Base URL'.";

/** Requests already authenticated here. */
const sentRequests = new WeakSet<IHttpRequestOptions>();

const errorRule = (value: number, message: string): IAuthenticateRuleResponseCode => ({
	type: 'responseCode',
	properties: { value, message },
});

export class OpenAiVideosApi implements ICredentialType {
	name = 'openAiVideosApi';

	displayName = 'OpenAI Videos API';

	documentationUrl =
		'https://github.com/n8n-nodes-openai-videos/n8n-nodes-openai-videos#the-credential';

	icon = {
		light: 'file:../icons/openAiVideos.svg',
		dark: 'file:../icons/openAiVideos.dark.svg',
	} as const;

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Sent as a bearer token. Leave empty for a server that asks for no key.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://gateway.example.com/v1',
			description:
				'Address of the server that speaks the OpenAI Videos protocol. A host without a path gets /v1.',
		},
		{
			displayName: 'Add Custom Header',
			name: 'header',
			type: 'boolean',
			default: false,
			description: 'Whether to send one more header with every request',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: '',
			placeholder: 'e.g. x-litellm-api-key',
			displayOptions: { show: { header: [true] } },
		},
		headerValue,
	];

	/**
	 * Completes the base URL and adds the secrets, in one place for the node, the model list and the
	 * credential test. A request to another origin never gets them.
	 *
	 * After a 401, n8n has the same request authenticated again, in case the key can be renewed. This key
	 * cannot: the request would fail again, and n8n 1.x would show no message.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		if (sentRequests.has(request)) throw new Error(INVALID_KEY);
		const baseURL = normalizeBaseUrl(credentials.baseUrl);
		if (baseURL === '') {
			throw new Error(
				"'Base URL' must be a full address that starts with http:// or https://, for example https://gateway.example.com/v1",
			);
		}
		// n8n's older request helper uses `uri`.
		const url = request.url ?? (request as { uri?: string }).uri ?? '';
		const { origin, searchParams } = new URL(url, baseURL);
		if (origin !== new URL(baseURL).origin) return request;

		const headers = { ...request.headers };
		if (credentials.apiKey) headers.Authorization = `Bearer ${String(credentials.apiKey).trim()}`;
		if (credentials.header && credentials.headerName) {
			headers[String(credentials.headerName).trim()] = String(credentials.headerValue ?? '').trim();
		}
		// A URL from the server may have the query already.
		const query = Object.entries(queryOf(credentials.baseUrl));
		const missing = query.filter(([name]) => !searchParams.has(name));
		const qs = { ...Object.fromEntries(missing), ...request.qs };
		// A followed redirect would carry the secrets to its target.
		const authenticated = { ...request, baseURL, headers, qs, disableFollowRedirect: true };
		sentRequests.add(authenticated);
		return authenticated;
	}

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/models' },
		// Without these n8n shows the bare status text, such as "Unauthorized".
		rules: [
			errorRule(401, INVALID_KEY),
			errorRule(403, 'The API key is not allowed to list models on this server.'),
			errorRule(
				404,
				"The server has no list of models there. Check 'Base URL': on most servers it ends in /v1.",
			),
		],
	};
}
