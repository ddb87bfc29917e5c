const { mkdtemp } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const path = require('node:path');

/** Each clip of the sandbox is rendered once for all test files and the processes that they start. */
module.exports = async () => {
	process.env.SANDBOX_CLIPS = await mkdtemp(path.join(tmpdir(), 'openai-videos-clips-'));
};
