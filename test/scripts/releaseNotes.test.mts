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

describe('the notes of a release', () => {
	it('are what the changelog says of its version', () => {
		expect(releaseNotes(CHANGELOG, '1.0.1', 'v1.0.1')).toBe('### Fixed\n\n- What was wrong.');
	});

	it.each([
		['1.0.1', 'v1.0.2', 'the tag is v1.0.2, but package.json has version 1.0.1'],
		['1.0', 'v1.0', "CHANGELOG.md has no section '## 1.0'"],
		['1.1.0', 'v1.1.0', "CHANGELOG.md has no date for 1.1.0: '## 1.1.0 – unreleased'"],
		['1.0.0', 'v1.0.0', 'CHANGELOG.md says nothing of 1.0.0'],
	])('of version %s and tag %s: nothing is published', (version, tag, message) => {
		expect(() => releaseNotes(CHANGELOG, version, tag)).toThrow(message);
	});

	it('can be had for the version in package.json, as soon as it has its date', () => {
		const read = (name: string) => readFileSync(path.join(PACKAGE_ROOT, name), 'utf8');
		const { version } = JSON.parse(read('package.json')) as { version: string };
		const dated = read('CHANGELOG.md').replace(
			`## ${version} – unreleased`,
			`## ${version} – 2026-12-31`,
		);
		expect(releaseNotes(dated, version, `v${version}`)).toMatch(/^### (Added|Changed|Fixed)\n/);
	});
});
