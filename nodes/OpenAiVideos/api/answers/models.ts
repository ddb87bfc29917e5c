import { isObject } from './object';

/** Where servers put a list, and the name of a model in it. */
const LIST_NAMES = ['data', 'models', 'result', 'results', 'items'];
const ID_NAMES = ['id', 'name', 'model'];
const DEEPEST = 3;

/**
 * Names of video models, and words in them. The first are short, or begin other words ("wandb",
 * "cognitive", "pikachu"), and stand for themselves only; the others may go on ("hunyuanvideo").
 */
const VIDEO =
	/(?<![a-z])((sora|veo|wanx?|kling(ai)?|ltxv?|cog|mochi|runway(ml)?|luma(labs)?|pika|viduq?|([tivsr]|ti|flf?)2v)(?![a-z])|seedance|hailuo|minimax|hunyuan|cogvideo|pixverse|skyreels|video)/i;

/** The ids of the models in a server's answer, each once; undefined where it holds no list. */
export function modelsIn(body: unknown): string[] | undefined {
	const ids = listIn(body)?.map(idOf);
	return ids && [...new Set(ids.filter((id) => id !== ''))];
}

/** Those that look like video models first, and each part in the order of the alphabet. */
export function videoModelsFirst(ids: string[]): string[] {
	const sorted = [...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
	return [...sorted.filter(isVideoLike), ...sorted.filter((id) => !isVideoLike(id))];
}

const isVideoLike = (id: string): boolean => VIDEO.test(id) || VIDEO.test(inWords(id));

/** "WanVideo" and "LTXVideo" are two words each. */
const inWords = (id: string): string =>
	id.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');

function listIn(body: unknown, depth = 0): unknown[] | undefined {
	if (Array.isArray(body)) return body;
	if (!isObject(body) || depth > DEEPEST) return undefined;
	const lists = LIST_NAMES.flatMap((name) => {
		const list = listIn(body[name], depth + 1);
		return list ? [list] : [];
	});
	return lists.find(({ length }) => length > 0) ?? lists[0];
}

function idOf(entry: unknown): string {
	const names = isObject(entry) ? ID_NAMES.map((name) => entry[name]) : [entry];
	const id = names.find((name) => typeof name === 'string' && name.trim() !== '');
	return typeof id === 'string' ? id.trim() : '';
}
