import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Browser, Locator } from 'playwright-core';

import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { N8N_VERSIONS, VERSION } from '../../scripts/n8n/install.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { readForm } from '../support/scriptedServer.mts';
import { waitUntil } from '../support/waitUntil.mts';
import { openBrowser } from './support/browser.mts';
import { EditorPage } from './support/editorPage.mts';
import { startN8nInstance, type N8nInstance } from './support/n8nInstance.mts';

const PROMPT = 'A paper boat on a stream, evening light';
const ACTION_TIMEOUT_MS = 30_000;
const VIEWPORT = { width: 1440, height: 860 };

describe.each(N8N_VERSIONS)('a first video in the editor of n8n %s', (version) => {
	let sandbox: Sandbox;
	let server: ScriptedServer | undefined;
	let instance: N8nInstance;
	let browser: Browser;
	let editor: EditorPage;

	beforeAll(async () => {
		sandbox = await startSandbox({ renderSeconds: 3 });
		instance = await startN8nInstance({ version });
		browser = await openBrowser();
		const page = await browser.newPage({ viewport: VIEWPORT });
		page.setDefaultTimeout(ACTION_TIMEOUT_MS);
		editor = new EditorPage(page, instance.n8n.url);
		await editor.login();
		await editor.newWorkflow();
	});

	afterAll(async () => {
		await browser?.close();
		await instance?.end();
		await sandbox?.close();
		await server?.close();
	});

	/** Each step starts where the previous one ended, so that none can run after one that failed. */
	let failed = '';
	const step = (name: string, act: () => Promise<void>) =>
		it(name, async () => {
			if (failed) throw new Error(`Not tried, because this failed: ${failed}`);
			failed = name;
			await act().catch(async (error: unknown) => {
				await saveScreenshotAs(editor, 'failed');
				throw error;
			});
			failed = '';
		});

	/** The screenshots of the README are of the newest n8n. */
	const saveScreenshot = async (name: string) => {
		if (version === VERSION) await saveScreenshotAs(editor, name);
	};

	step(
		'the nodes panel finds the node by "sora", "veo" and "video", and shows its description',
		async () => {
			for (const word of ['sora', 'veo', 'video']) {
				expect([word, ...(await editor.find(word))]).toContain('OpenAI Videos');
			}
			// n8n 1 shows names only.
			if (version === VERSION) await editor.page.getByText('Turns prompts into videos').waitFor();
			await saveScreenshot('nodes-panel');
		},
	);

	step('adding the action Create video shows all fields of Create', async () => {
		await editor.addAction('Create video');
		expect(await labelsOf(editor)).toEqual(expect.arrayContaining(LABELS.create));
	});

	step('the credential test rejects a wrong key and passes with the right one', async () => {
		const { apiKey, baseUrl } = sandbox;
		const dialog = await editor.newCredential();
		for (const label of ['API Key', 'Base URL', 'API Style', 'Headers', 'Ignore SSL Issues']) {
			expect([label, await dialog.getByText(label).first().isVisible()]).toEqual([label, true]);
		}
		const rejected = await editor.saveCredential(dialog, { apiKey: 'wrong', baseUrl });
		expect(rejected).toContain('Couldn’t connect with these settings');
		const passed = await editor.saveCredential(dialog, { apiKey, baseUrl });
		expect(passed).toContain('Connection tested successfully');
		// Tall enough for the fields of this package.
		await editor.page.setViewportSize({ ...VIEWPORT, height: 960 });
		await saveScreenshot('credential');
		await editor.page.setViewportSize(VIEWPORT);
		await editor.closeCredential(dialog);
	});

	step('the model list offers the models of the server', async () => {
		expect(await editor.openModels()).toEqual(['sora-2', 'sora-2-pro', 'sandbox-always-fails']);
		await editor.pickModel('sora-2');
		await editor.writePrompt(PROMPT);
		await saveScreenshot('create');
		await editor.closeNode();
	});

	step('adding Wait Until Done and Download shows all their fields', async () => {
		await editor.addAction('Wait until video is done');
		expect(await labelsOf(editor)).toEqual(expect.arrayContaining(LABELS.waitUntilDone));
		await editor.closeNode();
		await editor.addAction('Download video');
		expect(await labelsOf(editor)).toEqual(expect.arrayContaining(LABELS.download));
		await editor.closeNode();
	});

	step('running the workflow shows the data of the video in the output', async () => {
		await editor.tidyUp();
		await editor.runWorkflow('Workflow executed successfully');
		await saveScreenshot('workflow');
		await editor.openNode('Wait until video is done');
		const output = await editor.readOutput('JSON', 'completed_at');
		const [video] = [...sandbox.videos.values()];
		expect(output).toContain(`"id": "${video.id}"`);
		expect(output).toContain('"object": "video"');
		expect(output).toContain('"status": "completed"');
		expect(output).toContain('"progress": 100');
		expect(output).toContain(`"prompt": "${PROMPT}"`);
		await editor.closeNode();
	});

	step('the downloaded MP4 plays in the editor', async () => {
		await editor.openNode('Download video');
		await editor.readOutput('Binary', 'video/mp4');
		await editor.at('ndv-view-binary-data').click();
		const player = editor.page.locator('video');
		await player.waitFor();
		const { width, height, seconds } = await playOf(player);
		expect([width, height]).toEqual([720, 1280]);
		expect(seconds).toBeCloseTo(4, 0);
		await saveScreenshot('video');
		await editor.closeNode();
	});

	/** Opens Create, and gives it and the nodes after it a credential for another server. */
	async function openCreateWith(baseUrl: string) {
		await editor.openNode('Create video');
		const dialog = await editor.newCredential();
		await editor.saveCredential(dialog, { apiKey: sandbox.apiKey, baseUrl });
		await editor.closeCredential(dialog);
	}

	/** The same for another server family or fault of the sandbox. */
	async function switchServer(path: string) {
		await openCreateWith(sandbox.baseUrl.replace('/v1', `/${path}/v1`));
		await editor.closeNode();
	}

	step('a rejected prompt shows the reason and the next step', async () => {
		await switchServer('moderation');
		await editor.runWorkflow('Problem in node');
		await editor.openNode('Wait until video is done');
		const output = await editor.outputPanel.innerText();
		const rejected = [...sandbox.videos.keys()].at(-1)!;
		expect(output).toContain(rejected);
		expect(output).toContain('Your request was blocked by our moderation system.');
		await saveScreenshot('rejected-prompt');
		await editor.closeNode();
	});

	step('the Stop button cancels a wait', async () => {
		await switchServer('never-done');
		const made = sandbox.videos.size;
		await editor.startWorkflow();
		await waitUntil('the video is waited for', () => {
			const [newest] = [...sandbox.videos.keys()].slice(made);
			return newest && sandbox.requests.some(({ path }) => path.endsWith(newest)) && newest;
		});
		await editor.pressStop();
		await waitUntil('the execution is canceled', async () => {
			const { data } = await instance.client.call('GET', '/executions?limit=1');
			return (data as { results: Array<{ status: string }> }).results[0].status === 'canceled';
		});
	});

	step('a server without a model list says so, and accepts a model entered by ID', async () => {
		server = await startScriptedServer();
		server.alwaysRespondTo('GET /v1/models', { status: 404 });
		server.alwaysRespondTo('POST /v1/videos', { status: 400 });
		await openCreateWith(server.baseUrl);
		expect(await editor.openMissingModels()).toContain(
			"404 - This server has no list of models Choose 'By ID' in place of 'From List', and enter the name of the model.",
		);
		await editor.enterModel('my-own-model');
		await editor.closeNode();
		await editor.startWorkflow();
		const create = await waitUntil('Create is sent', () =>
			server!.received.find(({ method }) => method === 'POST'),
		);
		expect((await readForm(create)).get('model')).toBe('my-own-model');
	});
});

/** What the panel of each operation shows, without the fields that depend on a choice. */
const LABELS = {
	create: [
		...['Resource', 'Operation', 'Model', 'Prompt', 'Size', 'Seconds', 'Reference Image'],
		'Options',
	],
	waitUntilDone: ['Resource', 'Operation', 'Video ID', 'Timeout (Minutes)', 'Options'],
	download: ['Resource', 'Operation', 'Video ID', 'File', 'Put Output File in Field', 'Options'],
};

/** The labels in the open node's panel. */
const labelsOf = async (editor: EditorPage): Promise<string[]> =>
	(await editor.at('node-parameters').innerText()).split('\n').map((line) => line.trim());

/** Size and length that the media element reports after it has started to play. */
async function playOf(player: Locator) {
	return await player.evaluate(async (element) => {
		const video = element as unknown as HTMLVideoElement;
		await video.play();
		await new Promise<void>((resolve, reject) => {
			video.addEventListener('timeupdate', () => video.currentTime > 0.5 && resolve());
			video.addEventListener('error', () => reject(new Error('The video does not play')));
		});
		return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration };
	});
}

/** Into the folder that SCREENSHOTS names, or one that is not kept in the repository. */
async function saveScreenshotAs(editor: EditorPage, name: string): Promise<void> {
	const folder = path.resolve(PACKAGE_ROOT, process.env.SCREENSHOTS ?? 'output/screenshots');
	await mkdir(folder, { recursive: true });
	await editor.closeMessages();
	// n8n fades its panels and buttons in, and its messages out.
	await editor.page.waitForTimeout(600);
	await editor.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}
