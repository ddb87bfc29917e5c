import { SORA } from './fixtures.mts';
import type { ScriptedAnswer } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** What the node makes of an answer in which there is no video: the error that ends it. */
export const errorFrom = (bench: TestNode) => ({
	async create(answer: ScriptedAnswer) {
		bench.server.answer('POST /v1/videos', answer);
		const parameters = { operation: 'create', model: SORA, prompt: 'a cat' };
		const { error } = await bench.run(parameters, { items: [{ json: {} }] });
		return error!;
	},
	async read(answer: ScriptedAnswer) {
		bench.server.answer('GET /v1/videos/video_1', answer);
		return (await bench.run()).error!;
	},
});
