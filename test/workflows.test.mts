import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { parse } from 'yaml';

import { PACKAGE_ROOT } from '../scripts/engine.mts';

// Its types are those of an ES module, but jest loads this file as CommonJS.
const { validateWorkflow } = createRequire(import.meta.url)('@action-validator/core') as {
	validateWorkflow: (text: string) => { errors: unknown[] };
};

interface Job {
	needs?: string;
	permissions?: Record<string, string>;
	strategy?: { matrix: { node: number[] } };
	steps: Array<{ uses?: string; run?: string; with?: Record<string, unknown> }>;
}

interface Workflow {
	on: Record<string, { tags?: string[] } | null>;
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const FOLDER = path.join(PACKAGE_ROOT, '.github/workflows');
const FILES = readdirSync(FOLDER);
const textOf = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');
const workflow = (file: string) => parse(textOf(file)) as Workflow;
const commandsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);
const { scripts } = createRequire(import.meta.url)('../package.json') as {
	scripts: Record<string, string>;
};

describe.each(FILES)('The GitHub workflow %s', (file) => {
	const jobs = Object.values(workflow(file).jobs);

	it('is valid', () => {
		expect(validateWorkflow(textOf(file)).errors).toEqual([]);
	});

	it('pins each action to a commit', () => {
		const lines = textOf(file).match(/uses:.*/g)!;
		expect(lines.length).toBeGreaterThan(0);
		for (const line of lines) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
	});

	it('does not leave repository credentials for the packages that it installs', () => {
		const checkouts = jobs
			.flatMap(({ steps }) => steps)
			.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
		expect(checkouts).toHaveLength(jobs.length);
		for (const { with: inputs } of checkouts) {
			expect(inputs).toEqual({ 'persist-credentials': false });
		}
	});

	it('runs only npm scripts that exist', () => {
		for (const command of jobs.flatMap(commandsOf)) {
			const name = /^npm run (\S+)$/.exec(command)?.[1];
			if (name !== undefined) expect(Object.keys(scripts)).toContain(name);
		}
	});
});

describe('each change', () => {
	const { check, all } = workflow('ci.yml').jobs;

	it('is linted and tested on Node 20, 22 and 24', () => {
		expect(check.strategy!.matrix.node).toEqual([20, 22, 24]);
		expect(commandsOf(check)).toEqual(['npm ci', 'npm run lint', 'npm test']);
	});

	it('is tested in real n8n by .ci/run', () => {
		expect(commandsOf(all)).toEqual(['bash .ci/run']);
	});

	it('gets read access to the repository and nothing else', () => {
		expect(workflow('ci.yml').permissions).toEqual({ contents: 'read' });
		expect([check.permissions, all.permissions]).toEqual([undefined, undefined]);
	});
});

describe('The nightly workflow', () => {
	const { on, permissions, jobs } = workflow('nightly.yml');

	it('tests everything, with no case left out', () => {
		expect(Object.keys(on)).toEqual(['schedule', 'workflow_dispatch']);
		expect(commandsOf(jobs.all)).toEqual(['bash .ci/run --all']);
	});

	it('gets read access to the repository and nothing else', () => {
		expect(permissions).toEqual({ contents: 'read' });
		expect(jobs.all.permissions).toBeUndefined();
	});
});

describe('a release', () => {
	const { on, permissions, jobs } = workflow('publish.yml');

	it('is made from a version tag and nothing else', () => {
		expect(on).toEqual({ push: { tags: ['v*'] } });
	});

	it('is published with provenance and without a token, after its notes, the linter and all tests', () => {
		expect(commandsOf(jobs.check)).toEqual([
			'npm ci',
			'npx tsx scripts/release.mts "$GITHUB_REF_NAME"',
			'npm run lint',
			'npm test',
		]);
		expect(commandsOf(jobs.all)).toEqual(['bash .ci/run --all']);
		expect(jobs.publish.needs).toEqual(['check', 'all']);
		expect(commandsOf(jobs.publish).at(-1)).toBe('npm publish --provenance --access public');
		expect(textOf('publish.yml')).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
	});

	it('gives each job only the permissions it needs', () => {
		expect(permissions).toEqual({});
		expect(Object.entries(jobs).map(([name, job]) => [name, job.permissions])).toEqual([
			['check', { contents: 'read' }],
			['all', { contents: 'read' }],
			['publish', { contents: 'read', 'id-token': 'write' }],
			['release', { contents: 'write' }],
		]);
	});
});
