/** The same compiler and conventions as the unit tests; only the place and the patience differ. */
const path = require('node:path');
const base = require('../../jest.config.cjs');

module.exports = {
	...base,
	rootDir: path.resolve(__dirname, '../..'),
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/'],
	maxWorkers: 1,
	testTimeout: 300_000,
};
