import type { INodeExecutionData } from 'n8n-workflow';

import { accepted, CREATE } from '../support/fixtures.mts';
import { LIST } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const LONG_ID = 'x'.repeat(200);

const node = testNode({ ...CREATE, prompt: '={{ $json.prompt }}' });

describe('An error names as many videos as a person reads', () => {
	it('of those that may be the lost one', async () => {
		node.server.respondTo(POST, { status: 502, body: '' });
		const created_at = node.time.now / 1000;
		const data = Array.from({ length: 60 }, (_, index) => ({
			...{ object: 'video', status: 'queued', created_at },
			id: `${LONG_ID}${index}`,
		}));
		node.server.alwaysRespondTo(LIST, { json: { data } });
		const { error } = await node.run({}, { items: [{ json: { prompt: 'a cat' } }] });
		expect(error?.message.length).toBeLessThan(2_000);
		expect(error?.message).toMatch(/ and \d+ more \(see the server's list\)/);
	});

	it('of those that other items have created', async () => {
		const items: INodeExecutionData[] = Array.from({ length: 101 }, (_, index) => ({
			json: { prompt: `cat ${index}` },
		}));
		for (let index = 0; index < 100; index++) {
			node.server.respondTo(POST, accepted(`${LONG_ID}${index}`));
		}
		node.server.respondTo(POST, { status: 400, json: { error: { message: 'Odd.' } } });
		const { error } = await node.run({}, { items });
		expect(error?.description?.length).toBeLessThan(2_500);
		expect(error?.description).toMatch(/ and \d+ more \(n8n's log has each\)/);
	});
});
