import type { INode, INodeExecutionData, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { fileOf } from '../sandbox/files.mts';
import { type FaultName, type Sandbox, startSandbox } from '../sandbox/server.mts';
import { chanceFrom } from '../scripts/chance.mts';
import { NODE_TYPE } from '../scripts/engine.mts';
import { FAMILIES, familyAt, wantsJson } from './sandbox/helpers.mts';
import { AcceleratedClock } from './support/fakeClock.mts';
import { SORA } from './support/fixtures.mts';
import { sharedEngine, stopSharedEngine } from './support/nodeRunner.mts';

const SEED = 20261124;
/** At each server family. */
const RUNS = 5;
const ITEMS = 25;
const VIDEOS = FAMILIES.length * RUNS * ITEMS;
const FAULTY_PART = 0.2;
const RENDER_SECONDS = 8;

/** Its list does not tell the prompts, so that all that were lost in a run may be the one. */
const KEEPS_PROMPTS_TO_ITSELF = ['sglang'];
const FAULTS: Record<string, FaultName[]> = {
	create: ['rate-limit', 'server-error', 'html', 'html-200', 'slow', 'accept-then-drop'],
	status: ['rate-limit', 'server-error', 'html', 'html-200', 'slow'],
	list: ['rate-limit', 'server-error', 'html', 'html-200', 'slow'],
	content: ['rate-limit', 'server-error', 'html', 'html-200', 'slow', 'cut-body', 'short-body'],
	file: ['rate-limit', 'server-error', 'html', 'html-200', 'slow', 'cut-body', 'short-body'],
};

/** The n-th answer of its kind and family has the same fault in every run, whoever asks first. */
function faultsOf(seed: number) {
	const counts = { answers: 0, faults: 0 };
	const randoms = new Map<string, () => number>();
	const faultOn = ({ kind, dialect }: { kind: string; dialect: string }) => {
		const name = `${dialect} ${kind}`;
		const salt = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed);
		const random = randoms.get(name) ?? chanceFrom(salt);
		randoms.set(name, random);
		const [strikes, which] = [random() < FAULTY_PART, random()];
		counts.answers++;
		const choices = FAULTS[kind];
		if (!strikes || !choices) return undefined;
		counts.faults++;
		return choices[Math.floor(which * choices.length)];
	};
	return { counts, faultOn };
}

/** Create, Wait Until Done and Download in a row; whatever fails leaves by the error branch. */
function chain(dialect: string): IWorkflowBase {
	const options = wantsJson(familyAt(dialect)) ? { bodyFormat: 'json' } : {};
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

interface Ends {
	files: INodeExecutionData[];
	/** What the rows on the error branches say, by the node they left. */
	errors: Record<'Create' | 'Wait' | 'Download', INodeExecutionData[]>;
	created: INodeExecutionData[];
}

async function run(sandbox: Sandbox, dialect: string, round: number): Promise<Ends> {
	const items = Array.from({ length: ITEMS }, (_, item) => ({
		json: {
			prompt: `chaos ${dialect || 'contract'} ${round}-${item}`,
			model: item % 10 === 9 ? 'sandbox-always-fails' : 'sora-2',
		},
	}));
	const baseUrl = sandbox.baseUrl.replace('/v1', `${dialect && `/${dialect}`}/v1`);
	const credentials = { apiKey: sandbox.apiKey, baseUrl };
	const running = (await sharedEngine()).run(chain(dialect), { credentials, items });
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

describe(`${VIDEOS} videos on servers where every fifth answer goes wrong`, () => {
	const { counts, faultOn } = faultsOf(SEED);
	const tally = { files: 0, failedVideos: 0, refused: 0, inDoubt: 0, notRead: 0, notDownloaded: 0 };
	let sandbox: Sandbox;

	beforeAll(async () => {
		const time = new AcceleratedClock(20);
		sandbox = await startSandbox({
			renderSeconds: RENDER_SECONDS,
			now: () => time.now(),
			// As most servers in the wild: so a second Create would be a second video.
			honourIdempotencyKeys: false,
			slowMs: 20,
			faultOn,
		});
	});
	afterAll(async () => {
		console.log(`${counts.faults} of ${counts.answers} answers went wrong.`, tally);
		await sandbox.close();
		await stopSharedEngine();
	});

	it.each(FAMILIES.map((dialect) => [dialect || 'the contract', dialect]))(
		'end in the right file or a clear error on %s, and none is paid twice or forgotten',
		async (_name, dialect) => {
			const before = new Set(sandbox.videos.keys());
			const ends: Ends[] = [];
			for (let round = 0; round < RUNS; round++) ends.push(await run(sandbox, dialect, round));
			const accepted = [...sandbox.videos.values()].filter(({ id }) => !before.has(id));
			const all = (pick: (end: Ends) => INodeExecutionData[]) => ends.flatMap(pick);

			// Every item ended somewhere, once.
			const files = all((end) => end.files);
			const errors = all(({ errors: { Create, Wait, Download } }) => [
				...Create,
				...Wait,
				...Download,
			]);
			expect(files.length + errors.length).toBe(RUNS * ITEMS);

			// No prompt was paid for twice.
			const prompts = accepted.map(({ prompt }) => prompt);
			expect(new Set(prompts).size).toBe(prompts.length);

			// Every file is its own video's, byte for byte, and called what it is.
			for (const { json, binary } of files) {
				const record = sandbox.videos.get(String(json.id))!;
				const wanted = await bytesOf((await fileOf(record, 'video', 0)).body);
				const stored = await (await sharedEngine()).readFile(binary!.data);
				expect([record.id, stored.equals(wanted)]).toEqual([record.id, true]);
				expect(binary!.data).toMatchObject({ mimeType: 'video/mp4', fileExtension: 'mp4' });
			}

			// Every accepted Create is known: as a row, or by its id in the error, or, where the server has
			// no list to look it up in, by an error that says so.
			const created = all((end) => end.created).map(({ json }) => String(json.id));
			const createErrors = all((end) => end.errors.Create).map(({ json }) => String(json.error));
			const lost = accepted.filter(({ id }) => !created.includes(id));
			const doubts = createErrors.filter((error) => error.includes('may exist'));
			if (familyAt(dialect).offers.includes('list')) {
				for (const { id } of lost) {
					const naming = doubts.filter((error) => error.includes(`'${id}'`));
					expect([id, naming.length > 0]).toEqual([id, true]);
					if (!KEEPS_PROMPTS_TO_ITSELF.includes(dialect)) expect(naming).toHaveLength(1);
				}
			} else {
				expect(doubts.length).toBeGreaterThanOrEqual(lost.length);
			}
			expect(created.filter((id) => !sandbox.videos.has(id))).toEqual([]);

			// Every other error names its video, and is a failure only where the video failed.
			for (const node of ['Wait', 'Download'] as const) {
				for (const { json } of all((end) => end.errors[node])) {
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
			tally.inDoubt += doubts.length;
			tally.refused += createErrors.length - doubts.length;
		},
		120_000,
	);

	it('end in a file nearly always once the server has taken them', () => {
		const doomed = tally.failedVideos;
		const created = tally.files + doomed + tally.notRead + tally.notDownloaded;
		expect(created).toBeGreaterThan(0.7 * VIDEOS);
		expect(tally.files / (created - doomed)).toBeGreaterThan(0.95);
		expect(counts.faults / counts.answers).toBeCloseTo(FAULTY_PART, 1);
	});
});
