import { ApiError, fieldError } from '../errors.mts';
import { VARIANTS, fileName } from '../files.mts';
import { modelList } from '../models.mts';
import { validateCreate } from '../validation.mts';
import { createVideoId } from '../videos.mts';
import type { Dialect, RenderContext } from './dialect.mts';

/** The API of the spec, under plain `/v1`; the other dialects override it. */
export const contract: Dialect = {
	name: 'contract',
	summary: 'the API as documented',
	credential: {},
	takesImages: true,
	supports: ['list', 'delete', 'remix', 'edit', 'extend'],
	createPath: '/videos',
	isSynchronous: false,
	hasContent: true,
	modelLists: [{ path: '/models', render: modelList }],
	fixedRoutes: [],
	faults: {},
	pageSize: 20,
	deletesUnfinished: false,
	needsApiKey: () => true,
	createId: createVideoId,
	readApiKey: ({ authorization = '' }) => /^Bearer +(.+)$/i.exec(authorization)?.[1],
	validateCreate,
	renderVideo: ({ video }) => video,
	renderDeleted: ({ video: { id } }) => ({ id, object: 'video.deleted', deleted: true }),
	readVariant(requested = 'video') {
		const variant = VARIANTS.find((known) => known === requested);
		if (variant) return variant;
		throw fieldError(
			'variant',
			'invalid_value',
			`Invalid value: '${requested}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.`,
		);
	},
	checkDownload: requireFile,
	deliverFile: ({ record }, variant) => ({
		variant,
		headers: { 'content-disposition': `attachment; filename="${fileName(record, variant)}"` },
	}),
	renderError: (error) => ({ status: error.status, body: error.toBody() }),
};

export function requireFile({ video: { status, error }, isExpired }: RenderContext): void {
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
