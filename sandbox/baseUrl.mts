import type { Dialect } from './dialects/dialect.mts';
import { contract, namedDialects } from './dialects/index.mts';
import { ApiError } from './errors.mts';
import { FAULT_HEADER, FAULT_NAMES, type FaultName, isFault } from './faults.mts';

/** What the path segments before `/v1`, or before `/files`, select. */
export interface SandboxUrl {
	dialect: Dialect;
	faults: FaultName[];
	/** The segments as written: `''` or `/slow/newapi`. */
	prefix: string;
	/** Whether it is the URL of a file beside `/v1`. */
	isFile: boolean;
	/** The same URL without the faults, which is what the router matches. */
	route: string;
}

/** Parses a request URL; throws on an unknown segment, returns `undefined` if it has no `/v1` or `/files`. */
export function parseUrl(url: string): SandboxUrl | undefined {
	const [, prefix, root, rest] = /^((?:\/[^/?]+)*?)\/(v1|files)((?:[/?].*)?)$/s.exec(url) ?? [];
	if (prefix === undefined) return undefined;
	const words = prefix.split('/').slice(1);
	const [dialect = contract, second] = words.flatMap(dialectsNamed);
	const faults = words.filter((word) => isFaultOf(dialect, word));
	const unknown = words.find((word) => !faults.includes(word) && !dialectsNamed(word).length);
	if (unknown !== undefined) {
		throw unknownUrl(`The base URL has an unknown word '${unknown}'`, dialect);
	}
	if (second) {
		throw unknownUrl(`The base URL names two servers, '${dialect.name}' and '${second.name}'`);
	}
	return {
		dialect,
		faults,
		prefix,
		isFile: root === 'files',
		route: `${routePrefix(dialect)}/${root}${rest}`,
	};
}

const dialectsNamed = (word: string) => namedDialects.filter(({ name }) => name === word);

const isFaultOf = (dialect: Dialect, word: string) =>
	isFault(word) || Object.hasOwn(dialect.faults, word);

const faultsOf = (dialect: Dialect) => [...FAULT_NAMES, ...Object.keys(dialect.faults)].join(', ');

/** The path before a dialect's `/v1` and `/files`, without faults. */
export const routePrefix = (dialect: Dialect) => (dialect === contract ? '' : `/${dialect.name}`);

/** The faults in a comma-separated header; throws a 400 for an unknown one. */
export function parseFaultHeader(
	value: string | string[] | undefined,
	dialect: Dialect = contract,
): FaultName[] {
	const names = String(value ?? '')
		.split(',')
		.map((name) => name.trim().toLowerCase())
		.filter(Boolean);
	const unknown = names.find((name) => !isFaultOf(dialect, name));
	if (unknown === undefined) return names;
	throw new ApiError(
		400,
		`The header ${FAULT_HEADER} names an unknown fault '${unknown}'. Known are: ${faultsOf(dialect)}.`,
	);
}

function unknownUrl(problem: string, dialect: Dialect = contract): ApiError {
	const servers = namedDialects.map(({ name }) => name).join(', ');
	return new ApiError(
		404,
		`${problem}. Before /v1 may stand at most one of the servers ${servers}, and any of the faults ${faultsOf(dialect)}.`,
		{ code: 'unknown_url' },
	);
}
