import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import { SORA } from '../../support/fixtures.mts';
import { expectSameFile } from '../support/expectSameFile.mts';
import type { TestContext } from '../support/useN8n.mts';
import { chain, errorMessageOf, itemsOf, outputOf, videosNode } from '../support/workflow.mts';

/** Each operation with its default parameters. */
export function operations(context: TestContext): void {
	describe('Create, Get Status, Wait Until Done and Download', () => {
		it('run in sequence with only model and prompt filled in', async () => {
			const sandbox = await context.startSandbox();
			const credential = await context.credentialFor(sandbox);
			const execution = await context.execute(
				chain([
					videosNode(credential, { model: SORA, prompt: 'a cat' }, { name: 'Create' }),
					videosNode(credential, { operation: 'getStatus' }, { name: 'Get Status' }),
					videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait' }),
					videosNode(credential, { operation: 'download' }, { name: 'Download' }),
				]),
			);
			const [id] = sandbox.videos.keys();
			const video = { id, object: 'video', model: 'sora-2', size: '720x1280', seconds: '4' };
			const made = { ...video, status: 'completed', progress: 100 };
			expect(outputOf(execution, 'Create')).toMatchObject([
				{ json: { ...video, status: 'pending' }, pairedItem: { item: 0 } },
			]);
			expect(outputOf(execution, 'Get Status')).toMatchObject([
				{ json: { ...video, status: expect.stringMatching(/^(pending|in_progress)$/) } },
			]);
			expect(outputOf(execution, 'Wait')).toMatchObject([{ json: made }]);
			const [file] = outputOf(execution, 'Download');
			expect(file.json).toMatchObject({ ...made, fileName: `${id}.mp4`, mimeType: 'video/mp4' });
			await expectSameFile(context.instance, sandbox, file);
		});

		it('process five items in parallel, and each gets its own video', async () => {
			const sandbox = await context.startSandbox({ renderSeconds: 3 });
			const credential = await context.credentialFor(sandbox);
			const prompts = ['one', 'two', 'three', 'four', 'five'];
			const prompt = '={{ $json.prompt }}';
			const execution = await context.execute(
				chain([
					...itemsOf(prompts),
					videosNode(credential, { model: SORA, prompt }, { name: 'Create' }),
					videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait' }),
					videosNode(credential, { operation: 'download' }, { name: 'Download' }),
				]),
			);
			const files = outputOf(execution, 'Download');
			expect(files.map(({ json }) => json.prompt)).toEqual(prompts);
			const pairs = prompts.map((_prompt, item) => ({ item }));
			expect(files.map(({ pairedItem }) => pairedItem)).toEqual(pairs);
			for (const file of files) await expectSameFile(context.instance, sandbox, file);

			// All five were polled before the first of them was done.
			const firstDone = Math.min(...files.map(({ json }) => Number(json.completed_at))) * 1000;
			const firstLooks = files.map(
				({ json }) =>
					sandbox.requests.find(
						({ method, path }) => method === 'GET' && path.endsWith(String(json.id)),
					)!.at,
			);
			expect(Math.max(...firstLooks)).toBeLessThan(firstDone);
		});
	});

	describe('Edit and Extend', () => {
		it('make a new video from the ID of a finished one and from a downloaded file', async () => {
			const sandbox = await context.startSandbox({ renderSeconds: 0 });
			const credential = await context.credentialFor(sandbox);
			const file = { videoSource: 'binary', model: SORA };
			const execution = await context.execute(
				chain([
					videosNode(credential, { model: SORA, prompt: 'a cat' }, { name: 'Create' }),
					videosNode(credential, { operation: 'extend', prompt: 'runs' }, { name: 'Extend' }),
					videosNode(credential, { operation: 'edit', prompt: 'black' }, { name: 'Edit' }),
					videosNode(credential, { operation: 'download' }, { name: 'Download' }),
					videosNode(
						credential,
						{ operation: 'extend', prompt: 'sleeps', ...file },
						{ name: 'Extend the file' },
					),
					videosNode(credential, { operation: 'download' }, { name: 'Download again' }),
					videosNode(
						credential,
						{ operation: 'edit', prompt: 'white', ...file },
						{ name: 'Edit the file' },
					),
				]),
			);
			const pairedItem = { item: 0 };
			for (const [node, prompt, seconds] of [
				['Extend', 'runs', '8'],
				['Edit', 'black', '8'],
				['Extend the file', 'sleeps', '12'],
				['Edit the file', 'white', '12'],
			]) {
				expect(outputOf(execution, node)).toMatchObject([
					{ json: { prompt, seconds }, pairedItem },
				]);
			}
			const [, , edited, extended] = sandbox.videos.keys();
			const arrived = [...sandbox.videos.values()].map(({ reference }) => reference?.name);
			expect(arrived).toEqual([
				undefined,
				undefined,
				undefined,
				`${edited}.mp4`,
				`${extended}.mp4`,
			]);
		});
	});

	describe('Remix, Get Many and Delete', () => {
		it('remix a finished video, list both and delete both', async () => {
			const sandbox = await context.startSandbox();
			const credential = await context.credentialFor(sandbox);
			const execution = await context.execute(
				chain([
					videosNode(credential, { model: SORA, prompt: 'a cat' }, { name: 'Create' }),
					videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait' }),
					videosNode(credential, { operation: 'remix', prompt: 'in snow' }, { name: 'Remix' }),
					videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait again' }),
					videosNode(credential, { operation: 'getAll' }, { name: 'List' }),
					videosNode(credential, { operation: 'delete' }, { name: 'Delete' }),
					videosNode(
						credential,
						{ operation: 'getAll', returnAll: true },
						{ name: 'List again', executeOnce: true },
					),
				]),
			);
			const [first, second] = sandbox.videos.keys();
			expect(outputOf(execution, 'Remix')).toMatchObject([
				{
					json: { id: second, prompt: 'in snow', remixed_from_video_id: first },
					pairedItem: { item: 0 },
				},
			]);
			const done = { object: 'video', status: 'completed' };
			expect(outputOf(execution, 'List')).toMatchObject([
				{ json: { ...done, id: second, prompt: 'in snow' }, pairedItem: { item: 0 } },
				{ json: { ...done, id: first, prompt: 'a cat' }, pairedItem: { item: 0 } },
			]);
			expect(outputOf(execution, 'Delete')).toMatchObject([
				{ json: { id: second, deleted: true }, pairedItem: { item: 0 } },
				{ json: { id: first, deleted: true }, pairedItem: { item: 1 } },
			]);
			expect(outputOf(execution, 'List again')).toEqual([]);
			expect([...sandbox.videos.values()].map(({ isDeleted }) => isDeleted)).toEqual([true, true]);
		});

		it('return at most the limit, or all videos page by page, each once', async () => {
			const sandbox = await context.startSandbox();
			// A page has at most 100 videos.
			for (let made = 0; made < 105; made++) await order(sandbox);
			const ids = [...sandbox.videos.keys()].reverse();
			const list = async (fields: INodeParameters) =>
				outputOf(await context.run(sandbox, { operation: 'getAll', ...fields }));
			const idsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.id);
			expect(idsOf(await list({}))).toEqual(ids.slice(0, 50));
			expect(idsOf(await list({ limit: 101 }))).toEqual(ids.slice(0, 101));
			expect(idsOf(await list({ returnAll: true }))).toEqual(ids);
		});

		it.each([
			['getAll', 'newapi', 'This server does not list its videos (404)'],
			['delete', 'newapi', 'This server does not delete videos (404)'],
			['remix', 'vllm', 'This server does not remix videos (404)'],
			['edit', 'newapi', 'This server does not edit videos (404)'],
			['extend', 'newapi', 'This server does not extend videos (404)'],
		])(
			'report that the server does not support the operation: %s',
			async (operation, family, sentence) => {
				const sandbox = await context.startSandbox();
				const baseUrl = sandbox.baseUrl.replace(/\/v1$/, `/${family}/v1`);
				const credential = await context.credentialFor({ baseUrl });
				const execution = await context.execute(
					chain([
						videosNode(credential, { model: SORA, prompt: 'a cat' }, { name: 'Create' }),
						videosNode(credential, { operation, prompt: 'in snow' }),
					]),
				);
				expect(errorMessageOf(execution)).toContain(sentence);
				expect([...sandbox.videos.values()].map(({ isDeleted }) => isDeleted)).toEqual([undefined]);
			},
		);
	});
}

/** Creates a video without n8n. */
async function order({ baseUrl, apiKey }: Sandbox): Promise<void> {
	const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
	const body = JSON.stringify({ model: 'sora-2', prompt: 'a cat' });
	const response = await fetch(`${baseUrl}/videos`, { method: 'POST', headers, body });
	expect(response.ok).toBe(true);
}
