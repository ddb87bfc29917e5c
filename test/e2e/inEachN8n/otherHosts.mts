import type { INodeParameters } from 'n8n-workflow';

import { completedVideo, MP4, SORA } from '../../support/fixtures.mts';
import { canaryFor, expectNoSecrets, expectSecrets } from '../support/canary.mts';
import type { TestContext, Hosts } from '../support/useN8n.mts';
import { errorMessageOf, outputOf } from '../support/workflow.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const GET_STATUS = { operation: 'getStatus', videoId: 'video_1' };
const DOWNLOAD = { operation: 'download', videoId: 'video_1' };

/** URLs and redirects that point to another host. */
export function otherHosts(context: TestContext): void {
	describe('Download from another host, without API key and custom header', () => {
		async function expectFile(hosts: Hosts) {
			hosts.elsewhere.respondTo('GET /file?signature=abc', { body: MP4 });
			const [{ json, binary }] = outputOf(await context.run(hosts.server, DOWNLOAD));
			expect(json.mimeType).toBe('video/mp4');
			const stored = await (await context.instance.client.readFile(binary!.data)).arrayBuffer();
			expect(MP4.equals(Buffer.from(stored))).toBe(true);

			hosts.server.verify();
			expectSecrets(hosts.server);
			hosts.elsewhere.verify();
			expectNoSecrets(hosts.elsewhere);
		}

		it.each([301, 302, 303, 307, 308])('follows a redirect (%d)', async (status) => {
			const hosts = await context.startHosts();
			const { server, otherUrl } = hosts;
			server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
			server.respondTo('GET /v1/videos/video_1/content', {
				status,
				headers: { location: otherUrl },
			});
			await expectFile(hosts);
		});

		it('follows the URL that the server returns in place of the file', async () => {
			const hosts = await context.startHosts();
			const { server, otherUrl } = hosts;
			server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
			server.respondTo('GET /v1/videos/video_1/content', { json: { url: otherUrl } });
			await expectFile(hosts);
		});

		it('follows the URL in the video if the server has no content', async () => {
			const hosts = await context.startHosts();
			const { server, otherUrl } = hosts;
			server.alwaysRespondTo('GET /v1/videos/video_1', {
				json: { ...completedVideo('video_1'), url: otherUrl },
			});
			server.alwaysRespondTo('GET /v1/videos/video_1/content', {
				status: 404,
				json: { error: { message: 'No content context.' } },
			});
			await expectFile(hosts);
		});
	});

	describe('A redirect to another host', () => {
		it.each<[string, string, INodeParameters]>([
			['Create', 'POST /v1/videos', CREATE],
			['Get Status', 'GET /v1/videos/video_1', GET_STATUS],
		])(
			'is not followed by %s, and the error names the other host',
			async (_name, request, parameters) => {
				const hosts = await context.startHosts();
				for (const status of [302, 307]) {
					hosts.server.respondTo(request, { status, headers: { location: hosts.otherUrl } });
					const execution = await context.run(hosts.server, parameters);
					expect(errorMessageOf(execution)).toContain(`(${status}): ${hosts.otherUrl} |`);
				}
				hosts.server.verify();
				expect(hosts.elsewhere.received).toEqual([]);
			},
		);

		it('does not receive API key and custom header from the credential test and the model list', async () => {
			const hosts = await context.startHosts();
			const credential = await context.credentialFor(hosts.server);
			hosts.elsewhere.alwaysRespondTo('GET /file?signature=abc', {
				json: { data: [{ id: 'sora-2' }] },
			});
			for (const status of [302, 307]) {
				const redirect = { status, headers: { location: hosts.otherUrl } };
				hosts.server.respondTo('GET /v1/models', redirect, redirect);
				const { client } = context.instance;
				await client.testCredential(credential, canaryFor(hosts.server.baseUrl));
				// n8n responds with an error when it has no list.
				await client.listModels(credential).catch(() => []);
			}
			hosts.server.verify();
			expectSecrets(hosts.server);
			expectNoSecrets(hosts.elsewhere);
		});
	});
}
