import type { NodeRun } from './nodeRunner.mts';

/** Expects the error after a response of this status; `next` is a part of its description, the next step. */
export function expectError(
	error: NodeRun['error'],
	{ status, message, next }: { status: number; message: string; next: string },
): void {
	expect(error?.message).toBe(message);
	expect(error?.description).toContain(next);
	expect(error?.httpCode).toBe(String(status));
}
