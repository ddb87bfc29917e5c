import type { IDataObject, INodeExecutionData, PostReceiveAction } from 'n8n-workflow';

import { isObject } from './object';

/** One HTTP answer, whatever its status. */
export interface Answer {
	statusCode: number;
	headers: IDataObject;
	/** Parsed JSON, text, or a stream where one was asked for. */
	body: unknown;
}

/** A request that got no answer: what broke, by Node's code, for example ECONNRESET. */
export interface Fault {
	fault: string;
	detail: string;
}

export type Outcome = Answer | Fault;

export const isFault = (outcome: Outcome): outcome is Fault => 'fault' in outcome;

export const isSuccess = ({ statusCode }: Answer): boolean => statusCode >= 200 && statusCode < 300;

/**
 * Hands the whole answer, status and headers included, from n8n's engine to the operation.
 * Without it only the body would arrive.
 */
export const keepAnswer: PostReceiveAction = async function (_items, response) {
	return [{ json: response as unknown as IDataObject } satisfies INodeExecutionData];
};

/** The milliseconds the server asks to wait before the next request, if it says so. */
export function waitAsked({ headers, body }: Answer, now: number): number | undefined {
	for (const name of ['retry-after-ms', 'openai-poll-after-ms']) {
		const ms = positive(headers[name]);
		if (ms !== undefined) return ms;
	}
	const seconds =
		positive(headers['retry-after']) ?? positive(isObject(body) ? body.poll_after_seconds : '');
	if (seconds !== undefined) return seconds * 1000;

	// RFC 9110 allows an HTTP date here as well.
	const date = Date.parse(String(headers['retry-after'] ?? ''));
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function positive(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value ?? NaN);
	return Number.isFinite(number) && number >= 0 ? number : undefined;
}
