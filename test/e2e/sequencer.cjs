const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** The long ones, the longest first: one that started last would run alone at the end. */
const FIRST = [
	'inEachN8n',
	'queue',
	'editorFirstVideo',
	'trigger',
	'restart',
	'kills',
	'binaryDataModes',
];

module.exports = class extends Sequencer {
	sort(tests) {
		const rank = ({ path: file }) => {
			const index = FIRST.indexOf(path.basename(file, '.test.mts'));
			return index < 0 ? FIRST.length : index;
		};
		return [...tests].sort((one, other) => rank(one) - rank(other));
	}
};
