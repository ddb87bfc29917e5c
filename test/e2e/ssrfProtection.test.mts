import { SORA } from '../support/fixtures.mts';
import { useN8n } from './support/useN8n.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };

describe('SSRF protection of n8n 2', () => {
	const context = useN8n({ env: { N8N_SSRF_PROTECTION_ENABLED: 'true' } });

	it('blocks a server in a private network, and the error names the setting that allows it', async () => {
		const { server } = await context.startHosts();
		const { error } = (await context.run(server, CREATE)).data.resultData;
		expect(error?.message).toBe(`n8n does not let this node reach ${server.baseUrl}`);
		expect(error?.description).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
		expect(server.received).toEqual([]);
	});

	it('names the video ID when it blocks Get Status', async () => {
		const { server } = await context.startHosts();
		const parameters = { operation: 'getStatus', videoId: 'video_1' };
		const { error } = (await context.run(server, parameters)).data.resultData;
		expect(error?.message).toBe(
			`n8n does not let this node reach ${server.baseUrl} for video 'video_1'`,
		);
	});
});
