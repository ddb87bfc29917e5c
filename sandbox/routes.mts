import type { FastifyInstance } from 'fastify';

import { ApiError, badField } from './errors.mts';
import { type Variant, VARIANTS, fileOf } from './files.mts';
import { readForm } from './form.mts';
import { type ListQuery, listPage } from './listing.mts';
import { modelList } from './models.mts';
import { validateCreate, validateRemix } from './validation.mts';
import {
	type Video,
	type VideoRecord,
	type VideoStatus,
	isExpired,
	newVideoId,
	videoAt,
} from './videos.mts';

/** What the routes work with; `now` in Unix milliseconds. */
export interface RouteContext {
	videos: Map<string, VideoRecord>;
	now: () => number;
	renderMs: number;
	fileBytes: number;
	log: (line: string) => void;
}

type ById = { Params: { id: string } };

/** The routes of the Videos API, to be registered under `/v1`. */
export function registerRoutes(app: FastifyInstance, context: RouteContext): void {
	const { videos, now, renderMs, fileBytes, log } = context;
	const announced = new Map<string, VideoStatus>();
	const startedAt = Math.floor(now() / 1000);

	const find = (id: string): VideoRecord => {
		const record = videos.get(id);
		if (record) return record;
		throw new ApiError(404, `Video with id '${id}' not found.`, { code: 'not_found' });
	};

	/** The video as it stands, telling the log of each status the first time it is seen. */
	const look = (record: VideoRecord): Video => {
		const video = videoAt(record, now());
		const { id, status, error } = video;
		if (announced.get(id) !== status) {
			if (announced.has(id)) log(`${id}  ${status}${error ? `: ${error.message}` : ''}`);
			announced.set(id, status);
		}
		return video;
	};

	const add = (record: Omit<VideoRecord, 'id' | 'createdAt' | 'renderMs'>): Video => {
		const whole = { id: newVideoId(), createdAt: now(), renderMs, ...record };
		videos.set(whole.id, whole);
		const from = whole.remixedFrom ? `, a remix of ${whole.remixedFrom}` : '';
		const by = whole.reference ? `, from ${oneLine(whole.reference.name)}` : '';
		const what = `${whole.model} ${whole.size} ${whole.seconds} s${from}${by}`;
		log(`${whole.id}  created: ${what}: ${oneLine(whole.prompt)}`);
		return look(whole);
	};

	app.get('/models', () => modelList(startedAt));

	app.post('/videos', async (request) => {
		const { model, ...input } = validateCreate(await readForm(request));
		return add({ ...input, model: model.id, ...(model.failure && { failure: model.failure }) });
	});

	app.get<{ Querystring: ListQuery }>('/videos', (request) =>
		listPage([...videos.values()].map(look), request.query),
	);

	app.get<ById>('/videos/:id', (request) => look(find(request.params.id)));

	app.delete<ById>('/videos/:id', (request) => {
		const { id, status } = look(find(request.params.id));
		if (status === 'pending' || status === 'in_progress') {
			throw new ApiError(409, `Video is still being made, current status: ${status}`, {
				code: 'video_not_finished',
			});
		}
		videos.delete(id);
		announced.delete(id);
		log(`${id}  deleted`);
		return { id, object: 'video.deleted', deleted: true };
	});

	app.post<ById>('/videos/:id/remix', async (request) => {
		const { prompt } = validateRemix(await readForm(request));
		const source = find(request.params.id);
		const { status } = look(source);
		if (status !== 'completed') {
			throw new ApiError(
				status === 'failed' ? 400 : 409,
				`Only a completed video can be remixed, current status: ${status}`,
				{ code: 'video_not_completed' },
			);
		}
		const { id: remixedFrom, model, size, seconds } = source;
		return add({ prompt, model, size, seconds, remixedFrom });
	});

	app.get<ById & { Querystring: { variant?: unknown } }>(
		'/videos/:id/content',
		async (request, reply) => {
			const record = find(request.params.id);
			const variant = variantOf(request.query.variant);
			refuseUnready(look(record), now());
			const file = await fileOf(record, variant, fileBytes);
			log(`${record.id}  download: ${file.name}, ${file.length} bytes`);
			reply.header('content-type', file.type);
			reply.header('content-length', file.length);
			reply.header('content-disposition', `attachment; filename="${file.name}"`);
			return reply.send(file.body);
		},
	);
}

function variantOf(value: unknown = 'video'): Variant {
	const variant = VARIANTS.find((known) => known === value);
	if (variant) return variant;
	throw badField(
		'variant',
		'invalid_value',
		`Invalid value: '${value}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.`,
	);
}

function refuseUnready(video: Video, now: number): void {
	const { status, error } = video;
	if (status === 'failed') {
		throw new ApiError(422, `Video generation failed: ${error?.message}`, {
			code: error?.code,
		});
	}
	if (status !== 'completed') {
		throw new ApiError(404, `Video is not ready yet, current status: ${status}`, {
			code: 'video_not_ready',
		});
	}
	if (isExpired(video, now)) {
		throw new ApiError(410, 'The file of this video has expired.', { code: 'video_expired' });
	}
}

/** Text a user sent, fit for one log line. */
function oneLine(text: string): string {
	const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
	const characters = [...line];
	return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : line;
}
