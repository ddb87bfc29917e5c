import { badField } from './errors.mts';
import { choiceOf, missing, modelOf, promptOf, textOf, valueOf } from './fields.mts';
import type { Form } from './form.mts';
import type { NewVideo } from './store.mts';
import { MOST_SECONDS, type UploadedVideo } from './uploadedVideo.mts';
import { refuseUnknown } from './validation.mts';
import type { VideoRecord } from './videos.mts';

const EXTENSIONS = ['4', '8', '12', '16', '20'];

/** A request that makes a new video out of one that is finished or comes with it. */
interface ReworkOrder {
	form: Form;
	upload?: UploadedVideo;
	/** The record of a finished video; refuses any other. */
	completed: (id: string) => VideoRecord;
}

export interface Rework {
	offer: 'edit' | 'extend';
	path: string;
	/** As in "Only a completed video can be ...". */
	done: string;
	judge: (order: ReworkOrder) => NewVideo;
}

export const REWORKS: Rework[] = [
	{
		offer: 'edit',
		path: '/videos/edits',
		done: 'edited',
		judge: (order) => judge(order, [], 'an edit'),
	},
	{
		offer: 'extend',
		path: '/videos/extensions',
		done: 'extended',
		judge: (order) => {
			if (!order.form.has('seconds')) throw missing('seconds');
			const added = Number(choiceOf(order.form, 'seconds', EXTENSIONS));
			const video = judge(order, ['seconds'], 'an extension');
			const seconds = Number(video.seconds) + added;
			if (seconds > MOST_SECONDS) {
				throw badField(
					'seconds',
					'invalid_value',
					`The extended video would have ${seconds} seconds; at most ${MOST_SECONDS} are possible.`,
				);
			}
			return { ...video, seconds: String(seconds) };
		},
	},
];

/** The video as long as it was. */
function judge({ form, upload, completed }: ReworkOrder, more: string[], kind: string): NewVideo {
	// A file tells nothing of the model, which is known of the server's own videos.
	const known = upload ? ['video', 'model'] : ['video', 'video[id]'];
	refuseUnknown(form, ['prompt', ...known, ...more]);
	const prompt = promptOf(form);
	if (upload) {
		const { id: model, failure } = modelOf(form);
		return { ...upload, prompt, model, ...(failure && { failure }), origin: `${kind} of a file` };
	}
	const { id, model, size, seconds } = completed(sourceIdOf(form));
	return { prompt, model, size, seconds, origin: `${kind} of ${id}` };
}

/** `{"id": "..."}` in JSON; in a form, `video[id]`, as OpenAI's own clients write it. */
function sourceIdOf(form: Form): string {
	if (form.has('video[id]')) return textOf(form, 'video[id]', 'a string') ?? '';
	if (!form.has('video')) throw missing('video');
	const { id } = (valueOf(form, 'video') ?? {}) as { id?: unknown };
	if (typeof id === 'string') return id;
	throw badField(
		'video',
		'invalid_type',
		"Invalid type for 'video': expected a file, or an object with the id of a video.",
	);
}
