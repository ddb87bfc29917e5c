import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import { API_KEY, PNG, itemWithFile, SORA } from '../support/fixtures.mts';
import { requestFrom } from '../support/requestFrom.mts';
import { readForm, type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const JPEG = Buffer.from(
	'\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9',
	'latin1',
);
const WEBP = Buffer.from('RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0', 'latin1');
const BINARY = { referenceImage: 'binary' };

const TRUNCATED = {
	respond: (response: ServerResponse) => {
		response.writeHead(200, { 'content-length': '1000' });
		response.write(PNG, () => response.destroy());
	},
};
const ENDLESS = {
	respond: (response: ServerResponse) => void Readable.from(endless()).pipe(response),
};
async function* endless(): AsyncGenerator<Buffer> {
	yield PNG;
	for (;;) yield Buffer.alloc(1_000_000);
}

const node = testNode({ operation: 'create', model: SORA, prompt: 'a cat' });
const send = requestFrom(node);
const sendForm = async (...given: Parameters<typeof send>) => await readForm(await send(...given));

describe('a reference image from binary data', () => {
	it.each([
		['png', PNG, 'first', 'first.png', 'image/png'],
		['jpeg', JPEG, 'first', 'first.jpg', 'image/jpeg'],
		['jpeg with the extension JPEG', JPEG, 'first.JPEG', 'first.JPEG', 'image/jpeg'],
		['webp', WEBP, undefined, 'reference.webp', 'image/webp'],
		['png with the extension jpg', PNG, 'first.jpg', 'first.jpg.png', 'image/png'],
	])('is sent with its true type and extension: %s', async (_name, bytes, fileName, name, type) => {
		const items = [itemWithFile(bytes, { fileName })];
		const file = (await sendForm({}, BINARY, { items })).get('input_reference') as File;
		expect([file.name, file.type]).toEqual([name, type]);
		expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
	});

	// Some gateways reject chunked requests.
	it('is sent with a Content-Length', async () => {
		const { headers, body } = await send({}, BINARY, { items: [itemWithFile(PNG)] });
		expect(headers['content-length']).toBe(String(body.length));
		expect(headers).not.toHaveProperty('transfer-encoding');
	});
});

describe('a reference image on the web, sent in a form', () => {
	let web: ScriptedServer;
	const image = (path = '/first.png') => ({
		referenceImage: 'url',
		referenceUrl: web.origin + path,
	});

	beforeEach(async () => (web = await startScriptedServer()));
	afterEach(async () => {
		await web.close();
		web.verify();
	});

	it('is downloaded without the API key and the extra header', async () => {
		web.respondTo('GET /first.png?a=b', { body: PNG });
		const credentials = {
			apiKey: API_KEY,
			baseUrl: node.server.baseUrl,
			header: true,
			headerName: 'x-extra',
			headerValue: 'second-key',
		};
		const form = await sendForm({}, image('/first.png?a=b'), { credentials });
		const file = form.get('input_reference') as File;
		expect([file.name, file.type]).toEqual(['first.png', 'image/png']);
		expect(Buffer.from(await file.arrayBuffer()).equals(PNG)).toBe(true);
		expect(JSON.stringify(web.received[0].headers)).not.toMatch(/sk-secret|second-key/);
	});

	it('is downloaded without the API key even from the server of the videos', async () => {
		node.server.respondTo('GET /first.png', { body: PNG });
		await send({}, { referenceImage: 'url', referenceUrl: `${node.server.origin}/first.png` });
		expect(node.server.received[0].headers).not.toHaveProperty('authorization');
	});

	it.each([
		['does not exist', { status: 404 }, 'The reference image cannot be fetched from '],
		['is a web page', { body: '<html></html>' }, 'There is no picture at '],
		['is empty', { body: '' }, 'There is no picture at '],
		['is truncated', TRUNCATED, 'The reference image cannot be fetched from '],
		['is too large for the memory of n8n', ENDLESS, 'The reference image cannot be fetched from '],
	])('is rejected before anything is sent if it %s', async (_name, response, message) => {
		web.respondTo('GET /first.png', response);
		const { error } = await node.run(image(), { items: [{ json: {} }] });
		expect(error?.message).toContain(`${message}${web.origin}/first.png`);
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it.each(['={{ "" }}', 'first.png', 'ftp://example.com/first.png', 'data:image/png;base64,AAAA'])(
		'is rejected before anything is sent if its URL is %j',
		async (referenceUrl) => {
			const { error } = await node.run({ referenceImage: 'url', referenceUrl });
			expect(error?.message).toContain("'Reference Image URL' is ");
			expect(node.server.received).toHaveLength(0);
		},
	);
});
