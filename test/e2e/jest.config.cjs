/** The compiler and conventions of the unit tests; the folder, the time limit and the order differ. */
const path = require('node:path');
const base = require('../../jest.config.cjs');

module.exports = {
	...base,
	rootDir: path.resolve(__dirname, '../..'),
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/'],
	testSequencer: path.join(__dirname, 'sequencer.cjs'),
	// Much of their time is waiting; more than two would make tests that measure time fail.
	maxWorkers: 2,
	testTimeout: 300_000,
};
