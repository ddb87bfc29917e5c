import type { IBinaryData } from 'n8n-workflow';

import { isFault, isSuccess } from './answer';
import type { Outcome } from './answer';
import { filePatience } from './patience';
import { placeIn } from './place';
import type { Place } from './place';
import { problem, problemInServerWords } from './problem';
import type { Context, NodeProblem } from './problem';
import { open } from './redirect';
import { kindOf, refusal } from './refusal';
import type { Subject } from './refusal';
import type { Sentence } from './refused';
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
	/** The address that the outcome is from. */
	url: string;
	file?: IBinaryData;
}

/**
 * Brings a video's file into n8n's binary store, in constant memory, and tries as often as the time
 * allows. Only whole pictures and videos, told by their bytes, are ever stored.
 */
export async function fetchFile(context: Context, wanted: WantedFile): Promise<IBinaryData> {
	const patience = filePatience(wanted.patienceMs);
	let taken: Taken | undefined;
	await persist(
		context,
		async () => {
			taken = await take(context, wanted);
			return taken.outcome;
		},
		(outcome) => (taken?.file ? 0 : patience(outcome)),
	);
	if (taken?.file) return taken.file;
	throw await noFile(context, taken!, wanted.subject);
}

/** One try: the contract's address, then the places that its answer or the video name instead. */
async function take(context: Context, wanted: WantedFile): Promise<Taken> {
	const { request, subject, video, name } = wanted;
	const content = `${subject.baseUrl}${request.options.url ?? ''}`;
	let taken = await takeFrom(context, wanted, content);
	const tried = [content];
	while (!taken.file && !isFault(taken.outcome) && tried.length < MOST_PLACES) {
		// Only a success speaks of the file; a refusal's JSON may link to its documentation.
		const told = isSuccess(taken.outcome) ? [taken.outcome.body, video] : [video];
		const place = told
			.map((each) => placeIn(each, subject.baseUrl))
			.find((each) => each && !tried.includes(keyOf(each)));
		if (!place) break;
		tried.push(keyOf(place));
		taken =
			'url' in place
				? await takeFrom(context, wanted, place.url)
				: { ...taken, file: await orTell(context, video, storeBytes(context, place.bytes, name)) };
	}
	return taken;
}

const keyOf = (place: Place): string => ('url' in place ? place.url : 'the bytes themselves');

/** Takes the file at an address; without one, the outcome has the answer as JSON or text. */
async function takeFrom(context: Context, wanted: WantedFile, url: string): Promise<Taken> {
	const { request, subject, video, name } = wanted;
	const outcome = await open(context, request, subject.baseUrl, url);
	if (isFault(outcome)) return { outcome, url };
	const stored = await orTell(context, video, storeBody(context, outcome, name));
	stopIfCancelled(context);
	if ('cut' in stored) return { outcome: stored.cut, url };
	return 'file' in stored ? { outcome, url, file: stored.file } : { outcome: stored.answer, url };
}

/** A store that takes no file is the user's to mend. */
async function orTell<T>(context: Context, video: Video, storing: Promise<T>): Promise<T> {
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
	{ outcome, url }: Taken,
	subject: Required<Subject>,
): Promise<NodeProblem> {
	const sentence = noFileSentence(outcome, url, subject);
	if (!sentence) return await refusal(context, outcome, subject);
	return await problemInServerWords(context, {
		...sentence,
		httpCode: isFault(outcome) ? undefined : outcome.statusCode,
		video: { id: subject.videoId },
	});
}

/** What is told of files only; undefined where it is the same as for any request about a video. */
function noFileSentence(
	outcome: Outcome,
	url: string,
	{ baseUrl, videoId }: Required<Subject>,
): Sentence | undefined {
	const { origin } = new URL(url);
	const isElsewhere = origin !== new URL(baseUrl).origin;
	if (isFault(outcome)) {
		if (!isElsewhere) return undefined;
		return {
			message: `The file of video '${videoId}' could not be fetched from ${origin}, where the server keeps it`,
			next: `Check that n8n can reach that address, then run this step again: the video is not lost. (${outcome.fault}: ${outcome.detail})`,
		};
	}
	const { statusCode, body } = outcome;
	const words = wordsOf(body);
	const tail = words && `: ${words}`;
	if (isSuccess(outcome)) {
		return {
			message: `The server sent ${kindOf(body)} instead of the file of video '${videoId}'${tail}`,
			next: 'Nothing was stored, and the video is not lost. Run this step again later; if it stays so, tell the operator of the server.',
		};
	}
	if (isElsewhere) {
		return {
			message: `The file of video '${videoId}' is refused by ${origin}, where the server keeps it (${statusCode})${tail}`,
			next: 'Run this step again: the node then asks for the address anew. If it stays so, the file has expired.',
		};
	}
	if ([400, 404, 405, 501].includes(statusCode)) {
		return {
			message: `The server says that video '${videoId}' is completed, but gives out no file (${statusCode})${tail}`,
			next: 'Run this step again later with the same video ID. If it stays so, the file has expired, or the server keeps it where it does not tell.',
		};
	}
	return undefined;
}
