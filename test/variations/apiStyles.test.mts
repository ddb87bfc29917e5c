import type { INodeParameters } from 'n8n-workflow';

import { accepted, API_KEY, itemWithFile, PNG, SORA } from '../support/fixtures.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode({ operation: 'create', model: SORA, prompt: 'a cat' });

const BASE64 = PNG.toString('base64');
const DATA_URI = `data:image/png;base64,${BASE64}`;
const LANDSCAPE_8 = { size: '1280x720', seconds: '8' };
const CUSTOM = { apiStyle: 'custom', bodyFormat: 'json', imageAs: 'text' };

/** What arrives at the server: a form's texts as they are, its files as data URIs. */
async function sent(
	style: INodeParameters | string,
	parameters: INodeParameters = {},
	path = '/videos',
): Promise<Record<string, unknown>> {
	node.server.respondTo(`POST /v1${path}`, accepted('video_1'));
	const { error } = await run(style, parameters);
	expect(error?.message).toBeUndefined();
	const request = node.server.posts().at(-1)!;
	if (String(request.headers['content-type']).startsWith('application/json')) {
		return JSON.parse(request.body.toString()) as Record<string, unknown>;
	}
	const fields = [...(await readForm(request))].map(async ([name, value]) => [
		name,
		typeof value === 'string'
			? value
			: `data:${value.type};base64,${Buffer.from(await value.arrayBuffer()).toString('base64')}`,
	]);
	return Object.fromEntries((await Promise.all(fields)) as Array<[string, string]>);
}

const run = async (style: INodeParameters | string, parameters: INodeParameters = {}) =>
	await node.run(
		{ referenceImage: 'binary', ...LANDSCAPE_8, ...parameters },
		{
			credentials: {
				apiKey: API_KEY,
				baseUrl: node.server.baseUrl,
				...(typeof style === 'string' ? { apiStyle: style } : style),
			},
			items: [itemWithFile(PNG)],
		},
	);

describe('Create of 8 seconds in 1280x720 with an image', () => {
	it.each<[style: INodeParameters | string, fields: object, ...path: string[]]>([
		['auto', { size: '1280x720', seconds: '8', input_reference: DATA_URI }],
		['openai', { size: '1280x720', seconds: '8', input_reference: DATA_URI }],
		['openaiJson', { size: '1280x720', seconds: '8', input_reference: { image_url: DATA_URI } }],
		[
			'openrouter',
			{
				size: '1280x720',
				duration: 8,
				frame_images: [
					{ type: 'image_url', image_url: { url: DATA_URI }, frame_type: 'first_frame' },
				],
			},
		],
		[
			'xai',
			{ aspect_ratio: '16:9', resolution: '720p', duration: 8, image: { url: DATA_URI } },
			'/videos/generations',
		],
		['gemini', { aspect_ratio: '16:9', resolution: '720p', duration_seconds: '8', image: BASE64 }],
		[
			'together',
			{
				width: 1280,
				height: 720,
				seconds: '8',
				frame_images: [{ input_image: BASE64, frame: 'first' }],
			},
		],
		['deepinfra', { size: '1280x720', seconds: 8, image_url: DATA_URI }],
		['llmgateway', { size: '1280x720', seconds: 8, image: { image_url: DATA_URI } }],
		['cometapi', { size: '16:9', resolution: '720p', seconds: '8', input_reference: DATA_URI }],
		['agnes', { width: 1280, height: 720, num_frames: 193, frame_rate: 24, image: BASE64 }],
		[
			{ ...CUSTOM, createPath: 'video/create/', sizeAs: 'none', secondsAs: 'durationSeconds' },
			{ duration_seconds: 8, input_reference: DATA_URI },
			'/video/create/',
		],
		[
			{ ...CUSTOM, imageField: 'first', sizeAs: 'ratio', secondsAs: 'duration' },
			{ size: '16:9', resolution: '720p', duration: 8, first: DATA_URI },
		],
		[
			{ apiStyle: 'custom', bodyFormat: 'json' },
			{ size: '1280x720', seconds: '8', input_reference: { image_url: DATA_URI } },
		],
		[
			{ apiStyle: 'custom', imageField: 'input_reference[]', secondsAs: 'secondsNumber' },
			{ size: '1280x720', seconds: '8', 'input_reference[]': DATA_URI },
		],
	])('is written in the style %j', async (style, fields, ...[path]) => {
		const isCustom = typeof style === 'object' && style.sizeAs === 'none';
		const parameters = isCustom ? { size: 'serverDefault' } : {};
		expect(await sent(style, parameters, path)).toEqual({
			model: 'sora-2',
			prompt: 'a cat',
			...fields,
		});
	});
});

describe('Size', () => {
	it.each([
		['1344x768', { aspect_ratio: '16:9', resolution: '720p' }],
		['1080x1920', { aspect_ratio: '9:16', resolution: '1080p' }],
		['1024x1024', { aspect_ratio: '1:1', resolution: '1080p' }],
		['832 × 480', { aspect_ratio: '16:9', resolution: '480p' }],
		['640x480', { aspect_ratio: '4:3', resolution: '480p' }],
		['4:3', { aspect_ratio: '4:3' }],
		['16 : 9', { aspect_ratio: '16:9' }],
		['1080p', { resolution: '1080p' }],
	])('%s is sent as the nearest aspect ratio and resolution', async (customSize, fields) => {
		const parameters = { size: 'custom', customSize, referenceImage: 'none' };
		const { model, prompt, duration, ...rest } = await sent(
			'xai',
			parameters,
			'/videos/generations',
		);
		expect([model, prompt, duration]).toEqual(['sora-2', 'a cat', 8]);
		expect(rest).toEqual(fields);
	});

	it.each([
		['16:9', { aspect_ratio: '16:9' }],
		['720p', { resolution: '720p' }],
		['1344x768', { size: '1344x768' }],
	])('%s goes into the field that OpenRouter has for it', async (customSize, fields) => {
		const parameters = { size: 'custom', customSize, referenceImage: 'none' };
		const { model, prompt, duration, ...rest } = await sent('openrouter', parameters);
		expect([model, prompt, duration]).toEqual(['sora-2', 'a cat', 8]);
		expect(rest).toEqual(fields);
	});

	it.each([
		'x',
		'NaN',
		'true',
		'undefinedxundefined',
		'null',
		'1e+23x10',
		'9'.repeat(80),
		'a'.repeat(80),
	])('is refused if an expression gives nothing that can be meant: %s', async (customSize) => {
		const { error } = await run('openai', { size: 'custom', customSize });
		expect(error?.message).toMatch(/^'Custom Size' is (not a size|'(NaN|null|undefined)')/);
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it.each(['16:9', 'auto', 'small', '768P', '1344x768'])(
		'can be what the server calls it: %s',
		async (customSize) => {
			const parameters = { size: 'custom', customSize, referenceImage: 'none' };
			expect(await sent('openai', parameters)).toMatchObject({ size: customSize });
		},
	);

	it.each([
		['together', { size: 'custom', customSize: '16:9' }, "'Size' 16:9 cannot be sent"],
		['together', { size: 'custom', customSize: '1080p' }, "'Size' 1080p cannot be sent"],
		['gemini', { size: 'custom', customSize: '1024x1024' }, "'Size' 1024x1024 cannot be sent"],
		['xai', { size: 'custom', customSize: '21:9' }, "'Size' 21:9 cannot be sent"],
		['xai', { size: 'custom', customSize: '4k' }, "'Size' 4k cannot be sent"],
		['xai', { size: 'custom', customSize: '3840x2160' }, "'Size' 3840x2160 cannot be sent"],
		[{ ...CUSTOM, sizeAs: 'none' }, {}, "'Size' 1280x720 cannot be sent"],
		[{ ...CUSTOM, secondsAs: 'none' }, {}, "'Seconds' 8 cannot be sent"],
		[{ ...CUSTOM, imageAs: 'none' }, {}, 'A reference image cannot be sent'],
		['merge', {}, 'A reference image cannot be sent'],
	])(
		'that the style cannot express is told before anything is sent: %j %j',
		async (style, parameters, message) => {
			const { error } = await run(style, parameters);
			expect(error?.message).toContain(`${message} in the API style '`);
			expect(error?.description).toContain("'API Style' in the OpenAI Videos API credential");
			expect(error?.description).toContain('Nothing was sent.');
			expect(node.server.received).toHaveLength(0);
		},
	);

	it('and Seconds are left out where the style sends none, if nobody touched them', async () => {
		const style = { ...CUSTOM, sizeAs: 'none', secondsAs: 'none' };
		const defaults = { size: '720x1280', seconds: '4', referenceImage: 'none' };
		expect(await sent(style, defaults)).toEqual({ model: 'sora-2', prompt: 'a cat' });
	});
});

describe('Seconds', () => {
	it.each([
		['6.0', '6', 6],
		['4.5', '4.5', 4.5],
		['007', '7', 7],
	])('%s is a whole number where it is one', async (customSeconds, text, number) => {
		const parameters = { seconds: 'custom', customSeconds };
		expect(await sent('openai', parameters)).toMatchObject({ seconds: text });
		expect(await sent('deepinfra', parameters)).toMatchObject({ seconds: number });
	});
});

describe('Reference Image', () => {
	it('is sent as its URL where the server takes URLs', async () => {
		const parameters = { referenceImage: 'url', referenceUrl: 'https://example.com/a.png' };
		expect(await sent('deepinfra', parameters)).toMatchObject({
			image_url: 'https://example.com/a.png',
		});
	});

	it('is fetched where the server takes only its bytes', async () => {
		node.server.respondTo('GET /a.png', { body: PNG });
		const parameters = { referenceImage: 'url', referenceUrl: `${node.server.origin}/a.png` };
		expect(await sent('gemini', parameters)).toMatchObject({ image: BASE64 });
		expect(node.server.received[0].headers).not.toHaveProperty('authorization');
	});

	it('is sent as its URL or its bytes to Agnes AI', async () => {
		const parameters = { referenceImage: 'url', referenceUrl: 'https://example.com/a.png' };
		expect(await sent('agnes', parameters)).toMatchObject({ image: 'https://example.com/a.png' });
	});

	it.each(['openai', 'openaiJson', 'gemini'])('can be a data URI: %s', async (style) => {
		const body = await sent(style, { referenceImage: 'url', referenceUrl: DATA_URI });
		expect(JSON.stringify(body)).toContain(BASE64);
	});

	it.each([
		`DATA:image/png;BASE64,${BASE64}`,
		`data:image/png;base64,${encodeURIComponent(BASE64)}`,
		`data:image/png;base64,\n${BASE64}`,
		`data:image/png,${[...PNG].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
	])('can be a data URI of any spelling: %.40s', async (referenceUrl) => {
		const body = await sent('openai', { referenceImage: 'url', referenceUrl });
		expect(body.input_reference).toBe(DATA_URI);
	});

	it('as a data URI without a picture is refused, and not shown', async () => {
		const referenceUrl = `data:image/png;base64,${Buffer.from('no picture').toString('base64')}`;
		const { error } = await run('openai', { referenceImage: 'url', referenceUrl });
		expect(error?.message).toBe("The data URI in 'Reference Image URL' is not an image");
		expect(node.server.received).toHaveLength(0);
	});

	it.each([
		['multipart', 'openaiJson', DATA_URI],
		['json', 'openai', { image_url: DATA_URI }],
	])("is written as the option Body Format says: '%s'", async (bodyFormat, style, reference) => {
		expect(await sent(style, { options: { bodyFormat } })).toMatchObject({
			input_reference: reference,
		});
	});
});

describe('Extra Files', () => {
	const files = (...fields: string[]) => ({
		options: { extraFiles: { values: fields.map((field) => ({ field, binaryField: 'data' })) } },
	});

	it('are files in a form, also several under one name', async () => {
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		await run('openai', files('last_frame', 'more', 'more'));
		const form = await readForm(node.server.posts()[0]);
		expect([...form.keys()].filter((name) => !['model', 'prompt'].includes(name))).toEqual([
			'size',
			'seconds',
			'input_reference',
			'last_frame',
			'more',
			'more',
		]);
		const file = form.get('last_frame') as File;
		expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
	});

	it('are data URIs in JSON', async () => {
		expect(await sent('openaiJson', files('last_frame', 'more', 'more'))).toMatchObject({
			last_frame: DATA_URI,
			more: [DATA_URI, DATA_URI],
		});
	});

	it('keep the shape that the server has for images', async () => {
		expect(await sent('gemini', files('last_frame'))).toMatchObject({ last_frame: BASE64 });
		const body = await sent('xai', files('last_frame'), '/videos/generations');
		expect(body).toMatchObject({ last_frame: { url: DATA_URI } });
	});

	it('under the name of the image come after it', async () => {
		const body = await sent('openaiJson', files('input_reference'));
		expect(body.input_reference).toEqual([{ image_url: DATA_URI }, { image_url: DATA_URI }]);
	});

	it('put a last frame beside the first where the server has a list of frames', async () => {
		const body = await sent('openrouter', files('last_frame'));
		expect(body).not.toHaveProperty('last_frame');
		expect(body.frame_images).toMatchObject([
			{ frame_type: 'first_frame' },
			{ frame_type: 'last_frame', image_url: { url: DATA_URI } },
		]);
	});

	it.each([
		[{ field: ' ', binaryField: 'data' }, "A field name in 'Extra Files' is empty"],
		[{ field: 'last_frame', binaryField: 'nothing' }, "There is no file in binary field 'nothing'"],
		[{ field: 'prompt', binaryField: 'data' }, "A file in 'Extra Files' cannot be sent as prompt"],
	])('that are missing are told before anything is sent: %j', async (entry, message) => {
		const { error } = await run('openai', { options: { extraFiles: { values: [entry] } } });
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});
});
