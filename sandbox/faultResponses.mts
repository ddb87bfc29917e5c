import type { FastifyReply } from 'fastify';

import { ApiError } from './errors.mts';
import type { FaultName } from './faults.mts';
import type { RequestInfo } from './injectFaults.mts';

/** A fault that replaces the response: the request has no effect. */
interface FaultResponse {
	name: FaultName;
	/** How often it applies when requested; with `first`, a retry of the same request succeeds. */
	frequency(info: RequestInfo): 'always' | 'first' | 'never';
	/** Sends the response, or throws an error for the dialect to render. */
	respond(reply: FastifyReply, info: RequestInfo, retryAfterSeconds: number): FastifyReply;
}

/** What nginx sends when its upstream is down. */
const BAD_GATEWAY_PAGE = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
`;

/** A Create always fails: on a real server, a retry after such a response could pay twice. */
const serverErrorFrequency: FaultResponse['frequency'] = ({ method, kind }) =>
	kind === 'create' ? 'always' : method === 'GET' ? 'first' : 'never';

export const FAULT_RESPONSES: FaultResponse[] = [
	{
		name: 'rate-limit',
		frequency: ({ kind }) => (kind === 'create' || kind === 'status' ? 'first' : 'never'),
		respond(reply, _info, retryAfterSeconds) {
			reply.header('retry-after', String(retryAfterSeconds));
			throw new ApiError(429, 'Rate limit reached. Please try again later.', {
				code: 'rate_limit_exceeded',
			});
		},
	},
	{
		name: 'server-error',
		frequency: serverErrorFrequency,
		respond() {
			throw new ApiError(500, 'The server had an error while processing your request.', {
				code: 'server_error',
			});
		},
	},
	{
		name: 'html',
		frequency: serverErrorFrequency,
		respond: (reply) => reply.code(502).type('text/html').send(BAD_GATEWAY_PAGE),
	},
	{
		name: 'html-200',
		frequency: () => 'never',
		respond(reply, { kind }) {
			const isFile = kind === 'content' || kind === 'file';
			return reply.type(isFile ? 'video/mp4' : 'application/json').send(BAD_GATEWAY_PAGE);
		},
	},
];
