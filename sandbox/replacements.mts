import type { FastifyReply } from 'fastify';

import { ApiError } from './errors.mts';
import type { FaultName } from './faults.mts';
import type { Asked } from './interrupt.mts';

/** A fault that takes the place of the answer: nothing of what was asked is done. */
export interface Replacement {
	name: FaultName;
	/** When it strikes while it stands; `first` spares whoever asks the same again. */
	strikes(asked: Asked): 'always' | 'first' | 'never';
	/** Answers, or throws what the dialect is to word. */
	answer(reply: FastifyReply, asked: Asked, retryAfterSeconds: number): FastifyReply;
}

/** The page nginx sends when the server behind it is away. */
const PAGE = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
`;

/** A Create stays refused: whoever repeats it after such an answer would pay twice elsewhere. */
const likeABrokenServer: Replacement['strikes'] = ({ method, kind }) =>
	kind === 'create' ? 'always' : method === 'GET' ? 'first' : 'never';

export const REPLACEMENTS: Replacement[] = [
	{
		name: 'rate-limit',
		strikes: ({ kind }) => (kind === 'create' || kind === 'status' ? 'first' : 'never'),
		answer(reply, _asked, retryAfterSeconds) {
			reply.header('retry-after', String(retryAfterSeconds));
			throw new ApiError(429, 'Rate limit reached. Please try again later.', {
				code: 'rate_limit_exceeded',
			});
		},
	},
	{
		name: 'server-error',
		strikes: likeABrokenServer,
		answer() {
			throw new ApiError(500, 'The server had an error while processing your request.', {
				code: 'server_error',
			});
		},
	},
	{
		name: 'html',
		strikes: likeABrokenServer,
		answer: (reply) => reply.code(502).type('text/html').send(PAGE),
	},
	{
		name: 'html-200',
		strikes: () => 'never',
		answer(reply, { kind }) {
			const isFile = kind === 'content' || kind === 'file';
			return reply.type(isFile ? 'video/mp4' : 'application/json').send(PAGE);
		},
	},
];
