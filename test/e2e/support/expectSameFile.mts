import type { INodeExecutionData } from 'n8n-workflow';

import type { Variant } from '../../../sandbox/files.mts';
import type { Sandbox } from '../../../sandbox/server.mts';
import type { Client } from './client.mts';

/** Expects that the file in n8n is, byte for byte, the one of the server; returns its length. */
export async function expectSameFile(
	{ client }: { client: Client },
	sandbox: Sandbox,
	{ json, binary }: INodeExecutionData,
	variant: Variant = 'video',
): Promise<number> {
	const path = `/videos/${String(json.id)}/content?variant=${variant}`;
	const served = await fetch(`${sandbox.baseUrl}${path}`, {
		headers: { authorization: `Bearer ${sandbox.apiKey}` },
	});
	expect(served.status).toBe(200);
	const stored = await client.readFile(binary!.data);
	const type = variant === 'video' ? 'video/mp4' : 'image/png';
	expect(stored.headers.get('content-type')).toContain(type);
	const [mine, theirs] = [stored.body!.getReader(), served.body!.getReader()];
	let [left, right] = [Buffer.alloc(0), Buffer.alloc(0)];
	let length = 0;
	for (;;) {
		if (left.length === 0) left = Buffer.from((await mine.read()).value ?? []);
		if (right.length === 0) right = Buffer.from((await theirs.read()).value ?? []);
		if (left.length === 0 || right.length === 0) break;
		const same = Math.min(left.length, right.length);
		// Not expect(): it would print the file.
		if (!left.subarray(0, same).equals(right.subarray(0, same))) {
			throw new Error(`The files differ within ${same} bytes after byte ${length}`);
		}
		length += same;
		left = left.subarray(same);
		right = right.subarray(same);
	}
	expect([left.length, right.length]).toEqual([0, 0]);
	expect(length).toBeGreaterThan(variant === 'video' ? 10_000 : 0);
	return length;
}
