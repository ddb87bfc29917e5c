import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { IWorkflowBase } from 'n8n-workflow';

import { NODE_TYPE, PACKAGE_ROOT, TRIGGER_TYPE } from '../../../scripts/engine.mts';

/** n8n's own nodes in the workflows of the tests. */
const IN_TESTS = ['manualTrigger', 'set', 'splitOut', 'convertToFile', 'wait', 'webhook'].map(
	(name) => `n8n-nodes-base.${name}`,
);

function nodesInExamples(): string[] {
	const folder = path.join(PACKAGE_ROOT, 'examples');
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as IWorkflowBase)
		.flatMap(({ nodes }) => nodes.map(({ type }) => type));
}

/** n8n starts in two thirds of the time if it reads only the nodes that the tests and the examples use. */
export const ONLY_USED_NODES = {
	NODES_INCLUDE: JSON.stringify([
		...new Set([NODE_TYPE, TRIGGER_TYPE, ...IN_TESTS, ...nodesInExamples()]),
	]),
};
