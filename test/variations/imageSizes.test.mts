import type { INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../sandbox/server.mts';
import { accepted, PNG, itemWithFile, SORA } from '../support/fixtures.mts';
import { JPEG, LOSSLESS_WEBP, ROTATED_JPEG, WEBP } from '../support/images.mts';
import { requestFrom } from '../support/requestFrom.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const GIF = Buffer.from('GIF89a\x18\0\x10\0\0\0\0', 'latin1');
const BINARY = { referenceImage: 'binary' };
const MATCH = { ...BINARY, size: 'matchImage' };
const custom = (customSize: string) => ({ ...BINARY, size: 'custom', customSize });
const asJson = { options: { bodyFormat: 'json' } };

const node = testNode({ operation: 'create', model: SORA, prompt: 'a cat' });
const send = requestFrom(node);

const STOP = { onImageMismatch: 'throw' };

const create = async ({ options, ...parameters }: INodeParameters, image?: Buffer) =>
	await node.run(
		{ ...parameters, options: { ...STOP, ...(options as INodeParameters) } },
		{ items: [image ? itemWithFile(image) : { json: {} }] },
	);
/** The size that a successful Create requests with this image. */
const sizeSent = async (parameters: INodeParameters, image: Buffer) => {
	const { options, ...rest } = parameters;
	const request = await send(options as INodeParameters, rest, { items: [itemWithFile(image)] });
	return (await readForm(request)).get('size');
};

describe('a reference image that does not match the size of the video', () => {
	it.each([
		['PNG', { ...BINARY, size: '1280x720' }, PNG, '720x1280', '1280x720'],
		['JPEG', BINARY, JPEG, '24x16', '720x1280'],
		['WebP', custom('24 x 17'), WEBP, '24x16', '24x17'],
		['lossless WebP', custom('25×16'), LOSSLESS_WEBP, '24x16', '25x16'],
		['image in landscape', custom('16x24'), JPEG, '24x16', '16x24'],
		['rotated JPEG', custom('24x17'), ROTATED_JPEG, '16x24', '24x17'],
		['image in JSON', { ...BINARY, ...asJson }, JPEG, '24x16', '720x1280'],
	])(
		'is reported with the fix before anything is sent: %s',
		async (_name, parameters, file, actual, requested) => {
			const { error } = await create(parameters, file);
			expect(error?.message).toBe(
				`The reference image is ${actual}, but the video is to be ${requested}`,
			);
			for (const fix of [
				`Bring the picture to ${requested} with n8n's Edit Image node`,
				"'Resize'",
				"'Same as Reference Image'",
				"'Send Anyway'",
				'Nothing was sent.',
			]) {
				expect(error?.description).toContain(fix);
			}
			expect(node.server.received).toHaveLength(0);
		},
	);

	it('is reported if it is on the web', async () => {
		node.server.respondTo('GET /cat.jpg', { body: JPEG });
		const referenceUrl = `${node.server.origin}/cat.jpg`;
		const { error } = await create({ referenceImage: 'url', referenceUrl });
		expect(error?.message).toBe('The reference image is 24x16, but the video is to be 720x1280');
		expect(node.server.posts()).toHaveLength(0);
	});

	it('stops all items, like any other validation error', async () => {
		const items = [itemWithFile(PNG), itemWithFile(JPEG)];
		const { error } = await node.run({ ...BINARY, options: STOP }, { items });
		expect(error?.message).toContain('[item 1]');
		expect(node.server.received).toHaveLength(0);
	});

	it.each([{}, { onImageMismatch: 'send' }])('is sent by default: %j', async (options) => {
		expect(await sizeSent({ ...BINARY, options }, JPEG)).toBe('720x1280');
	});

	it('is compared with the size in Extra Fields, which overrides Size', async () => {
		const options = { extraFields: '{ "size": "24x16" }' };
		expect(await sizeSent({ ...BINARY, options }, JPEG)).toBe('24x16');
		const { error } = await create({ ...BINARY, options }, PNG);
		expect(error?.message).toBe('The reference image is 720x1280, but the video is to be 24x16');
		expect(node.server.posts()).toHaveLength(1);
	});
});

describe('a reference image', () => {
	it.each<[string, INodeParameters, Buffer]>([
		['if it has the size of the video', BINARY, PNG],
		['if its size cannot be read', BINARY, GIF],
		['if it is truncated before its size', BINARY, JPEG.subarray(0, 80)],
		['if Size is a name', custom('1080p'), JPEG],
		[
			'if Size is in a format of the server',
			{ ...BINARY, options: { extraFields: '{ "size": "24x17-hd" }' } },
			JPEG,
		],
		['if the server chooses the size', { ...BINARY, size: 'serverDefault' }, JPEG],
		['if its size matches with the EXIF rotation', custom('16x24'), ROTATED_JPEG],
		['if its size matches without the EXIF rotation', custom('24x16'), ROTATED_JPEG],
		[
			'if Extra Fields replaces it',
			{ ...BINARY, options: { extraFields: '{ "input_reference": "file_1" }' } },
			JPEG,
		],
		[
			'if Extra Fields removes the size',
			{ ...BINARY, options: { extraFields: '{ "size": null }' } },
			JPEG,
		],
	])('is sent %s', async (_name, { options = {}, ...parameters }, image) => {
		const strict = { ...STOP, ...(options as INodeParameters) };
		await send(strict, parameters, { items: [itemWithFile(image)] });
		expect(node.server.posts()).toHaveLength(1);
	});
});

describe("Size 'Same as Reference Image'", () => {
	it.each([
		['PNG', PNG, '720x1280'],
		['JPEG', JPEG, '24x16'],
		['rotated JPEG', ROTATED_JPEG, '16x24'],
		['WebP', WEBP, '24x16'],
		['lossless WebP', LOSSLESS_WEBP, '24x16'],
	])('sends the size of the image: %s', async (_name, image, size) => {
		expect(await sizeSent(MATCH, image)).toBe(size);
	});

	it('sends the size of each item', async () => {
		node.server.respondTo('POST /v1/videos', accepted('a'), accepted('b'));
		await node.run(MATCH, { items: [itemWithFile(PNG), itemWithFile(JPEG)] });
		const sizes = node.server.posts().map(async (request) => (await readForm(request)).get('size'));
		expect((await Promise.all(sizes)).sort()).toEqual(['24x16', '720x1280']);
	});

	it.each([
		['a form', {}],
		['JSON', asJson],
	])(
		'sends the size of an image on the web in %s',
		async (_name, { options = {} }: { options?: INodeParameters }) => {
			node.server.respondTo('GET /cat.jpg', { body: JPEG });
			const referenceUrl = `${node.server.origin}/cat.jpg`;
			const request = await send(options, { ...MATCH, referenceImage: 'url', referenceUrl });
			if (options.bodyFormat !== 'json') {
				expect((await readForm(request)).get('size')).toBe('24x16');
			} else {
				expect(JSON.parse(request.body.toString())).toMatchObject({
					size: '24x16',
					input_reference: { image_url: referenceUrl },
				});
			}
			expect(node.server.received[0].headers).not.toHaveProperty('authorization');
		},
	);

	it('is overridden by the size in Extra Fields', async () => {
		const options = { extraFields: '{ "size": "1080p" }' };
		expect(await sizeSent({ ...MATCH, options }, JPEG)).toBe('1080p');
	});

	it('is rejected before anything is sent without a reference image', async () => {
		const { error } = await create({ size: 'matchImage' });
		expect(error?.message).toBe(
			"'Size' is 'Same as Reference Image', but there is no reference image",
		);
		expect(error?.description).toContain("'Reference Image'");
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it.each([
		['a GIF', GIF],
		['a truncated JPEG', JPEG.subarray(0, 80)],
	])('is rejected before anything is sent if the size is unreadable: %s', async (_name, image) => {
		const { error } = await create(MATCH, image);
		expect(error?.message).toContain('the size of that picture cannot be read');
		expect(error?.description).toContain('Use a PNG, JPEG or WebP file');
		expect(node.server.received).toHaveLength(0);
	});

	it('is accepted by the sandbox, which is as strict as OpenAI', async () => {
		const sandbox = await startSandbox();
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const { items } = await node.run(MATCH, { credentials, items: [itemWithFile(PNG)] });
		await sandbox.close();
		expect(items[0].json).toMatchObject({ status: 'pending', size: '720x1280' });
	});
});
