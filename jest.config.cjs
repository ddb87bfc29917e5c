/** jest reads TypeScript, the node's and that around it, as CommonJS, compiled one file at a time. */
module.exports = {
	sandboxInjectedGlobals: ['Math'],
	testEnvironment: '<rootDir>/test/support/environment.cjs',
	rootDir: __dirname,
	testMatch: ['<rootDir>/test/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
	moduleFileExtensions: ['mts', 'ts', 'mjs', 'cjs', 'js', 'json', 'node'],
	transform: {
		'\\.m?ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
				module: { type: 'commonjs' },
				sourceMaps: 'inline',
			},
		],
	},
	globalSetup: '<rootDir>/test/support/clipFolder.cjs',
	globalTeardown: '<rootDir>/test/support/removeClipFolder.cjs',
	setupFiles: ['<rootDir>/test/support/loadOnce.cjs'],
	setupFilesAfterEnv: ['<rootDir>/test/support/buffers.cjs'],
	// What a file waits for is another file's time; with jest's own choice two processors would be one.
	maxWorkers: '100%',
	// The check runs them beside real n8n on the same processors.
	testTimeout: 120_000,
};
