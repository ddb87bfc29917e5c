import type { FastifyRequest } from 'fastify';

import type { Dialect, Scene } from './dialects/dialect.mts';
import { ApiError } from './errors.mts';
import type { FaultName } from './faults.mts';
import type { Variant } from './files.mts';
import { keyOf } from './idempotency.mts';
import { MODERATED } from './models.mts';
import {
	type Fate,
	type Video,
	type VideoRecord,
	type VideoStatus,
	isExpired,
	videoAt,
} from './videos.mts';

/** What a store works with; `now` in Unix milliseconds. */
export interface StoreContext {
	/** Of all dialects. */
	videos: Map<string, VideoRecord>;
	now: () => number;
	renderMs: number;
	fateOf: () => Fate;
	log: (line: string) => void;
	fileUrlOf(record: VideoRecord, variant: Variant, faults: Iterable<FaultName>): string;
}

export type NewVideo = Pick<VideoRecord, 'model' | 'prompt' | 'size' | 'seconds'> &
	Partial<VideoRecord>;

/** The videos as one dialect knows them: each is a server of its own. */
export class VideoStore {
	readonly #announced = new Map<string, VideoStatus>();

	constructor(
		readonly dialect: Dialect,
		readonly context: StoreContext,
	) {}

	/** Throws a 404 for a video it does not know. */
	find(id: string): VideoRecord {
		const record = this.context.videos.get(id);
		if (record && this.#has(record)) return record;
		throw new ApiError(404, `Video with id '${id}' not found.`, { code: 'not_found' });
	}

	/** Oldest first. */
	all(): VideoRecord[] {
		return [...this.context.videos.values()].filter((record) => this.#has(record));
	}

	#has(record: VideoRecord): boolean {
		return record.dialect === this.dialect.name && !record.isDeleted;
	}

	/** The video as it stands, telling the log where its status has changed since the last look. */
	look(record: VideoRecord): Video {
		const { now, log } = this.context;
		const video = videoAt(record, now());
		const { id, status, error } = video;
		const before = this.#announced.get(id);
		if (before && before !== status) log(`${id}  ${status}${error ? `: ${error.message}` : ''}`);
		this.#announced.set(id, status);
		return video;
	}

	sceneOf(record: VideoRecord, request: FastifyRequest): Scene {
		const { now, fileUrlOf } = this.context;
		const { address, standingFaults = [], faults } = request;
		const video = this.look(record);
		return {
			record,
			video,
			now: now(),
			isExpired: isExpired(video, now()) || faults.has('expired'),
			base: `http://${request.host}${address?.prefix ?? ''}/v1`,
			fileUrl: (variant = 'video') => fileUrlOf(record, variant, standingFaults),
		};
	}

	/** Takes a video on, with the fate that the faults of its request give it. */
	add(video: NewVideo, request: FastifyRequest): VideoRecord {
		const { videos, now, renderMs, fateOf, log } = this.context;
		const { faults } = request;
		const idempotencyKey = keyOf(request);
		const record: VideoRecord = {
			id: this.dialect.newId(video.model),
			dialect: this.dialect.name,
			createdAt: now(),
			renderMs,
			...video,
			...fateOf(),
			...(faults.has('moderation') && { failure: MODERATED }),
			...(faults.has('never-done') && { neverDone: true }),
			...(idempotencyKey && { idempotencyKey }),
		};
		videos.set(record.id, record);
		const { model, size, seconds, origin, reference, prompt } = record;
		const from = origin ? `, ${origin}` : '';
		const by = reference ? `, from ${oneLine(reference.name)}` : '';
		log(`${record.id}  created: ${model} ${size} ${seconds} s${from}${by}: ${oneLine(prompt)}`);
		return record;
	}

	/** Its owner wants it no more; what it cost is not undone, so it stays in the books. */
	remove(record: VideoRecord): void {
		record.isDeleted = true;
		this.context.log(`${record.id}  deleted`);
	}
}

/** Text a user sent, fit for one log line. */
function oneLine(text: string): string {
	const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
	const characters = [...line];
	return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : line;
}
