import { readFile } from 'node:fs/promises';

import type { IWorkflowBase } from 'n8n-workflow';

import type { SandboxOptions } from '../../sandbox/server.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import type { N8nVersion } from '../../scripts/n8n/install.mts';
import { expectSameFile } from './support/sameFile.mts';
import { type Here, useWorld } from './support/useWorld.mts';
import { outputOf } from './support/workflow.mts';

const MEGABYTE = 1_000_000;

/** Where n8n keeps files, and how one sees it at a file; the default of each line stands first. */
const MODES: Array<[N8nVersion, string, string | undefined, RegExp?]> = [
	['2.41.1', 'on disk, its default', undefined, /^filesystem-v2:/],
	['2.41.1', 'in the database', 'database', /^database:/],
	['2.41.1', 'in memory', 'default'],
	['1.123.81', 'in memory, its default', undefined],
	['1.123.81', 'on disk', 'filesystem', /^filesystem-v2:/],
];

describe.each(MODES)('the shipped examples in n8n %s that keeps files %s', (...each) => {
	const [version, , mode, place] = each;
	const here = useWorld({
		version,
		env: {
			...(mode && { N8N_DEFAULT_BINARY_DATA_MODE: mode }),
			// Young garbage is collected soon, so that what n8n holds is measured, and not what lies about.
			NODE_OPTIONS: '--max-semi-space-size=2',
		},
	});
	const runExample = async (workflow: IWorkflowBase) =>
		outputOf(await here.execute(workflow), 'Download video');

	it('text-to-video leaves the very MP4 that the server made', async () => {
		const { sandbox, examples } = await examplesFor(here);
		const [item] = await runExample(examples.get('text-to-video')!);
		expect(item.json).toMatchObject({ status: 'completed', size: '720x1280', seconds: '4' });
		const file = item.binary!.data;
		expect(file.fileName).toBe(`${String(item.json.id)}.mp4`);
		if (place) expect(file.id).toMatch(place);
		else expect(file.id).toBeUndefined();
		const length = await expectSameFile(here.world, sandbox, item);
		// n8n 1.x tells a length in words only, as `fileSize`.
		if (version === '1.123.81') expect(file.bytes).toBeUndefined();
		else expect(file.bytes).toBe(length);
	});

	it('image-to-video sends the picture made inside the workflow, and leaves the MP4', async () => {
		const { sandbox, examples } = await examplesFor(here);
		const workflow = examples.get('image-to-video')!;
		const [item] = await runExample(workflow);
		expect(item.json).toMatchObject({ status: 'completed', size: '1280x720' });
		await expectSameFile(here.world, sandbox, item);

		const picture = /"(iVBOR[^"]+)"/.exec(JSON.stringify(workflow))![1];
		expect(sandbox.videos.get(String(item.json.id))?.reference).toEqual({
			name: 'first-frame.png',
			type: 'image/png',
			bytes: Buffer.from(picture, 'base64'),
		});
	});

	if (place?.test('filesystem-v2:')) {
		it('a video of 300 MB takes hardly more memory than one of 20 MB', async () => {
			const usual = await examplesFor(here, { renderSeconds: 0.5, fileBytes: 20 * MEGABYTE });
			const large = await examplesFor(here, { renderSeconds: 0.5, fileBytes: 300 * MEGABYTE });
			// An n8n in use: its first executions load and keep much of their own.
			for (let run = 0; run < 5; run++) await runExample(usual.examples.get('text-to-video')!);
			const idle = await peakMemory(here.world.n8n.pid);
			const [item] = await runExample(large.examples.get('text-to-video')!);
			const busy = await peakMemory(here.world.n8n.pid);
			console.log(
				`n8n's peak memory: after 20 MB videos ${Math.round(idle / MEGABYTE)} MB, after one of 300 MB ${Math.round(busy / MEGABYTE)} MB`,
			);
			const length = await expectSameFile(here.world, large.sandbox, item);
			expect(length).toBeGreaterThanOrEqual(300 * MEGABYTE);
			expect(busy - idle).toBeLessThanOrEqual(64 * 1024 * 1024);
		});
	}
});

/** A sandbox and the shipped examples with a credential for it. */
async function examplesFor(here: Here, options?: SandboxOptions) {
	const sandbox = await here.startSandbox(options);
	return { sandbox, examples: await readExamples(await here.credentialFor(sandbox)) };
}

/** The most memory, in bytes, that a process has ever held (Linux). */
async function peakMemory(pid: number): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024;
}
