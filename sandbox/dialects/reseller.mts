import { randomBytes } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { validateCreateLeniently } from '../validation.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { withCode } from './formatting.mts';
import { renderTaskError } from './newapi.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'NOT_START',
	in_progress: 'IN_PROGRESS',
	completed: 'SUCCESS',
	failed: 'FAILURE',
};

/** AnyFast, Starrise and others on an older new-api, which wraps every response in an envelope. */
export const reseller: Dialect = {
	...contract,
	name: 'reseller',
	summary: 'older new-api: answers in an envelope, "50%", ids with : / + =, download gives a URL',
	supports: [],
	createId(model) {
		const [head, middle, tail] = [10, 2, 2].map((count) => randomBytes(count).toString('hex'));
		return `${model}:task_01k${head}+${middle}/${tail}=`;
	},
	validateCreate: validateCreateLeniently,
	renderCreated: ({ record }) => ({ status: 200, body: inEnvelope(record.id) }),
	renderVideo: (context) => inEnvelope(videoData(context)),
	readVariant(requested = 'video') {
		if (requested === 'video') return 'video';
		throw new ApiError(404, `No such file: variant '${requested}'`);
	},
	deliverFile: ({ fileUrl }) => ({ json: { url: fileUrl() } }),
	renderError: renderTaskError,
};

const inEnvelope = (data: unknown) => ({ code: 'success', message: '', data });

function videoData({ video, record }: RenderContext) {
	const { id, model, status, progress, size, seconds, error } = video;
	const isFinished = status === 'completed' || status === 'failed';
	return {
		task_id: id,
		model,
		status: STATUSES[status],
		...(progress !== undefined && { progress: `${progress}%` }),
		created: record.createdAt,
		...(isFinished && { finish_time: record.createdAt + record.renderMs }),
		size,
		seconds,
		fail_reason: error ? withCode(error) : '',
	};
}
