import { SORA } from '../support/fixtures.mts';
import { useWorld } from './support/useWorld.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };

describe('in an n8n that protects its own network, which n8n 1.x has no way to,', () => {
	const here = useWorld({ env: { N8N_SSRF_PROTECTION_ENABLED: 'true' } });

	it('a server there is told as blocked by n8n, with the setting that allows it', async () => {
		const { server } = await here.startHosts();
		const { error } = (await here.run(server, CREATE)).data.resultData;
		expect(error?.message).toBe(`n8n does not let this node reach ${server.baseUrl}`);
		expect(error?.description).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
		expect(server.received).toEqual([]);
	});

	it('a video there is told as blocked, too, and by its id', async () => {
		const { server } = await here.startHosts();
		const parameters = { operation: 'getStatus', videoId: 'video_1' };
		const { error } = (await here.run(server, parameters)).data.resultData;
		expect(error?.message).toBe(
			`n8n does not let this node reach ${server.baseUrl} for video 'video_1'`,
		);
	});
});
