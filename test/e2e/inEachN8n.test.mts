import { tmpdir } from 'node:os';

import { agent } from './inEachN8n/agent.mts';
import { credential } from './inEachN8n/credential.mts';
import { elsewhere } from './inEachN8n/elsewhere.mts';
import { examples } from './inEachN8n/examples.mts';
import { files } from './inEachN8n/files.mts';
import { generate } from './inEachN8n/generate.mts';
import { loop } from './inEachN8n/loop.mts';
import { money } from './inEachN8n/money.mts';
import { operations } from './inEachN8n/operations.mts';
import { pictures } from './inEachN8n/pictures.mts';
import { requestOptions } from './inEachN8n/requestOptions.mts';
import { rows } from './inEachN8n/rows.mts';
import { secrets } from './inEachN8n/secrets.mts';
import { stop } from './inEachN8n/stop.mts';
import { variants } from './inEachN8n/variants.mts';
import { words } from './inEachN8n/words.mts';
import { inEachN8n } from './support/useWorld.mts';

/** One n8n of each release line for all of it: to start one takes longer than most tests. */
inEachN8n(
	(here) => {
		operations(here);
		generate(here);
		files(here);
		pictures(here);
		money(here);
		rows(here);
		elsewhere(here);
		examples(here);
		variants(here);
		loop(here);
		agent(here);
		words(here);
		requestOptions(here);
		credential(here);
		stop(here);
		secrets(here);
	},
	// n8n 2 writes files only where it is told that it may.
	{ env: { N8N_LOG_LEVEL: 'debug', N8N_RESTRICT_FILE_ACCESS_TO: tmpdir() } },
);
