const path = require('node:path');

const { TestEnvironment } = require('jest-environment-node');

const BUILT = path.resolve(__dirname, '../../dist') + path.sep;

/** Lets a test file share modules with the others of its process: see loadOnce.cjs. */
module.exports = class extends TestEnvironment {
	constructor(...args) {
		super(...args);
		this.global.requireOnce = (name) => require(name);
		// n8n's engine reads it; a copy would not reach it.
		this.global.process.env = process.env;
		// The node itself is new for each file, with its clock and what it remembers.
		for (const file of Object.keys(require.cache)) {
			if (file.startsWith(BUILT)) delete require.cache[file];
		}
	}
};
