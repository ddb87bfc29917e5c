import { fieldError } from './errors.mts';

/** The query of `GET /videos`, not validated. */
export interface ListQuery {
	limit?: unknown;
	after?: unknown;
	order?: unknown;
}

/** One page of `videos`, which are sorted oldest first; the API's default is newest first. */
export function listPage<T extends { id: string }>(
	videos: T[],
	{ limit, after, order = 'desc' }: ListQuery,
	pageSize: number,
) {
	const count = limit === undefined ? pageSize : Number(limit);
	if (limit !== undefined && (!/^\d+$/.test(String(limit)) || count < 1 || count > 100)) {
		throw fieldError(
			'limit',
			'invalid_value',
			`Invalid value: '${limit}'. Expected an integer from 1 to 100.`,
		);
	}
	if (order !== 'asc' && order !== 'desc') {
		throw fieldError(
			'order',
			'invalid_value',
			`Invalid value: '${order}'. Supported values are: 'asc' and 'desc'.`,
		);
	}
	const ordered = order === 'asc' ? videos : [...videos].reverse();
	const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
	if (after !== undefined && start === 0) {
		throw fieldError('after', 'invalid_value', `Invalid value: no video has the id '${after}'.`);
	}
	const data = ordered.slice(start, start + count);
	return {
		object: 'list',
		data,
		first_id: data[0]?.id ?? null,
		last_id: data.at(-1)?.id ?? null,
		has_more: start + count < ordered.length,
	};
}
