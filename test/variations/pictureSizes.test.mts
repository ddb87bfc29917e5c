import type { INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../sandbox/server.mts';
import { PNG, rowWithFile, SORA } from '../support/fixtures.mts';
import { JPEG, LOSSLESS_WEBP, TURNED_JPEG, WEBP } from '../support/images.mts';
import { requestFrom } from '../support/requestFrom.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const GIF = Buffer.from('GIF89a\x18\0\x10\0\0\0\0', 'latin1');
const BINARY = { referenceImage: 'binary' };
const MATCH = { ...BINARY, size: 'matchImage' };
const custom = (customSize: string) => ({ ...BINARY, size: 'custom', customSize });
const asJson = { options: { bodyFormat: 'json' } };

const bench = testNode({ operation: 'create', model: SORA, prompt: 'a cat' });
const send = requestFrom(bench);

const create = async (parameters: INodeParameters, picture?: Buffer) =>
	await bench.run(parameters, { items: [picture ? rowWithFile(picture) : { json: {} }] });
/** The size that is asked for with this picture, which goes well. */
const sizeSent = async (parameters: INodeParameters, picture: Buffer) => {
	const { options, ...rest } = parameters;
	const request = await send(options as INodeParameters, rest, { items: [rowWithFile(picture)] });
	return (await readForm(request)).get('size');
};
const posts = () => bench.server.received.filter(({ method }) => method === 'POST');

describe('a picture that is not in the size of the video', () => {
	it.each([
		['PNG', { ...BINARY, size: '1280x720' }, PNG, '720x1280', '1280x720'],
		['JPEG', BINARY, JPEG, '24x16', '720x1280'],
		['WebP', custom('24 x 17'), WEBP, '24x16', '24x17'],
		['lossless WebP', custom('25×16'), LOSSLESS_WEBP, '24x16', '25x16'],
		['picture that lies on its side', custom('16x24'), JPEG, '24x16', '16x24'],
		['picture that is shown turned', custom('24x17'), TURNED_JPEG, '16x24', '24x17'],
		['picture in JSON', { ...BINARY, ...asJson }, JPEG, '24x16', '720x1280'],
	])(
		'is told with the fix, and nothing is sent: a %s',
		async (_name, parameters, file, is, asked) => {
			const { error } = await create(parameters, file);
			expect(error?.message).toBe(`The reference image is ${is}, but the video is to be ${asked}`);
			for (const fix of [
				`Bring the picture to ${asked} with n8n's Edit Image node`,
				"'Resize'",
				"'Same as Reference Image'",
				"'Send Anyway'",
				'Nothing was sent.',
			]) {
				expect(error?.description).toContain(fix);
			}
			expect(bench.server.received).toHaveLength(0);
		},
	);

	it('is told of one on the web as well', async () => {
		bench.server.answer('GET /cat.jpg', { body: JPEG });
		const referenceUrl = `${bench.server.origin}/cat.jpg`;
		const { error } = await create({ referenceImage: 'url', referenceUrl });
		expect(error?.message).toBe('The reference image is 24x16, but the video is to be 720x1280');
		expect(posts()).toHaveLength(0);
	});

	it('stops all items, as any other complaint', async () => {
		const items = [rowWithFile(PNG), rowWithFile(JPEG)];
		const { error } = await bench.run(BINARY, { items });
		expect(error?.message).toContain('[item 1]');
		expect(bench.server.received).toHaveLength(0);
	});

	it('is sent all the same when the user says so', async () => {
		const options = { onImageMismatch: 'send' };
		expect(await sizeSent({ ...BINARY, options }, JPEG)).toBe('720x1280');
	});

	it('is also seen in the size of an extra field, which is the one that counts', async () => {
		const options = { extraFields: '{ "size": "24x16" }' };
		expect(await sizeSent({ ...BINARY, options }, JPEG)).toBe('24x16');
		const { error } = await create({ ...BINARY, options }, PNG);
		expect(error?.message).toBe('The reference image is 720x1280, but the video is to be 24x16');
		expect(posts()).toHaveLength(1);
	});
});

describe('nothing is said of a picture', () => {
	it.each<[string, INodeParameters, Buffer]>([
		['in the size of the video', BINARY, PNG],
		['whose size cannot be read', BINARY, GIF],
		['that is cut before its size', BINARY, JPEG.subarray(0, 80)],
		['where the size is a name', custom('1080p'), JPEG],
		[
			"where the size is in a server's own words",
			{ ...BINARY, options: { extraFields: '{ "size": "24x17-hd" }' } },
			JPEG,
		],
		['where the server chooses the size', { ...BINARY, size: 'serverDefault' }, JPEG],
		['shown turned, in the size as it is shown', custom('16x24'), TURNED_JPEG],
		['shown turned, in the size as it is stored', custom('24x16'), TURNED_JPEG],
		[
			'that an extra field replaces',
			{ ...BINARY, options: { extraFields: '{ "input_reference": "file_1" }' } },
			JPEG,
		],
		[
			'where an extra field empties the size',
			{ ...BINARY, options: { extraFields: '{ "size": null }' } },
			JPEG,
		],
	])('%s', async (_name, { options = {}, ...parameters }, picture) => {
		await send(options as INodeParameters, parameters, { items: [rowWithFile(picture)] });
		expect(posts()).toHaveLength(1);
	});
});

describe("the picture's own size", () => {
	it.each([
		['PNG', PNG, '720x1280'],
		['JPEG', JPEG, '24x16'],
		['JPEG that is shown turned', TURNED_JPEG, '16x24'],
		['WebP', WEBP, '24x16'],
		['lossless WebP', LOSSLESS_WEBP, '24x16'],
	])('is asked for on request: %s', async (_name, picture, size) => {
		expect(await sizeSent(MATCH, picture)).toBe(size);
	});

	it('is asked for item by item', async () => {
		bench.server.answer(
			'POST /v1/videos',
			...['a', 'b'].map((id) => ({ json: { id, status: 'queued' } })),
		);
		await bench.run(MATCH, { items: [rowWithFile(PNG), rowWithFile(JPEG)] });
		const sizes = posts().map(async (request) => (await readForm(request)).get('size'));
		expect((await Promise.all(sizes)).sort()).toEqual(['24x16', '720x1280']);
	});

	it.each([
		['a form', {}],
		['JSON', asJson],
	])(
		'is asked for of a picture on the web, in %s',
		async (_name, { options = {} }: { options?: INodeParameters }) => {
			bench.server.answer('GET /cat.jpg', { body: JPEG });
			const referenceUrl = `${bench.server.origin}/cat.jpg`;
			const request = await send(options, { ...MATCH, referenceImage: 'url', referenceUrl });
			if (options.bodyFormat !== 'json') {
				expect((await readForm(request)).get('size')).toBe('24x16');
			} else {
				expect(JSON.parse(request.body.toString())).toMatchObject({
					size: '24x16',
					input_reference: { image_url: referenceUrl },
				});
			}
			expect(bench.server.received[0].headers).not.toHaveProperty('authorization');
		},
	);

	it('gives way to the size of an extra field', async () => {
		const options = { extraFields: '{ "size": "1080p" }' };
		expect(await sizeSent({ ...MATCH, options }, JPEG)).toBe('1080p');
	});

	it('needs a picture', async () => {
		const { error } = await create({ size: 'matchImage' });
		expect(error?.message).toBe(
			"'Size' is 'Same as Reference Image', but there is no reference image",
		);
		expect(error?.description).toContain("'Reference Image'");
		expect(error?.description).toContain('Nothing was sent.');
		expect(bench.server.received).toHaveLength(0);
	});

	it.each([
		['a GIF', GIF],
		['a JPEG that is cut', JPEG.subarray(0, 80)],
	])('needs a picture whose size can be read, not %s', async (_name, picture) => {
		const { error } = await create(MATCH, picture);
		expect(error?.message).toContain('the size of that picture cannot be read');
		expect(error?.description).toContain('Use a PNG, JPEG or WebP file');
		expect(bench.server.received).toHaveLength(0);
	});

	it('is what the sandbox accepts, which is as strict as the API was', async () => {
		const sandbox = await startSandbox();
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const { items } = await bench.run(MATCH, { credentials, items: [rowWithFile(PNG)] });
		await sandbox.close();
		expect(items[0].json).toMatchObject({ status: 'pending', size: '720x1280' });
	});
});
