import { createHash } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import { ApiError } from './errors.mts';
import type { Form } from './form.mts';
import type { VideoRecord } from './videos.mts';

/** One request that makes a video. */
export interface Order {
	/** Of the server family; another one's keys are its own. */
	dialect: string;
	key?: string;
	/** Path and body, which must be the same whenever the key is. */
	path: string;
	form: Form;
}

/** The `Idempotency-Key` of a request; an empty one is none. */
export const keyOf = ({ headers }: FastifyRequest): string | undefined =>
	String(headers['idempotency-key'] ?? '') || undefined;

/** Makes a video once for each key, as payment services do. */
export class OrderBook {
	readonly #orders = new Map<string, { fingerprint: string; record: VideoRecord }>();

	/** The video of an order; `make` is called unless its key was used before. */
	fill(order: Order, make: () => VideoRecord): { record: VideoRecord; isReplay: boolean } {
		if (!order.key) return { record: make(), isReplay: false };
		const name = `${order.dialect} ${order.key}`;
		const fingerprint = fingerprintOf(order);
		const known = this.#orders.get(name);
		if (known && known.fingerprint !== fingerprint) {
			throw new ApiError(
				422,
				'This Idempotency-Key was used before with another request. Use a new key for a new video.',
				{ code: 'idempotency_key_reused' },
			);
		}
		if (known) return { record: known.record, isReplay: true };
		const record = make();
		this.#orders.set(name, { fingerprint, record });
		return { record, isReplay: false };
	}
}

function fingerprintOf({ path, form }: Order): string {
	const hash = createHash('sha256').update(path);
	for (const [name, values] of form) {
		for (const value of values) {
			if ('file' in value) {
				const { name: fileName, type, bytes } = value.file;
				hash.update(JSON.stringify([name, fileName, type, bytes.length])).update(bytes);
			} else {
				hash.update(JSON.stringify([name, value.value]));
			}
		}
	}
	return hash.digest('hex');
}
