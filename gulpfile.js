const { rm } = require('node:fs/promises');
const typescript = require('@rollup/plugin-typescript');
const { rollup } = require('@rollup/wasm-node');
const { dest, parallel, series, src } = require('gulp');
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

/** Few files, not one per source: n8n loads them at each start, and eighty took it twice as long. */
async function code() {
	const bundle = await rollup({
		input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
		external: ['n8n-workflow', 'crypto'],
		plugins: [typescript({ noEmitOnError: true })],
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

exports.default = series(clean, parallel(assets, code));
