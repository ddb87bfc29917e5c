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

/** Whoever asks for less would be asked a thousand times a second. */
export const SHORTEST_WAIT_MS = 500;

/** The milliseconds the server asks to wait before the next request; undefined when it does not say. */
export function waitAsked({ headers, body }: Answer, now: number): number | undefined {
	const asked =
		positive(headers['retry-after-ms']) ??
		positive(headers['openai-poll-after-ms']) ??
		inMs(positive(headers['retry-after'])) ??
		inMs(positive(isObject(body) ? body.poll_after_seconds : undefined)) ??
		// RFC 9110 allows an HTTP date here as well.
		positive(Date.parse(String(headers['retry-after'] ?? '')) - now);
	return asked === undefined ? undefined : Math.max(SHORTEST_WAIT_MS, asked);
}

/** 0 is no answer to "when": taken literally it would make a loop without a pause. */
function positive(value: unknown): number | undefined {
	const number = Number(value ?? NaN);
	return Number.isFinite(number) && number > 0 ? number : undefined;
}

const inMs = (seconds?: number): number | undefined => seconds && seconds * 1000;
