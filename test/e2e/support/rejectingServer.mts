import type { ServerResponse } from 'node:http';

import {
	readForm,
	type ReceivedRequest,
	type ScriptedServer,
	startScriptedServer,
} from '../../support/scriptedServer.mts';

export interface RejectingServer {
	server: ScriptedServer;
	/** The prompts of all Creates in the order of arrival. */
	receivedPrompts: string[];
	/** The video ID and the prompt of each accepted Create. */
	accepted: Array<{ prompt: string; id: string }>;
}

const reject = (response: ServerResponse): void =>
	sendJson(response, 400, { error: { message: 'Not this one.' } });

/**
 * A server that accepts every Create except one with the prompt `bad`. It responds to that one before
 * any of the `good` others, or after all of them: n8n sends all items at once, so both can happen.
 */
export async function startRejectingServer(
	good: number,
	order: 'first' | 'last',
	rejectBad = reject,
): Promise<RejectingServer> {
	const server = await startScriptedServer();
	const receivedPrompts: string[] = [];
	const accepted: RejectingServer['accepted'] = [];
	/** Responses that wait for their turn. */
	const held: Array<() => void> = [];
	let turnHasCome = false;

	const respondInTurn = (isFirst: boolean, respond: () => void) => {
		if (!isFirst && !turnHasCome) {
			held.push(respond);
			return;
		}
		respond();
		turnHasCome ||= order === 'first' || accepted.length === good;
		if (turnHasCome) for (const next of held.splice(0)) next();
	};

	const create = async (request: ReceivedRequest, response: ServerResponse) => {
		const prompt = String((await readForm(request)).get('prompt'));
		receivedPrompts.push(prompt);
		const isBad = prompt === 'bad';
		respondInTurn(isBad === (order === 'first'), () => {
			if (isBad) return rejectBad(response);
			const id = `video_${accepted.length + 1}`;
			accepted.push({ prompt, id });
			sendJson(response, 200, { id, object: 'video', status: 'queued', prompt, error: null });
		});
	};
	server.alwaysRespondTo('POST /v1/videos', {
		respond: (response) => void create(server.received.at(-1)!, response),
	});
	return { server, receivedPrompts, accepted };
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}
