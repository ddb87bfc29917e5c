import type { ScriptedServer } from '../../support/scriptedServer.mts';
import { contains, filesUnder } from './fileSearch.mts';

const KEY = 'sk-canary-2b7e151628';
const HEADER = 'x-gateway-key';
const HEADER_VALUE = 'gateway-canary-aed2a6abf7';
export const SECRETS = [KEY, HEADER_VALUE];

/** A credential with two secrets that can be found wherever they leak to. */
export const canaryFor = (baseUrl: string) => ({
	apiKey: KEY,
	baseUrl,
	header: true,
	headerName: HEADER,
	headerValue: HEADER_VALUE,
});

export const secretsIn = (text: string) => SECRETS.filter((secret) => text.includes(secret));

/** Expects that every request to this server had both secrets. */
export function expectSecrets({ received }: ScriptedServer): void {
	expect(received).not.toHaveLength(0);
	for (const { headers } of received) {
		expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, [HEADER]: HEADER_VALUE });
	}
}

/** Expects that no request to this server had a secret. */
export function expectNoSecrets({ received }: ScriptedServer): void {
	for (const { headers, path, body } of received) {
		expect(Object.keys(headers)).not.toContain('authorization');
		expect(Object.keys(headers)).not.toContain(HEADER);
		expect(secretsIn(JSON.stringify([headers, path, body.toString('latin1')]))).toEqual([]);
	}
}

/** The files in a folder that contain a text. */
export async function filesWith(folder: string, text: string): Promise<string[]> {
	const found: string[] = [];
	for (const file of await filesUnder(folder)) {
		if (await contains(file, text)) found.push(file);
	}
	return found;
}
