import type { IBinaryData } from 'n8n-workflow';

import { isFault, isSuccess } from '../answers/answer';
import type { Outcome } from '../answers/answer';
import type { Video } from '../answers/video';
import { NO_VARIANTS, noFile } from '../problems/noFile';
import { problem } from '../problems/problem';
import type { Context } from '../problems/problem';
import type { Subject } from '../problems/refusal';
import { filePatience } from '../requests/patience';
import { open } from '../requests/redirect';
import { faultOf, persist, stopIfCancelled } from '../requests/send';
import type { Request, Try } from '../requests/send';
import { placesIn } from './place';
import type { Place } from './place';
import { storeBody, storeBytes } from './store';

/** How often a place may name yet another one. */
const MOST_PLACES = 4;

/** The files of a video, as the contract calls them. */
export const VARIANTS = ['video', 'thumbnail', 'spritesheet'] as const;

export type Variant = (typeof VARIANTS)[number];

export interface WantedFile {
	/** The request for it, as the contract has it. */
	request: Request;
	subject: Required<Subject>;
	/** The completed video: some servers say in it where its file is. */
	video: Video;
	variant: Variant;
	/** The name to store it under; the ending is added. */
	name: string;
	/** For all tries together; a single try may take as long as the file needs. */
	patienceMs: number;
}

interface Taken extends Try<IBinaryData> {
	/** The address that the outcome is from. */
	url: string;
}

/**
 * Brings a video's file into n8n's binary store, in constant memory, and tries as often as the time
 * allows. Only whole pictures and videos, told by their bytes, are ever stored.
 */
export async function fetchFile(context: Context, wanted: WantedFile): Promise<IBinaryData> {
	const patience = filePatience(wanted.patienceMs);
	const { found, last } = await persist(
		context,
		async () => {
			const tries = await tryPlaces(context, wanted);
			const last = tries[tries.length - 1];
			// Whether to try again is for the place that has most hope.
			const outcome = tries
				.map((each) => each.outcome)
				.reduce((best, each) => (patience(each) > patience(best) ? each : best));
			return { outcome, found: last.found, last };
		},
		patience,
	);
	if (!found) throw await noFile(context, last.outcome, last.url, wanted);
	if (wanted.variant !== 'video' && found.mimeType.startsWith('video/')) {
		throw videoInstead(context, wanted);
	}
	return found;
}

/** Tries the contract's address, then the places that an answer or the video names instead, once each. */
async function tryPlaces(context: Context, wanted: WantedFile): Promise<Taken[]> {
	const { request, subject, video, variant } = wanted;
	const { baseUrl } = subject;
	// What it names there is the video.
	const known = variant === 'video' ? placesIn(video, baseUrl) : [];
	const tries: Taken[] = [];
	const tried = new Set<string>();
	let place: Place | undefined = { url: `${baseUrl}${request.options.url ?? ''}` };
	while (place && tries.length < MOST_PLACES) {
		const from: Place = place;
		tried.add(keyOf(from));
		const taken: Taken = await takeFrom(context, wanted, from);
		tries.push(taken);
		if (taken.found) break;
		// Only a success speaks of the file; a refusal's JSON may link to its documentation.
		const told =
			!isFault(taken.outcome) && isSuccess(taken.outcome) ? taken.outcome.body : undefined;
		place = [...placesIn(told, baseUrl), ...known].find((each) => !tried.has(keyOf(each)));
	}
	return tries;
}

const keyOf = (place: Place): string =>
	'url' in place ? place.url : place.bytes.toString('base64', 0, 1000);

/** Takes the file from a place; without one, the outcome has the answer as JSON or text. */
async function takeFrom(context: Context, wanted: WantedFile, place: Place): Promise<Taken> {
	const { request, subject, video, name } = wanted;
	if ('bytes' in place) {
		const url = subject.baseUrl;
		const nothing: Outcome = { statusCode: 200, headers: {}, body: 'base64 that is no file' };
		const stored = await orTell(context, video, storeBytes(context, place.bytes, name));
		if (stored && 'file' in stored) return { outcome: nothing, url, found: stored.file };
		return { outcome: stored?.cut ?? nothing, url };
	}
	const { url } = place;
	const outcome = await open(context, request, subject.baseUrl, url);
	if (isFault(outcome)) return { outcome, url };
	const stored = await orTell(context, video, storeBody(context, outcome, name));
	stopIfCancelled(context);
	if ('cut' in stored) return { outcome: stored.cut, url };
	return 'file' in stored ? { outcome, url, found: stored.file } : { outcome: stored.answer, url };
}

const videoInstead = (context: Context, { variant, video }: WantedFile) =>
	problem(context, {
		message: `The server sent the video in place of the ${variant} of video '${video.id}'`,
		next: NO_VARIANTS,
		video,
	});

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
