import type { IDataObject } from 'n8n-workflow';

export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of the first of `names` that is there and not null. */
export function firstOf(from: IDataObject, names: readonly string[]): unknown {
	for (const name of names) {
		if (from[name] !== undefined && from[name] !== null) return from[name];
	}
	return undefined;
}
