import { cpus, totalmem, type } from 'node:os';

import { nodeOf, VERSION } from '../n8n/install.mts';

/** The day, the versions and the machine of a measurement. */
export function describeEnvironment(): string {
	const processors = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	const machine = `${processors.length} × ${processors[0].model.trim()}, ${memory} GiB`;
	const day = new Date().toISOString().slice(0, 10);
	return `measured on ${day} with n8n ${VERSION} (Node ${nodeOf(VERSION)}; the rest on Node ${process.versions.node}), ${type()}, ${machine}.`;
}
