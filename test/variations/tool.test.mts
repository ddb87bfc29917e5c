import { agentWith } from '../support/agent.mts';
import { SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const CREATE = {
	operation: 'create',
	model: SORA,
	prompt: "={{ $fromAI('prompt', '', 'string') }}",
	descriptionType: 'manual',
	toolDescription: 'Makes a video',
};

const bench = testNode(CREATE);
const ask = agentWith(bench, CREATE);

const accepted = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const created = () => bench.server.received.filter(({ method }) => method === 'POST');

describe.each([
	['one after the other', false],
	['at once', true],
])('an AI agent that asks for two videos %s', (_name, isParallel) => {
	it('gets two videos, each under its own Idempotency-Key', async () => {
		bench.server.answer(POST, accepted('video_a'), accepted('video_b'));
		const said = await ask([{ prompt: 'a cat' }, { prompt: 'a dog' }], { isParallel });
		expect(said.filter((text) => text.includes('video_a'))).toHaveLength(1);
		expect(said.filter((text) => text.includes('video_b'))).toHaveLength(1);
		const keys = created().map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(2);
	});
});

describe('an AI agent whose tool has Retry On Fail', () => {
	const RETRY = { settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } };

	it('does not pay again for a video that may exist', async () => {
		bench.server.answer(POST, { status: 502, body: '' });
		const [said] = await ask([{ prompt: 'a cat' }], RETRY);
		expect(said).toMatch(/may exist and be billed/);
		expect(created()).toHaveLength(1);
	});

	it('gets the video when a later try goes well', async () => {
		bench.server.answer(POST, { status: 400, json: { error: 'Odd.' } }, accepted('video_a'));
		const said = await ask([{ prompt: 'a cat' }], RETRY);
		expect(said).toEqual([expect.stringContaining('video_a')]);
	});
});
