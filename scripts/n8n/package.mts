import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { x as extract } from 'tar';

import { PACKAGE_ROOT } from '../engine.mts';

export const PACKAGE_NAME = 'n8n-nodes-openai-videos';

/** What `npm publish` would publish, as npm tells of it; `dist` must be built. */
export interface PackedPackage {
	/** The tarball. */
	file: string;
	version: string;
	integrity: string;
	shasum: string;
}

export async function packPackage(folder: string): Promise<PackedPackage> {
	const { stdout } = await promisify(execFile)(
		'npm',
		['pack', '--json', '--pack-destination', folder],
		{ cwd: PACKAGE_ROOT, shell: process.platform === 'win32' },
	);
	const [{ filename, version, integrity, shasum }] = Object.values(
		JSON.parse(stdout) as Array<PackedPackage & { filename: string }>,
	);
	return { file: path.join(folder, filename), version, integrity, shasum };
}

/** Unpacks it into a new folder; returns the folder. */
export async function unpackPackage(target?: string): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-pack-'));
	const { file } = await packPackage(folder);
	const unpacked = target ?? path.join(folder, 'package');
	await rm(unpacked, { recursive: true, force: true });
	await mkdir(unpacked, { recursive: true });
	await extract({ file, cwd: unpacked, strip: 1 });
	await rm(target === undefined ? file : folder, { recursive: true, force: true });
	return unpacked;
}

/** Puts the packed package where n8n keeps community nodes, in the form in which n8n puts it there. */
export async function installPackage(userFolder: string): Promise<void> {
	const folder = path.join(userFolder, '.n8n/nodes/node_modules', PACKAGE_NAME);
	await unpackPackage(folder);
	const file = path.join(folder, 'package.json');
	const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
	for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[key];
	}
	await writeFile(file, JSON.stringify(manifest, null, 2));
}
