import type { INodeParameters } from 'n8n-workflow';

import { completedVideo, SORA } from '../../support/fixtures.mts';
import type { ScriptedResponse } from '../../support/scriptedServer.mts';
import { SECRETS } from '../support/canary.mts';
import type { TestContext } from '../support/useN8n.mts';
import { errorMessageOf, fileOf, type NodeSketch, outputOf } from '../support/workflow.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const ofVideo = (operation: string) => ({ operation, videoId: 'video_1' });
const VIDEO = completedVideo('video_1');

const BAD_INPUT: Array<[string, INodeParameters, RegExp, NodeSketch[]?]> = [
	['empty prompt', { prompt: '={{ "" }}' }, /'Prompt' is empty/],
	['empty model', { model: { ...SORA, value: '={{ "" }}' } }, /'Model' is empty/],
	['empty video id', { operation: 'getStatus', videoId: '={{ "" }}' }, /'Video ID' is empty/],
	[
		'a missing binary field',
		{ referenceImage: 'binary' },
		/There is no file in binary field 'data'/,
	],
	[
		'a text file as reference image',
		{ referenceImage: 'binary' },
		/not a picture/,
		fileOf(Buffer.from('I am no picture').toString('base64'), 'text.txt', 'text/plain'),
	],
	['size 10x', { size: 'custom', customSize: '10x' }, /'Custom Size' is not a size: 10x/],
	['0 s', { seconds: 'custom', customSeconds: '0' }, /'Custom Seconds' is not .*: 0/],
	['-1 s', { seconds: 'custom', customSeconds: '-1' }, /'Custom Seconds' is not .*: -1/],
	['four s', { seconds: 'custom', customSeconds: 'four' }, /'Custom Seconds' is not .*: four/],
];

/** Without retries, so that the test does not wait for them. */
const headers = { 'x-should-retry': 'false' };
const json = { error: { message: `The key ${SECRETS[0]} is not right.` } };
const ERROR_RESPONSES: Array<[string, ScriptedResponse]> = [
	...[400, 401, 403, 404, 429, 500].map((status): [string, ScriptedResponse] => [
		String(status),
		{ status, json, headers },
	]),
	['HTML', { status: 502, body: `<html>${SECRETS[0]}</html>`, headers }],
	['an empty body', { status: 200, body: '', headers }],
];

/** Error messages for invalid input and for what servers reject. */
export function errorMessages(context: TestContext): void {
	// The node retries for a quarter of a minute.
	const unreachable = context.early(async () => {
		const server = await context.startServer();
		await server.close();
		const runs = [CREATE, ofVideo('getStatus')].map(async (parameters) =>
			errorMessageOf(await context.run(server, parameters)),
		);
		return { server, messages: await Promise.all(runs) };
	});

	describe('Invalid input', () => {
		it.each(BAD_INPUT)(
			'is reported in a sentence, and nothing is sent: %s',
			async (_name, parameters, sentence, before = []) => {
				const server = await context.startServer();
				const execution = await context.run(server, { ...CREATE, ...parameters }, { before });
				expect(errorMessageOf(execution)).toMatch(sentence);
				expect(server.received).toHaveLength(0);
			},
		);

		it.each([
			// n8n 1.x does not save an empty one.
			['an empty base URL', ' ', /^'Base URL'.* is empty/],
			['an invalid base URL', 'nonsense', /^'Base URL'.*not a web address: nonsense/],
		])('is reported in a sentence: %s', async (_name, baseUrl, sentence) => {
			expect(errorMessageOf(await context.run({ baseUrl }, CREATE))).toMatch(sentence);
		});
	});

	it('a required field that n8n finds empty stops the run before anything is sent', async () => {
		const server = await context.startServer();
		// n8n 1.x does not even start the execution.
		const message = await context
			.run(server, { ...CREATE, prompt: '' })
			.then(errorMessageOf, (error: Error) => error.message);
		expect(message).toMatch(/has issues/);
		expect(server.received).toHaveLength(0);
	});

	describe('Each operation', () => {
		it.each(ERROR_RESPONSES)(
			'quotes the error message of the server without the API key: %s',
			async (_name, response) => {
				const server = await context.startServer();
				server.alwaysRespondTo('POST /v1/videos', response);
				server.alwaysRespondTo('GET /v1/videos/video_1', response);
				const fileless = await context.startServer();
				fileless.alwaysRespondTo('GET /v1/videos/video_1', { json: VIDEO });
				fileless.alwaysRespondTo('GET /v1/videos/video_1/content', response);

				const [create, ...others] = await Promise.all([
					context.run(server, CREATE),
					context.run(server, ofVideo('getStatus')),
					context.run(server, ofVideo('waitUntilDone')),
					context.run(fileless, ofVideo('download')),
				]);
				expect(errorMessageOf(create)).toMatch(/^The .+ \| .+/);
				for (const other of others) expect(errorMessageOf(other)).toMatch(/^.*'video_1'.* \| .+/);
				if (response.json === undefined) return;
				for (const each of [create, ...others]) {
					expect(errorMessageOf(each)).toContain('The key *** is not right.');
				}
			},
		);
	});

	it('Get Status is retried after a broken connection', async () => {
		const server = await context.startServer();
		server.respondTo(
			'GET /v1/videos/video_1',
			{ respond: (response) => response.destroy() },
			{ json: VIDEO },
		);
		outputOf(await context.run(server, ofVideo('getStatus')));
		server.verify();
	});

	it('an unreachable server is reported as such, and not as a video that may be billed', async () => {
		const { server, messages } = await unreachable();
		const sentence = `The server at ${server.baseUrl} cannot be reached`;
		expect(messages).toEqual([
			expect.stringContaining(`${sentence} |`),
			expect.stringContaining(`${sentence} for video 'video_1' |`),
		]);
	});
}
