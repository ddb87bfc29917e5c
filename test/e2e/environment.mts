/** The environment variable by which the tests know that no case may be left out. */
export const RUN_ALL = 'E2E_RUN_ALL';

/** The environment variable with the packed package, so that it is packed once for all tests. */
export const TARBALL = 'E2E_TARBALL';

/** What a run without `--all` leaves out, one line for each. */
export const leftOut: string[] = [];

/** Cases that differ only in their numbers: without `--all`, only the `usual` ones run. */
function casesOf<T>(what: string, all: T[], usual: T[]): T[] {
	if (process.env[RUN_ALL] !== undefined) return all;
	leftOut.push(`${what}: ${all.filter((each) => !usual.includes(each)).join(', ')}`);
	return usual;
}

/** How long after the last responses n8n is killed, in ms: while it reads them, saves and continues. */
export const KILL_DELAYS_MS = casesOf(
	'kills.test.mts, kills this many milliseconds after the last responses',
	[0, 2, 5, 10, 15, 20, 30, 50, 100, 250],
	[5],
);

/** Where n8n keeps files: the default of each line, and the other places. */
export const BINARY_DATA_MODES = casesOf(
	'binaryDataModes.test.mts, files',
	['on disk, its default', 'in the database', 'in memory', 'in memory, its default', 'on disk'],
	['on disk, its default', 'in memory, its default'],
);
