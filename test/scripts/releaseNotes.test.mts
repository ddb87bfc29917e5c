import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { releaseNotes } from '../../scripts/releaseNotes.mts';

const CHANGELOG = `# Changelog

## 1.1.0 – unreleased

### Added

- Something new.

## 1.0.1 – 2026-02-03

### Fixed

- What was wrong.

## 1.0.0 – 2026-01-02
`;

describe('Release notes', () => {
	it('are the changelog entries of the version', () => {
		expect(releaseNotes(CHANGELOG, '1.0.1', 'v1.0.1')).toBe('### Fixed\n\n- What was wrong.');
	});

	it.each([
		['1.0.1', 'v1.0.2', 'the tag is v1.0.2, but package.json has version 1.0.1'],
		['1.0', 'v1.0', "CHANGELOG.md has no section '## 1.0'"],
		['1.1.0', 'v1.1.0', "CHANGELOG.md has no date for 1.1.0: '## 1.1.0 – unreleased'"],
		['1.0.0', 'v1.0.0', 'CHANGELOG.md has no notes for 1.0.0'],
	])('stop the release of version %s with tag %s: %s', (version, tag, message) => {
		expect(() => releaseNotes(CHANGELOG, version, tag)).toThrow(message);
	});

	it('exist for the version in package.json once it has a date', () => {
		const read = (name: string) => readFileSync(path.join(PACKAGE_ROOT, name), 'utf8');
		const { version } = JSON.parse(read('package.json')) as { version: string };
		const dated = read('CHANGELOG.md').replace(
			`## ${version} – unreleased`,
			`## ${version} – 2026-12-31`,
		);
		expect(releaseNotes(dated, version, `v${version}`)).toMatch(/^### (Added|Changed|Fixed)\n/);
	});
});
