import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
/** 28 November 2026, 10:00 UTC. */
const TEN = 1_795_860_000;
const MIDNIGHT = TEN - 10 * 3600;

interface Answer {
	seconds?: number;
	expiry?: string;
}

/** What the node reads of these times on a machine in another time zone, a day before and a day after. */
const readIn = (zone: string, times: unknown[]): Answer[] => {
	const code = `
		const { parseUnixSeconds, formatExpiry } = require('./nodes/OpenAiVideos/responses/values.ts');
		const { parseVideo } = require('./nodes/OpenAiVideos/responses/video.ts');
		const { clock } = require('./nodes/OpenAiVideos/clock.ts');
		clock.now = () => ${(TEN + 86_400) * 1000};
		const answers = ${JSON.stringify(times)}.map((time) => {
			const video = parseVideo({ id: 'a', status: 'completed', expires_at: time });
			return { seconds: parseUnixSeconds(time), expiry: formatExpiry(video) };
		});
		console.log(JSON.stringify(answers));`;
	const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', code], {
		cwd: ROOT,
		env: { ...process.env, TZ: zone },
		encoding: 'utf8',
	});
	return JSON.parse(output) as Answer[];
};

const WITHOUT_ZONE: Array<[time: unknown, seconds: number]> = [
	['2026-11-28 10:00:00', TEN],
	['2026-11-28T10:00:00', TEN],
	['2026-11-28T10:00:00.123456', TEN],
	['2026-11-28 10:00:00,5', TEN],
	['2026-11-28 10:00', TEN],
	['2026/11/28 10:00:00', TEN],
	['2026.11.28 10:00:00', TEN],
	['2026年11月28日 10:00:00', TEN],
	['Sat, 28 Nov 2026 10:00:00', TEN],
	['28 Nov 2026 10:00:00', TEN],
	['Sat Nov 28 10:00:00 2026', TEN],
	['11/28/2026, 10:00:00 AM', TEN],
	['20261128100000', TEN],
	[20261128100000, TEN],
	['20261128T100000', TEN],
	['2026-11-28', MIDNIGHT],
	['2026/11/28', MIDNIGHT],
	['20261128', MIDNIGHT],
];

const WITH_ZONE: Array<[time: unknown, seconds: number]> = [
	[TEN, TEN],
	[String(TEN), TEN],
	[TEN + 0.5, TEN],
	[TEN * 1e3, TEN],
	[TEN * 1e6, TEN],
	[`${TEN}000000000`, TEN],
	['2026-11-28T10:00:00Z', TEN],
	['2026-11-28t10:00:00.5z', TEN],
	['20261128T100000Z', TEN],
	['2026-11-28 10:00:00 UTC', TEN],
	['2026-11-28 12:00:00+02', TEN],
	['2026-11-28T12:00:00+0200', TEN],
	['2026-11-28T05:30:00-04:30', TEN],
	['2026-11-28 10:00:00.123456789 +0000 UTC m=+0.01', TEN],
	['Sat, 28 Nov 2026 10:00:00 GMT', TEN],
	['Sat, 28 Nov 2026 05:00:00 EST', TEN],
];

const NONE = [
	'',
	'soon',
	0,
	-1,
	'0',
	null,
	{},
	[],
	true,
	'2026-13-01 10:00:00',
	'2026-11-28 99:00',
];

describe.each(['Asia/Shanghai', 'America/Los_Angeles'])('on a machine in %s', (zone) => {
	it('a time without a zone is UTC, and never certain enough to call a video expired', () => {
		const answers = readIn(
			zone,
			WITHOUT_ZONE.map(([time]) => time),
		);
		expect(answers).toEqual(WITHOUT_ZONE.map(([, seconds]) => ({ seconds })));
	});

	it('a Unix number, or a time with a zone, tells when a video expired', () => {
		const answers = readIn(
			zone,
			WITH_ZONE.map(([time]) => time),
		);
		expect(answers).toEqual(
			WITH_ZONE.map(([, seconds]) => ({ seconds, expiry: '2026-11-28 10:00:00 UTC' })),
		);
	});

	it('anything else is no time', () => {
		expect(readIn(zone, NONE)).toEqual(NONE.map(() => ({})));
	});
});
