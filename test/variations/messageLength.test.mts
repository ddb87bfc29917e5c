import { accepted, CREATE } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode(CREATE);

/** Message and description, both as n8n shows them. */
async function told(parameters: Parameters<typeof node.run>[0], json = {}) {
	const { error } = await node.run(parameters, { items: [{ json }] });
	const { message, description } = error!;
	// eslint-disable-next-line no-control-regex
	expect(message + description).not.toMatch(
		/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
	);
	expect(message.length).toBeLessThan(1_300);
	expect(description!.length).toBeLessThan(1_300);
	return `${message} | ${description}`;
}

const afterMessage = async (message: string, status = 400) => {
	node.server.respondTo('POST /v1/videos', { status, json: { error: { message } } });
	return await told({});
};

const DATA_URL = `data:image/png;base64,${'iVBORw0KGgo'.repeat(4_000)}`;

describe('no message is longer than two short paragraphs', () => {
	it('with a data URL that is no image', async () => {
		const parameters = {
			referenceImage: 'url',
			referenceUrl: `data:text/plain,${'x'.repeat(43_000)}`,
		};
		expect(await told(parameters)).toContain("'Reference Image URL' is not an image");
	});

	it('with a data URL in a wrong field', async () => {
		expect(await told({ size: 'custom', customSize: DATA_URL })).toContain(
			"'Custom Size' is not a",
		);
		expect(await told({ operation: 'getStatus', videoId: `../${'a'.repeat(43_000)}` }));
	});

	it.each<[string, string, string]>([
		['a data URL', `Bad image: ${DATA_URL}, sorry`, 'Bad image: data:image/png;base64,… ('],
		['base64', `Bad image: ${'QUJD'.repeat(9_000)}`, 'Bad image: QUJDQUJD'],
		['a very long sentence', 'very '.repeat(9_000), 'very very'],
		['a very long sentence without spaces', '很'.repeat(9_000), '很很很'],
	])('when the server sends %s', async (_name, message, expected) => {
		expect(await afterMessage(message)).toContain(expected);
	});

	it('with the name of a file of any length', async () => {
		const data = Buffer.from('no video').toString('base64');
		const binary = { data: { data, mimeType: 'x'.repeat(40_000), fileName: 'y'.repeat(40_000) } };
		const parameters = { referenceImage: 'binary', referenceBinaryField: 'data' };
		const { error } = await node.run(parameters, { items: [{ json: {}, binary }] });
		expect(error!.message.length).toBeLessThan(300);
	});

	it('with a field name of any length', async () => {
		const referenceBinaryField = `={{ 'z'.repeat(40000) }}`;
		expect(await told({ referenceImage: 'binary', referenceBinaryField })).toContain(
			'(40,002 characters)',
		);
	});

	it('with an ID of 40,000 characters', async () => {
		const id = 'v'.repeat(40_000);
		node.server.alwaysRespondTo(`GET /v1/videos/${id}`, { status: 404 });
		expect(await told({ operation: 'getStatus', videoId: id })).toContain('characters)');
	});
});

describe('an ID is told whole', () => {
	it.each([36, 200, 512])('of %i characters', async (length) => {
		const id = 'v1-'.padEnd(length, 'abcdefghij');
		node.server.respondTo(`GET /v1/videos/${id}`, { status: 404 });
		const { error } = await node.run({ operation: 'getStatus', videoId: id });
		expect(error?.message).toContain(`'${id}'`);
	});

	it('also where it is the video that Generate created', async () => {
		const id = 'v1-'.padEnd(512, 'abcdefghij');
		node.server.respondTo('POST /v1/videos', accepted(id));
		node.server.alwaysRespondTo(`GET /v1/videos/${id}`, { status: 403 });
		const { error } = await node.run({ operation: 'generate' });
		expect(error?.description).toContain(`'${id}'`);
	});
});

describe('a message holds no characters that a person cannot read', () => {
	it.each<[string, string, string]>([
		['line breaks', 'One\r\ntwo\n\n\tthree\u2028four', 'One two three four'],
		['colors of a terminal', '\u001b[31mRed\u001b[0m and \u001b[1;4mbold', 'Red and bold'],
		['zero bytes', 'No\u0000 such\u0007 size\u009f', 'No such size'],
		['a turned direction', 'size \u202egnp.exe\u202c\u2066x\u2069', 'size gnp.exex'],
		['emoji and scripts as they are', 'Bad 👩‍👧 می‌خواهم', 'Bad 👩‍👧 می‌خواهم'],
	])('%s', async (_name, message, expected) => {
		expect(await afterMessage(message)).toContain(expected);
	});

	it.each(['latin1', 'utf8'] as const)('binary that was read as text: %s', async (encoding) => {
		const bytes = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 89) % 256));
		node.server.respondTo('POST /v1/videos', { status: 400, body: bytes.toString(encoding) });
		const text = await told({});
		expect(text).toContain('The server did not accept this video (400)');
		expect(text).not.toMatch(/\ufffd|[^\P{Cc}\n]/u);
	});
});
