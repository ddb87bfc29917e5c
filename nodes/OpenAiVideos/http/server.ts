import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { API_STYLES, CUSTOM_STYLE, knownHost, withBodyFormat } from '../apiStyle';
import type { ApiStyle, ApiStyleName } from '../apiStyle';
import { VideosError } from '../errors/nodeError';
import { isObject } from '../responses/values';
import { redactUrl, requireBaseUrl } from './baseUrl';

/** The server of a credential, and how it wants to be asked. */
export interface Server {
	baseUrl: string;
	style: ApiStyle;
	/** Whether the user leaves the style to the node, so that a refusal may teach another one. */
	isStyleAssumed: boolean;
	ignoresSslIssues: boolean;
}

type Credentials = ICredentialDataDecryptedObject;

/** The server that a credential describes; throws if it is invalid. */
export function serverOf(credentials: Credentials): Server {
	const baseUrl = requireBaseUrl(credentials.baseUrl);
	requirePrintable("'API Key'", apiKeyOf(credentials));
	customHeaders(credentials);
	const chosen = chosenStyle(credentials);
	return {
		baseUrl,
		style: chosen ?? knownHost(new URL(baseUrl).hostname)?.style ?? API_STYLES.openai,
		isStyleAssumed: chosen === undefined,
		ignoresSslIssues: credentials.allowUnauthorizedCerts === true,
	};
}

/** The style in the credential; undefined for 'Automatic'. */
function chosenStyle(credentials: Credentials): ApiStyle | undefined {
	const chosen = String(credentials.apiStyle || 'auto');
	if (chosen === 'auto') return undefined;
	if (chosen === 'custom') return customStyle(credentials);
	if (Object.keys(API_STYLES).includes(chosen)) return API_STYLES[chosen as ApiStyleName];
	throw credentialError(
		`'API Style' is not one of auto, ${Object.keys(API_STYLES).join(', ')}, custom: ${chosen.slice(0, 50)}`,
		"Choose one from the list, or 'Automatic'.",
	);
}

function customStyle(credentials: Credentials): ApiStyle {
	const read = <N extends keyof typeof CUSTOM_STYLE>(name: N) => {
		const { label } = CUSTOM_STYLE[name];
		const values: ReadonlyArray<ApiStyle[N]> = CUSTOM_STYLE[name].values.map(
			([value]) => value as ApiStyle[N],
		);
		const chosen = credentials[name] || values[0];
		const value = values.find((each) => each === chosen);
		if (value !== undefined) return value;
		throw credentialError(
			`'${label}' is not one of ${values.join(', ')}: ${String(chosen).slice(0, 50)}`,
			'Choose one from the list.',
		);
	};
	const createPath = `/${text(credentials.createPath).replace(/^\/+/, '') || 'videos'}`;
	if (!/^(\/[\w.~%:@+-]+)+\/?$/.test(createPath) || createPath.includes('..')) {
		throw credentialError(
			`'Create Path' is not a path: ${redactUrl(createPath.slice(1, 200))}`,
			"Enter what comes after 'Base URL', for example /videos/generations.",
		);
	}
	const style: ApiStyle = {
		...API_STYLES.openai,
		name: 'Custom',
		createPath,
		sizeAs: read('sizeAs'),
		secondsAs: read('secondsAs'),
		imageField: text(credentials.imageField) || API_STYLES.openai.imageField,
		imageAs: read('imageAs'),
	};
	// 'Object With image_url' in a form is the user's choice, other than 'File' in JSON.
	const bodyFormat = read('bodyFormat');
	return bodyFormat === 'json' ? withBodyFormat(style, bodyFormat) : style;
}

const text = (value: unknown): string => String(value ?? '').trim();

/** The API key, also if it was pasted with the word before it. */
const apiKeyOf = ({ apiKey }: Credentials): string => text(apiKey).replace(/^Bearer[\s:]+/i, '');

/** The headers with secrets for a request to the server. */
export function authHeaders(
	credentials: Credentials,
	{ baseUrl, style }: Server,
	url: string,
): IDataObject {
	const apiKey = apiKeyOf(credentials);
	const isOutside = /^https?:/i.test(url) && !url.startsWith(`${baseUrl}/`);
	const header = isOutside ? style.fileKeyHeader : undefined;
	return {
		...(apiKey && (header ? { [header]: apiKey } : { Authorization: `Bearer ${apiKey}` })),
		...customHeaders(credentials),
	};
}

/** These are set by the node or by n8n. */
const RESERVED_HEADERS = [
	'authorization',
	'host',
	'content-length',
	'content-type',
	'transfer-encoding',
	'connection',
	'idempotency-key',
];

/** The credential's own headers; throws if one cannot be sent. */
function customHeaders({ headers, header, headerName, headerValue }: Credentials): IDataObject {
	const { values } = (isObject(headers) ? headers : {}) as { values?: unknown };
	const entries = [values ?? []].flat().filter(isObject);
	// Credentials that were saved when there was only one header.
	if (header === true && text(headerName) !== '') {
		entries.push({ name: headerName, value: headerValue });
	}
	const sent = entries
		.map(({ name, value }) => ({ name: text(name).replace(/\s*:$/, ''), value: text(value) }))
		.filter(({ name, value }) => name !== '' || value !== '');
	for (const { name, value } of sent) requireHeader(name, value);
	return Object.fromEntries(sent.map(({ name, value }) => [name, value]));
}

function requireHeader(name: string, value: string): void {
	if (name === '') {
		throw credentialError('A header has a value, but no name', 'Enter its name, or remove it.');
	}
	// RFC 9110, section 5.6.2.
	if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
		throw credentialError(
			`A header cannot have this name: ${name.split(/[\s:]/)[0].slice(0, 30)} …`,
			'Enter the name only, for example x-litellm-api-key.',
		);
	}
	if (RESERVED_HEADERS.includes(name.toLowerCase())) {
		throw credentialError(
			`The header '${name}' cannot be set here`,
			name.toLowerCase() === 'authorization'
				? "Enter the key as 'API Key', which is sent as a bearer token."
				: 'n8n sets it for each request.',
		);
	}
	requirePrintable(`The value of the header '${name}'`, value);
}

/** A line break would end the header; n8n's error for it says nothing of the credential. */
function requirePrintable(what: string, value: string): void {
	if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return;
	throw credentialError(
		`${what} has a line break, or a character that no header may have`,
		'Paste it again, without what stands before or after it.',
	);
}

const credentialError = (message: string, nextStep: string): VideosError =>
	new VideosError({
		message: `${message} (in the OpenAI Videos API credential)`,
		nextStep,
	});
