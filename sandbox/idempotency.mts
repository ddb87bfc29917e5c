import { createHash } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import { ApiError } from './errors.mts';
import type { Form } from './form.mts';
import type { VideoRecord } from './videos.mts';

/** A request that creates a video. */
interface IdempotentRequest {
	/** Each server family has its own keys. */
	dialect: string;
	key?: string;
	/** Path and body must be the same for the same key. */
	path: string;
	form: Form;
}

/** The `Idempotency-Key` of a request; an empty one counts as none. */
export const idempotencyKeyOf = ({ headers }: FastifyRequest): string | undefined =>
	String(headers['idempotency-key'] ?? '') || undefined;

/** Creates one video for each key, as payment APIs do. */
export class IdempotencyStore {
	readonly #entries = new Map<string, { fingerprint: string; record: VideoRecord }>();

	/** The video of a request; calls `create` unless the key is known. */
	getOrCreate(
		request: IdempotentRequest,
		create: () => VideoRecord,
	): { record: VideoRecord; isReplay: boolean } {
		if (!request.key) return { record: create(), isReplay: false };
		const entryKey = `${request.dialect} ${request.key}`;
		const fingerprint = fingerprintOf(request);
		const known = this.#entries.get(entryKey);
		if (known && known.fingerprint !== fingerprint) {
			throw new ApiError(
				422,
				'This Idempotency-Key was used before with another request. Use a new key for a new video.',
				{ code: 'idempotency_key_reused' },
			);
		}
		if (known) return { record: known.record, isReplay: true };
		const record = create();
		this.#entries.set(entryKey, { fingerprint, record });
		return { record, isReplay: false };
	}
}

function fingerprintOf({ path, form }: IdempotentRequest): string {
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
