import { accepted, CREATE } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode(CREATE);

it.each<[Record<string, string>, object]>([
	[{ 'llm_provider-retry-after': '40' }, { message: 'Rate limit reached' }],
	[{}, { message: 'All credentials cool down', code: 'model_cooldown', reset_seconds: 40 }],
])('A server behind a gateway is asked again when it says so: %j %j', async (headers, error) => {
	node.server.respondTo(
		'POST /v1/videos',
		{ status: 429, headers, json: { error } },
		accepted('video_1'),
	);
	const { items } = await node.run();
	expect(items[0].json.id).toBe('video_1');
	expect(node.time.pauses).toEqual([40_000]);
});
