import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
	// @ts-expect-error The scanner brings no types.
} from '@n8n/scan-community-package/scanner/scanner.mjs';

import { PACKAGE_ROOT } from './engine.mts';
import { unpackPackage } from './n8n/package.mts';

interface Verdict {
	passed: boolean;
	message?: string;
	details?: string;
}

/**
 * n8n's scanner of community packages, without its look at the registry: the two legs that it runs on
 * a published package, on the source and on what would be published.
 */
async function main(): Promise<void> {
	const unpacked = await mkdtemp(path.join(tmpdir(), 'openai-videos-scan-'));
	await unpackPackage(unpacked);
	const legs: Array<[name: string, folder: string, patterns: string[]]> = [
		['source', PACKAGE_ROOT, SOURCE_FILE_PATTERNS as string[]],
		['packed package', unpacked, ['**/*.js', 'package.json']],
	];
	for (const [name, folder, patterns] of legs) {
		const { passed, message, details } = (await analyzePackage(folder, patterns)) as Verdict;
		// The scanner passes a folder in which it finds no file.
		const clean = passed && message === undefined;
		console.log(`n8n's package scanner, ${name}: ${clean ? 'passed' : (message ?? 'not passed')}`);
		if (details) console.log(details);
		if (!clean) process.exitCode = 1;
	}
	await rm(unpacked, { recursive: true, force: true });
}

main().catch((error: Error) => {
	console.error(`scan: ${error.message}`);
	process.exitCode = 1;
});
