import type { Dialect } from './dialects/dialect.mts';
import { contract, namedDialects } from './dialects/index.mts';
import { ApiError } from './errors.mts';
import { FAULT_HEADER, FAULT_NAMES, type FaultName, isFault } from './faults.mts';

/** What the path segments before `/v1` select. */
export interface SandboxUrl {
	dialect: Dialect;
	faults: FaultName[];
	/** The segments as written: `''` or `/slow/newapi`. */
	prefix: string;
	/** The same URL without the faults, which is what the router matches. */
	route: string;
}

/** Parses a request URL; throws on an unknown segment, returns `undefined` if it has no `/v1`. */
export function parseUrl(url: string): SandboxUrl | undefined {
	const [, prefix, rest] = /^((?:\/[^/?]+)*?)\/v1((?:[/?].*)?)$/s.exec(url) ?? [];
	if (prefix === undefined) return undefined;
	const dialects: Dialect[] = [];
	const faults: FaultName[] = [];
	for (const segment of prefix.split('/').slice(1)) {
		const dialect = namedDialects.find(({ name }) => name === segment);
		if (dialect) dialects.push(dialect);
		else if (isFault(segment)) faults.push(segment);
		else throw unknownUrl(`The base URL has an unknown word '${segment}'`);
	}
	const [dialect = contract, second] = dialects;
	if (second)
		throw unknownUrl(`The base URL names two servers, '${dialect.name}' and '${second.name}'`);
	return { dialect, faults, prefix, route: routePrefix(dialect) + rest };
}

/** The path of a dialect's routes, without faults. */
export const routePrefix = (dialect: Dialect) =>
	(dialect === contract ? '' : `/${dialect.name}`) + '/v1';

/** The faults in a comma-separated header; throws a 400 for an unknown one. */
export function parseFaultHeader(value: string | string[] | undefined): FaultName[] {
	const names = String(value ?? '')
		.split(',')
		.map((name) => name.trim().toLowerCase())
		.filter(Boolean);
	const unknown = names.find((name) => !isFault(name));
	if (unknown === undefined) return names.filter(isFault);
	throw new ApiError(
		400,
		`The header ${FAULT_HEADER} names an unknown fault '${unknown}'. Known are: ${FAULT_NAMES.join(', ')}.`,
	);
}

function unknownUrl(problem: string): ApiError {
	const servers = namedDialects.map(({ name }) => name).join(', ');
	return new ApiError(
		404,
		`${problem}. Before /v1 may stand at most one of the servers ${servers}, and any of the faults ${FAULT_NAMES.join(', ')}.`,
		{ code: 'unknown_url' },
	);
}
