import type { RequestKind, ServerAnswer, ServerFault } from '../dialect.mts';

const EMPTY_LIST: ServerAnswer = {
	status: 200,
	body: { object: 'list', data: [], first_id: null, last_id: null, has_more: false },
};

const failing = (summary: string, message: string, code = ''): ServerFault => ({
	summary,
	failure: { code, message, type: 'video_generation_error' },
});

const OUT_OF_MEMORY =
	'CUDA out of memory. Tried to allocate 12.50 GiB. GPU 0 has a total capacity of 79.15 GiB of which 4.31 GiB is free.';

/** What both do, whose videos are in memory. */
const inMemory = (error: (status: number, text: string) => ServerAnswer) => {
	const notFound = error(404, 'Video not found');
	const conflict = error(409, 'Video store is not available on this API server');
	const answers = (answer: ServerAnswer, list: ServerAnswer) =>
		({ status: answer, content: answer, list }) satisfies Partial<
			Record<RequestKind, ServerAnswer>
		>;
	return {
		restarted: {
			summary: 'the server was started anew and has forgotten every video',
			answers: answers(notFound, EMPTY_LIST),
		},
		'two-servers': {
			summary: 'with two API servers, every read answers 409',
			answers: answers(conflict, conflict),
		},
		'out-of-memory': failing('every video made fails: CUDA out of memory', OUT_OF_MEMORY),
		'damaged-model': failing(
			'every video made fails with a reason that begins like a tag',
			'<path> is damaged: load it again',
		),
	} satisfies Record<string, ServerFault>;
};

const sglangError = (status: number, detail: string): ServerAnswer => ({
	status,
	body: { detail },
});

const vllmError = (status: number, message: string): ServerAnswer => {
	const type = status === 404 ? 'Not Found' : 'Conflict';
	return { status, body: { error: { message, type, param: null, code: status } } };
};

const deadWorker: ServerAnswer = {
	status: 503,
	body: { error: 'Scheduler worker exited; restart the server.' },
};

export const sglangFaults: Record<string, ServerFault> = {
	'cloud-storage': {
		summary: "the file is on another host, at the video's url; the download only names it (400)",
	},
	'dead-worker': {
		summary: 'the worker has died: every POST is refused before any work (503)',
		answers: { create: deadWorker },
	},
	...inMemory(sglangError),
};

export const vllmFaults: Record<string, ServerFault> = {
	'dead-engine': failing(
		'every video made fails: the engine is dead, told with HTTP 503',
		'EngineDeadError: the engine core has died.',
		'engine_dead',
	),
	...inMemory(vllmError),
};
