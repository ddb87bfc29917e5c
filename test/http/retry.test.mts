import {
	createPatience,
	mayHaveBeenAccepted,
} from '../../nodes/OpenAiVideos/api/requests/patience.ts';

const fault = (word: string) => ({ fault: word, detail: word });

describe('a Create whose connection', () => {
	it.each(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED'])(
		'never came about (%s) is sent again, and billed by nobody',
		(word) => {
			expect(createPatience(fault(word))).toBeGreaterThan(0);
			expect(mayHaveBeenAccepted(fault(word))).toBe(false);
		},
	);

	it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNABORTED', 'EPIPE', 'a fault nobody has heard of'])(
		'broke off (%s) is not sent again, for it may be billed',
		(word) => {
			expect(createPatience(fault(word))).toBe(0);
			expect(mayHaveBeenAccepted(fault(word))).toBe(true);
		},
	);
});
