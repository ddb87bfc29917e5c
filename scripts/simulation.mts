import { clock } from '../nodes/OpenAiVideos/api/waiting/clock.ts';
import { pollDelay, type Sighting } from '../nodes/OpenAiVideos/api/waiting/pollDelay.ts';
import { waitFor } from '../nodes/OpenAiVideos/api/waiting/wait.ts';
import { type Chance, chanceFrom } from './random.mts';

/** The progress shown when `part` (0 to 1) of a video's time is over. */
type Progress = (part: number) => number | undefined;

/** A tenth of the time in a queue, then progress of the given shape (0 to 1), rounded down. */
const afterQueue =
	(shape: (part: number) => number): Progress =>
	(part) =>
		part < 0.1 ? 0 : Math.floor(100 * shape((part - 0.1) / 0.9));

/** Three to eight levels, each reached at some moment; on one server of three they also go down. */
function jumps(chance: Chance): Progress {
	const goesDown = chance() < 1 / 3;
	const count = 3 + Math.floor(chance() * 6);
	const moments = Array.from({ length: count }, chance).sort((a, b) => a - b);
	const levels = Array.from({ length: count }, () => 1 + Math.floor(chance() * 99));
	if (!goesDown) levels.sort((a, b) => a - b);
	return (part) => levels[moments.filter((moment) => moment <= part).length - 1] ?? 0;
}

/** Evenly to 99, which is reached after a third to two thirds of the time. */
function sticks(chance: Chance): Progress {
	const reached = (1 + chance()) / 3;
	return (part) => Math.min(99, Math.floor((100 * part) / reached));
}

/** Straight but for two waves of 0.4 %. */
function noise(chance: Chance): Progress {
	const phase = 2 * Math.PI * chance();
	return afterQueue((part) => Math.max(0, part + 0.004 * Math.sin(phase + 90 * part) - 0.004));
}

export const SERVERS = {
	smooth: () => afterQueue((part) => part),
	'stuck at 0': () => () => 0,
	absent: () => () => undefined,
	jumpy: jumps,
	'stuck at 99': sticks,
	'slow start': () => afterQueue((part) => part ** 1.25),
	'slow end': () => afterQueue((part) => 1 - (1 - part) ** 1.25),
	'slow start and end': () => afterQueue((part) => part - 0.08 * Math.sin(2 * Math.PI * part)),
	noisy: noise,
	'steps of 4': () => afterQueue((part) => Math.floor(part * 25) / 25),
} satisfies Record<string, (chance: Chance) => Progress>;

export type Server = keyof typeof SERVERS;

const every = (seconds: number) => () => seconds * 1000;

/** Milliseconds until the next question. */
export const CONTENDERS = {
	'this node': pollDelay,
	'fixed 10 s': every(10),
	'fixed 5 s': every(5),
	'fixed 1 s': every(1),
} satisfies Record<string, typeof pollDelay>;

export type Contender = keyof typeof CONTENDERS;

/** One wait for one video; all times in ms. */
export interface Wait {
	/** How long the video took. */
	length: number;
	/** When each question was sent, counted from the beginning of the wait. */
	asked: number[];
	/** From done to noticed. */
	delay: number;
}

/** A length up to 5 % more or less, so that no interval is lucky. */
export const varied = (around: number, chance: Chance): number =>
	Math.round(around * (0.95 + 0.1 * chance()));

/** How long a question is on its way, and its answer again. */
const ON_THE_WAY = 50;

/** Waits for a video with the node's own loop. Time passes only in questions and pauses. */
async function simulateWait(
	server: Server,
	contender: Contender,
	/** In ms. */
	around: number,
	seed: number,
): Promise<Wait> {
	const chance = chanceFrom(seed);
	const length = varied(around, chance);
	const progressAt: Progress = SERVERS[server](chance);
	const seen: Sighting[] = [];
	const asked: number[] = [];
	let now = 0;

	const ask = async () => {
		asked.push(now);
		now += ON_THE_WAY;
		const done = now >= length;
		const progress = done ? 100 : progressAt(now / length);
		now += ON_THE_WAY;
		return { done, progress };
	};
	const realNow = clock.now;
	clock.now = () => now;
	try {
		await waitFor(ask, {
			isFinal: ({ done }) => done,
			delay: ({ progress }) => {
				seen.push({ at: now, progress });
				return CONTENDERS[contender](seen, chance());
			},
			deadline: Infinity,
			pause: async (ms) => {
				now += ms;
			},
		});
	} finally {
		clock.now = realNow;
	}
	return { length, asked, delay: now - length };
}

/** Waits for many videos of about the same length, one after the other; always with the same outcome. */
export async function simulateWaits(
	server: Server,
	contender: Contender,
	around: number,
	count: number,
): Promise<Wait[]> {
	const waits: Wait[] = [];
	for (let seed = 1; seed <= count; seed++) {
		waits.push(await simulateWait(server, contender, around, seed));
	}
	return waits;
}
