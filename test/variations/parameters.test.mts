import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import {
	accepted,
	completedVideo,
	CREATE,
	itemWithFile,
	MP4,
	PNG,
	SORA,
} from '../support/fixtures.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode(CREATE);

/** The error of a run that has sent nothing, whatever the operation. */
async function refusal(parameters: INodeParameters, json: IDataObject = {}) {
	const { error } = await node.run(parameters, { items: [{ json }] });
	expect(node.server.received).toEqual([]);
	return `${error?.message} | ${error?.description}`;
}

/** The prompt that arrives at the server. */
async function sentPrompt(prompt: string, json: IDataObject = {}) {
	node.server.respondTo('POST /v1/videos', accepted('video_1'));
	const { error } = await node.run({ prompt }, { items: [{ json }] });
	expect(error).toBeUndefined();
	return (await readForm(node.server.posts()[0])).get('prompt');
}

describe('a prompt that is no text is refused before anything is sent', () => {
	it.each<[string, string, IDataObject, string]>([
		[
			'an object',
			'={{ $json.output }}',
			{ output: { id: 7, scene: 'a fox' } },
			"'Prompt' is an object, not text | Choose a field of it in the expression, for example {{ $json.output.scene }}.",
		],
		[
			'an object with several texts',
			'={{ $json }}',
			{ id: 'a', title: 'b', prompt: 'c' },
			'for example {{ $json.prompt }}.',
		],
		[
			'an object whose text lies deeper',
			'={{$json["out put"]}}',
			{ 'out put': { parts: [{ text: 'a fox' }] } },
			'for example {{ $json["out put"].parts[0].text }}.',
		],
		[
			'an object from a calculation',
			'={{ Object.assign({}, $json) }}',
			{ scene: 'a fox' },
			"for example 'scene'.",
		],
		['an object without any text', '={{ $json.a }}', { a: { b: 1 } }, 'Choose a field of it'],
		[
			'a list',
			'={{ $json.scenes }}',
			{ scenes: ['a fox', 'a hare'] },
			"'Prompt' is a list, not text | Choose one entry of it in the expression, for example {{ $json.scenes[0] }}.",
		],
		['an empty list', '={{ [] }}', {}, "'Prompt' is a list, not text"],
		['a number', '={{ 42 }}', {}, "'Prompt' is the number 42, not text"],
		['true', '={{ true }}', {}, "'Prompt' is true, not text"],
		['the word undefined', "={{ $json.a + '' }}", {}, "'Prompt' is 'undefined': a field in its"],
		['the word null', '={{ String(null) }}', {}, "'Prompt' is 'null'"],
		['the word NaN', "={{ $json.a * 2 + '' }}", {}, "'Prompt' is 'NaN'"],
		[
			'two missing fields',
			"={{ $json.a + ', ' + $json.b }}",
			{},
			"'Prompt' is 'undefined, undefined'",
		],
		[
			'a text with a missing field',
			"={{ 'A film about ' + $json.topic + ', at night' }}",
			{},
			"'Prompt' has 'undefined' in it: a field in its expression is missing",
		],
		[
			'an object inside a text',
			'=A film about {{ $json.topic }}',
			{ topic: { name: 'foxes' } },
			"'Prompt' has [object Object] in it: its expression puts an object into the text | Choose a field of it in the expression, for example {{ $json.topic.name }}.",
		],
		[
			'an object that the previous node turned into text',
			'={{ $json.prompt }}',
			{ prompt: 'A film about [object Object]' },
			"'Prompt' has [object Object] in it",
		],
		[
			'an expression in a fixed field',
			'A film about {{ $json.topic }}',
			{},
			"'Prompt' has an expression that n8n did not evaluate: {{ $json.topic }}",
		],
		['undefined', '={{ $json.no }}', {}, "'Prompt' is empty"],
		['null', '={{ null }}', {}, "'Prompt' is empty"],
	])('%s', async (_name, prompt, json, expected) => {
		const told = await refusal({ prompt }, json);
		expect(told).toContain(expected);
		expect(told).toContain('Nothing was sent.');
	});

	it('a date', async () => {
		expect(await refusal({ prompt: '={{ $now }}' })).toMatch(
			/^'Prompt' is (a date|an object), not/,
		);
	});

	it.each(['remix', 'edit', 'extend', 'generate'])('also by %s', async (operation) => {
		const parameters = { operation, videoId: 'a', prompt: '={{ $json.output }}' };
		expect(await refusal(parameters, { output: { scene: 'a fox' } })).toContain(
			"'Prompt' is an object, not text | Choose a field of it in the expression, for example {{ $json.output.scene }}.",
		);
	});
});

describe('a prompt that only looks odd is sent as it is', () => {
	it.each<[string, IDataObject]>([
		['A null pointer and an undefined shape, NaN written on a wall', {}],
		['={{ $json.prompt }}', { prompt: 'an undefined shape in the fog' }],
		['=null island', {}],
		['={{ JSON.stringify($json.scene) }}', { scene: { shot: 'wide', audio: null } }],
		['A sign that says {{ hello }}', {}],
		['Infinity', {}],
	])('%s', async (prompt, json) => {
		expect(await sentPrompt(prompt, json)).toMatch(/null|undefined|hello|Infinity/);
	});
});

describe('any other parameter that is no text is refused before anything is sent', () => {
	const value = { url: 'https://x/a.png', id: 'a', name: 'b', seconds: '8' };
	const OBJECT = '={{ $json.value }}';

	it.each<[string, INodeParameters, string]>([
		['Model', { model: { ...SORA, value: OBJECT } }, 'for example {{ $json.value.id }}.'],
		['Model', { model: OBJECT }, 'for example {{ $json.value.id }}.'],
		['Size', { size: OBJECT, customSize: '1x1' }, 'Choose a field'],
		['Custom Size', { size: 'custom', customSize: OBJECT }, 'Choose a field'],
		[
			'Custom Seconds',
			{ seconds: 'custom', customSeconds: OBJECT },
			'for example {{ $json.value.seconds }}.',
		],
		[
			'Reference Image URL',
			{ referenceImage: 'url', referenceUrl: OBJECT },
			'for example {{ $json.value.url }}.',
		],
		[
			'Field Name',
			{ options: { extraFiles: { values: [{ field: OBJECT, binaryField: 'data' }] } } },
			'Choose a field',
		],
		['Video ID', { operation: 'getStatus', videoId: OBJECT }, 'for example {{ $json.value.id }}.'],
		['Video ID', { operation: 'remix', videoId: OBJECT }, 'for example {{ $json.value.id }}.'],
		[
			'Put Output File in Field',
			{ operation: 'download', binaryPropertyName: OBJECT },
			'Choose a field',
		],
		[
			'File Name',
			{ operation: 'download', options: { fileName: OBJECT } },
			'for example {{ $json.value.name }}.',
		],
		['File Name', { operation: 'generate', options: { fileName: OBJECT } }, 'Choose a field'],
	])('%s: %j', async (label, parameters, next) => {
		const told = await refusal(parameters, { id: 'video_1', value });
		expect(told).toContain(`'${label}' is an object, not text | `);
		expect(told).toContain(next);
	});

	it.each<[string, INodeParameters, string]>([
		['a number as model', { model: '={{ 5 }}' }, "'Model' is the number 5, not text"],
		['true as model', { model: '={{ true }}' }, "'Model' is true, not text"],
		['undefined as model', { model: 'undefined' }, "'Model' is 'undefined'"],
		['undefined as video', { operation: 'getStatus', videoId: 'undefined' }, "'Video ID' is 'un"],
		['NaN as video', { operation: 'getStatus', videoId: '={{ NaN }}' }, "'Video ID' is not a num"],
		[
			'true as video',
			{ operation: 'getStatus', videoId: '={{ true }}' },
			"'Video ID' is true, not",
		],
		[
			'a missing name in a file name',
			{ operation: 'download', options: { fileName: "={{ $json.no + '.mp4' }}" } },
			"'File Name' has 'undefined' in it",
		],
		[
			'a name that would lose the file',
			{ operation: 'download', binaryPropertyName: '__proto__' },
			"'Put Output File in Field' cannot be __proto__",
		],
	])('%s', async (_name, parameters, expected) => {
		expect(await refusal(parameters, { id: 'video_1' })).toContain(expected);
	});

	it('a Video ID that was rounded is told as that, and not asked for', async () => {
		const parameters = { operation: 'getStatus', videoId: '={{ 4326796003218200779 }}' };
		expect(await refusal(parameters)).toContain(
			"'Video ID' is a number that was rounded on its way here: 4326796003218200600",
		);
	});

	it('a Video ID that is a whole number is asked for', async () => {
		node.server.respondTo('GET /v1/videos/123456', { json: completedVideo('123456') });
		const run = await node.run({ operation: 'getStatus', videoId: '={{ 123456 }}' });
		expect(run.items[0].json.id).toBe('123456');
	});

	it('a File Name that is a number names the file', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		node.server.respondTo('GET /v1/videos/video_1/content', { body: MP4 });
		const options = { fileName: '={{ 7 }}' };
		const run = await node.run({ operation: 'download', videoId: 'video_1', options });
		expect(run.items[0].json.fileName).toBe('7.mp4');
	});
});

const DATA_URI = {
	referenceImage: 'url',
	referenceUrl: `data:image/png;base64,${PNG.toString('base64')}`,
	referenceBinaryField: 'data',
};

describe('a number that is none is refused before anything is sent', () => {
	const wait = (parameters: INodeParameters) => ({
		operation: 'waitUntilDone',
		videoId: 'a',
		...parameters,
	});

	it.each<[string, (value: string) => INodeParameters, string]>([
		['Timeout (Minutes)', (value) => wait({ timeoutMinutes: value }), 'above 0'],
		['Timeout (Minutes)', (value) => ({ operation: 'generate', timeoutMinutes: value }), 'above 0'],
		[
			'Poll Interval (Seconds)',
			(value) => wait({ options: { pollInterval: value } }),
			'from 0 to 86400',
		],
		[
			'Poll Interval (Seconds)',
			(value) => ({ operation: 'generate', options: { pollInterval: value } }),
			'from 0 to 86400',
		],
		['Limit', (value) => ({ operation: 'getAll', limit: value }), 'from 1 to 1000000000'],
	])('%s', async (label, toParameters, limits) => {
		for (const value of ["'soon'", 'NaN', 'Infinity', '-1', 'true', "'30 min'", "'1e400'"]) {
			const told = await refusal(toParameters(`={{ ${value} }}`));
			expect(told).toContain(`'${label}' must be a number ${limits} | `);
		}
		expect(await refusal(toParameters('={{ $json.a }}'), { a: { text: 'x', n: 5 } })).toContain(
			`'${label}' is an object, not a number | Choose a field of it in the expression, for example {{ $json.a.n }}.`,
		);
		expect(await refusal(toParameters('={{ [1] }}'))).toContain(`'${label}' is a list, not a num`);
	});

	it('a number in text is one', async () => {
		node.server.respondTo('GET /v1/videos?limit=7&order=desc', { json: { data: [] } });
		expect((await node.run({ operation: 'getAll', limit: "={{ ' 7 ' }}" })).error).toBeUndefined();
	});

	it.each(['soon', '0', '-1', 'NaN', 'undefined', 'true'])('Custom Seconds: %s', async (word) => {
		const told = await refusal({ seconds: 'custom', customSeconds: `={{ '${word}' }}` });
		expect(told).toMatch(/^'Custom Seconds' is/);
	});

	it.each<[string, INodeParameters, string]>([
		['If the Video Failed', wait({ options: { onFailedVideo: '={{ {} }}' } }), 'an object'],
		['If the Video Failed', wait({ options: { onFailedVideo: 'Return' } }), 'Return'],
		[
			'If Image Size Differs',
			{ ...DATA_URI, options: { onImageMismatch: '={{ 1 }}' } },
			'the number 1',
		],
		['Reference Image', { ...DATA_URI, referenceImage: '={{ {} }}' }, 'an object'],
		['Body Format', { options: { bodyFormat: '={{ [] }}' } }, 'a list'],
		['File', { operation: 'download', variant: '={{ {} }}' }, 'an object'],
	])('%s that is no choice of its list: %j', async (label, parameters, shown) => {
		const told = await refusal(parameters, { id: 'a' });
		expect(told).toContain(`'${label}' is not one of `);
		expect(told).toContain(`: ${shown} | `);
	});

	it('Return All that is neither true nor false', async () => {
		const told = await refusal({ operation: 'getAll', returnAll: "={{ 'yes' }}" });
		expect(told).toContain("'Return All' is yes, neither true nor false");
	});
});

describe('a binary file dropped into Input Binary Field is understood', () => {
	const file = itemWithFile(PNG, { fileName: 'a.png', mimeType: 'image/png' });
	const other = itemWithFile(MP4, { fileName: 'b.mp4', mimeType: 'video/mp4' });
	const two: INodeExecutionData = {
		json: {},
		binary: { clip: other.binary!.data, image: file.binary!.data },
	};

	async function sentImage(field: string, item: INodeExecutionData) {
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		const parameters = { referenceImage: 'binary', referenceBinaryField: field };
		const { error } = await node.run(parameters, { items: [item] });
		expect(error).toBeUndefined();
		const sent = (await readForm(node.server.posts()[0])).get('input_reference') as File;
		return Buffer.from(await sent.arrayBuffer()).equals(PNG) && sent.name;
	}

	it.each<[string, string, INodeExecutionData]>([
		['the file', '={{ $binary.data }}', file],
		['the file, by its field among several', '={{ $binary.image }}', two],
		['the file of the input item', '={{ $input.item.binary.image }}', two],
		['all files, if there is one', '={{ $binary }}', file],
		['the item, if it has one file', '={{ $input.item }}', file],
		['a name with spaces around it', ' image ', two],
	])('%s: %s', async (_name, field, item) => {
		expect(await sentImage(field, item)).toBe('a.png');
	});

	it('a file of JSON, which is in no binary field', async () => {
		const image = { mimeType: 'image/png', fileName: 'c.png', data: PNG.toString('base64') };
		expect(await sentImage('={{ $json.image }}', { json: { image } })).toBe('c.png');
	});

	it('also in Extra Files, and as the source video', async () => {
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		node.server.respondTo('POST /v1/videos/edits', accepted('video_2'));
		const values = [{ field: 'audio', binaryField: '={{ $binary.clip }}' }];
		await node.run({ options: { extraFiles: { values } } }, { items: [two] });
		const source = { videoSource: 'binary', videoBinaryField: '={{ $binary.clip }}' };
		await node.run({ operation: 'edit', ...source }, { items: [two] });
		const [create, edit] = node.server.posts();
		expect(((await readForm(create)).get('audio') as File).size).toBe(MP4.length);
		expect(((await readForm(edit)).get('video') as File).size).toBe(MP4.length);
	});

	it.each<[string, string, string]>([
		['all of several files', '={{ $binary }}', "'Input Binary Field' is 2 files | Enter the name"],
		['an object', '={{ { a: 1 } }}', "'Input Binary Field' is not the name of a binary field"],
		['a list', '={{ [$binary.clip] }}', "'Input Binary Field' is not the name of a binary field"],
		['a number', '={{ 5 }}', "'Input Binary Field' is not the name of a binary field"],
		['nothing', '={{ $json.no }}', "'Input Binary Field' is empty"],
		['a file name', '={{ $binary.image.fileName }}', "no file in binary field 'a.png'"],
		['an object in text', '=x{{ $json }}', "no file in binary field 'x[object Object]'"],
	])('but %s is refused, and the names are told', async (_name, field, expected) => {
		const parameters = { referenceImage: 'binary', referenceBinaryField: field };
		const { error } = await node.run(parameters, { items: [two] });
		const told = `${error?.message} | ${error?.description}`;
		expect(told).toContain(expected);
		expect(node.server.received).toEqual([]);
		if (!told.includes('no file in')) expect(told).toContain(': clip, image.');
	});
});

describe('extra fields that would pay for nothing are refused before anything is sent', () => {
	it.each([
		['{ "prompt": null }', "'prompt' in 'Extra Fields' is not text"],
		['{ "prompt": { "a": 1 } }', "'prompt' in 'Extra Fields' is not text"],
		['{ "model": ["x"] }', "'model' in 'Extra Fields' is not text"],
		['={ "style": "{{ $json.o }}" }', 'has [object Object] in it'],
	])('%s', async (extraFields, message) => {
		expect(await refusal({ options: { extraFields } }, { o: { a: 1 } })).toContain(message);
	});
});
