import { renderClip } from '../../sandbox/clip.mts';
import { formData, imageFile, startTestSandbox } from './helpers.mts';

/** A video of 64x64 pixels that declares another width. */
async function videoOfWidth(width: number): Promise<Buffer> {
	const bytes = Buffer.from(await renderClip('64x64', '1'));
	bytes.writeUInt16BE(width, bytes.indexOf('stsd') + 44);
	return bytes;
}

describe('sandbox uploaded video', () => {
	it.each([
		['with an odd side', () => videoOfWidth(853), /even and from 64 to 1920 pixels, not 853x64\./],
		['with a side that is too long', () => videoOfWidth(3840), /pixels, not 3840x64\./],
		['with a side that is too short', () => renderClip('64x62', '1'), /pixels, not 64x62\./],
		[
			'with more than 120 seconds',
			() => renderClip('64x64', '121'),
			/at most 120 seconds, not 121\./,
		],
	])('is rejected %s', async (_name, createFile, reason) => {
		const sandbox = await startTestSandbox();
		const video = imageFile(await createFile(), 'video/mp4', 'source.mp4');
		const fields = { prompt: 'x', model: 'sora-2', video };
		for (const [path, extraFields] of [
			['/videos/edits', {}],
			['/videos/extensions', { seconds: '4' }],
		] as const) {
			const { status, json } = await sandbox.call(
				'POST',
				path,
				formData({ ...fields, ...extraFields }),
			);
			expect([status, json.error.param]).toEqual([400, 'video']);
			expect(json.error.message).toMatch(reason);
		}
		expect(sandbox.videos.size).toBe(0);
	});
});
