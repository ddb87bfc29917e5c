import { createRequire } from 'node:module';

import type { IBinaryData, IRunExecutionData, IWorkflowBase } from 'n8n-workflow';

import { CREDENTIAL_TYPE, NODE_TYPE } from '../../../scripts/engine.mts';
import type { N8nInstall } from '../../../scripts/n8n/install.mts';
import { OWNER } from '../../../scripts/n8n/server.mts';
import { waitUntil } from '../../support/waitUntil.mts';

/** n8n ties a session to the browser that opened it. */
const BROWSER = { 'browser-id': 'e2e', 'push-ref': 'e2e', 'content-type': 'application/json' };
const EXECUTION_TIMEOUT_MS = 120_000;

export interface Execution {
	id: string;
	status: string;
	data: IRunExecutionData;
	/** The raw response body of n8n. */
	text: string;
}

/** The owner in the editor: sends the same requests as n8n's user interface. */
export class Client {
	private cookie = '';

	private lastWritten: Promise<unknown> = Promise.resolve();

	private readonly parse: (text: string) => IRunExecutionData | undefined;

	constructor(
		/** The URL of n8n, `http://127.0.0.1:PORT`. */
		private readonly url: string,
		install: N8nInstall,
	) {
		// n8n sends executions in the format of this package, from its own copy of it.
		const require = createRequire(`${install.modules}/n8n/package.json`);
		this.parse = (require('flatted') as { parse: Client['parse'] }).parse;
	}

	/** Writes are sent one at a time: n8n 1.x mixes up the transactions of parallel ones. */
	async call(method: string, path: string, body?: unknown): Promise<{ text: string; data: any }> {
		if (method === 'GET') return await this.send(method, path);
		const response = this.lastWritten.then(async () => await this.send(method, path, body));
		this.lastWritten = response.catch(() => {});
		return await response;
	}

	private async send(method: string, path: string, body?: unknown) {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { ...BROWSER, cookie: this.cookie },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
		this.cookie ||= response.headers
			.getSetCookie()
			.map((line) => line.split(';')[0])
			.join('; ');
		return { text, data: (JSON.parse(text) as { data: unknown }).data };
	}

	async login(): Promise<void> {
		const { email, firstName, lastName, password } = OWNER;
		const { userManagement } = (await this.call('GET', '/settings')).data as {
			userManagement: { showSetupOnFirstLoad?: boolean };
		};
		// n8n 1.x ignores the owner in its environment and asks the first visitor to become the owner.
		if (userManagement.showSetupOnFirstLoad) {
			await this.call('POST', '/owner/setup', { email, firstName, lastName, password });
		}
		await this.call('POST', '/login', { emailOrLdapLoginId: email, password });
	}

	async createCredential(
		name: string,
		data: object,
		type = CREDENTIAL_TYPE,
	): Promise<{ id: string; name: string }> {
		const body = { name, type, data };
		const { id } = (await this.call('POST', '/credentials', body)).data as { id: string };
		return { id, name };
	}

	/** What the editor's credential dialog shows after "Save": `status` is `OK` or `Error`. */
	async testCredential(
		credential: { id: string; name: string },
		data: object,
	): Promise<{ status: string; message: string }> {
		const credentials = { ...credential, type: CREDENTIAL_TYPE, data };
		return (await this.call('POST', '/credentials/test', { credentials })).data as {
			status: string;
			message: string;
		};
	}

	/** The model names that the editor offers under "From List" for a search text, in order. */
	async listModels(credential: { id: string; name: string }, filter?: string): Promise<string[]> {
		const { results } = (
			await this.call('POST', '/dynamic-node-parameters/resource-locator-results', {
				path: 'parameters.model',
				methodName: 'getModels',
				nodeTypeAndVersion: { name: NODE_TYPE, version: 1 },
				currentNodeParameters: {},
				filter,
				credentials: { [CREDENTIAL_TYPE]: credential },
			})
		).data as { results: Array<{ name: string }> };
		return results.map(({ name }) => name);
	}

	/** Publishes a saved workflow. */
	async activate(workflowId: string, versionId: string): Promise<void> {
		// n8n 2 publishes a version; n8n 1.x activates the workflow.
		await this.call('POST', `/workflows/${workflowId}/activate`, { versionId }).catch(
			async () => await this.call('PATCH', `/workflows/${workflowId}`, { active: true, versionId }),
		);
	}

	/** Saves a workflow, runs it from its trigger, as the editor does, and waits until it has ended. */
	async execute(workflow: IWorkflowBase): Promise<Execution> {
		return await this.waitFor(await this.start(workflow));
	}

	/** The same without waiting; returns the execution ID. */
	async start({ name, nodes, connections, settings, pinData }: IWorkflowBase): Promise<string> {
		// n8n 1.x rejects a workflow without `active`.
		const workflow = { name, nodes, connections, settings, pinData, active: false };
		const saved = (await this.call('POST', '/workflows', workflow)).data as IWorkflowBase;
		const trigger = nodes.find(({ type }) => /\.(manual|chat|openAiVideos)Trigger$/.test(type))!;
		const { executionId } = (
			await this.call('POST', `/workflows/${saved.id}/run`, {
				workflowData: saved,
				triggerToStartFrom: { name: trigger.name },
			})
		).data as { executionId: string };
		return executionId;
	}

	async waitFor(executionId: string, timeoutMs = EXECUTION_TIMEOUT_MS): Promise<Execution> {
		const hasEnded = async () => {
			const { text, data } = await this.call('GET', `/executions/${executionId}`);
			const { status, data: saved } = data as { status: string; data: string };
			if (['new', 'running', 'waiting'].includes(status)) return undefined;
			// n8n 1.x saves the data a moment after the status; until then it is empty or has no nodes.
			const run = this.parse(saved);
			const nodes = Object.keys(run?.resultData?.runData ?? {});
			if (!run?.resultData || (status === 'success' && nodes.length === 0)) return undefined;
			return { id: executionId, status, data: run, text };
		};
		return await waitUntil(`execution ${executionId} has ended`, hasEnded, { within: timeoutMs });
	}

	/** Waits until an execution stops at a form, and returns the URL that the editor would open. */
	async waitForForm(executionId: string): Promise<string> {
		const run = await waitUntil('the execution waits for a person', async () => {
			const { data } = await this.call('GET', `/executions/${executionId}`);
			const { status, data: saved } = data as { status: string; data: string };
			return status === 'waiting' && this.parse(saved);
		});
		// n8n 2 shows the form only with this token.
		const { resumeToken } = run as { resumeToken?: string };
		const query = resumeToken === undefined ? '' : `?signature=${resumeToken}`;
		return `${this.url}/form-waiting/${executionId}${query}`;
	}

	/** The bytes of a binary field, from the URL that "View" in the editor uses. */
	async readFile({ id, data, mimeType }: IBinaryData): Promise<Response> {
		// n8n 1.x keeps files in the execution itself by default.
		if (id === undefined) {
			return new Response(Buffer.from(data, 'base64'), { headers: { 'content-type': mimeType } });
		}
		const query = new URLSearchParams({ id, action: 'download' });
		return await fetch(`${this.url}/rest/binary-data?${query}`, {
			headers: { ...BROWSER, cookie: this.cookie },
		});
	}
}
