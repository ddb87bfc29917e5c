import { filesWith, SECRETS, secretsIn } from '../support/canary.mts';
import type { TestContext } from '../support/useN8n.mts';

/** To be called last, because it stops n8n. `execute` checks each saved execution. */
export const secrets = (context: TestContext) =>
	it('no file and no log of n8n contains the API key or the custom header after all other tests', async () => {
		const { n8n, userFolder } = context.instance;
		await n8n.stop();
		expect(secretsIn(n8n.log())).toEqual([]);
		// The debug log and the readable executions are really in the searched files.
		expect(n8n.log()).toContain('debug');
		expect(await filesWith(userFolder, 'Created in the same run')).not.toEqual([]);
		for (const secret of SECRETS) expect(await filesWith(userFolder, secret)).toEqual([]);
	});
