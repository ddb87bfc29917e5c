import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Dialect } from './dialects/dialect.mts';
import { ApiError } from './errors.mts';
import { missingField } from './fields.mts';
import { type IdempotencyStore, idempotencyKeyOf } from './idempotency.mts';
import { type ListQuery, listPage } from './listing.mts';
import { sendFile } from './sendFile.mts';
import { SOURCE_VIDEO_ROUTES } from './sourceVideoRoutes.mts';
import { readUploadedVideo } from './uploadedVideo.mts';
import { validateRemix } from './validation.mts';
import type { VideoRecord } from './videos.mts';
import { type NewVideo, type StoreContext, VideoStore } from './videoStore.mts';

export interface RouteContext extends StoreContext {
	fileBytes: number;
	/** Absent if idempotency keys are ignored. */
	idempotencyStore?: IdempotencyStore;
}

type ById = { Params: { id: string } };

/** Registers one dialect's routes of the Videos API. */
export function registerRoutes(
	app: FastifyInstance,
	dialect: Dialect,
	context: RouteContext,
): void {
	const { now, idempotencyStore } = context;
	const store = new VideoStore(dialect, context);
	const delivered = new WeakSet<VideoRecord>();
	const startedAt = Math.floor(now() / 1000);

	/** Creates a video, or finds the one of a known idempotency key, and responds with it. */
	const create = (request: FastifyRequest, reply: FastifyReply, validate: () => NewVideo) => {
		const createRecord = () => store.add(validate(), request);
		const { lostAnswer } = request;
		if (lostAnswer) {
			for (let made = 0; made < lostAnswer.videosMade; made++) createRecord();
			return lostAnswer.send(reply);
		}
		const { url: path, form } = request;
		const key = idempotencyKeyOf(request);
		const { record, isReplay } = idempotencyStore?.getOrCreate(
			{ dialect: dialect.name, key, path, form },
			createRecord,
		) ?? { record: createRecord(), isReplay: false };
		if (isReplay) reply.header('idempotent-replayed', 'true');
		const renderContext = store.renderContext(record, request);
		const { status, body } = dialect.renderCreated?.(renderContext) ?? {
			status: 200,
			body: dialect.renderVideo(renderContext),
		};
		return reply.code(status).send(body);
	};

	/** The source of a new video; throws unless it is completed. */
	const findCompleted = (id: string, participle: string): VideoRecord => {
		const source = store.find(id);
		const { status } = store.currentVideo(source);
		if (status === 'completed') return source;
		throw new ApiError(
			status === 'failed' ? 400 : 409,
			`Only a completed video can be ${participle}, current status: ${status}`,
			{ code: 'video_not_completed' },
		);
	};

	for (const { path, render } of dialect.modelLists) {
		app.get(`/v1${path}`, { config: { kind: 'models' } }, () => render(startedAt));
	}
	for (const { method, path, withQuery, ...answer } of dialect.fixedRoutes) {
		app.route<{ Querystring: Record<string, unknown> }>({
			method,
			url: `/v1${path}`,
			handler: ({ query }, reply) => {
				const { status, body } = withQuery && withQuery.name in query ? withQuery : answer;
				return reply.code(status).send(body);
			},
		});
	}

	app.post(`/v1${dialect.createPath}`, { config: { kind: 'create' } }, (request, reply) =>
		create(request, reply, () => {
			const { model, ...input } = dialect.validateCreate(request.form, request.isMultipart());
			return { ...input, model: model.id, ...(model.failure && { failure: model.failure }) };
		}),
	);

	if (!dialect.isSynchronous) {
		app.get<ById>('/v1/videos/:id', { config: { kind: 'status' } }, (request, reply) => {
			const renderContext = store.renderContext(store.find(request.params.id), request);
			const { status, body } = dialect.renderStatus?.(renderContext) ?? {
				status: 200,
				body: dialect.renderVideo(renderContext),
			};
			return reply.code(status).send(body);
		});
	}

	if (dialect.hasContent) {
		app.get<ById & { Querystring: { variant?: unknown } }>(
			'/v1/videos/:id/content',
			{ config: { kind: 'content' } },
			async (request, reply) => {
				const record = store.find(request.params.id);
				const variant = dialect.readVariant(request.query.variant);
				const renderContext = store.renderContext(record, request);
				dialect.checkDownload(renderContext);
				const isFirst = !delivered.has(record);
				delivered.add(record);
				const delivery = dialect.deliverFile(renderContext, variant, isFirst);
				if ('json' in delivery) return delivery.json;
				if ('redirect' in delivery) return reply.redirect(delivery.redirect);
				reply.headers(delivery.headers);
				return await sendFile(reply, record, delivery.variant, context);
			},
		);
	}

	if (dialect.checkFileRequest) {
		app.get<{ Params: { file: string } }>(
			'/files/:file',
			{ config: { kind: 'file' } },
			async (request, reply) => {
				const [fileId] = request.params.file.split(':');
				const record = store.find(Buffer.from(fileId, 'base64url').toString());
				dialect.checkDownload(store.renderContext(record, request));
				return await sendFile(reply, record, 'video', context);
			},
		);
	}

	if (dialect.supports.includes('list')) {
		app.get<{ Querystring: ListQuery }>('/v1/videos', { config: { kind: 'list' } }, (request) => {
			const page = listPage(store.all(), request.query, dialect.pageSize);
			const data = page.data.map((record) =>
				dialect.renderVideo(store.renderContext(record, request)),
			);
			return { ...page, data };
		});
	}

	if (dialect.supports.includes('delete')) {
		app.delete<ById>('/v1/videos/:id', (request) => {
			const record = store.find(request.params.id);
			const renderContext = store.renderContext(record, request);
			const { status } = renderContext.video;
			const isUnfinished = status === 'pending' || status === 'in_progress';
			if (isUnfinished && !dialect.deletesUnfinished) {
				throw new ApiError(409, `Video is still being made, current status: ${status}`, {
					code: 'video_not_finished',
				});
			}
			store.remove(record);
			return dialect.renderDeleted(renderContext);
		});
	}

	if (dialect.supports.includes('remix')) {
		app.post<ById>(
			'/v1/videos/:id/remix',
			{ config: { kind: 'create', operation: 'remix' } },
			(request, reply) =>
				create(request, reply, () => {
					const { prompt } = validateRemix(request.form);
					const { id, model, size, seconds } = findCompleted(request.params.id, 'remixed');
					return { prompt, model, size, seconds, remixedFrom: id, sourceLabel: `a remix of ${id}` };
				}),
		);
	}

	for (const { operation, path: routePath, participle, validate } of SOURCE_VIDEO_ROUTES) {
		if (!dialect.supports.includes(operation)) continue;
		app.post(
			`/v1${routePath}`,
			{ config: { kind: 'create', operation } },
			async (request, reply) => {
				const { form } = request;
				const upload = await readUploadedVideo(form);
				if (upload && dialect.lostOfUpload) throw missingField(dialect.lostOfUpload[operation]);
				return create(request, reply, () =>
					validate({ form, upload, findCompleted: (id) => findCompleted(id, participle) }),
				);
			},
		);
	}
}
