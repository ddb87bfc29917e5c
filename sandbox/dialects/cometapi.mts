import { ApiError, fieldError } from '../errors.mts';
import { readModel, readPrompt, readReferenceImage, readText } from '../fields.mts';
import type { Form } from '../form.mts';
import { readLenientSeconds, readRatioSize } from '../lenientFields.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { randomAlphanumerics } from './formatting.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'SUBMITTED',
	in_progress: 'in_progress',
	completed: 'completed',
	failed: 'failed',
};

/** Of those that it documents, the ones that the sandbox's clips can have. */
const EXACT_SIZES = [
	...['1280x720', '720x1280', '1112x834', '834x1112', '960x960', '1470x630', '864x496', '496x864'],
	...['752x560', '560x752', '640x640', '992x432', '1920x1080', '1080x1920', '1440x1440'],
];

const RATIOS = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'];

/** CometAPI's page for Seedance. */
export const cometapi: Dialect = {
	...contract,
	name: 'cometapi',
	summary: 'CometAPI: a form only, the size a ratio or one of its own sizes, 4 to 15 seconds',
	credential: { apiStyle: 'cometapi' },
	supports: [],
	createId: () => `task_${randomAlphanumerics(32)}`,
	validateCreate(form, isMultipart) {
		if (!isMultipart) {
			throw new ApiError(400, "request Content-Type isn't multipart/form-data", {
				code: 'InvalidParameter',
			});
		}
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readSize(form);
		const seconds = readLenientSeconds(form, 'seconds', '5');
		if (Number(seconds) < 4 || Number(seconds) > 15) {
			throw fieldError('seconds', 'InvalidParameter', 'seconds must be from 4 to 15');
		}
		const reference = readReferenceImage(form);
		return { model, prompt, size, seconds, ...(reference && { reference }) };
	},
	renderVideo({ video }) {
		const { id, object, model, status, progress, created_at, completed_at, size, error } = video;
		return {
			id,
			task_id: id,
			object,
			model,
			status: STATUSES[status],
			progress,
			created_at,
			...(completed_at && { completed_at }),
			size,
			...(error && { error: { code: error.code, message: error.message } }),
		};
	},
	readVariant: () => 'video',
};

function readSize(form: Form): string {
	const size = readText(form, 'size', 'a string');
	if (size === undefined || RATIOS.includes(size)) {
		return readRatioSize(
			form,
			{ ratio: '16:9', resolution: '720p' },
			{ ratio: 'size', resolution: 'resolution' },
		);
	}
	if (EXACT_SIZES.includes(size)) return size;
	throw fieldError('size', 'InvalidParameter', `size '${size}' is not supported`);
}
