import { contract, namedDialects } from './dialects/index.mts';
import type { Dialect } from './dialects/dialect.mts';
import { ApiError } from './errors.mts';
import { FAULT_HEADER, FAULT_NAMES, type FaultName, isFault } from './faults.mts';

/** What the words before `/v1` ask for. */
export interface Address {
	dialect: Dialect;
	faults: FaultName[];
	/** The words as they were written, `''` or `/slow/newapi`. */
	prefix: string;
	/** The same request without the faults: where its route is. */
	route: string;
}

/** Reads a request's path; throws where a word is unknown, `undefined` where no `/v1` is in it. */
export function readAddress(url: string): Address | undefined {
	const [, prefix, rest] = /^((?:\/[^/?]+)*?)\/v1((?:[/?].*)?)$/s.exec(url) ?? [];
	if (prefix === undefined) return undefined;
	const chosen: Dialect[] = [];
	const faults: FaultName[] = [];
	for (const word of prefix.split('/').slice(1)) {
		const dialect = namedDialects.find(({ name }) => name === word);
		if (dialect) chosen.push(dialect);
		else if (isFault(word)) faults.push(word);
		else throw unknownAddress(`The base URL has an unknown word '${word}'`);
	}
	const [dialect = contract, second] = chosen;
	if (second)
		throw unknownAddress(`The base URL names two servers, '${dialect.name}' and '${second.name}'`);
	return { dialect, faults, prefix, route: routeOf(dialect) + rest };
}

/** Where the routes of a dialect are, the base URL's faults left out. */
export const routeOf = (dialect: Dialect) =>
	(dialect === contract ? '' : `/${dialect.name}`) + '/v1';

/** The faults a header asks for, separated by commas; throws a 400 where one is unknown. */
export function faultsInHeader(value: string | string[] | undefined): FaultName[] {
	const words = String(value ?? '')
		.split(',')
		.map((word) => word.trim().toLowerCase())
		.filter(Boolean);
	const unknown = words.find((word) => !isFault(word));
	if (unknown === undefined) return words.filter(isFault);
	throw new ApiError(
		400,
		`The header ${FAULT_HEADER} names an unknown fault '${unknown}'. Known are: ${FAULT_NAMES.join(', ')}.`,
	);
}

function unknownAddress(problem: string): ApiError {
	const servers = namedDialects.map(({ name }) => name).join(', ');
	return new ApiError(
		404,
		`${problem}. Before /v1 may stand at most one of the servers ${servers}, and any of the faults ${FAULT_NAMES.join(', ')}.`,
		{ code: 'unknown_url' },
	);
}
