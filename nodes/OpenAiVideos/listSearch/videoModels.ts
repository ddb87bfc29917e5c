import { isObject } from '../responses/values';

/** A model in a list; `isVideo` is what the list says of it, and undefined if it says nothing. */
export interface Model {
	id: string;
	isVideo?: boolean;
}

/** Makes videos, in the words of a list: `video`, `text-to-video`, `i2v`. */
const MAKES_VIDEOS =
	/(?<![a-z])(?:videos?|[tiv]2v|image2video|text2video|predictlongrunning)(?![a-z])/i;
/** Only looks at videos, or at other things. */
const READS_VIDEOS =
	/video.{0,3}(?:input|understanding|analysis|to.?text|classification|qa|caption)|video2text|v2t/i;
/** Makes something else; other words, such as "model", say nothing. */
const MAKES_OTHERS =
	/(?<![a-z])(?:texts?|images?|audio|speech|music|chat|completions?|llm|language|embeddings?|rerank(?:er|ing)?|moderations?|transcriptions?|tts|stt|asr|vlm|ocr|vision|responses)(?![a-z])/i;

/** Whether the list's entry says that the model makes videos; undefined if it does not say what it makes. */
export function saysVideo(entry: unknown): boolean | undefined {
	if (!isObject(entry)) return undefined;
	for (const statement of statementsOf(entry)) {
		const words = wordsOf(statement);
		if (words.some((word) => MAKES_VIDEOS.test(word) && !READS_VIDEOS.test(word))) return true;
		if (words.some((word) => MAKES_OTHERS.test(word) || READS_VIDEOS.test(word))) return false;
	}
	return undefined;
}

/** Where servers say what a model makes, the clearest first. */
function statementsOf(entry: object): unknown[] {
	const { architecture, modalities, ...rest } = entry as Record<string, unknown>;
	const outer = isObject(architecture) ? architecture : {};
	const both = isObject(modalities) ? modalities : {};
	return [
		outer.output_modalities,
		rest.output_modalities,
		rest.outputModalities,
		both.output ?? both.outputs,
		rest.output,
		afterArrow(outer.modality),
		afterArrow(rest.modality),
		rest.task ?? rest.tasks,
		rest.pipeline_tag,
		rest.mode,
		rest.type,
		rest.model_type,
		rest.category,
		rest.supportedGenerationMethods,
		rest.supported_endpoint_types,
		rest.capabilities,
		// What goes in may be meant.
		modalities,
	];
}

/** Of `text+image->video`, what comes out. */
const afterArrow = (value: unknown): unknown =>
	typeof value === 'string' ? value.split('->').pop() : value;

/** The words of a text or a list, or the names of what is true in an object. */
function wordsOf(statement: unknown): string[] {
	const words = isObject(statement)
		? Object.entries(statement)
				.filter(([, value]) => value === true)
				.map(([name]) => name)
		: [statement].flat();
	return words.filter((word) => typeof word === 'string').map((word) => word.slice(0, 100));
}

/**
 * Names of video models, and parts of them. The first are short, or begin other words ("wandb",
 * "cognitive", "pikachu"), and must stand alone; the others may continue ("hunyuanvideo").
 */
const VIDEO_MODEL_PATTERN =
	/(?<![a-z])((sora|veo|wanx?|kling(ai)?|ltxv?|cog|mochi|runway(ml)?|luma(labs)?|pika|viduq?|([tivsr]|ti|flf?)2v)(?![a-z])|seedance|hailuo|minimax|hunyuan|cogvideo|pixverse|skyreels|video)/i;

/** Those that make videos, or look like it, first, and each part in alphabetical order. */
export function sortVideoModelsFirst(models: Model[]): Model[] {
	const sorted = [...models].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
	return [...sorted.filter(isVideoModel), ...sorted.filter((model) => !isVideoModel(model))];
}

/** A name tells only where the list does not: "veo-captions" may make texts. */
const isVideoModel = ({ id, isVideo }: Model): boolean =>
	isVideo ?? (VIDEO_MODEL_PATTERN.test(id) || VIDEO_MODEL_PATTERN.test(splitCamelCase(id)));

/** "WanVideo" and "LTXVideo" are two words each. */
const splitCamelCase = (id: string): string =>
	id.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
