import type { Sandbox } from '../../sandbox/server.mts';

export type ServerConnection = Pick<Sandbox, 'baseUrl' | 'apiKey'>;

/** Creates a video with `fetch`; returns its ID. */
export async function createVideo(
	{ baseUrl, apiKey }: ServerConnection,
	prompt: string,
): Promise<string> {
	const body = new FormData();
	body.append('model', 'sora-2');
	body.append('prompt', prompt);
	const headers = { authorization: `Bearer ${apiKey}` };
	const response = await fetch(`${baseUrl}/videos`, { method: 'POST', headers, body });
	return ((await response.json()) as { id: string }).id;
}
