import { encodeMultipart } from '../../nodes/OpenAiVideos/files/requestBody.ts';

/** Parses a form with Node's own parser, as a server would. */
const parse = async ({ body, headers }: ReturnType<typeof encodeMultipart>): Promise<FormData> =>
	await new Response(new Uint8Array(body), {
		headers: { 'content-type': headers['Content-Type'] },
	}).formData();

describe('multipart form', () => {
	it('keeps the order of its fields, including repeated names', async () => {
		const fields = await parse(
			encodeMultipart([
				['prompt', 'a cat'],
				['tag', '1'],
				['tag', '2'],
				['empty', ''],
			]),
		);
		expect([...fields]).toEqual([
			['prompt', 'a cat'],
			['tag', '1'],
			['tag', '2'],
			['empty', ''],
		]);
	});

	it('contains a file byte for byte, with its name and type', async () => {
		const bytes = Buffer.from('\r\n--form-0\r\n\0\xff"', 'latin1');
		const fields = await parse(
			encodeMultipart([['image', { bytes, fileName: '小猫.png', mimeType: 'image/png' }]]),
		);
		const file = fields.get('image') as File;
		expect([file.name, file.type]).toEqual(['小猫.png', 'image/png']);
		expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
	});

	it('is identical to what fetch sends, except for the boundary', async () => {
		const name = 'a "b"\nc';
		const text = 'one\ntwo\r\nthree\rfour';
		const expected = new FormData();
		expected.append(name, text);
		expected.append('f', new Blob(['x'], { type: 'image/png' }), 'a "b"\nc.png');
		const response = new Response(expected);
		const [, boundary] = response.headers.get('content-type')!.split('boundary=');
		const actual = encodeMultipart([
			[name, text],
			['f', { bytes: Buffer.from('x'), fileName: 'a "b"\nc.png', mimeType: 'image/png' }],
		]);
		expect(
			actual.body
				.toString()
				.replaceAll(actual.headers['Content-Type'].split('boundary=')[1], boundary),
		).toBe((await response.text()).trimEnd() + '\r\n');
	});
});
