import type { Video } from '../../nodes/OpenAiVideos/api/answers/video.ts';
import { LATEST_SECONDS, newsIn, type Seen } from '../../nodes/OpenAiVideosTrigger/seen.ts';

const NOW = 1_790_000_000;
const done = (id: string, createdAt: number): Video => ({
	id,
	object: 'video',
	status: 'completed',
	created_at: createdAt,
});
const open = (id: string, createdAt: number): Video => ({
	...done(id, createdAt),
	status: 'in_progress',
});
const published = (now = NOW) => newsIn(undefined, { videos: [done('old', now)], now }).seen;
const newIds = (seen: Seen, videos: Video[], now = NOW) =>
	newsIn(seen, { videos, now }).news.map(({ id }) => id);

describe('what is new', () => {
	it('is told by the server’s own clock, however wrong it is', () => {
		for (const wrong of [-400 * 24 * 3600, 400 * 24 * 3600]) {
			const { seen } = newsIn(undefined, { videos: [done('old', NOW + wrong)], now: NOW });
			expect(newIds(seen, [done('a', NOW + wrong + 60)])).toEqual(['a']);
			expect(newIds(seen, [done('old', NOW + wrong)])).toEqual([]);
		}
	});

	it('is not hidden by a video that a server dates into the future', () => {
		const { seen } = newsIn(published(), { videos: [done('odd', NOW * 2)], now: NOW });
		expect(newIds(seen, [done('a', NOW + 60)])).toEqual(['a']);
		expect(newIds(seen, [done('odd', NOW * 2)])).toEqual([]);
	});

	it('does not come again when the clock of n8n is set back', () => {
		const { seen } = newsIn(published(), {
			videos: [done('b', NOW + LATEST_SECONDS + 1)],
			now: NOW * 2,
		});
		const later = newsIn(seen, { videos: [done('b', NOW + LATEST_SECONDS + 1)], now: 1 }).seen;
		expect(newIds(later, [done('old', NOW - 1)])).toEqual([]);
	});

	it('comes onto the list late', () => {
		const seen = published();
		expect(newIds(seen, [done('late', NOW - LATEST_SECONDS + 1)])).toEqual(['late']);
		expect(newIds(seen, [done('too late', NOW - LATEST_SECONDS - 1)])).toEqual([]);
	});

	it('is not a video that a server shows as unfinished once more', () => {
		const told = newsIn(published(), { videos: [done('a', NOW)], now: NOW }).seen;
		const again = newsIn(told, { videos: [open('a', NOW)], now: NOW }).seen;
		expect(again.open).toEqual([]);
		expect(newIds(again, [done('a', NOW)])).toEqual([]);
	});

	it('may be any video of a server that had none when the workflow was published', () => {
		const { seen } = newsIn(undefined, { videos: [], now: NOW });
		expect(newIds(seen, [done('a', 1000)])).toEqual(['a']);
	});

	it('is asked for first where it was not asked for in the last look', () => {
		const { seen } = newsIn(undefined, { videos: [open('a', NOW), open('b', NOW)], now: NOW });
		expect(newsIn(seen, { videos: [open('a', NOW)], now: NOW }).seen.open).toEqual(['b', 'a']);
	});
});
