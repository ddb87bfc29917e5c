/** jest compares byte by byte in JavaScript, which takes a second where the files are of some 100 kB. */
expect.addEqualityTesters([
	(one, other) => (Buffer.isBuffer(one) && Buffer.isBuffer(other) ? one.equals(other) : undefined),
]);
