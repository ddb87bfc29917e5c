import type {
	IAuthenticateRuleResponseCode,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { API_STYLES, CUSTOM_STYLE } from '../nodes/OpenAiVideos/apiStyle';
import { queryOf } from '../nodes/OpenAiVideos/http/baseUrl';
import { cleanText } from '../nodes/OpenAiVideos/errors/cleanText';
import { toVideosError } from '../nodes/OpenAiVideos/errors/nodeError';
import { authHeaders, serverOf } from '../nodes/OpenAiVideos/http/server';
import type { Server } from '../nodes/OpenAiVideos/http/server';

/** A field of the style 'Custom' with fixed values. */
const styleField = (name: keyof typeof CUSTOM_STYLE): INodeProperties => ({
	displayName: CUSTOM_STYLE[name].label,
	name,
	type: 'options',
	default: CUSTOM_STYLE[name].values[0][0],
	description: CUSTOM_STYLE[name].description,
	options: CUSTOM_STYLE[name].values.map(([value, label, description]) => ({
		name: label,
		value,
		description,
	})),
});

const customStyle: INodeProperties[] = [
	{
		displayName: 'Create Path',
		name: 'createPath',
		type: 'string' as const,
		default: API_STYLES.openai.createPath,
		placeholder: 'e.g. /videos/generations',
		description: "Path for creating videos, relative to 'Base URL'",
	},
	styleField('bodyFormat'),
	styleField('sizeAs'),
	styleField('secondsAs'),
	{
		displayName: 'Image Field',
		name: 'imageField',
		type: 'string' as const,
		default: API_STYLES.openai.imageField,
		placeholder: 'e.g. image',
		description: 'The name of the field for the reference image',
	},
	styleField('imageAs'),
].map((property) => ({ ...property, displayOptions: { show: { apiStyle: ['custom'] } } }));

const ignoreSslIssues: INodeProperties = {
	displayName: 'Ignore SSL Issues (Insecure)',
	name: 'allowUnauthorizedCerts',
	type: 'boolean',
	default: false,
	description: 'Whether to connect even if the certificate of the server cannot be verified',
};

/** The single header of older credentials, which go on working; new ones have `headers`. */
const olderHeader: INodeProperties[] = [
	{ displayName: 'Add Custom Header', name: 'header', type: 'hidden', default: false },
	{
		displayName: 'Header Name',
		name: 'headerName',
		type: 'string',
		default: '',
		displayOptions: { show: { header: [true] } },
	},
	{
		displayName: 'Header Value',
		name: 'headerValue',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		displayOptions: { show: { header: [true] } },
	},
];

const INVALID_KEY = "The server did not accept the API key. Check 'API Key' and 'Base URL'.";

/** The list of models, which most servers have. */
const TEST_PATH = '/models';

/** Requests already authenticated here. */
const sentRequests = new WeakSet<IHttpRequestOptions>();

const errorRule = (value: number, message: string): IAuthenticateRuleResponseCode => ({
	type: 'responseCode',
	properties: { value, message },
});

/** The server; of an error, n8n shows the message only. */
function requireServer(credentials: ICredentialDataDecryptedObject): Server {
	try {
		return serverOf(credentials);
	} catch (error) {
		const { message, nextStep } = toVideosError(error).info;
		throw new Error(cleanText([message, nextStep].filter(Boolean).join('. '), 700));
	}
}

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
			// n8n tests with one request, whose success it words itself.
			description:
				'Sent as a bearer token. Leave empty for a server that asks for no key. The test of the connection asks for the list of models: where anyone may see that, it passes with any key, and the first video tells.',
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
			displayName: 'API Style',
			name: 'apiStyle',
			type: 'options',
			default: 'auto',
			description:
				"How requests to this server are written. 'Automatic' recognizes well-known hosts, and learns the rest from the server's first refusal, which costs nothing.",
			options: [
				{ name: 'Automatic', value: 'auto' },
				...Object.entries(API_STYLES).map(([value, { name }]) => ({ name, value })),
				{ name: 'Custom', value: 'custom', description: 'Show the fields that make up a style' },
			],
		},
		...customStyle,
		{
			displayName: 'Headers',
			name: 'headers',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Header',
			default: {},
			description: 'Headers to send with every request to this server',
			options: [
				{
					displayName: 'Header',
					name: 'values',
					values: [
						{
							displayName: 'Name',
							name: 'name',
							type: 'string',
							default: '',
							placeholder: 'e.g. x-litellm-api-key',
						},
						// Masked, because the extra header of a gateway usually carries a second key.
						{
							displayName: 'Value',
							name: 'value',
							type: 'string',
							typeOptions: { password: true },
							default: '',
						},
					],
				},
			],
		},
		...olderHeader,
		ignoreSslIssues,
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
		const server = requireServer(credentials);
		const {
			baseUrl: baseURL,
			style: { modelPaths },
		} = server;
		// n8n's older request helper uses `uri`.
		const given = request.url ?? (request as { uri?: string }).uri ?? '';
		// The test below knows no styles.
		const url = given === TEST_PATH && !modelPaths.includes(given) ? modelPaths[0] : given;
		const { origin, searchParams } = new URL(url, baseURL);
		if (origin !== new URL(baseURL).origin) return request;

		const headers = { ...request.headers, ...authHeaders(credentials, server, url) };
		// A URL from the server may have the query already.
		const query = Object.entries(queryOf(credentials.baseUrl));
		const missing = query.filter(([name]) => !searchParams.has(name));
		const qs = { ...Object.fromEntries(missing), ...request.qs };
		// A followed redirect would carry the secrets to its target.
		const authenticated: IHttpRequestOptions = {
			...request,
			...(url !== given && { url }),
			baseURL,
			headers,
			qs,
			disableFollowRedirect: true,
			...(server.ignoresSslIssues && { skipSslCertificateValidation: true }),
		};
		sentRequests.add(authenticated);
		return authenticated;
	}

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: TEST_PATH },
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
