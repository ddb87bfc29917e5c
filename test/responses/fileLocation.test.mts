import { findOutputs, namesFile } from '../../nodes/OpenAiVideos/responses/fileLocation.ts';

const BASE_URL = 'https://gateway.example.com/v1';
const outputsOf = (body: unknown) => findOutputs(body, BASE_URL);
const elapsedMs = (task: () => void) => {
	const start = performance.now();
	task();
	return performance.now() - start;
};

describe('the outputs in a response', () => {
	it('are each with all of its addresses, and previews only for the first', () => {
		const videos = [
			{ url: '/a', download_url: '/a2' },
			{ url: '/b', download_url: '/b.png' },
		];
		const metadata = { url: '/x' };
		const body = { videos, mirror_urls: ['/a3', '/b3'], metadata, covers: ['/c'] };
		expect(outputsOf(body)).toEqual([
			['/a', '/a2', '/a3', '/x'].map((path) => ({ url: `https://gateway.example.com${path}` })),
			['/b', '/b3'].map((path) => ({ url: `https://gateway.example.com${path}` })),
		]);
	});

	it('are only the single result, if an array beside it does not name it', () => {
		const body = { outputs: ['/p1', '/p2'], url: '/x', metadata: { url: '/y' } };
		const urls = ['/x', '/y'].map((path) => ({ url: `https://gateway.example.com${path}` }));
		expect(outputsOf(body)).toEqual([urls]);
	});

	it.each([null, 'text', 4, [], {}, { url: '' }, { url: 5 }, { data: null }, { url: 'a b' }])(
		'are none in %j',
		(body) => {
			expect(outputsOf(body)).toEqual([]);
			expect(namesFile(body)).toBe(false);
		},
	);

	const nested = JSON.parse('{"data":'.repeat(5_000) + '[]' + '}'.repeat(5_000)) as unknown;
	const list = (entry: unknown) => ({ url: '/a', videos: Array<unknown>(100_000).fill(entry) });
	it.each([
		['100,000 URLs', { urls: Array.from({ length: 100_000 }, (_each, index) => `/f/${index}`) }],
		['100,000 objects', list({ url: '/b.png?'.repeat(3), cover: '/c' })],
		[
			'100,000 keys',
			Object.fromEntries(Array.from({ length: 100_000 }, (_each, i) => [`url${i}`, '/a'])),
		],
		['a long URL of many extensions', { url: `/${'.png?'.repeat(200_000)} x` }],
		['a long key', { ['video_'.repeat(100_000)]: '/a' }],
		['white space', { url: `x${' '.repeat(1_000_000)}x` }],
		['5,000 envelopes', nested],
		['a URL as long as a file', { url: `/${'/?#'.repeat(1_000_000)}`, urls: ['/a', '/b'] }],
		['30 MB of base64', { data: [{ b64_json: 'AAAA'.repeat(7_500_000) }] }],
	])('are found at once in %s', (_name, body) => {
		expect(elapsedMs(() => outputsOf(body))).toBeLessThan(1_500);
	});
});
