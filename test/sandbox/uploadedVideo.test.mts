import { renderClip } from '../../sandbox/clip.mts';
import { formData, imageFile, startTestSandbox } from './helpers.mts';

/** A film of 64x64 pixels that calls itself wider. */
async function filmOfWidth(width: number): Promise<Buffer> {
	const bytes = Buffer.from(await renderClip('64x64', '1'));
	bytes.writeUInt16BE(width, bytes.indexOf('stsd') + 44);
	return bytes;
}

describe('a film that comes with a request is refused', () => {
	it.each([
		['with an odd side', () => filmOfWidth(853), /even and from 64 to 1920 pixels, not 853x64\./],
		['with a side too long', () => filmOfWidth(3840), /pixels, not 3840x64\./],
		['with a side too short', () => renderClip('64x62', '1'), /pixels, not 64x62\./],
		[
			'with more than 120 seconds',
			() => renderClip('64x64', '121'),
			/at most 120 seconds, not 121\./,
		],
	])('%s, of which no video could be made', async (_name, make, reason) => {
		const sandbox = await startTestSandbox();
		const video = imageFile(await make(), 'video/mp4', 'film.mp4');
		const fields = { prompt: 'x', model: 'sora-2', video };
		for (const [path, more] of [
			['/videos/edits', {}],
			['/videos/extensions', { seconds: '4' }],
		] as const) {
			const { status, json } = await sandbox.call('POST', path, formData({ ...fields, ...more }));
			expect([status, json.error.param]).toEqual([400, 'video']);
			expect(json.error.message).toMatch(reason);
		}
		expect(sandbox.videos.size).toBe(0);
	});
});
