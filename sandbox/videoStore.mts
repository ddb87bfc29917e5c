import type { FastifyRequest } from 'fastify';

import type { Dialect, RenderContext } from './dialects/dialect.mts';
import { ApiError } from './errors.mts';
import { type FaultName, isFault } from './faults.mts';
import type { Variant } from './files.mts';
import { idempotencyKeyOf } from './idempotency.mts';
import { MODERATION_ERROR } from './models.mts';
import {
	type RenderOutcome,
	type Video,
	type VideoRecord,
	type VideoStatus,
	isExpired,
	videoAt,
} from './videos.mts';

export interface StoreContext {
	/** Of all dialects, by ID. */
	videos: Map<string, VideoRecord>;
	/** In Unix milliseconds. */
	now: () => number;
	renderMs: number;
	outcomeFor: () => RenderOutcome;
	log: (line: string) => void;
	fileUrlFor(record: VideoRecord, variant: Variant, faults: Iterable<FaultName>): string;
}

export type NewVideo = Pick<VideoRecord, 'model' | 'prompt' | 'size' | 'seconds'> &
	Partial<VideoRecord>;

/** The videos of one dialect, which acts as a separate server. */
export class VideoStore {
	readonly #loggedStatuses = new Map<string, VideoStatus>();

	constructor(
		readonly dialect: Dialect,
		readonly context: StoreContext,
	) {}

	/** Throws a 404 for an unknown video. */
	find(id: string): VideoRecord {
		const record = this.context.videos.get(id);
		if (record && this.#owns(record)) return record;
		throw new ApiError(404, `Video with id '${id}' not found.`, { code: 'not_found' });
	}

	/** Oldest first. */
	all(): VideoRecord[] {
		return [...this.context.videos.values()].filter((record) => this.#owns(record));
	}

	#owns(record: VideoRecord): boolean {
		return record.dialect === this.dialect.name && !record.isDeleted;
	}

	/** The video at this time; logs its status if that has changed since the last call. */
	currentVideo(record: VideoRecord): Video {
		const { now, log } = this.context;
		const video = videoAt(record, now());
		const { id, status, error } = video;
		const previous = this.#loggedStatuses.get(id);
		if (previous && previous !== status)
			log(`${id}  ${status}${error ? `: ${error.message}` : ''}`);
		this.#loggedStatuses.set(id, status);
		return video;
	}

	renderContext(record: VideoRecord, request: FastifyRequest): RenderContext {
		const { now, fileUrlFor } = this.context;
		const { parsedUrl, requestedFaults = [], faults } = request;
		const video = this.currentVideo(record);
		const baseUrl = `http://${request.host}${parsedUrl?.prefix ?? ''}/v1`;
		const fileId = Buffer.from(record.id).toString('base64url');
		return {
			record,
			video,
			now: now(),
			isExpired: isExpired(video, now()) || faults.has('expired'),
			faults,
			baseUrl,
			fileUrl: (variant = 'video') => fileUrlFor(record, variant, requestedFaults.filter(isFault)),
			sameHostFileUrl: baseUrl.replace(/v1$/, `files/${fileId}:download`),
		};
	}

	/** Adds a video, with the outcome set by its request's faults. */
	add(video: NewVideo, request: FastifyRequest): VideoRecord {
		const { videos, now, renderMs, outcomeFor, log } = this.context;
		const { faults } = request;
		const idempotencyKey = idempotencyKeyOf(request);
		const record: VideoRecord = {
			id: this.dialect.createId(video.model),
			dialect: this.dialect.name,
			createdAt: now(),
			renderMs: this.dialect.isSynchronous ? 0 : renderMs,
			...video,
			...outcomeFor(),
			...(faults.has('moderation') && { failure: MODERATION_ERROR }),
			...this.#failureOf(faults),
			...(faults.has('never-done') && { neverDone: true }),
			...(idempotencyKey && { idempotencyKey }),
		};
		videos.set(record.id, record);
		const { model, size, seconds, sourceLabel, reference, prompt } = record;
		const source = sourceLabel ? `, ${sourceLabel}` : '';
		const file = reference ? `, from ${oneLine(reference.name)}` : '';
		log(`${record.id}  created: ${model} ${size} ${seconds} s${source}${file}: ${oneLine(prompt)}`);
		return record;
	}

	/** The failure that a fault of this family alone sets. */
	#failureOf(faults: ReadonlySet<string>): Pick<VideoRecord, 'failure'> {
		for (const [name, { failure }] of Object.entries(this.dialect.faults)) {
			if (failure && faults.has(name)) return { failure };
		}
		return {};
	}

	/** Marks it as deleted. It stays on record, because it was paid for. */
	remove(record: VideoRecord): void {
		record.isDeleted = true;
		this.context.log(`${record.id}  deleted`);
	}
}

/** User text on one short log line. */
function oneLine(text: string): string {
	const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
	const characters = [...line];
	return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : line;
}
