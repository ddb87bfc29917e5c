import type { INode, INodeExecutionData, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { renderFile } from '../sandbox/files.mts';
import { type FaultName, type Sandbox, startSandbox } from '../sandbox/server.mts';
import { seededRandom } from '../scripts/random.mts';
import { NODE_TYPE } from '../scripts/engine.mts';
import { familyFor, requiresJson } from './sandbox/helpers.mts';
import { AcceleratedClock } from './support/fakeClock.mts';
import { SORA } from './support/fixtures.mts';
import { sharedEngine, stopSharedEngine } from './support/nodeRunner.mts';

const SEED = 20261124;
/** The server families that tell of their videos in different ways; `''` is the spec. */
const FAMILIES = ['', 'newapi', 'reseller', 'litellm', 'vllm', 'sglang', 'openrouter', 'cdn'];
/** At each of them; `.ci/run --all` makes more of them. */
const RUNS = Number(process.env.CHAOS_RUNS ?? 1);
const ITEMS = 25;
const VIDEOS = FAMILIES.length * RUNS * ITEMS;
const FAULT_RATE = 0.2;
const RENDER_SECONDS = 8;

/** Their lists have no prompts, so a lost Create matches every video that was lost in the same run. */
const LISTS_WITHOUT_PROMPTS = ['sglang'];
const FAULTS: Record<string, FaultName[]> = {
	create: ['rate-limit', 'server-error', 'html', 'html-200', 'slow', 'accept-then-drop'],
	status: ['rate-limit', 'server-error', 'html', 'html-200', 'slow'],
	list: ['rate-limit', 'server-error', 'html', 'html-200', 'slow'],
	content: ['rate-limit', 'server-error', 'html', 'html-200', 'slow', 'cut-body', 'short-body'],
	file: ['rate-limit', 'server-error', 'html', 'html-200', 'slow', 'cut-body', 'short-body'],
};

/** The n-th response of each kind and family has the same fault in every run, in whatever order they come. */
function faultsOf(seed: number) {
	const counts = { responses: 0, faults: 0 };
	const randoms = new Map<string, () => number>();
	const faultOn = ({ kind, dialect }: { kind: string; dialect: string }) => {
		const name = `${dialect} ${kind}`;
		const salt = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed);
		const random = randoms.get(name) ?? seededRandom(salt);
		randoms.set(name, random);
		const [isFaulty, which] = [random() < FAULT_RATE, random()];
		counts.responses++;
		const choices = FAULTS[kind];
		if (!isFaulty || !choices) return undefined;
		counts.faults++;
		return choices[Math.floor(which * choices.length)];
	};
	return { counts, faultOn };
}

/** Create, Wait Until Done and Download; failed items leave by the error branch. */
function workflowFor(dialect: string): IWorkflowBase {
	const options = requiresJson(familyFor(dialect)) ? { bodyFormat: 'json' } : {};
	const operations: Record<string, INodeParameters> = {
		Create: {
			operation: 'create',
			model: { ...SORA, value: '={{ $json.model }}' },
			prompt: '={{ $json.prompt }}',
			options,
		},
		Wait: { operation: 'waitUntilDone' },
		Download: { operation: 'download' },
	};
	const node = (name: string, rest: Partial<INode>) =>
		({ id: name, name, typeVersion: 1, position: [0, 0], parameters: {}, ...rest }) as INode;
	const to = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });
	return {
		id: 'chaos',
		name: 'Chaos',
		active: false,
		nodes: [
			node('Start', { type: 'n8n-nodes-base.manualTrigger' }),
			...Object.entries(operations).map(([name, parameters]) =>
				node(name, { type: NODE_TYPE, parameters, onError: 'continueErrorOutput' }),
			),
		],
		connections: { Start: to('Create'), Create: to('Wait'), Wait: to('Download') },
		settings: { executionOrder: 'v1' },
	} as unknown as IWorkflowBase;
}

interface RunResult {
	files: INodeExecutionData[];
	/** The items of the error branches, by node. */
	errors: Record<'Create' | 'Wait' | 'Download', INodeExecutionData[]>;
	created: INodeExecutionData[];
}

async function run(sandbox: Sandbox, dialect: string, round: number): Promise<RunResult> {
	const items = Array.from({ length: ITEMS }, (_, item) => ({
		json: {
			prompt: `chaos ${dialect || 'contract'} ${round}-${item}`,
			model: item % 10 === 9 ? 'sandbox-always-fails' : 'sora-2',
		},
	}));
	const baseUrl = sandbox.baseUrl.replace('/v1', `${dialect && `/${dialect}`}/v1`);
	const credentials = { apiKey: sandbox.apiKey, baseUrl, ...familyFor(dialect).credential };
	const running = (await sharedEngine()).run(workflowFor(dialect), { credentials, items });
	const { resultData } = (await running.finished).data;
	expect(resultData.error).toBeUndefined();
	const output = (name: string, branch: number) =>
		resultData.runData[name]?.[0].data?.main[branch] ?? [];
	return {
		files: output('Download', 0),
		created: output('Create', 0),
		errors: {
			Create: output('Create', 1),
			Wait: output('Wait', 1),
			Download: output('Download', 1),
		},
	};
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

describe(`${VIDEOS} videos on servers where every fifth response is faulty`, () => {
	const { counts, faultOn } = faultsOf(SEED);
	const tally = {
		files: 0,
		failedVideos: 0,
		rejected: 0,
		uncertain: 0,
		notRead: 0,
		notDownloaded: 0,
	};
	let sandbox: Sandbox;

	beforeAll(async () => {
		const time = new AcceleratedClock(20);
		sandbox = await startSandbox({
			renderSeconds: RENDER_SECONDS,
			now: () => time.now(),
			// Like most real servers, where a second Create would be a second video.
			honourIdempotencyKeys: false,
			slowMs: 20,
			faultFor: faultOn,
		});
	});
	afterAll(async () => {
		console.log(`${counts.faults} of ${counts.responses} responses were faulty.`, tally);
		await sandbox.close();
		await stopSharedEngine();
	});

	it.each(FAMILIES.map((dialect) => [dialect || 'the spec', dialect]))(
		'end in the right file or a clear error on %s, and none is billed twice or lost',
		async (_name, dialect) => {
			const before = new Set(sandbox.videos.keys());
			const results: RunResult[] = [];
			for (let round = 0; round < RUNS; round++) results.push(await run(sandbox, dialect, round));
			const accepted = [...sandbox.videos.values()].filter(({ id }) => !before.has(id));
			const all = (pick: (result: RunResult) => INodeExecutionData[]) => results.flatMap(pick);

			// Every item has exactly one result.
			const files = all((result) => result.files);
			const errors = all(({ errors: { Create, Wait, Download } }) => [
				...Create,
				...Wait,
				...Download,
			]);
			expect(files.length + errors.length).toBe(RUNS * ITEMS);

			// No prompt is billed twice.
			const prompts = accepted.map(({ prompt }) => prompt);
			expect(new Set(prompts).size).toBe(prompts.length);

			// Every file belongs to its video, byte for byte, and has the right type.
			for (const { json, binary } of files) {
				const record = sandbox.videos.get(String(json.id))!;
				const expected = await bytesOf((await renderFile(record, 'video', 0)).body);
				const stored = await (await sharedEngine()).readFile(binary!.data);
				expect([record.id, stored.equals(expected)]).toEqual([record.id, true]);
				expect(binary!.data).toMatchObject({ mimeType: 'video/mp4', fileExtension: 'mp4' });
			}

			// Every accepted Create is reported: as an item, by its ID in an error, or, on a server without a
			// list, by an error that says that the video may exist.
			const created = all((result) => result.created).map(({ json }) => String(json.id));
			const createErrors = all((result) => result.errors.Create).map(({ json }) =>
				String(json.error),
			);
			const lost = accepted.filter(({ id }) => !created.includes(id));
			const uncertain = createErrors.filter((error) => error.includes('may exist'));
			if (familyFor(dialect).supports.includes('list')) {
				for (const { id } of lost) {
					const withId = uncertain.filter((error) => error.includes(`'${id}'`));
					expect([id, withId.length > 0]).toEqual([id, true]);
					if (!LISTS_WITHOUT_PROMPTS.includes(dialect)) expect(withId).toHaveLength(1);
				}
			} else {
				expect(uncertain.length).toBeGreaterThanOrEqual(lost.length);
			}
			expect(created.filter((id) => !sandbox.videos.has(id))).toEqual([]);

			// Every other error names its video, and reports a failed video only if it failed.
			for (const node of ['Wait', 'Download'] as const) {
				for (const { json } of all((result) => result.errors[node])) {
					expect(sandbox.videos.has(String(json.id))).toBe(true);
					expect(json.error).toContain(`'${String(json.id)}'`);
					const failed = sandbox.videos.get(String(json.id))!.failure !== undefined;
					if (failed) tally.failedVideos++;
					else if (node === 'Wait') tally.notRead++;
					else tally.notDownloaded++;
				}
			}
			for (const { json } of files)
				expect(sandbox.videos.get(String(json.id))!.failure).toBeUndefined();

			tally.files += files.length;
			tally.uncertain += uncertain.length;
			tally.rejected += createErrors.length - uncertain.length;
		},
		120_000,
	);

	it('almost always end in a file once the server has accepted them', () => {
		const created = tally.files + tally.failedVideos + tally.notRead + tally.notDownloaded;
		expect(created).toBeGreaterThan(0.7 * VIDEOS);
		expect(tally.files / (created - tally.failedVideos)).toBeGreaterThan(0.95);
		expect(counts.faults / counts.responses).toBeCloseTo(FAULT_RATE, 1);
	});
});
