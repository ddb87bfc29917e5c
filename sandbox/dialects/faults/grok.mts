import type { ServerAnswer, ServerFault } from '../dialect.mts';

const NO_URL = 'xAI video response did not include video.url';

/** An error of xAI, as CLIProxyAPI passes it on. */
const passedOn = (status: number, code: string, error: string): ServerAnswer => ({
	status,
	body: { code, error },
});

/** An error of its own. */
const own = (status: number, message: string): ServerAnswer => ({
	status,
	body: { error: { message, type: 'server_error', code: 'internal_server_error' } },
});

const createFault = (summary: string, answer: ServerAnswer): ServerFault => ({
	summary,
	answers: { create: answer },
});

export const cliproxyapiFaults: Record<string, ServerFault> = {
	'no-account': createFault(
		'no account is free for the model (503)',
		own(503, 'auth_unavailable: no auth available (providers=xai, model=grok-imagine-video)'),
	),
	'connection-refused': createFault(
		'xAI was not reached: nothing was sent (500)',
		own(
			500,
			'Post "http://127.0.0.1:9/v1/videos/generations": dial tcp 127.0.0.1:9: connect: connection refused',
		),
	),
	eof: {
		...createFault(
			'the connection to xAI broke off after acceptance (500)',
			own(500, 'Post "https://api.x.ai/v1/videos/generations": EOF'),
		),
		videosMade: () => 1,
	},
	cooldown: {
		...createFault('the model rests after failures (429 without Retry-After); once', {
			status: 429,
			body: {
				error: {
					code: 'model_cooldown',
					message: 'All credentials for model grok-imagine-video are cooling down',
					model: 'grok-imagine-video',
					provider: 'xai',
					reset_seconds: 1,
				},
			},
		}),
		once: true,
	},
	'no-credit': createFault(
		'the account has no credits yet (403)',
		passedOn(
			403,
			'The caller does not have permission to execute the specified operation',
			"Your newly created team doesn't have any credits or licenses yet.",
		),
	),
	'not-video': createFault(
		'the model makes no videos (400)',
		passedOn(400, 'Client specified an invalid argument', 'grok-4 is not a video model'),
	),
	'moderated-on-poll': {
		summary: 'the rules on content are told when the video is looked at (400)',
		answers: {
			status: passedOn(
				400,
				'Client specified an invalid argument',
				'Generated video rejected by content moderation.',
			),
		},
	},
	'no-url': {
		summary: '"completed" without a file (502)',
		answers: { content: { status: 502, body: { code: 'bad_gateway', error: NO_URL } } },
	},
	'no-status': { summary: 'a video has no status, but a video_url once it is done' },
};

const grokFailure = (summary: string, message: string): ServerFault => ({
	summary,
	failure: { code: '', message, type: 'video_generation_error' },
});

const notFound: ServerAnswer['body'] = ({ id }) => ({
	error: { message: `Video '${id}' not found`, type: 'invalid_request_error', param: 'video_id' },
});

export const grok2apiFaults: Record<string, ServerFault> = {
	'no-account': {
		...grokFailure(
			'no account: the list of models is empty, every video fails',
			'No available accounts',
		),
		answers: { models: { status: 200, body: { object: 'list', data: [] } } },
	},
	'upstream-429': grokFailure('every video made fails: grok.com says 429', 'Upstream returned 429'),
	restarted: {
		summary: 'the server was started anew and has forgotten every video',
		answers: { status: { status: 400, body: notFound }, content: { status: 400, body: notFound } },
	},
};
