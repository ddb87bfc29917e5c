import type { Sandbox } from '../../sandbox/server.mts';

/** How one reaches a server. */
export type Address = Pick<Sandbox, 'baseUrl' | 'apiKey'>;

/** Starts a video in the plainest way; resolves with its id. */
export async function createAt({ baseUrl, apiKey }: Address, prompt: string): Promise<string> {
	const body = new FormData();
	body.append('model', 'sora-2');
	body.append('prompt', prompt);
	const headers = { authorization: `Bearer ${apiKey}` };
	const response = await fetch(`${baseUrl}/videos`, { method: 'POST', headers, body });
	return ((await response.json()) as { id: string }).id;
}
