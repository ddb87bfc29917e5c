import type { Video } from '../../nodes/OpenAiVideos/api/answers/video.ts';
import { LATEST_SECONDS, newsIn, type Seen } from '../../nodes/OpenAiVideosTrigger/seen.ts';

const NOW = 1_790_000_000;
const completed = (id: string, createdAt: number): Video => ({
	id,
	object: 'video',
	status: 'completed',
	created_at: createdAt,
});
const inProgress = (id: string, createdAt: number): Video => ({
	...completed(id, createdAt),
	status: 'in_progress',
});
const published = (now = NOW) => newsIn(undefined, { videos: [completed('old', now)], now }).seen;
const newIds = (seen: Seen, videos: Video[], now = NOW) =>
	newsIn(seen, { videos, now }).news.map(({ id }) => id);

describe('new videos', () => {
	it('are detected by the clock of the server, however wrong it is', () => {
		for (const wrong of [-400 * 24 * 3600, 400 * 24 * 3600]) {
			const { seen } = newsIn(undefined, { videos: [completed('old', NOW + wrong)], now: NOW });
			expect(newIds(seen, [completed('a', NOW + wrong + 60)])).toEqual(['a']);
			expect(newIds(seen, [completed('old', NOW + wrong)])).toEqual([]);
		}
	});

	it('are not hidden by a video dated in the future', () => {
		const { seen } = newsIn(published(), { videos: [completed('odd', NOW * 2)], now: NOW });
		expect(newIds(seen, [completed('a', NOW + 60)])).toEqual(['a']);
		expect(newIds(seen, [completed('odd', NOW * 2)])).toEqual([]);
	});

	it('are not returned again when the clock of n8n is set back', () => {
		const { seen } = newsIn(published(), {
			videos: [completed('b', NOW + LATEST_SECONDS + 1)],
			now: NOW * 2,
		});
		const later = newsIn(seen, { videos: [completed('b', NOW + LATEST_SECONDS + 1)], now: 1 }).seen;
		expect(newIds(later, [completed('old', NOW - 1)])).toEqual([]);
	});

	it('are detected when they appear in the list late', () => {
		const seen = published();
		expect(newIds(seen, [completed('late', NOW - LATEST_SECONDS + 1)])).toEqual(['late']);
		expect(newIds(seen, [completed('too late', NOW - LATEST_SECONDS - 1)])).toEqual([]);
	});

	it('do not include a returned video that the server shows as unfinished again', () => {
		const returned = newsIn(published(), { videos: [completed('a', NOW)], now: NOW }).seen;
		const again = newsIn(returned, { videos: [inProgress('a', NOW)], now: NOW }).seen;
		expect(again.open).toEqual([]);
		expect(newIds(again, [completed('a', NOW)])).toEqual([]);
	});

	it('include every video of a server that had none when the workflow was published', () => {
		const { seen } = newsIn(undefined, { videos: [], now: NOW });
		expect(newIds(seen, [completed('a', 1000)])).toEqual(['a']);
	});
});

describe('unfinished videos', () => {
	it('come first when the last poll did not read them', () => {
		const { seen } = newsIn(undefined, {
			videos: [inProgress('a', NOW), inProgress('b', NOW)],
			now: NOW,
		});
		expect(newsIn(seen, { videos: [inProgress('a', NOW)], now: NOW }).seen.open).toEqual([
			'b',
			'a',
		]);
	});
});
