import { randomBytes } from 'node:crypto';

import type { VideoStatus } from '../videos.mts';
import { validateLeniently } from '../validation.mts';
import { contract } from './contract.mts';
import type { Dialect, Scene } from './dialect.mts';
import { newapi, task } from './newapi.mts';
import { withCode } from './words.mts';

const STATUS: Record<VideoStatus, string> = {
	pending: 'NOT_START',
	in_progress: 'IN_PROGRESS',
	completed: 'SUCCESS',
	failed: 'FAILURE',
};

/** AnyFast, Starrise and others on new-api's older form: everything comes in an envelope. */
export const reseller: Dialect = {
	...contract,
	name: 'reseller',
	tells: 'older new-api: answers in an envelope, "50%", ids with : / + =, download gives a URL',
	offers: [],
	newId(model) {
		const [head, middle, tail] = [10, 2, 2].map((count) => randomBytes(count).toString('hex'));
		return `${model}:task_01k${head}+${middle}/${tail}=`;
	},
	judge: validateLeniently,
	video: (scene) => ({ code: 'success', message: '', data: dataOf(scene) }),
	variantIn: newapi.variantIn,
	deliver: ({ fileUrl }) => ({ json: { url: fileUrl() } }),
	refuse({ status, code, message }) {
		if (code === 'not_found') return task(400, 'task_not_exist', 'task_not_exist');
		return task(status, code, message);
	},
};

function dataOf({ video, record }: Scene) {
	const { id, model, status, progress, size, seconds, error } = video;
	const isOver = status === 'completed' || status === 'failed';
	return {
		task_id: id,
		model,
		status: STATUS[status],
		...(progress !== undefined && { progress: `${progress}%` }),
		created: record.createdAt,
		...(isOver && { finish_time: record.createdAt + record.renderMs }),
		size,
		seconds,
		fail_reason: error ? withCode(error) : '',
	};
}
