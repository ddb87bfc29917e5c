import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
	// @ts-expect-error The scanner has no types.
} from '@n8n/scan-community-package/scanner/scanner.mjs';

import { PACKAGE_ROOT } from './engine.mts';
import { unpackPackage } from './n8n/package.mts';

interface ScanResult {
	passed: boolean;
	message?: string;
	details?: string;
}

/**
 * n8n's scanner for community packages without its registry lookup: the two scans that it runs for a
 * published package, of the source and of the packed package.
 */
async function main(): Promise<void> {
	const unpackedFolder = await mkdtemp(path.join(tmpdir(), 'openai-videos-scan-'));
	await unpackPackage(unpackedFolder);
	const scans: Array<[name: string, folder: string, patterns: string[]]> = [
		['source', PACKAGE_ROOT, SOURCE_FILE_PATTERNS as string[]],
		['packed package', unpackedFolder, ['**/*.js', 'package.json']],
	];
	for (const [name, folder, patterns] of scans) {
		const { passed, message, details } = (await analyzePackage(folder, patterns)) as ScanResult;
		// The scanner passes a folder without files.
		const hasPassed = passed && message === undefined;
		console.log(
			`n8n's package scanner, ${name}: ${hasPassed ? 'passed' : (message ?? 'not passed')}`,
		);
		if (details) console.log(details);
		if (!hasPassed) process.exitCode = 1;
	}
	await rm(unpackedFolder, { recursive: true, force: true });
}

main().catch((error: Error) => {
	console.error(`scan: ${error.message}`);
	process.exitCode = 1;
});
