import { fieldError } from './errors.mts';
import { missingField, readChoice, readModel, readPrompt, readText, readValue } from './fields.mts';
import type { Form } from './form.mts';
import { MAX_TOTAL_SECONDS, type UploadedVideo } from './uploadedVideo.mts';
import { rejectUnknownFields } from './validation.mts';
import type { VideoRecord } from './videos.mts';
import type { NewVideo } from './videoStore.mts';

const EXTENSION_SECONDS = ['4', '8', '12', '16', '20'];

/** A request for a new video based on a completed or an uploaded one. */
interface SourceVideoRequest {
	form: Form;
	upload?: UploadedVideo;
	/** Throws unless the video is completed. */
	findCompleted: (id: string) => VideoRecord;
}

interface SourceVideoRoute {
	operation: 'edit' | 'extend';
	path: string;
	/** As in "Only a completed video can be ...". */
	participle: string;
	validate: (request: SourceVideoRequest) => NewVideo;
}

export const SOURCE_VIDEO_ROUTES: SourceVideoRoute[] = [
	{
		operation: 'edit',
		path: '/videos/edits',
		participle: 'edited',
		validate: (request) => validateSourceVideo(request, [], 'an edit'),
	},
	{
		operation: 'extend',
		path: '/videos/extensions',
		participle: 'extended',
		validate: (request) => {
			if (!request.form.has('seconds')) throw missingField('seconds');
			const added = Number(readChoice(request.form, 'seconds', EXTENSION_SECONDS));
			const video = validateSourceVideo(request, ['seconds'], 'an extension');
			const seconds = Number(video.seconds) + added;
			if (seconds > MAX_TOTAL_SECONDS) {
				throw fieldError(
					'seconds',
					'invalid_value',
					`The extended video would have ${seconds} seconds; at most ${MAX_TOTAL_SECONDS} are possible.`,
				);
			}
			return { ...video, seconds: String(seconds) };
		},
	},
];

/** The new video, as long as its source. */
function validateSourceVideo(
	{ form, upload, findCompleted }: SourceVideoRequest,
	extraFields: string[],
	label: string,
): NewVideo {
	// The model of an uploaded file is unknown, so the request must name one.
	const sourceFields = upload ? ['video', 'model'] : ['video', 'video[id]'];
	rejectUnknownFields(form, ['prompt', ...sourceFields, ...extraFields]);
	const prompt = readPrompt(form);
	if (upload) {
		const { id: model, failure } = readModel(form);
		return {
			...upload,
			prompt,
			model,
			...(failure && { failure }),
			sourceLabel: `${label} of a file`,
		};
	}
	const { id, model, size, seconds } = findCompleted(readSourceId(form));
	return { prompt, model, size, seconds, sourceLabel: `${label} of ${id}` };
}

/** `{"id": "..."}` in JSON; `video[id]` in a form, as OpenAI's own clients send it. */
function readSourceId(form: Form): string {
	if (form.has('video[id]')) return readText(form, 'video[id]', 'a string') ?? '';
	if (!form.has('video')) throw missingField('video');
	const { id } = (readValue(form, 'video') ?? {}) as { id?: unknown };
	if (typeof id === 'string') return id;
	throw fieldError(
		'video',
		'invalid_type',
		"Invalid type for 'video': expected a file, or an object with the id of a video.",
	);
}
