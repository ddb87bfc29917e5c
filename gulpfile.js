const { existsSync, readdirSync, statSync } = require('node:fs');
const { rm } = require('node:fs/promises');
const path = require('node:path');
const typescript = require('@rollup/plugin-typescript');
const { rollup } = require('@rollup/wasm-node');
const { dest, series, src } = require('gulp');
const { format, resolveConfig } = require('prettier');
const { n8n } = require('./package.json');

/** Leaves no file of an earlier build behind: everything in dist is published. */
const clean = () => rm('dist', { recursive: true, force: true });

/** What n8n reads beside the code. */
const assets = () =>
	src(['icons/*.svg', 'nodes/**/*.json'], { base: '.', encoding: false }).pipe(dest('dist'));

/** `dist/<path>.js`, as package.json tells n8n, is made of `<path>.ts`. */
const entries = [...n8n.nodes, ...n8n.credentials].map((file) => file.slice('dist/'.length, -3));

/** What n8n loads by name keeps its file, and so does the clock, which the tests set; all else is one. */
function chunkOf(id) {
	if (/[\\/]clock\.ts$/.test(id)) return 'clock';
	return /\.(node|credentials)\.ts$/.test(id) ? undefined : 'shared';
}

/** Published code reads like the sources; TypeScript's own four spaces would be half a kilobyte more. */
const formatted = {
	name: 'formatted',
	renderChunk: async (chunk) =>
		await format(chunk, { ...(await resolveConfig(__filename)), parser: 'babel' }),
};

/** Few files, not one per source: n8n loads them at each start, and eighty took it twice as long. */
async function code() {
	const bundle = await rollup({
		input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
		external: ['n8n-workflow', 'crypto'],
		plugins: [typescript({ noEmitOnError: true }), formatted],
		onwarn: (warning) => {
			throw new Error(warning.message);
		},
	});
	await bundle.write({
		dir: 'dist',
		format: 'cjs',
		chunkFileNames: 'nodes/[name].js',
		manualChunks: chunkOf,
	});
}

/** All that dist is made of. */
const SOURCES = ['nodes', 'credentials', 'icons'];
const SETTINGS = ['gulpfile.js', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Whether dist is newer than its sources: `npm test` and others build first, mostly for nothing. */
function isUpToDate() {
	const built = [...n8n.nodes, ...n8n.credentials];
	if (!built.every((file) => existsSync(file))) return false;
	const changedAt = (file) => statSync(file).mtimeMs;
	// A folder changes when a file in it is added, renamed or deleted.
	const sources = SOURCES.flatMap((folder) => [
		folder,
		...readdirSync(folder, { recursive: true }).map((file) => path.join(folder, file)),
	]);
	const newest = Math.max(...[...sources, ...SETTINGS].map(changedAt));
	return built.every((file) => changedAt(file) > newest);
}

// The code comes last: while it is missing, dist is not up to date.
const build = series(clean, assets, code);
exports.default = isUpToDate() ? async () => {} : build;
