import { tmpdir } from 'node:os';

import { agent } from './inEachN8n/agent.mts';
import { apiStyles } from './inEachN8n/apiStyles.mts';
import { billingSafety } from './inEachN8n/billingSafety.mts';
import { credential } from './inEachN8n/credential.mts';
import { errorMessages } from './inEachN8n/errorMessages.mts';
import { examples } from './inEachN8n/examples.mts';
import { fileVariants } from './inEachN8n/fileVariants.mts';
import { generate } from './inEachN8n/generate.mts';
import { itemErrors } from './inEachN8n/itemErrors.mts';
import { operations } from './inEachN8n/operations.mts';
import { otherHosts } from './inEachN8n/otherHosts.mts';
import { referenceImages } from './inEachN8n/referenceImages.mts';
import { requestOptions } from './inEachN8n/requestOptions.mts';
import { restartSafeLoop } from './inEachN8n/restartSafeLoop.mts';
import { secrets } from './inEachN8n/secrets.mts';
import { stop } from './inEachN8n/stop.mts';
import { threeVariants } from './inEachN8n/threeVariants.mts';
import { inEachN8n } from './support/useN8n.mts';

/** One n8n of each release line for all of them, because its start takes longer than most tests. */
inEachN8n(
	(context) => {
		// First, so that what it has n8n do at once does not delay others.
		apiStyles(context);
		operations(context);
		generate(context);
		fileVariants(context);
		referenceImages(context);
		billingSafety(context);
		itemErrors(context);
		otherHosts(context);
		examples(context);
		threeVariants(context);
		restartSafeLoop(context);
		agent(context);
		errorMessages(context);
		requestOptions(context);
		credential(context);
		stop(context);
		secrets(context);
	},
	// n8n 2 writes files only into folders that this setting allows.
	{ env: { N8N_LOG_LEVEL: 'debug', N8N_RESTRICT_FILE_ACCESS_TO: tmpdir() } },
);
