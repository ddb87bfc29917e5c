const { rm } = require('node:fs/promises');
const { dest, src } = require('gulp');

/** Leaves no file of an earlier build behind: everything in dist is published. */
exports.clean = () => rm('dist', { recursive: true, force: true });

/** tsc emits code and codex; the icons are what it leaves out. */
exports.default = () => src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
