import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { CREATE } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode({ operation: 'getStatus', videoId: 'video_1' });

const base64 = (text: string) => Buffer.from(text).toString('base64');
const SECRET = 'sk-Geheim/+ "9"\\x-end';
const LETTERS = 'correcthorsebattery';

/** The error after the server has repeated a text. */
async function errorAfter(echo: string, fields: ICredentialDataDecryptedObject, query = '') {
	const path = 'GET /v1/videos/video_1' + query;
	node.server.respondTo(path, { status: 400, json: { error: { message: `Wrong: ${echo} end` } } });
	const credentials = { apiKey: 'k', baseUrl: node.server.baseUrl + query, ...fields };
	return (await node.run({}, { credentials })).error;
}

const header = (value: string) => ({ headers: { values: [{ name: 'x-auth', value }] } });

describe('what a header holds is masked when the server repeats it', () => {
	const config = JSON.stringify({
		provider: 'acme',
		targets: [{ api_key: LETTERS }, { deep: { er: ['another-secret-word'] } }],
	});

	it.each<[string, string, string]>([
		['behind Bearer', `Bearer ${LETTERS}`, LETTERS],
		['behind another word', `ApiKey-v2   ${LETTERS}`, LETTERS],
		['behind a word with a colon', `Token: ${LETTERS}`, LETTERS],
		['behind two words', `Auth Bearer ${LETTERS}`, LETTERS],
		['the pair of Basic', `Basic ${base64(`me:${LETTERS}`)}`, `me:${LETTERS}`],
		['the password of Basic', `Basic ${base64(`me:${LETTERS}`)}`, LETTERS],
		['a short password of Basic', `Basic ${base64('admin:hunter2')}`, 'hunter2'],
		['the coded pair of Basic', `Basic ${base64(`me:${LETTERS}`)}`, base64(`me:${LETTERS}`)],
		['a text in JSON', config, LETTERS],
		['a nested text in JSON', config, 'another-secret-word'],
		['a text in JSON behind a word', `Config ${config}`, 'another-secret-word'],
		['a text in JSON in base64', base64(config), 'another-secret-word'],
		['a text in JSON in JSON', JSON.stringify({ config }), 'another-secret-word'],
		['a cookie', `session=${LETTERS}; theme=dark`, LETTERS],
		['a quoted parameter', `Token token="${LETTERS}", user="me"`, LETTERS],
	])('%s', async (_name, value, secret) => {
		const error = await errorAfter(secret, header(value));
		expect(error?.message).toContain('Wrong: *** end');
		expect(JSON.stringify(error)).not.toContain(secret);
	});

	it('but a short password is no part of a longer word', async () => {
		const error = await errorAfter('passport of sport', header(`Basic ${base64('me:port')}`));
		expect(error?.message).toContain('Wrong: passport of sport end');
	});
});

describe('a secret is masked in every usual encoding', () => {
	const encodings: Array<[string, string]> = [
		['as it is', SECRET],
		[
			'with characters that nobody sees',
			`${SECRET.slice(0, 4)}\u200b${SECRET.slice(4, 8)}\u00ad${SECRET.slice(8)}`,
		],
		['URL-encoded', encodeURIComponent(SECRET)],
		['URL-encoded with +', encodeURIComponent(SECRET).replace(/%20/g, '+')],
		[
			'URL-encoded in lowercase',
			encodeURIComponent(SECRET).replace(/%../g, (each) => each.toLowerCase()),
		],
		['URL-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
		['base64', base64(SECRET)],
		['base64url', Buffer.from(SECRET).toString('base64url')],
		['JSON-escaped', JSON.stringify(SECRET).slice(1, -1)],
		['JSON-escaped twice', JSON.stringify(JSON.stringify(SECRET).slice(1, -1)).slice(1, -1)],
	];

	it.each(encodings)('the API key, %s', async (_name, echo) => {
		const error = await errorAfter(echo, { apiKey: SECRET });
		expect(error?.message).toContain('Wrong: *** end');
	});

	it.each(encodings)('a header behind Bearer, %s', async (_name, echo) => {
		expect((await errorAfter(echo, header(`Bearer ${SECRET}`)))?.message).toContain('*** end');
	});

	it.each(['', 'a', 'ab', 'user:'])('inside of other text in base64: %s', async (before) => {
		const echo = base64(`${before}${LETTERS}:after it`);
		const error = await errorAfter(echo, { apiKey: LETTERS });
		expect(error?.message).toContain('***');
		const [rest] = /Wrong: (.*) end/.exec(error!.message)!.slice(1);
		expect(Buffer.from(rest.replace('***', '|'), 'base64').toString()).not.toContain('horse');
	});
});

describe('the query of the base URL', () => {
	it.each(['key', 'k', 'sig', 'anything'])('is masked whatever its name: %s', async (name) => {
		const error = await errorAfter(LETTERS, {}, `?${name}=${LETTERS}`);
		expect(error?.message).toContain('Wrong: *** end');
	});

	it.each(['2025-04-01-preview', '2024-10-21', 'v1', 'preview'])(
		'may be told where it is a version: %s',
		async (version) => {
			const error = await errorAfter(`no ${version}`, {}, `?api-version=${version}`);
			expect(error?.message).toContain(`Wrong: no ${version} end`);
		},
	);
});

describe('secrets in a failed item', () => {
	it('are masked in the video of its row, while its ID stays', async () => {
		const id = `video_${LETTERS}`;
		node.server.respondTo(`GET /v1/videos/${id}`, {
			json: {
				id,
				status: 'failed',
				error: { message: `Bad ${base64(LETTERS)}` },
				request: { headers: { authorization: `Bearer ${LETTERS}` } },
			},
		});
		const { items } = await node.run(
			{ operation: 'waitUntilDone', videoId: id },
			{
				credentials: { apiKey: LETTERS, baseUrl: node.server.baseUrl },
				settings: { onError: 'continueRegularOutput' },
			},
		);
		expect(items[0].json).toMatchObject({
			id,
			request: { headers: { authorization: 'Bearer ***' } },
		});
		expect(items[0].json.error).toContain(`video '${id}': Bad ***`);
		expect(JSON.stringify(items[0].json).split(id).join('')).not.toContain(LETTERS);
	});

	it('are found in time that grows with the text, however many there are', async () => {
		const values = Array.from({ length: 10 }, (_, index) => ({
			name: `x-${index}`,
			value: `Bearer ${'ab1'.repeat(300)}${index}`,
		}));
		const message = 'ab1'.repeat(300_000);
		node.server.respondTo('GET /v1/videos/video_1', { status: 400, json: { error: { message } } });
		const credentials = { apiKey: 'k', baseUrl: node.server.baseUrl, headers: { values } };
		const start = performance.now();
		const { error } = await node.run({}, { credentials });
		expect(performance.now() - start).toBeLessThan(2_000);
		expect(error?.message).not.toContain('ab1ab1ab1');
	});

	it('do not hide the address of the server, whose words a header may repeat', async () => {
		const credentials = { apiKey: 'k', baseUrl: 'http://localhost:9/v1', ...header('localhost') };
		const { error } = await node.run({ ...CREATE }, { credentials });
		expect(error?.message).toContain('http://localhost:9/v1 cannot be reached');
	});
});
