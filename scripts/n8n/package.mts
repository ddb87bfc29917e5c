import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { x as extract } from 'tar';

import { PACKAGE_ROOT } from '../engine.mts';

export const PACKAGE_NAME = 'n8n-nodes-openai-videos';

/** What `npm publish` would publish, as npm reports it; `dist` must be built. */
interface Packed {
	version: string;
	integrity: string;
	shasum: string;
	/** In bytes. */
	size: number;
	unpackedSize: number;
	/** Paths from the package's root. */
	files: Array<{ path: string; size: number }>;
}

async function npmPack(...args: string[]): Promise<Packed & { filename: string }> {
	const { stdout } = await promisify(execFile)('npm', ['pack', '--json', ...args], {
		cwd: PACKAGE_ROOT,
		shell: process.platform === 'win32',
	});
	const [packed] = Object.values(JSON.parse(stdout) as Array<Packed & { filename: string }>);
	return packed;
}

/** What would be published, without creating the tarball. */
export const packed = async (): Promise<Packed> => await npmPack('--dry-run');

/** Creates the tarball in a folder; `file` is its path. */
export async function packPackage(folder: string): Promise<Packed & { file: string }> {
	const { filename, ...packed } = await npmPack('--pack-destination', folder);
	return { ...packed, file: path.join(folder, filename) };
}

/** Replaces a folder by what would be published, from its tarball if there is one. */
export async function unpackPackage(folder: string, tarball?: string): Promise<void> {
	if (tarball === undefined) {
		const packing = await mkdtemp(path.join(tmpdir(), 'openai-videos-pack-'));
		await unpackPackage(folder, (await packPackage(packing)).file);
		await rm(packing, { recursive: true });
		return;
	}
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await extract({ file: tarball, cwd: folder, strip: 1 });
}

/** Installs the packed package where n8n keeps community nodes, in the same form as n8n does. */
export async function installPackage(userFolder: string, tarball?: string): Promise<void> {
	const folder = path.join(userFolder, '.n8n/nodes/node_modules', PACKAGE_NAME);
	await unpackPackage(folder, tarball);
	const file = path.join(folder, 'package.json');
	const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
	for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[key];
	}
	await writeFile(file, JSON.stringify(manifest, null, 2));
}
