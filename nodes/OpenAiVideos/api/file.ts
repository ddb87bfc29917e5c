import type { IBinaryData, IDataObject } from 'n8n-workflow';

import { isFault, isSuccess, wordsOf } from './answer';
import type { Answer, Fault } from './answer';
import { fileNameFor, sniffMedia, SNIFFED_BYTES } from './media';
import { problem, problemInServerWords } from './problem';
import type { Context } from './problem';
import { followRedirects } from './redirect';
import { refusal } from './refusal';
import type { Subject } from './refusal';
import { faultOf, persist, readPatience, stopIfCancelled } from './send';
import type { Request } from './send';

type Helpers = Context['helpers'];
type BinaryBody = Parameters<Helpers['prepareBinaryData']>[0];
/** What n8n's request helper gives for `encoding: 'stream'`; `errored` says whether it broke. */
type Body = NodeJS.ReadableStream & { errored?: Error | null; destroy(): void };

/**
 * Streams the file that the request answers with into n8n's binary store, in constant memory, trying
 * for up to `patienceMs`. Only pictures and videos, told by their bytes, are ever stored.
 */
export async function fetchFile(
	context: Context,
	request: Request,
	subject: Required<Subject>,
	name: string,
	patienceMs: number,
): Promise<IBinaryData> {
	let file: IBinaryData | undefined;
	const outcome = await persist(
		context,
		async () => {
			const answer = await followRedirects(context, request, subject.baseUrl);
			if (isFault(answer)) return answer;
			const body = answer.body as Body;
			try {
				const { head, ended } = await peek(body, SNIFFED_BYTES);
				const type = isSuccess(answer) ? sniffMedia(head) : undefined;
				if (!type) {
					const text = ended
						? head.toString()
						: await context.helpers.binaryToString(asBinary(body));
					return { ...answer, body: parsed(text) };
				}
				file = await context.helpers.prepareBinaryData(
					asBinary(body),
					fileNameFor(name, type),
					type.mimeType,
				);
			} catch (error) {
				return brokenOff(context, body, error);
			}
			return answer;
		},
		readPatience(patienceMs, { wasReached: true }),
	);
	if (file) return file;
	if (!isSuccess(outcome)) throw await refusal(context, outcome, subject);
	throw await notAFile(context, outcome, subject.videoId);
}

const asBinary = (body: Body) => body as unknown as BinaryBody;

/** A cut body is worth another try; a store that takes no file is the user's to mend. */
function brokenOff(context: Context, body: Body, error: unknown): Fault {
	stopIfCancelled(context);
	const { fault, detail } = faultOf(error);
	if (body.errored) return { fault: 'ECONNRESET', detail };
	throw problem(context, {
		message: `n8n could not store the file: ${detail}`,
		next: `Check the disk space and n8n's binary data settings, then run this step again. ${fault}`,
	});
}

async function notAFile(context: Context, { body, statusCode }: Answer, videoId: string) {
	const words = wordsOf(body);
	const sent =
		body === '' ? 'nothing' : typeof body === 'string' ? 'a web page or text' : 'a JSON answer';
	return await problemInServerWords(context, {
		message: `The server sent ${sent} instead of the file of video '${videoId}'${words && `: ${words}`}`,
		next: 'Nothing was stored. Run this step again later; if it stays so, tell the operator of the server.',
		httpCode: statusCode,
		video: { id: videoId },
	});
}

/** The first bytes of a stream, which are then put back, so that the stream can still be stored whole. */
async function peek(stream: Body, count: number): Promise<{ head: Buffer; ended: boolean }> {
	const chunks: Buffer[] = [];
	let size = 0;
	let ended = false;
	while (size < count && !ended) {
		const chunk = stream.read() as Buffer | null;
		if (chunk === null) {
			ended = await new Promise<boolean>((resolve, reject) => {
				const listeners: Array<[string, (value?: unknown) => void]> = [
					['readable', () => settle(() => resolve(false))],
					['end', () => settle(() => resolve(true))],
					['error', (error) => settle(() => reject(error))],
				];
				const settle = (act: () => void) => {
					for (const [event, listener] of listeners) stream.removeListener(event, listener);
					act();
				};
				for (const [event, listener] of listeners) stream.on(event, listener);
			});
		} else {
			chunks.push(chunk);
			size += chunk.length;
		}
	}
	const head = Buffer.concat(chunks);
	if (!ended) stream.unshift(head);
	return { head, ended };
}

function parsed(text: string): IDataObject | string {
	try {
		return JSON.parse(text) as IDataObject;
	} catch {
		return text.trim();
	}
}
