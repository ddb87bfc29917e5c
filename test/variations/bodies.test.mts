import type { INodeParameters } from 'n8n-workflow';

import { PNG, rowWithFile, SORA } from '../support/fixtures.mts';
import { requestFrom } from '../support/requestFrom.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const BINARY = { referenceImage: 'binary' };

const bench = testNode({ operation: 'create', model: SORA, prompt: 'a cat' });
const send = requestFrom(bench);
const sendForm = async (...given: Parameters<typeof send>) => await readForm(await send(...given));
const sendJson = async (options: INodeParameters = {}, ...rest: [INodeParameters?, object?]) =>
	JSON.parse((await send({ bodyFormat: 'json', ...options }, ...rest)).body.toString()) as unknown;

const PLAIN = { model: 'sora-2', prompt: 'a cat', size: '720x1280', seconds: '4' };

describe('the body of Create', () => {
	it('is JSON on request, with the length as text, which servers insist on', async () => {
		const { headers, body } = await send({ bodyFormat: 'json' });
		expect(headers['content-type']).toMatch(/^application\/json/);
		expect(JSON.parse(body.toString())).toEqual(PLAIN);
	});

	it.each([8, 12.5, '6'])('has %j seconds as text, in JSON and as a form', async (given) => {
		const seconds = { seconds: 'custom', customSeconds: `={{ ${given} }}` };
		expect(await sendJson({}, seconds)).toEqual({ ...PLAIN, seconds: String(given) });
		expect((await sendForm({}, seconds)).get('seconds')).toBe(String(given));
	});

	it('has no field that is empty', async () => {
		const choice = { size: 'serverDefault', seconds: 'serverDefault' };
		expect(await sendJson({}, choice)).toEqual({ model: 'sora-2', prompt: 'a cat' });
		expect(Object.fromEntries(await sendForm({}, choice))).toEqual({
			model: 'sora-2',
			prompt: 'a cat',
		});
	});

	it('has prompts of any language and length in JSON as well', async () => {
		const prompt = `一只小猫 🐱\n"quoted" ${'long '.repeat(5_000)}end`;
		expect(await sendJson({}, { prompt })).toEqual({ ...PLAIN, prompt });
	});

	it('has the picture in JSON as a data URI', async () => {
		const items = [rowWithFile(PNG)];
		expect(await sendJson({}, BINARY, { items })).toEqual({
			...PLAIN,
			input_reference: { image_url: `data:image/png;base64,${PNG.toString('base64')}` },
		});
	});

	it('has the address of a picture in JSON as it is: the server fetches it', async () => {
		const referenceUrl = 'https://example.com/first.png?a=b';
		const body = await sendJson({}, { referenceImage: 'url', referenceUrl });
		expect(body).toEqual({ ...PLAIN, input_reference: { image_url: referenceUrl } });
	});

	it('may hold the picture as plain text, where a server wants it so', async () => {
		const extraFields = '{ "input_reference": "https://example.com/first.png" }';
		const body = await sendJson({ extraFields }, BINARY, { items: [rowWithFile(PNG)] });
		expect(body).toEqual({ ...PLAIN, input_reference: 'https://example.com/first.png' });
		const form = await sendForm({ extraFields }, BINARY, { items: [rowWithFile(PNG)] });
		expect(form.getAll('input_reference')).toEqual(['https://example.com/first.png']);
	});
});

describe('extra fields', () => {
	const extra = {
		...{ seed: 42, scale: 1.5, enhance: true, negative_prompt: 'blurry', empty: '' },
		...{ nothing: null, tags: ['a', 'b'], none: [], lora: { path: 'x', scale: [1] } },
		...{ frames: [{ at: 0 }], mixed: ['a', { b: 1 }], size: '1x1', seconds: 6 },
	};

	it.each([
		['typed as JSON', JSON.stringify(extra)],
		['given as an object', `={{ ${JSON.stringify(extra)} }}`],
		['given as JSON by an expression', `={{ JSON.stringify(${JSON.stringify(extra)}) }}`],
	])('join JSON as they are and win over fields of the same name: %s', async (_name, text) => {
		expect(await sendJson({ extraFields: text })).toEqual({ ...PLAIN, ...extra });
	});

	it('join a form: plain values as text, lists field by field, the rest as JSON', async () => {
		const form = await sendForm({ extraFields: JSON.stringify(extra) });
		const sent = [...form.keys()].map((name) => [name, form.getAll(name)]);
		expect(Object.fromEntries(sent)).toEqual({
			model: ['sora-2'],
			prompt: ['a cat'],
			size: ['1x1'],
			seconds: ['6'],
			seed: ['42'],
			scale: ['1.5'],
			enhance: ['true'],
			negative_prompt: ['blurry'],
			empty: [''],
			tags: ['a', 'b'],
			lora: ['{"path":"x","scale":[1]}'],
			frames: ['[{"at":0}]'],
			mixed: ['["a",{"b":1}]'],
		});
	});

	it.each(['', '  ', '{}'])('may be none: %j', async (extraFields) => {
		expect(await sendJson({ extraFields })).toEqual(PLAIN);
	});

	it.each(['[]', '"x"', '{ "seed": 42', '5', 'null', 'true', 'seed=42', '={{ [] }}', '={{ 5 }}'])(
		'that are no JSON object are refused before anything is sent: %s',
		async (extraFields) => {
			for (const bodyFormat of ['multipart', 'json']) {
				const { error } = await bench.run({ options: { extraFields, bodyFormat } });
				expect(error?.message).toContain("'Extra Fields'");
				expect(error?.description).toContain('{ "seed": 42 }');
			}
			expect(bench.server.received).toHaveLength(0);
		},
	);
});
