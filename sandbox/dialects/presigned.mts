import { ApiError } from '../errors.mts';
import { validateCreateLeniently } from '../validation.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { withCode } from './formatting.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'created',
	in_progress: 'running',
	completed: 'succeeded',
	failed: 'error',
};

/** Gateways in camel case, with a storage such as MinIO behind their own address. */
export const presigned: Dialect = {
	...contract,
	name: 'presigned',
	summary: 'a gateway with its own storage: taskId, two files on its host that refuse a key',
	supports: [],
	hasContent: false,
	checkFileRequest({ authorization }) {
		if (authorization === undefined) return;
		throw new ApiError(400, 'Only one auth mechanism allowed', { code: 'InvalidArgument' });
	},
	validateCreate: validateCreateLeniently,
	renderVideo: (context) => ({ code: 200, msg: 'success', data: taskData(context) }),
	renderError: ({ status, code, message }) => ({
		status,
		body: { code: status, msg: withCode({ code, message }), data: null },
	}),
};

function taskData({ video, record, sameHostFileUrl }: RenderContext) {
	const { id, model, status, error } = video;
	const url = (output: number) =>
		`${sameHostFileUrl}?output=${output}&X-Amz-Signature=1b6453892473`;
	return {
		taskId: id,
		model,
		status: STATUSES[status],
		createdAt: record.createdAt,
		...(status === 'completed' && { urls: [url(1), url(2)] }),
		...(error && { failReason: withCode(error) }),
	};
}
