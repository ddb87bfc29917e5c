import type { Locator, Page } from 'playwright-core';

import type { CredentialData } from '../../../scripts/n8n/import.mts';
import { OWNER } from '../../../scripts/n8n/server.mts';

const NODE = 'OpenAI Videos';

/** n8n's editor in the hands of a person: clicks, types and reads, by the marks that n8n's own tests go by. */
export class EditorPage {
	constructor(
		readonly page: Page,
		/** Of n8n, `http://127.0.0.1:PORT`. */
		private readonly url: string,
	) {}

	at(testId: string, within: Page | Locator = this.page): Locator {
		return within.locator(`[data-test-id="${testId}"]`);
	}

	async login(): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.fill('input[name=emailOrLdapLoginId]', OWNER.email);
		await this.page.fill('input[name=password]', OWNER.password);
		await this.page.keyboard.press('Enter');
		await this.page.waitForURL((url) => !url.pathname.startsWith('/signin'));
	}

	/** A new workflow that begins with n8n's manual trigger: without one the panel offers triggers only. */
	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.at('canvas-plus-button').click();
		await this.at('node-creator-item-name')
			.getByText(/manual/i)
			.first()
			.click();
		await this.at('canvas-node').first().waitFor();
	}

	/** The names that the nodes panel offers for a word. */
	async find(word: string): Promise<string[]> {
		const field = this.at('node-creator-search-bar');
		if (!(await field.isVisible())) await this.at('node-creator-plus-button').click();
		await field.fill(word);
		// What was offered before is there until n8n has searched.
		await this.page.waitForTimeout(500);
		return await this.at('node-creator-item-name').allInnerTexts();
	}

	/** Adds the node behind the last one by one of its actions, for example `Create video`, and opens it. */
	async addAction(action: string): Promise<void> {
		await this.find(NODE);
		await this.at('node-creator-item-name').getByText(NODE, { exact: true }).click();
		await this.at('node-creator-item-name').getByText(action, { exact: true }).click();
		await this.at('ndv').waitFor();
	}

	/** Opens the dialog for a new credential from the open node. */
	async newCredential(): Promise<Locator> {
		// As long as there is none to submitChoice, n8n 2.x has a button there.
		const connect = this.at('ndv').getByRole('button', { name: 'Connect to OpenAI Videos' });
		const select = this.at('node-credentials-select');
		await connect.or(select).first().click();
		const create = this.at('node-credentials-select-item-new');
		const dialogOrItem = this.at('editCredential-modal').or(create).first();
		await dialogOrItem.waitFor();
		if (await create.isVisible()) await create.click();
		const dialog = this.at('editCredential-modal');
		await dialog.waitFor();
		return dialog;
	}

	/** Fills the dialog in, saves, and returns what n8n then says of the connection. */
	async saveCredential(dialog: Locator, { apiKey, baseUrl }: CredentialData): Promise<string> {
		await this.at('parameter-input-apiKey', dialog).locator('input').fill(apiKey);
		await this.at('parameter-input-baseUrl', dialog).locator('input').fill(baseUrl);
		const tested = this.page.waitForResponse(/\/rest\/credentials\/test$/);
		await this.at('credential-save-button', dialog).click();
		await tested;
		// A new credential that works closes the dialog in n8n 2.x, and says so when it is opened again.
		await this.page.waitForTimeout(500);
		if (!(await dialog.isVisible())) await this.at('credential-edit-button').click();
		const banner = dialog
			.getByText(/Connection tested successfully|Couldn.t connect/)
			.filter({ visible: true });
		await banner.waitFor();
		if (/Couldn.t/.test(await banner.innerText())) await dialog.getByText('More details').click();
		return await dialog.innerText();
	}

	async closeCredential(dialog: Locator): Promise<void> {
		await dialog.locator('.el-dialog__headerbtn, [aria-label="Close this dialog"]').first().click();
		await dialog.waitFor({ state: 'hidden' });
	}

	/** Opens the list of models, and returns what it offers. */
	async openModels(): Promise<string[]> {
		await this.at('rlc-input', this.at('parameter-input-model')).click();
		await this.at('rlc-item').first().waitFor();
		return await this.at('rlc-item').allInnerTexts();
	}

	async pickModel(name: string): Promise<void> {
		await this.at('rlc-item').getByText(name, { exact: true }).click();
	}

	/** Opens the list of models where there is none, and returns what is told in its place. */
	async openMissingModels(): Promise<string> {
		await this.at('rlc-input', this.at('parameter-input-model')).click();
		const told = this.at('rlc-error-container').filter({ visible: true });
		await told.waitFor();
		return (await told.innerText()).replace(/\s+/g, ' ');
	}

	/** Turns the model to `By ID`, and enters its name. */
	async enterModel(name: string): Promise<void> {
		await this.at('rlc-mode-selector', this.at('parameter-input-model')).click();
		await this.at('mode-id').filter({ visible: true }).click();
		await this.at('rlc-input', this.at('parameter-input-model')).fill(name);
	}

	async writePrompt(prompt: string): Promise<void> {
		await this.at('parameter-input-prompt').locator('textarea').fill(prompt);
	}

	async openNode(name: string): Promise<void> {
		await this.at('canvas-node').filter({ hasText: name }).dblclick();
		await this.at('ndv').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.at('ndv-close-button').or(this.at('back-to-canvas')).first().click();
		await this.at('ndv').waitFor({ state: 'hidden' });
	}

	/** Puts the nodes in order, all in view: n8n lays some over others when they are added fast. */
	async tidyUp(): Promise<void> {
		await this.at('tidy-up-button').click();
		await this.at('zoom-to-fit').click();
	}

	/** Runs the workflow, and waits until n8n says how it ended. */
	async runWorkflow(end: 'Workflow executed successfully' | 'Problem in node'): Promise<void> {
		await this.startWorkflow();
		await this.page.getByText(end).first().waitFor();
	}

	async startWorkflow(): Promise<void> {
		await this.page.locator('[data-test-id^="execute-workflow-button"]').last().click();
	}

	async pressStop(): Promise<void> {
		await this.at('stop-execution-button').click();
	}

	/** Turns the open node's output panel to a view, waits until it shows a text, and reads all of it. */
	async readOutput(view: 'JSON' | 'Binary', text: string): Promise<string> {
		await this.outputPanel.getByText(view, { exact: true }).click();
		await this.outputPanel.getByText(text).first().waitFor();
		return (await this.outputPanel.innerText()).replace(/\s+/g, ' ');
	}

	/** Closes the messages in the corner, which lie over what is there. */
	async closeMessages(): Promise<void> {
		for (const button of await this.page.locator('.el-notification__closeBtn').all()) {
			// One may be gone by itself by now.
			await button.click({ timeout: 1000 }).catch(() => {});
		}
	}

	get outputPanel(): Locator {
		return this.at('output-panel');
	}
}
