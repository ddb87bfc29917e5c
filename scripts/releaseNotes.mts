/**
 * The notes of a version in a changelog (`## 1.2.3 – 2026-01-31`, with an en dash). Throws if the tag is
 * not that of `version`, or if the version has no date or no notes.
 */
export function releaseNotes(changelog: string, version: string, tag: string): string {
	if (tag !== `v${version}`) {
		throw new Error(`the tag is ${tag}, but package.json has version ${version}`);
	}
	const section = changelog.split(/^## /m).find((each) => each.split(/\s/, 1)[0] === version);
	if (section === undefined) throw new Error(`CHANGELOG.md has no section '## ${version}'`);
	const [heading, ...rest] = section.split('\n');
	if (!/ – \d{4}-\d{2}-\d{2}$/.test(heading)) {
		throw new Error(`CHANGELOG.md has no date for ${version}: '## ${heading}'`);
	}
	const notes = rest.join('\n').trim();
	if (notes === '') throw new Error(`CHANGELOG.md has no notes for ${version}`);
	return notes;
}
