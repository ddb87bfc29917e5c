import {
	createPatience,
	mayHaveBeenAccepted,
} from '../../nodes/OpenAiVideos/api/requests/patience.ts';

const networkError = (code: string) => ({ fault: code, detail: code });

describe('Create', () => {
	it.each(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED'])(
		'is retried after %s, because nobody can have billed it',
		(code) => {
			expect(createPatience(networkError(code))).toBeGreaterThan(0);
			expect(mayHaveBeenAccepted(networkError(code))).toBe(false);
		},
	);

	it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNABORTED', 'EPIPE', 'an unknown network error'])(
		'is not retried after %s, because it may be billed',
		(code) => {
			expect(createPatience(networkError(code))).toBe(0);
			expect(mayHaveBeenAccepted(networkError(code))).toBe(true);
		},
	);
});
