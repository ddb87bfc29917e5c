import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Dialect, Scene } from './dialects/dialect.mts';
import { ApiError } from './errors.mts';
import { type OrderBook, keyOf } from './idempotency.mts';
import { type ListQuery, listPage } from './listing.mts';
import { modelList } from './models.mts';
import { REWORKS } from './reworks.mts';
import { sendFile } from './send.mts';
import { type NewVideo, type StoreContext, VideoStore } from './store.mts';
import { uploadedVideo } from './uploadedVideo.mts';
import { validateRemix } from './validation.mts';
import type { VideoRecord } from './videos.mts';

export interface RouteContext extends StoreContext {
	fileBytes: number;
	/** Absent where idempotency keys are ignored. */
	orders?: OrderBook;
}

type ById = { Params: { id: string } };

/** The routes of the Videos API as one dialect has them, to be registered under its base URL. */
export function registerRoutes(
	app: FastifyInstance,
	dialect: Dialect,
	context: RouteContext,
): void {
	const { now, orders } = context;
	const store = new VideoStore(dialect, context);
	const handedOut = new WeakSet<VideoRecord>();
	const startedAt = Math.floor(now() / 1000);

	/** Answers a request that makes a video, which a known idempotency key spares. */
	const create = (request: FastifyRequest, reply: FastifyReply, judge: () => NewVideo) => {
		const make = () => store.add(judge(), request);
		const { url: path, form } = request;
		const order = { dialect: dialect.name, key: keyOf(request), path, form };
		const { record, isReplay } = orders?.fill(order, make) ?? { record: make(), isReplay: false };
		if (isReplay) reply.header('idempotent-replayed', 'true');
		const scene = store.sceneOf(record, request);
		const { status, body } = dialect.created?.(scene) ?? {
			status: 200,
			body: dialect.video(scene),
		};
		return reply.code(status).send(body);
	};

	/** The video that another one is to be made of. */
	const completed = (id: string, done: string): VideoRecord => {
		const source = store.find(id);
		const { status } = store.look(source);
		if (status === 'completed') return source;
		throw new ApiError(
			status === 'failed' ? 400 : 409,
			`Only a completed video can be ${done}, current status: ${status}`,
			{ code: 'video_not_completed' },
		);
	};

	app.get('/models', { config: { kind: 'models' } }, () => modelList(startedAt));

	app.post('/videos', { config: { kind: 'create' } }, (request, reply) =>
		create(request, reply, () => {
			const { model, ...input } = dialect.judge(request.form, request.isMultipart());
			return { ...input, model: model.id, ...(model.failure && { failure: model.failure }) };
		}),
	);

	app.get<ById>('/videos/:id', { config: { kind: 'status' } }, (request, reply) => {
		const scene = store.sceneOf(store.find(request.params.id), request);
		const { status, body } = dialect.found?.(scene) ?? { status: 200, body: dialect.video(scene) };
		return reply.code(status).send(body);
	});

	const { path, kind } = dialect.content;
	app.get<ById & { Querystring: { variant?: unknown } }>(
		path,
		{ config: { kind } },
		async (request, reply) => {
			const record = store.find(request.params.id);
			const variant = dialect.variantIn(request.query.variant);
			const scene = store.sceneOf(record, request);
			refuseUnready(scene);
			const isFirst = !handedOut.has(record);
			handedOut.add(record);
			const delivery = dialect.deliver(scene, variant, isFirst);
			if ('json' in delivery) return delivery.json;
			if ('redirect' in delivery) return reply.redirect(delivery.redirect);
			reply.headers(delivery.headers);
			return await sendFile(reply, record, delivery.variant, context);
		},
	);

	if (dialect.offers.includes('list')) {
		app.get<{ Querystring: ListQuery }>('/videos', { config: { kind: 'list' } }, (request) => {
			const page = listPage(store.all(), request.query);
			const data = page.data.map((record) => dialect.video(store.sceneOf(record, request)));
			return { ...page, data };
		});
	}

	if (dialect.offers.includes('delete')) {
		app.delete<ById>('/videos/:id', (request) => {
			const record = store.find(request.params.id);
			const scene = store.sceneOf(record, request);
			const { status } = scene.video;
			if (status === 'pending' || status === 'in_progress') {
				throw new ApiError(409, `Video is still being made, current status: ${status}`, {
					code: 'video_not_finished',
				});
			}
			store.remove(record);
			return dialect.deleted(scene);
		});
	}

	if (dialect.offers.includes('remix')) {
		app.post<ById>('/videos/:id/remix', { config: { kind: 'create' } }, (request, reply) =>
			create(request, reply, () => {
				const { prompt } = validateRemix(request.form);
				const { id, model, size, seconds } = completed(request.params.id, 'remixed');
				return { prompt, model, size, seconds, remixedFrom: id, origin: `a remix of ${id}` };
			}),
		);
	}

	for (const { offer, path: reworkPath, done, judge } of REWORKS) {
		if (!dialect.offers.includes(offer)) continue;
		app.post(reworkPath, { config: { kind: 'create' } }, async (request, reply) => {
			const { form } = request;
			const upload = await uploadedVideo(form);
			return create(request, reply, () =>
				judge({ form, upload, completed: (id) => completed(id, done) }),
			);
		});
	}
}

function refuseUnready({ video: { status, error }, isExpired }: Scene): void {
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
	if (isExpired) {
		throw new ApiError(410, 'The file of this video has expired.', { code: 'video_expired' });
	}
}
