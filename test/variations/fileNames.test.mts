import { fileNameFromId, toFileName } from '../../nodes/OpenAiVideos/files/mediaType.ts';
import { completedVideo, MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode({ operation: 'download' });

/** As LiteLLM makes them: the provider, the model, and only then what differs. */
const litellmId = (name: string) =>
	`video_${Buffer.from(
		`litellm:custom_llm_provider:vertex_ai;model_id:veo-3.1-generate-preview;video_id:projects/example-project/locations/us-central1/publishers/google/models/veo-3.1-generate-preview/operations/${name}`,
	).toString('base64')}`;

const fileNames = async (ids: string[], parameters = {}) => {
	for (const id of ids) {
		const path = `GET /v1/videos/${encodeURIComponent(id)}`;
		node.server.respondTo(path, { json: completedVideo(id) });
		node.server.respondTo(`${path}/content`, { body: MP4 });
	}
	const { items, error } = await node.run(parameters, {
		items: ids.map((id) => ({ json: { id } })),
	});
	expect(error).toBeUndefined();
	return items.map(({ json }) => String(json.fileName));
};

describe('The name of a file', () => {
	it('is another one for each of three LiteLLM videos, and fits a file system', async () => {
		const ids = ['aaaa-1', 'aaaa-2', 'bbbb-3'].map(litellmId);
		const names = await fileNames(ids);
		expect(new Set(names).size).toBe(3);
		for (const name of names) {
			expect(name).toMatch(/^video_[\w=-]{90,110}\.mp4$/);
		}
	});

	it.each(['video_123', 'task_AbC0', 'models.veo-3.1', '0b54ee52-2d1d-4c2b-9e86-4be5a4ba0d8a'])(
		'is the ID as long as that is short and harmless: %s',
		async (id) => {
			expect(await fileNames([id])).toEqual([`${id}.mp4`]);
		},
	);

	it('differs for IDs that differ in whatever way', () => {
		const long = 'x'.repeat(150);
		const ids = [
			...['a/b', 'a:b', 'a_b', 'a b', 'a//b', 'a_/b', 'a\\b', 'a?b'],
			...['clip', 'clip.mp4', 'clip.webm', 'clip.', '.clip', '..clip', 'CON', 'con.x', '_CON'],
			...['视频一', '视频二', '🎬', '🎞', '/', ':'],
			...[long, `${long}1`, `1${long}`, `${long}/`, 'x'.repeat(100), 'x'.repeat(101)],
			...['1', '2', '3'].map(litellmId),
		];
		const names = ids.map((id) => `${fileNameFromId(id)}.mp4`.toLowerCase());
		expect(new Set(names).size).toBe(ids.length);
		for (const name of names) {
			expect(Buffer.byteLength(name)).toBeLessThan(120);
			expect(name).toMatch(/^[\w=+-][\w.=+-]*\.mp4$/);
			expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i);
		}
	});

	it.each([
		['kitten', 'kitten.mp4'],
		['kitten.mp4', 'kitten.mp4'],
		['videos/kitten', 'kitten.mp4'],
		['C:\\videos\\kitten.mp4', 'kitten.mp4'],
		['../../etc/passwd', 'passwd.mp4'],
		['a\nb\tc\0', 'abc.mp4'],
		['Scene 1: intro?', 'Scene 1_ intro_.mp4'],
		['kitten. ', 'kitten.mp4'],
		['nul', '_nul.mp4'],
		['猫の動画', '猫の動画.mp4'],
		['gpj.exe\u202e', 'gpj.exe.mp4'],
		['..', 'video_1.mp4'],
		['videos/', 'video_1.mp4'],
		['   ', 'video_1.mp4'],
	])('that the user enters is only the name: %j', async (fileName, expected) => {
		expect(await fileNames(['video_1'], { options: { fileName } })).toEqual([expected]);
	});

	it('that the user enters fits a file system however long it is, and stays distinct', () => {
		for (const letter of ['a', 'é', '猫', '👨‍👩‍👧']) {
			const names = ['1', '2'].map((end) => toFileName(`${letter.repeat(300)}${end}.mp4`));
			expect(new Set(names).size).toBe(2);
			for (const name of names) {
				expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
				expect(name).toMatch(/\.mp4$/);
				expect(name).not.toContain('\ufffd');
			}
		}
	});
});
