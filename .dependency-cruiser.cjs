/**
 * Imports of the package go down only, types included. A layer may import from those after it.
 * `npm run lint` checks it.
 */
const NODE = 'nodes/OpenAiVideos';
const LAYERS = [
	'nodes/OpenAiVideosTrigger/',
	`${NODE}/OpenAiVideos[.]node[.]ts`,
	`${NODE}/(listSearch|resources)/`,
	`${NODE}/operation[.]ts`,
	`${NODE}/agentTool[.]ts`,
	`${NODE}/api/`,
	`${NODE}/files/`,
	`${NODE}/http/`,
	`${NODE}/errors/`,
	`${NODE}/responses/`,
	`${NODE}/(types|clock|apiStyle)[.]ts`,
].map((layer) => `^${layer}`);

module.exports = {
	forbidden: [
		{
			name: 'no-cycle',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'no-folder-cycle',
			severity: 'error',
			scope: 'folder',
			from: {},
			to: { circular: true },
		},
		...LAYERS.slice(1).map((layer, index) => ({
			name: 'no-upward-import',
			severity: 'error',
			from: { path: layer },
			to: { path: LAYERS.slice(0, index + 1) },
		})),
		{
			name: 'every-file-has-a-layer',
			severity: 'error',
			from: {},
			to: { path: '^nodes/', pathNot: LAYERS },
		},
		{
			name: 'credential-imports-no-request',
			severity: 'error',
			from: { path: '^credentials/' },
			to: {
				path: '^nodes/',
				pathNot: `^${NODE}/(apiStyle|http/(baseUrl|server)|errors/(cleanText|nodeError))[.]ts`,
			},
		},
		{
			name: 'nothing-outside-the-package',
			severity: 'error',
			comment: 'n8n verifies no package that imports anything else at run time.',
			from: {},
			to: { pathNot: ['^(nodes|credentials)/', 'node_modules/n8n-workflow/', '^crypto$'] },
		},
		{
			name: 'nothing-unused',
			severity: 'error',
			from: { orphan: true, pathNot: '[.](node|credentials)[.]ts$' },
			to: {},
		},
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '[.]json$' },
	},
};
