import { execFileSync } from 'node:child_process';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';

/** What `npm publish` would publish: sizes in bytes, paths from the package's root. */
interface Packed {
	size: number;
	unpackedSize: number;
	files: Array<{ path: string; size: number }>;
}

export function packed(): Packed {
	const output = execFileSync('npm', ['pack', '--dry-run', '--json'], {
		cwd: PACKAGE_ROOT,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
		shell: process.platform === 'win32',
	});
	const [first] = Object.values(JSON.parse(output) as Packed[]);
	return first;
}

/** The paths of all that is in it. */
export const filesInPackage = (): string[] => packed().files.map(({ path }) => path);
