import { accepted, CREATE, RETRY_ON_FAIL } from '../support/fixtures.mts';
import { LIST } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const PAGE = '<!doctype html><html><head><title>Console</title></head><body></body></html>';

const node = testNode(CREATE);

describe('A Base URL that is not that of an API', () => {
	it('is named first if it answers everything with a web page, and nothing was created', async () => {
		node.server.respondTo(POST, { body: PAGE });
		node.server.alwaysRespondTo(LIST, { body: PAGE });
		const { error } = await node.run();
		expect(error?.message).toMatch(/^'Base URL' is the address of a web site, not of an API/);
		expect(error?.description).toMatch(/^Check 'Base URL'/);
		expect(error?.description).toContain('Nothing was created for this item.');
		expect(node.time.waited).toBeLessThanOrEqual(15_000);
	});

	it.each([
		[500, '<html><h1>Internal Server Error</h1></html>', PAGE],
		[500, 'Internal Server Error', '<html><pre>Cannot GET /v1/videos</pre></html>'],
		[502, PAGE, PAGE],
	])(
		'is named first after a %i if there is a web page in place of the list',
		async (status, body, list) => {
			node.server.respondTo(POST, { status, body });
			node.server.alwaysRespondTo(LIST, { status: 404, body: list });
			const { error } = await node.run();
			expect(error?.message).toMatch(/^'Base URL' may be the address of a web site/);
			expect(error?.description).toMatch(/^Check 'Base URL'/);
			// It may be the API all the same.
			expect(error?.message).toContain('may exist and be billed');
		},
	);

	it('is not meant by the page of a proxy that lost the API for a moment', async () => {
		node.server.respondTo(POST, { status: 502, body: PAGE });
		node.server.alwaysRespondTo(LIST, { json: { object: 'list', data: [] } });
		const { error } = await node.run();
		expect(error?.message).toMatch(/^The server broke off/);
	});
});

it('An overloaded server (529) is asked again when it says so, and makes one video', async () => {
	node.server.respondTo(
		POST,
		{
			status: 529,
			headers: { 'retry-after': '1' },
			json: { error: { type: 'overloaded', message: 'Overloaded' } },
		},
		accepted('video_2'),
	);
	const { items } = await node.run({}, { settings: RETRY_ON_FAIL });
	expect(items[0]?.json.id).toBe('video_2');
	expect(node.time.pauses).toEqual([1_000]);
});
