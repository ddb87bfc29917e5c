import type { IBinaryData } from 'n8n-workflow';

import { isFault, isSuccess } from './answer';
import type { Outcome } from './answer';
import { filePatience } from './patience';
import { placeIn } from './place';
import { problem, problemInServerWords } from './problem';
import type { Context, NodeProblem } from './problem';
import { open } from './redirect';
import { kindOf, refusal } from './refusal';
import type { Subject } from './refusal';
import { faultOf, persist, stopIfCancelled } from './send';
import type { Request } from './send';
import { storeBody, storeBytes } from './store';
import type { Video } from './video';
import { wordsOf } from './words';

/** How often a place may name yet another one. */
const MOST_PLACES = 4;

export interface WantedFile {
	/** The request for it, as the contract has it. */
	request: Request;
	subject: Required<Subject>;
	/** The completed video: some servers say in it where its file is. */
	video: Video;
	/** The name to store it under; the ending is added. */
	name: string;
	/** For all tries together; a single try may take as long as the file needs. */
	patienceMs: number;
}

interface Taken {
	outcome: Outcome;
	file?: IBinaryData;
}

/**
 * Brings a video's file into n8n's binary store, in constant memory, and tries as often as the time
 * allows. Only whole pictures and videos, told by their bytes, are ever stored.
 */
export async function fetchFile(context: Context, wanted: WantedFile): Promise<IBinaryData> {
	let file: IBinaryData | undefined;
	const patience = filePatience(wanted.patienceMs);
	const outcome = await persist(
		context,
		async () => {
			const taken = await take(context, wanted);
			file = taken.file;
			return taken.outcome;
		},
		(seen) => (file ? 0 : patience(seen)),
	);
	if (file) return file;
	throw await noFile(context, outcome, wanted.subject);
}

/** One try: the contract's address, then the places that its answer or the video name instead. */
async function take(context: Context, wanted: WantedFile): Promise<Taken> {
	const { request, subject, video } = wanted;
	const tried = new Set<string>();
	let url: string | undefined = `${subject.baseUrl}${request.options.url ?? ''}`;
	let taken: Taken = { outcome: { fault: '', detail: '' } };
	while (url !== undefined && tried.size < MOST_PLACES) {
		tried.add(url);
		taken = await takeFrom(context, wanted, url);
		if (taken.file || isFault(taken.outcome)) break;
		url = undefined;
		// Only a success speaks of the file; a refusal's JSON may link to its documentation.
		const { body } = taken.outcome;
		for (const source of isSuccess(taken.outcome) ? [body, video] : [video]) {
			const place = placeIn(source, subject.baseUrl);
			if (place && 'bytes' in place) {
				const file = await orTell(context, wanted, storeBytes(context, place.bytes, wanted.name));
				if (file) return { ...taken, file };
			} else if (place && !tried.has(place.url)) {
				url ??= place.url;
			}
		}
	}
	return taken;
}

/** Takes the file at an address; without one, the outcome has the answer as JSON or text. */
async function takeFrom(context: Context, wanted: WantedFile, url: string): Promise<Taken> {
	const outcome = await open(context, wanted.request, wanted.subject.baseUrl, url);
	if (isFault(outcome)) return { outcome };
	const stored = await orTell(context, wanted, storeBody(context, outcome, wanted.name));
	stopIfCancelled(context);
	if ('cut' in stored) return { outcome: stored.cut };
	return 'file' in stored ? { outcome, file: stored.file } : { outcome: stored.answer };
}

/** A store that takes no file is the user's to mend. */
async function orTell<T>(context: Context, { video }: WantedFile, storing: Promise<T>): Promise<T> {
	return await storing.catch((error: unknown) => {
		stopIfCancelled(context);
		throw problem(context, {
			message: `n8n could not store the file of video '${video.id}': ${faultOf(error).detail}`,
			next: "Check the disk space and n8n's binary data settings, then run this step again: the video is not lost.",
			video,
		});
	});
}

async function noFile(
	context: Context,
	outcome: Outcome,
	subject: Required<Subject>,
): Promise<NodeProblem> {
	const { videoId } = subject;
	if (isFault(outcome)) return await refusal(context, outcome, subject);
	const { statusCode, body } = outcome;
	const words = wordsOf(body);
	const tail = words && `: ${words}`;
	const told = { httpCode: statusCode, video: { id: videoId } };
	if (isSuccess(outcome)) {
		return await problemInServerWords(context, {
			message: `The server sent ${kindOf(body)} instead of the file of video '${videoId}'${tail}`,
			next: 'Nothing was stored, and the video is not lost. Run this step again later; if it stays so, tell the operator of the server.',
			...told,
		});
	}
	if ([400, 404, 405, 501].includes(statusCode)) {
		return await problemInServerWords(context, {
			message: `The server says that video '${videoId}' is completed, but gives out no file (${statusCode})${tail}`,
			next: 'Run this step again later with the same video ID. If it stays so, the file has expired, or the server keeps it where it does not tell.',
			...told,
		});
	}
	return await refusal(context, outcome, subject);
}
