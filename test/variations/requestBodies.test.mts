import type { INodeParameters } from 'n8n-workflow';

import { PNG, itemWithFile, SORA } from '../support/fixtures.mts';
import { requestFrom } from '../support/requestFrom.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const BINARY = { referenceImage: 'binary' };

const node = testNode({ operation: 'create', model: SORA, prompt: 'a cat' });
const send = requestFrom(node);
const sendForm = async (...given: Parameters<typeof send>) => await readForm(await send(...given));
const sendJson = async (options: INodeParameters = {}, ...rest: [INodeParameters?, object?]) =>
	JSON.parse((await send({ bodyFormat: 'json', ...options }, ...rest)).body.toString()) as unknown;

const PLAIN = { model: 'sora-2', prompt: 'a cat', size: '720x1280', seconds: '4' };

describe('Create', () => {
	// Most servers reject a number.
	it('sends JSON with Seconds as a string if Body Format is JSON', async () => {
		const { headers, body } = await send({ bodyFormat: 'json' });
		expect(headers['content-type']).toMatch(/^application\/json/);
		expect(JSON.parse(body.toString())).toEqual(PLAIN);
	});

	it.each([8, 12.5, '6'])('sends Seconds %j as a string, in JSON and in a form', async (given) => {
		const seconds = { seconds: 'custom', customSeconds: `={{ ${given} }}` };
		expect(await sendJson({}, seconds)).toEqual({ ...PLAIN, seconds: String(given) });
		expect((await sendForm({}, seconds)).get('seconds')).toBe(String(given));
	});

	it('omits empty fields, in JSON and in a form', async () => {
		const defaults = { size: 'serverDefault', seconds: 'serverDefault' };
		expect(await sendJson({}, defaults)).toEqual({ model: 'sora-2', prompt: 'a cat' });
		expect(Object.fromEntries(await sendForm({}, defaults))).toEqual({
			model: 'sora-2',
			prompt: 'a cat',
		});
	});

	it('sends prompts of any language and length in JSON', async () => {
		const prompt = `一只小猫 🐱\n"quoted" ${'long '.repeat(5_000)}end`;
		expect(await sendJson({}, { prompt })).toEqual({ ...PLAIN, prompt });
	});

	it('sends the reference image in JSON as a data URI', async () => {
		const items = [itemWithFile(PNG)];
		expect(await sendJson({}, BINARY, { items })).toEqual({
			...PLAIN,
			input_reference: { image_url: `data:image/png;base64,${PNG.toString('base64')}` },
		});
	});

	it('sends the URL of a reference image in JSON unchanged', async () => {
		const referenceUrl = 'https://example.com/first.png?a=b';
		const body = await sendJson({}, { referenceImage: 'url', referenceUrl });
		expect(body).toEqual({ ...PLAIN, input_reference: { image_url: referenceUrl } });
	});

	it('sends the reference image as a plain string if Extra Fields says so', async () => {
		const extraFields = '{ "input_reference": "https://example.com/first.png" }';
		const body = await sendJson({ extraFields }, BINARY, { items: [itemWithFile(PNG)] });
		expect(body).toEqual({ ...PLAIN, input_reference: 'https://example.com/first.png' });
		const form = await sendForm({ extraFields }, BINARY, { items: [itemWithFile(PNG)] });
		expect(form.getAll('input_reference')).toEqual(['https://example.com/first.png']);
	});
});

describe('Extra Fields', () => {
	const extra = {
		...{ seed: 42, scale: 1.5, enhance: true, negative_prompt: 'blurry', empty: '' },
		...{ nothing: null, tags: ['a', 'b'], none: [], lora: { path: 'x', scale: [1] } },
		...{ frames: [{ at: 0 }], mixed: ['a', { b: 1 }], size: '1x1', seconds: 6 },
	};

	it.each([
		['JSON text', JSON.stringify(extra)],
		['an expression that returns an object', `={{ ${JSON.stringify(extra)} }}`],
		['an expression that returns JSON text', `={{ JSON.stringify(${JSON.stringify(extra)}) }}`],
	])(
		'are added to JSON unchanged and override fields of the same name: %s',
		async (_name, text) => {
			expect(await sendJson({ extraFields: text })).toEqual({ ...PLAIN, ...extra });
		},
	);

	it('are added to a form: values as text, lists as repeated fields, objects as JSON', async () => {
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

	it.each(['', '  ', '{}'])('can be empty: %j', async (extraFields) => {
		expect(await sendJson({ extraFields })).toEqual(PLAIN);
	});

	it.each(['[]', '"x"', '{ "seed": 42', '5', 'null', 'true', 'seed=42', '={{ [] }}', '={{ 5 }}'])(
		'are rejected before anything is sent if they are not a JSON object: %s',
		async (extraFields) => {
			for (const bodyFormat of ['multipart', 'json']) {
				const { error } = await node.run({ options: { extraFields, bodyFormat } });
				expect(error?.message).toContain("'Extra Fields'");
				expect(error?.description).toContain('{ "seed": 42 }');
			}
			expect(node.server.received).toHaveLength(0);
		},
	);
});
