import { form } from '../../nodes/OpenAiVideos/api/uploads/form.ts';

/** As a receiver reads it: Node's own parser. */
const read = async ({ body, headers }: ReturnType<typeof form>): Promise<FormData> =>
	await new Response(new Uint8Array(body), {
		headers: { 'content-type': headers['Content-Type'] },
	}).formData();

describe('a form', () => {
	it('keeps its fields in their order, several of one name too', async () => {
		const fields = await read(
			form([
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

	it('gives a file byte for byte, whatever stands in it, with its name and type', async () => {
		const bytes = Buffer.from('\r\n--form-0\r\n\0\xff"', 'latin1');
		const fields = await read(
			form([['picture', { bytes, fileName: '小猫.png', mimeType: 'image/png' }]]),
		);
		const file = fields.get('picture') as File;
		expect([file.name, file.type]).toEqual(['小猫.png', 'image/png']);
		expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
	});

	it('is what fetch makes of the same fields, but for the boundary', async () => {
		const name = 'a "b"\nc';
		const text = 'one\ntwo\r\nthree\rfour';
		const theirs = new FormData();
		theirs.append(name, text);
		theirs.append('f', new Blob(['x'], { type: 'image/png' }), 'a "b"\nc.png');
		const response = new Response(theirs);
		const [, boundary] = response.headers.get('content-type')!.split('boundary=');
		const ours = form([
			[name, text],
			['f', { bytes: Buffer.from('x'), fileName: 'a "b"\nc.png', mimeType: 'image/png' }],
		]);
		expect(
			ours.body.toString().replaceAll(ours.headers['Content-Type'].split('boundary=')[1], boundary),
		).toBe((await response.text()).trimEnd() + '\r\n');
	});
});
