import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { NODE_TYPE, TRIGGER_TYPE } from '../../scripts/engine.mts';
import { N8N_VERSIONS } from '../../scripts/n8n/install.mts';
import { PACKAGE_NAME } from '../../scripts/n8n/package.mts';
import { SORA } from '../support/fixtures.mts';
import { expectSameFile } from './support/expectSameFile.mts';
import { startN8nInstance, type N8nInstance } from './support/n8nInstance.mts';
import { type Registry, startRegistry } from './support/registry.mts';
import { chain, outputOf, videosNode } from './support/workflow.mts';

describe.each(N8N_VERSIONS)('the community node installer of n8n %s', (version) => {
	let registry: Registry;
	let sandbox: Sandbox;
	let instance: N8nInstance;
	let credential = { id: '', name: '' };

	beforeAll(async () => {
		registry = await startRegistry();
		sandbox = await startSandbox({ renderSeconds: 0.5 });
		instance = await startN8nInstance({ version, env: registry.env, hasPackage: false });
	});

	afterAll(async () => {
		await instance?.end();
		await sandbox?.close();
		await registry?.end();
	});

	const listed = async () => (await instance.client.call('GET', '/community-packages')).data;

	const run = async () =>
		await instance.client.execute(
			chain([
				videosNode(credential, { model: SORA, prompt: 'a cat' }, { name: 'Create' }),
				videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait' }),
				videosNode(credential, { operation: 'download' }, { name: 'Download' }),
			]),
		);

	const expectVideo = async () => {
		const [file] = outputOf(await run(), 'Download');
		expect(file.json.id).toBe([...sandbox.videos.keys()].at(-1));
		await expectSameFile(instance, sandbox, file);
	};

	const expectUnknown = async () => {
		await expect(run()).rejects.toThrow(`Unrecognized node type: ${NODE_TYPE}`);
		expect(await listed()).toEqual([]);
	};

	it('rejects the node before it is installed', async () => {
		await expectUnknown();
	});

	it('installs the package by its name, and the node makes a video without a restart', async () => {
		const { data } = await instance.client.call('POST', '/community-packages', {
			name: PACKAGE_NAME,
		});
		const types = (data.installedNodes as Array<{ type: string }>).map(({ type }) => type);
		expect(types.sort()).toEqual([NODE_TYPE, TRIGGER_TYPE]);
		expect(registry.downloads()).toBe(1);
		const { apiKey, baseUrl } = sandbox;
		credential = await instance.client.createCredential('Sandbox', { apiKey, baseUrl });
		await expectVideo();
	});

	it('keeps the package after a restart, and the node makes a video', async () => {
		await instance.n8n.stop();
		await instance.restart();
		await expectVideo();
		expect(registry.downloads()).toBe(1);
	});

	it('rejects the node after the package is uninstalled', async () => {
		await instance.client.call('DELETE', `/community-packages?name=${PACKAGE_NAME}`);
		await expectUnknown();
	});
});
