const { rm } = require('node:fs/promises');

module.exports = async () => {
	await rm(process.env.SANDBOX_CLIPS, { recursive: true });
};
