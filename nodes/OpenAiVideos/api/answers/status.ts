export type VideoStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

/** The words of the servers in the wild, small and with `_`; any other word means: keep waiting. */
const WORDS: Record<VideoStatus, string[]> = {
	pending: [
		'pending',
		'queued',
		'submitted',
		'created',
		'starting',
		'not_start',
		'not_started',
		'notstarted',
		'unknown',
		'preparing',
	],
	in_progress: [
		'in_progress',
		'inprogress',
		'processing',
		'preprocessing',
		'running',
		'generating',
	],
	completed: ['completed', 'complete', 'succeeded', 'succeed', 'success', 'done', 'finished'],
	failed: [
		'failed',
		'fail',
		'failure',
		'error',
		'cancelled',
		'canceled',
		'expired',
		'rejected',
		'deleted',
	],
};

const STATUS_OF_WORD = new Map(
	Object.entries(WORDS).flatMap(([status, words]) =>
		words.map((word) => [word, status as VideoStatus]),
	),
);

/** The contract's status for a server's word in any case; a word nobody knows is `pending`. */
export const statusOf = (word: string): VideoStatus =>
	STATUS_OF_WORD.get(word.toLowerCase().replace(/[\s-]+/g, '_')) ?? 'pending';
