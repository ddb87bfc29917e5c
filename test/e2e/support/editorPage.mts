import type { Locator, Page } from 'playwright-core';

import type { CredentialData } from '../../../scripts/n8n/import.mts';
import { OWNER } from '../../../scripts/n8n/server.mts';

const NODE = 'OpenAI Videos';

/** n8n's editor as a person uses it: clicks, types and reads, by the test IDs of n8n's own tests. */
export class EditorPage {
	constructor(
		readonly page: Page,
		/** The URL of n8n, `http://127.0.0.1:PORT`. */
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

	/** Opens a new workflow with a manual trigger: without a trigger the panel offers triggers only. */
	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.at('canvas-plus-button').click();
		await this.at('node-creator-item-name')
			.getByText(/manual/i)
			.first()
			.click();
		await this.at('canvas-node').first().waitFor();
	}

	/** Returns the names that the nodes panel offers for a search text. */
	async find(word: string): Promise<string[]> {
		const field = this.at('node-creator-search-bar');
		if (!(await field.isVisible())) await this.at('node-creator-plus-button').click();
		await field.fill(word);
		// The previous results stay until n8n has searched.
		await this.page.waitForTimeout(500);
		return await this.at('node-creator-item-name').allInnerTexts();
	}

	/** Adds the node after the last one by one of its actions, such as `Create video`, and opens it. */
	async addAction(action: string): Promise<void> {
		await this.find(NODE);
		await this.at('node-creator-item-name').getByText(NODE, { exact: true }).click();
		await this.at('node-creator-item-name').getByText(action, { exact: true }).click();
		await this.at('ndv').waitFor();
	}

	/** Opens the dialog for a new credential from the open node. */
	async newCredential(): Promise<Locator> {
		// Before the first credential exists, n8n 2.x shows a button instead of the list.
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

	/** Fills in the dialog, saves it and returns what n8n says about the connection. */
	async saveCredential(dialog: Locator, { apiKey, baseUrl }: CredentialData): Promise<string> {
		await this.at('parameter-input-apiKey', dialog).locator('input').fill(apiKey);
		await this.at('parameter-input-baseUrl', dialog).locator('input').fill(baseUrl);
		const tested = this.page.waitForResponse(/\/rest\/credentials\/test$/);
		await this.at('credential-save-button', dialog).click();
		await tested;
		// n8n 2.x closes the dialog of a new credential that works, and shows the result on reopening.
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

	/** Opens the model list and returns its entries. */
	async openModels(): Promise<string[]> {
		await this.at('rlc-input', this.at('parameter-input-model')).click();
		await this.at('rlc-item').first().waitFor();
		return await this.at('rlc-item').allInnerTexts();
	}

	async pickModel(name: string): Promise<void> {
		await this.at('rlc-item').getByText(name, { exact: true }).click();
	}

	/** Opens the model list of a server that has none, and returns the error that is shown instead. */
	async openMissingModels(): Promise<string> {
		await this.at('rlc-input', this.at('parameter-input-model')).click();
		const error = this.at('rlc-error-container').filter({ visible: true });
		await error.waitFor();
		return (await error.innerText()).replace(/\s+/g, ' ');
	}

	/** Switches the model to `By ID` and enters its name. */
	async enterModel(name: string): Promise<void> {
		await this.at('rlc-mode-selector', this.at('parameter-input-model')).click();
		await this.at('mode-id').filter({ visible: true }).click();
		await this.at('rlc-input', this.at('parameter-input-model')).fill(name);
	}

	async writePrompt(prompt: string): Promise<void> {
		const field = this.at('parameter-input-prompt').locator('textarea');
		await field.fill(prompt);
		// A tip covers the next field otherwise.
		await field.blur();
	}

	async openNode(name: string): Promise<void> {
		await this.at('canvas-node').filter({ hasText: name }).dblclick();
		await this.at('ndv').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.at('ndv-close-button').or(this.at('back-to-canvas')).first().click();
		await this.at('ndv').waitFor({ state: 'hidden' });
	}

	/** Arranges the nodes and fits them into view: n8n stacks nodes that are added quickly. */
	async tidyUp(): Promise<void> {
		await this.at('tidy-up-button').click();
		await this.at('zoom-to-fit').click();
	}

	/** Runs the workflow and waits until n8n says how it ended. */
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

	/** Switches the output panel of the open node to a view, waits for a text in it and returns all of it. */
	async readOutput(view: 'JSON' | 'Binary', text: string): Promise<string> {
		await this.outputPanel.getByText(view, { exact: true }).click();
		await this.outputPanel.getByText(text).first().waitFor();
		return (await this.outputPanel.innerText()).replace(/\s+/g, ' ');
	}

	/** Closes the notifications, which cover what is below them. */
	async closeMessages(): Promise<void> {
		for (const button of await this.page.locator('.el-notification__closeBtn').all()) {
			// It may have closed by itself.
			await button.click({ timeout: 1000 }).catch(() => {});
		}
	}

	get outputPanel(): Locator {
		return this.at('output-panel');
	}
}
