import type { Video } from '../../nodes/OpenAiVideos/responses/video.ts';
import {
	detectNewVideos,
	MAX_LISTING_DELAY_SECONDS,
	type TriggerState,
} from '../../nodes/OpenAiVideosTrigger/state.ts';

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
const published = (now = NOW) =>
	detectNewVideos(undefined, { videos: [completed('old', now)], now }).state;
const newIds = (state: TriggerState, videos: Video[], now = NOW) =>
	detectNewVideos(state, { videos, now }).newVideos.map(({ id }) => id);

describe('new videos', () => {
	it('are detected by the clock of the server, however wrong it is', () => {
		for (const wrong of [-400 * 24 * 3600, 400 * 24 * 3600]) {
			const { state } = detectNewVideos(undefined, {
				videos: [completed('old', NOW + wrong)],
				now: NOW,
			});
			expect(newIds(state, [completed('a', NOW + wrong + 60)])).toEqual(['a']);
			expect(newIds(state, [completed('old', NOW + wrong)])).toEqual([]);
		}
	});

	it('are not hidden by a video dated in the future', () => {
		const { state } = detectNewVideos(published(), {
			videos: [completed('odd', NOW * 2)],
			now: NOW,
		});
		expect(newIds(state, [completed('a', NOW + 60)])).toEqual(['a']);
		expect(newIds(state, [completed('odd', NOW * 2)])).toEqual([]);
	});

	it('are not returned again when the clock of n8n is set back', () => {
		const { state } = detectNewVideos(published(), {
			videos: [completed('b', NOW + MAX_LISTING_DELAY_SECONDS + 1)],
			now: NOW * 2,
		});
		const later = detectNewVideos(state, {
			videos: [completed('b', NOW + MAX_LISTING_DELAY_SECONDS + 1)],
			now: 1,
		}).state;
		expect(newIds(later, [completed('old', NOW - 1)])).toEqual([]);
	});

	it('are detected when they appear in the list late', () => {
		const state = published();
		expect(newIds(state, [completed('late', NOW - MAX_LISTING_DELAY_SECONDS + 1)])).toEqual([
			'late',
		]);
		expect(newIds(state, [completed('too late', NOW - MAX_LISTING_DELAY_SECONDS - 1)])).toEqual([]);
	});

	it('do not include a returned video that the server shows as unfinished again', () => {
		const returned = detectNewVideos(published(), {
			videos: [completed('a', NOW)],
			now: NOW,
		}).state;
		const again = detectNewVideos(returned, { videos: [inProgress('a', NOW)], now: NOW }).state;
		expect(again.pending).toEqual([]);
		expect(newIds(again, [completed('a', NOW)])).toEqual([]);
	});

	it('include every video of a server that had none when the workflow was published', () => {
		const { state } = detectNewVideos(undefined, { videos: [], now: NOW });
		expect(newIds(state, [completed('a', 1000)])).toEqual(['a']);
	});
});

describe('unfinished videos', () => {
	it('are given up only when the server does not know them twice in a row', () => {
		const { state } = detectNewVideos(published(), { videos: [inProgress('a', NOW)], now: NOW });
		const once = detectNewVideos(state, { videos: [], gone: ['a'], now: NOW }).state;
		expect(once.pending).toEqual(['a']);
		expect(newIds(once, [completed('a', NOW)])).toEqual(['a']);
		const found = detectNewVideos(once, { videos: [inProgress('a', NOW)], now: NOW }).state;
		expect(found.missing).toBeUndefined();
		const twice = detectNewVideos(once, { videos: [], gone: ['a'], now: NOW }).state;
		expect(twice.pending).toEqual([]);
	});

	it('come first when the last poll did not read them', () => {
		const { state } = detectNewVideos(undefined, {
			videos: [inProgress('a', NOW), inProgress('b', NOW)],
			now: NOW,
		});
		expect(
			detectNewVideos(state, { videos: [inProgress('a', NOW)], now: NOW }).state.pending,
		).toEqual(['b', 'a']);
	});
});
