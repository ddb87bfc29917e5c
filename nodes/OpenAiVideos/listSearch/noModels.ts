import { isFault, isSuccess } from '../api/answers/answer';
import type { Answer, Outcome } from '../api/answers/answer';
import { modelsIn } from '../api/answers/models';
import { wordsOf } from '../api/answers/words';
import { problemInServerWords } from '../api/problems/problem';
import type { NodeProblem, Where } from '../api/problems/problem';
import { detailOf, unreachable } from '../api/problems/refusal';
import { CHECK_BASE_URL, refused, refusedToAnyone } from '../api/problems/refused';
import type { Sentence } from '../api/problems/refused';

const BY_ID = "Choose 'By ID' in place of 'From List', and enter the name of the model.";
const LATER = `Open the list again later. Or ${BY_ID.replace(/^C/, 'c')}`;

/** Why there is nothing to pick from, and what to do: a list that n8n shows empty says neither. */
export async function noModels(
	where: Where,
	outcome: Outcome,
	baseUrl: string,
): Promise<NodeProblem> {
	if (isFault(outcome)) {
		const sentence = unreachable(outcome, baseUrl) ?? {
			message: 'The connection to the server broke off',
			next: LATER,
			detail: detailOf(outcome),
		};
		return await problemInServerWords(where, sentence);
	}
	const { statusCode, body } = outcome;
	return await problemInServerWords(where, {
		...answered(outcome),
		// n8n leaves out of a message what a server may well say: "check your credentials".
		detail: statusCode < 300 || statusCode >= 400 ? wordsOf(body) : undefined,
		httpCode: statusCode < 400 ? undefined : statusCode,
	});
}

function answered(answer: Answer): Sentence {
	const { statusCode, body } = answer;
	if (isSuccess(answer) && modelsIn(body)) {
		return { message: "The server's list of models is empty", next: BY_ID };
	}
	if (isSuccess(answer) || [404, 405, 501].includes(statusCode)) {
		return {
			message: 'This server has no list of models',
			next: `${BY_ID} If it should have a list: ${CHECK_BASE_URL.replace(/^C/, 'c')}`,
		};
	}
	if (statusCode < 400) return refused(answer);
	const known = [401, 402, 403].includes(statusCode) ? refusedToAnyone(answer) : undefined;
	if (!known) return { message: 'The server gave no list of models', next: LATER };
	// A key that may not see the list may make videos all the same.
	return statusCode === 403 ? { ...known, next: `${known.next} ${BY_ID}` } : known;
}

/**
 * n8n's list puts the code before the message, and takes the hyphens out of it, also those of an
 * address: it looks for what other nodes say twice.
 */
export function asShownInList(error: NodeProblem): NodeProblem {
	error.message = error.message.replace(/-/g, '\u2011');
	if (error.httpCode === 'none') error.httpCode = null;
	return error;
}
