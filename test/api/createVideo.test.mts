import { retryPolicyForCreate } from '../../nodes/OpenAiVideos/api/createVideo.ts';
import { mayHaveBeenAccepted } from '../../nodes/OpenAiVideos/responses/refusal.ts';

const networkError = (code: string) => ({ code, message: code });

describe('Create', () => {
	it.each(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED'])(
		'is retried after %s, because nobody can have billed it',
		(code) => {
			expect(retryPolicyForCreate(networkError(code))).toBeGreaterThan(0);
			expect(mayHaveBeenAccepted(networkError(code))).toBe(false);
		},
	);

	it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNABORTED', 'EPIPE', 'an unknown network error'])(
		'is not retried after %s, because it may be billed',
		(code) => {
			expect(retryPolicyForCreate(networkError(code))).toBe(0);
			expect(mayHaveBeenAccepted(networkError(code))).toBe(true);
		},
	);
});
