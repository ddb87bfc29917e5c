import { completedVideo } from '../../support/fixtures.mts';
import { sendJson } from '../support/rejectingServer.mts';
import type { TestContext } from '../support/useN8n.mts';
import { errorMessageOf, itemsOf, outputOf } from '../support/workflow.mts';

const NAMES = ['one', 'two', 'three', 'four', 'five'];

/** Request Options; billingSafety.mts has a Create that hangs. */
export function requestOptions(context: TestContext): void {
	// The node retries for half a minute.
	const hanging = context.early(async () => {
		const server = await context.startServer();
		server.alwaysRespondTo('GET /v1/videos/video_1', { respond: () => {} });
		const execution = await context.run(server, {
			operation: 'getStatus',
			videoId: 'video_1',
			requestOptions: { timeout: 1000 },
		});
		return { server, execution };
	});

	it('the request option Batching waits between batches and returns all items in order', async () => {
		const server = await context.startServer();
		const came: Record<string, number> = {};
		for (const name of NAMES) {
			server.alwaysRespondTo(`GET /v1/videos/${name}`, {
				respond: (response) => {
					came[name] = Date.now();
					sendJson(response, 200, completedVideo(name));
				},
			});
		}
		const batch = { batchSize: 2, batchInterval: 1500 };
		const execution = await context.run(
			server,
			{
				operation: 'getStatus',
				videoId: '={{ $json.prompt }}',
				requestOptions: { batching: { batch } },
			},
			{ before: itemsOf(NAMES) },
		);
		expect(outputOf(execution).map(({ json }) => json.id)).toEqual(NAMES);
		// The requests of a batch may arrive with a delay, those of the next one with a shorter one.
		const ofBatches = [Math.max(came.one, came.two), Math.min(came.three, came.four)];
		expect(ofBatches[1] - ofBatches[0]).toBeGreaterThan(1000);
		expect(came.five - Math.max(came.three, came.four)).toBeGreaterThan(1000);
	});

	it('the request option Timeout ends requests that hang, with an error in a sentence', async () => {
		const { server, execution } = await hanging();
		expect(errorMessageOf(execution)).toMatch(
			/^The server did not answer in time about video 'video_1' \| Run this step again later/,
		);
		expect(server.received.length).toBeGreaterThan(1);
	});
}
