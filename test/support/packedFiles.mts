import { execFileSync } from 'node:child_process';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';

/** What `npm publish` would publish, as paths from the package's root. */
export function filesInPackage(): string[] {
	const output = execFileSync('npm', ['pack', '--dry-run', '--json'], {
		cwd: PACKAGE_ROOT,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
		shell: process.platform === 'win32',
	});
	const [{ files }] = Object.values(
		JSON.parse(output) as Array<{ files: Array<{ path: string }> }>,
	);
	return files.map(({ path }) => path);
}
