import type { Sandbox } from '../../sandbox/server.mts';

/** Starts a video in the plainest way; resolves with its id. */
export async function createAt({ baseUrl, apiKey }: Sandbox, prompt: string): Promise<string> {
	const body = new FormData();
	body.append('model', 'sora-2');
	body.append('prompt', prompt);
	const headers = { authorization: `Bearer ${apiKey}` };
	const response = await fetch(`${baseUrl}/videos`, { method: 'POST', headers, body });
	return ((await response.json()) as { id: string }).id;
}
