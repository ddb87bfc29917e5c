import { once } from 'node:events';
import { request } from 'node:http';

import OldFormData from 'form-data';

import {
	formData,
	imageFile,
	jpeg,
	minimalFields,
	png,
	sendRequest,
	startTestSandbox,
	webp,
} from './helpers.mts';

const MAX_PROMPT_LENGTH = 32_000;

/** Rejected requests, the expected error, and the body format if only one can express it. */
const rejected: Array<{
	name: string;
	fields: Record<string, unknown>;
	param: string;
	code: string;
	message: RegExp;
	only?: 'json' | 'multipart';
}> = [
	{
		name: 'no model',
		fields: { model: undefined },
		param: 'model',
		code: 'missing_required_parameter',
		message: /^Missing required parameter: 'model'\.$/,
	},
	{
		name: 'an unknown model',
		fields: { model: 'veo-9' },
		param: 'model',
		code: 'model_not_found',
		message: /'veo-9' does not exist/,
	},
	{
		name: 'no prompt',
		fields: { prompt: undefined },
		param: 'prompt',
		code: 'missing_required_parameter',
		message: /^Missing required parameter: 'prompt'\.$/,
	},
	{
		name: 'a blank prompt',
		fields: { prompt: ' \n\t　' },
		param: 'prompt',
		code: 'missing_required_parameter',
		message: /'prompt'/,
	},
	{
		name: 'a prompt of 32,001 characters',
		fields: { prompt: '猫'.repeat(MAX_PROMPT_LENGTH + 1) },
		param: 'prompt',
		code: 'string_above_max_length',
		message: /maximum length 32000, but got a string with length 32001/,
	},
	{
		name: 'a size that the spec does not list',
		fields: { size: '1024x1024' },
		param: 'size',
		code: 'invalid_value',
		message: /^Invalid value: '1024x1024'\. Supported values are: '720x1280' and '1280x720'\.$/,
	},
	{
		name: 'a blank size',
		fields: { size: '' },
		param: 'size',
		code: 'invalid_value',
		message: /Invalid value: ''/,
	},
	{
		name: 'seconds that the spec does not list',
		fields: { seconds: '5' },
		param: 'seconds',
		code: 'invalid_value',
		message: /^Invalid value: '5'\. Supported values are: '4', '8', and '12'\.$/,
	},
	{
		name: 'blank seconds',
		fields: { seconds: '' },
		param: 'seconds',
		code: 'invalid_value',
		message: /Invalid value: ''/,
	},
	{
		name: 'seconds as a JSON integer',
		fields: { seconds: 4 },
		param: 'seconds',
		code: 'invalid_type',
		message:
			/^Invalid type for 'seconds': expected one of '4', '8', or '12', but got an integer instead\.$/,
		only: 'json',
	},
	{
		name: 'null instead of a string',
		fields: { size: null },
		param: 'size',
		code: 'invalid_type',
		message: /expected one of '720x1280' or '1280x720', but got null instead/,
		only: 'json',
	},
	{
		name: 'an array as the prompt',
		fields: { prompt: ['a cat'] },
		param: 'prompt',
		code: 'invalid_type',
		message: /expected a string, but got an array instead/,
		only: 'json',
	},
	{
		name: 'an unknown field',
		fields: { negative_prompt: 'dogs' },
		param: 'negative_prompt',
		code: 'unknown_parameter',
		message: /^Unknown parameter: 'negative_prompt'\.$/,
	},
	{
		name: 'a string instead of the reference file',
		fields: { input_reference: 'https://example.com/cat.png' },
		param: 'input_reference',
		code: 'invalid_type',
		message: /^Invalid type for 'input_reference': expected a file, but got a string instead\.$/,
	},
	{
		name: 'an object instead of the reference file',
		fields: { input_reference: { image_url: 'https://example.com/cat.png' } },
		param: 'input_reference',
		code: 'invalid_type',
		message: /expected a file, but got an object instead/,
		only: 'json',
	},
	{
		name: 'a file instead of the prompt',
		fields: { prompt: imageFile(Buffer.from('a cat'), 'text/plain', 'prompt.txt') },
		param: 'prompt',
		code: 'invalid_type',
		message: /expected a string, but got a file instead/,
		only: 'multipart',
	},
	{
		name: 'an image labelled as text',
		fields: { input_reference: imageFile(png(720, 1280), 'text/plain') },
		param: 'input_reference',
		code: 'invalid_file',
		message:
			/^Invalid file 'input_reference': unsupported mimetype \('text\/plain'\)\. Supported file formats are 'image\/jpeg', 'image\/png', and 'image\/webp'\.$/,
		only: 'multipart',
	},
	{
		name: 'an image without a media type',
		fields: { input_reference: imageFile(png(720, 1280), 'application/octet-stream') },
		param: 'input_reference',
		code: 'invalid_file',
		message: /unsupported mimetype \('application\/octet-stream'\)/,
		only: 'multipart',
	},
	...[
		['text', Buffer.from('This is not an image')],
		['a GIF', Buffer.from('474946383961d0020005800000000000ffffff2c', 'hex')],
		['an empty file', Buffer.alloc(0)],
		['the first bytes of a PNG', png(720, 1280).subarray(0, 12)],
	].map(([what, bytes]) => ({
		name: `${what} labelled as a PNG`,
		fields: { input_reference: imageFile(bytes as Buffer) },
		param: 'input_reference',
		code: 'invalid_file',
		message: /the bytes are no such image, though labelled 'image\/png'/,
		only: 'multipart' as const,
	})),
	{
		name: 'a reference image of another size than the video',
		fields: { size: '1280x720', input_reference: imageFile(png(720, 1280)) },
		param: 'input_reference',
		code: 'invalid_value',
		message: /^Inpaint image must match the requested width and height$/,
		only: 'multipart',
	},
];

describe.each(['multipart', 'json'] as const)('sandbox Create with a %s body', (body) => {
	const encode = (fields: Record<string, unknown>) => {
		const entries = Object.entries({ ...minimalFields, ...fields }).filter(
			([, value]) => value !== undefined,
		);
		const object = Object.fromEntries(entries);
		return body === 'json' ? object : formData(object as Record<string, string | File>);
	};

	it.each(rejected.filter(({ only = body }) => only === body))(
		'rejects $name and creates no video',
		async ({ fields, param, code, message }) => {
			const sandbox = await startTestSandbox();
			const { status, json } = await sandbox.call('POST', '/videos', encode(fields));
			expect(status).toBe(400);
			expect(json.error).toEqual({
				message: expect.stringMatching(message),
				type: 'invalid_request_error',
				param,
				code,
			});
			expect(sandbox.videos.size).toBe(0);
		},
	);

	it('requires only a model and a prompt', async () => {
		const sandbox = await startTestSandbox();
		const { status, headers, json } = await sandbox.call('POST', '/videos', encode({}));
		expect(status).toBe(200);
		expect(headers.get('content-type')).toMatch(/^application\/json/);
		expect(json).toEqual({
			id: expect.stringMatching(/^video_[0-9a-f]{32}$/),
			object: 'video',
			created_at: Date.UTC(2026, 10, 1) / 1000,
			status: 'pending',
			progress: 0,
			size: '720x1280',
			seconds: '4',
			...minimalFields,
		});
	});

	it.each(['720x1280', '1280x720'])('accepts every length at %s', async (size) => {
		const sandbox = await startTestSandbox();
		for (const seconds of ['4', '8', '12']) {
			const { json } = await sandbox.call('POST', '/videos', encode({ size, seconds }));
			expect(json).toMatchObject({ size, seconds });
		}
	});

	it('preserves a Chinese prompt with emoji, quotes and line breaks', async () => {
		const sandbox = await startTestSandbox();
		const prompt = '一只可爱的小猫 🐈‍⬛ 说：\n"你好"\t\\ — ünï';
		const { json } = await sandbox.call('POST', '/videos', encode({ prompt }));
		expect(json.prompt).toBe(prompt.replace('\n', body === 'json' ? '\n' : '\r\n'));
	});

	it('accepts a prompt of 32,000 four-byte characters', async () => {
		const sandbox = await startTestSandbox();
		const prompt = '🐈'.repeat(MAX_PROMPT_LENGTH);
		const { json } = await sandbox.call('POST', '/videos', encode({ prompt }));
		expect(json.prompt).toBe(prompt);
	});
});

describe('sandbox Create with a reference image', () => {
	it.each([
		['PNG', 'image/png', png(1280, 720)],
		['JPEG', 'image/jpeg', jpeg(1280, 720)],
		['WebP', 'image/webp', webp(1280, 720)],
	])('accepts a %s and stores it byte for byte', async (_name, type, bytes) => {
		const sandbox = await startTestSandbox();
		const file = imageFile(bytes, type, '小猫 🐈.bin');
		const body = formData({ ...minimalFields, size: '1280x720', input_reference: file });
		const { status, json } = await sandbox.call('POST', '/videos', body);
		expect(status).toBe(200);
		expect(sandbox.videos.get(json.id)?.reference).toEqual({ name: '小猫 🐈.bin', type, bytes });
	});

	it('rejects a second reference image', async () => {
		const sandbox = await startTestSandbox();
		const body = formData({ ...minimalFields, input_reference: imageFile(png(720, 1280)) });
		body.append('input_reference', imageFile(png(720, 1280)));
		const { status, json } = await sandbox.call('POST', '/videos', body);
		expect(status).toBe(400);
		expect(json.error).toMatchObject({ param: 'input_reference', code: 'duplicate_parameter' });
	});

	it('accepts 50 MB, and rejects more with 413', async () => {
		const sandbox = await startTestSandbox();
		const limit = 50 * 1024 * 1024;
		const padded = (length: number) => Buffer.concat([png(720, 1280)], length);
		const create = async (length: number) =>
			await sandbox.call(
				'POST',
				'/videos',
				formData({ ...minimalFields, input_reference: imageFile(padded(length)) }),
			);
		expect((await create(limit)).status).toBe(200);
		const { status, json } = await create(limit + 1);
		expect(status).toBe(413);
		expect(json.error).toMatchObject({
			message: expect.stringContaining('50 MB'),
			param: 'input_reference',
			code: 'file_too_large',
		});
	});

	it('stores it intact when another multipart library sends it with Chinese text and emoji', async () => {
		const sandbox = await startTestSandbox();
		const bytes = jpeg(720, 1280);
		const body = new OldFormData();
		body.append('model', 'sora-2');
		body.append('prompt', '一只小猫在花园里玩耍 🐾');
		body.append('input_reference', bytes, { filename: '花园 🌷.jpg', contentType: 'image/jpeg' });
		const call = request(`${sandbox.baseUrl}/videos`, {
			method: 'POST',
			headers: { ...body.getHeaders(), authorization: `Bearer ${sandbox.apiKey}` },
		});
		body.pipe(call);
		const [response] = await once(call, 'response');
		expect(response.statusCode).toBe(200);
		response.resume();
		const [video] = sandbox.videos.values();
		expect(video.prompt).toBe('一只小猫在花园里玩耍 🐾');
		expect(video.reference).toEqual({ name: '花园 🌷.jpg', type: 'image/jpeg', bytes });
	});
});

describe('sandbox Create with an invalid body', () => {
	it.each([
		['broken JSON', 'application/json', '{"model":', 400, 'invalid_json'],
		['a JSON array', 'application/json', '[1]', 400, null],
		['a JSON string', 'application/json', '"a cat"', 400, null],
		['no body', 'application/json', '', 400, 'missing_required_parameter'],
		[
			'a URL-encoded form',
			'application/x-www-form-urlencoded',
			'model=sora-2',
			415,
			'unsupported_content_type',
		],
		['plain text', 'text/plain', 'a cat', 415, 'unsupported_content_type'],
		[
			'more than 1 MiB of JSON',
			'application/json',
			`"${'x'.repeat(1_100_000)}"`,
			413,
			'request_too_large',
		],
		['a form without a boundary', 'multipart/form-data', 'x', 400, null],
		[
			'a truncated form',
			'multipart/form-data; boundary=b',
			'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nsora',
			400,
			null,
		],
		[
			'a truncated file',
			'multipart/form-data; boundary=b',
			'--b\r\nContent-Disposition: form-data; name="input_reference"; filename="a.png"\r\n\r\nsora',
			400,
			null,
		],
		[
			'a field named after the prototype',
			'multipart/form-data; boundary=b',
			'--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n',
			400,
			null,
		],
	])('returns an error in the API’s shape for %s', async (_name, type, body, status, code) => {
		const sandbox = await startTestSandbox();
		const response = await fetch(`${sandbox.baseUrl}/videos`, {
			method: 'POST',
			headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': type },
			body,
		});
		expect(response.status).toBe(status);
		const { error } = (await response.json()) as any;
		expect(error).toEqual({
			message: expect.stringMatching(/\S/),
			type: 'invalid_request_error',
			param: code === 'missing_required_parameter' ? 'model' : null,
			code,
		});
		expect(sandbox.videos.size).toBe(0);
	});

	it('does not cut off an upload with a wrong key', async () => {
		const sandbox = await startTestSandbox();
		const bytes = Buffer.concat([png(720, 1280)], 20_000_000);
		const body = formData({ ...minimalFields, input_reference: imageFile(bytes) });
		const { status } = await sendRequest('POST', `${sandbox.baseUrl}/videos`, 'wrong', body);
		expect(status).toBe(401);
	});
});
