import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../sandbox/server.mts';
import { API_KEY, SORA } from '../support/fixtures.mts';
import { type NodeSetup } from '../support/nodeRunner.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos/video_1/remix';

const bench = testNode({ operation: 'remix', prompt: '={{ $json.prompt ?? "in the rain" }}' });
const remix = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
	await bench.run(parameters, setup);

const remixed = (id: string) => ({
	json: { id, object: 'video', status: 'queued', remixed_from_video_id: 'video_1' },
});
const sources = (...prompts: string[]): INodeExecutionData[] =>
	prompts.map((prompt) => ({ json: { id: 'video_1', prompt } }));
const sent = () => bench.server.received.filter(({ method }) => method === 'POST');

describe('Remix', () => {
	it('sends the prompt as JSON for the video of the incoming item, and returns the new video', async () => {
		bench.server.answer(POST, remixed('video_2'));
		const { items } = await remix();
		const [{ headers, body }] = sent();
		expect(JSON.parse(body.toString())).toEqual({ prompt: 'in the rain' });
		expect(headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'content-type': expect.stringMatching(/^application\/json/),
		});
		expect(items).toEqual([
			{
				json: {
					id: 'video_2',
					object: 'video',
					status: 'pending',
					provider_status: 'queued',
					remixed_from_video_id: 'video_1',
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('carries any prompt unharmed, and any video ID', async () => {
		bench.server.answer('POST /v1/videos/sora%3Aa%2Fb%3D/remix', remixed('video_2'));
		const prompt = '同一只猫，但在雨中 🌧\n"zweite" Zeile';
		await remix({ videoId: ' sora:a/b= ' }, { items: sources(prompt) });
		expect(JSON.parse(sent()[0].body.toString())).toEqual({ prompt });
	});

	it('remixes a video of the sandbox', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0 });
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const created = await remix({ operation: 'create', model: SORA }, { credentials });
		const { items, error } = await remix(
			{ videoId: created.items[0].json.id as string },
			{ credentials, items: sources('in snow') },
		);
		await sandbox.close();
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({
			prompt: 'in snow',
			remixed_from_video_id: created.items[0].json.id,
		});
	});

	it.each([
		['an empty prompt', { prompt: ' ' }, "'Prompt' is empty"],
		['no video ID', { videoId: '={{ "" }}' }, "'Video ID' is empty"],
		['dots for a video ID', { videoId: '..' }, "'Video ID' is not an ID: .."],
	])('refuses %s before anything is sent', async (_name, parameters, message) => {
		const { error } = await remix(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('Nothing was sent.');
		expect(bench.server.received).toHaveLength(0);
	});

	it('sends none of the items when one of them is wrong', async () => {
		const { error } = await remix({}, { items: sources('a', ' ', 'c') });
		expect(error?.message).toBe("'Prompt' is empty [item 1]");
		expect(bench.server.received).toHaveLength(0);
	});
});
