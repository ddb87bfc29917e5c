import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { IWorkflowBase } from 'n8n-workflow';

import type { SandboxOptions } from '../../sandbox/server.mts';
import { collectMetrics } from '../../scripts/bench/load/processMetrics.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import type { N8nVersion } from '../../scripts/n8n/install.mts';
import { BINARY_DATA_MODES } from './environment.mts';
import { expectSameFile } from './support/expectSameFile.mts';
import { type TestContext, useN8n } from './support/useN8n.mts';
import { outputOf } from './support/workflow.mts';

/** A measurement takes n8n a quarter of a second, and the download some seconds. */
const MEASURE_INTERVAL_MS = 300;
const MEGABYTE = 1_000_000;

/** Where n8n keeps files, and the file ID it then has; the default of each version is first. */
const MODES: Array<[N8nVersion, string, string | undefined, RegExp?]> = [
	['2.41.1', 'on disk, its default', undefined, /^filesystem-v2:/],
	['2.41.1', 'in the database', 'database', /^database:/],
	['2.41.1', 'in memory', 'default'],
	['1.123.81', 'in memory, its default', undefined],
	['1.123.81', 'on disk', 'filesystem', /^filesystem-v2:/],
];

const notes = mkdtempSync(path.join(tmpdir(), 'openai-videos-notes-'));
/** Collects garbage before each measurement, so that only memory in use is counted. */
const inside = collectMetrics(path.join(notes, 'n8n'));

afterAll(() => rmSync(notes, { recursive: true }));

describe.each(MODES.filter(([, name]) => BINARY_DATA_MODES.includes(name)))(
	'the examples in n8n %s with files %s',
	(...each) => {
		const [version, , mode, fileIdPattern] = each;
		const context = useN8n({
			version,
			env: {
				...(mode && { N8N_DEFAULT_BINARY_DATA_MODE: mode }),
				...inside.env,
			},
		});
		const runExample = async (workflow: IWorkflowBase) =>
			outputOf(await context.execute(workflow), 'Download video');

		it('text-to-video stores the exact MP4 of the server', async () => {
			const { sandbox, examples } = await examplesFor(context);
			const [item] = await runExample(examples.get('text-to-video')!);
			expect(item.json).toMatchObject({ status: 'completed', size: '720x1280', seconds: '4' });
			const file = item.binary!.data;
			expect(file.fileName).toBe(`${String(item.json.id)}.mp4`);
			if (fileIdPattern) expect(file.id).toMatch(fileIdPattern);
			else expect(file.id).toBeUndefined();
			const length = await expectSameFile(context.instance, sandbox, item);
			// n8n 1.x has the length as text only, in `fileSize`.
			if (version === '1.123.81') expect(file.bytes).toBeUndefined();
			else expect(file.bytes).toBe(length);
		});

		it('image-to-video sends the image of the workflow and stores the MP4', async () => {
			const { sandbox, examples } = await examplesFor(context);
			const workflow = examples.get('image-to-video')!;
			const [item] = await runExample(workflow);
			expect(item.json).toMatchObject({ status: 'completed', size: '1280x720' });
			await expectSameFile(context.instance, sandbox, item);

			const image = /"(iVBOR[^"]+)"/.exec(JSON.stringify(workflow))![1];
			expect(sandbox.videos.get(String(item.json.id))?.reference).toEqual({
				name: 'first-frame.png',
				type: 'image/png',
				bytes: Buffer.from(image, 'base64'),
			});
		});

		if (fileIdPattern?.test('filesystem-v2:')) {
			it('text-to-video never holds a video of 300 MB in memory', async () => {
				const { pid } = context.instance.n8n;
				const small = await examplesFor(context, { renderSeconds: 0.5, fileBytes: MEGABYTE });
				const large = await examplesFor(context, { renderSeconds: 0.5, fileBytes: 300 * MEGABYTE });
				// The first executions of an n8n load code and data that stay in memory.
				await runExample(small.examples.get('text-to-video')!);
				const before = await inside.bytesInUseWhenIdle(pid);
				let isOver = false;
				const running = runExample(large.examples.get('text-to-video')!).finally(() => {
					isOver = true;
				});
				const increases: number[] = [];
				while (!isOver) {
					increases.push((await inside.bytesInUse(pid)) - before);
					await sleep(MEASURE_INTERVAL_MS);
				}
				const length = await expectSameFile(context.instance, large.sandbox, (await running)[0]);
				expect(length).toBeGreaterThanOrEqual(300 * MEGABYTE);
				console.log(
					`Of ${increases.length} measurements while n8n downloaded a video of 300 MB, the highest was ${Math.round(Math.max(...increases) / MEGABYTE)} MB more than before`,
				);
				expect(increases.length).toBeGreaterThan(3);
				expect(Math.max(...increases)).toBeLessThanOrEqual(100 * MEGABYTE);
			});
		}
	},
);

/** A sandbox and the examples with a credential for it. */
async function examplesFor(context: TestContext, options?: SandboxOptions) {
	const sandbox = await context.startSandbox(options);
	return { sandbox, examples: await readExamples(await context.credentialFor(sandbox)) };
}
