/** jest compares buffers byte by byte in JavaScript, which takes a second for files of 100 kB. */
expect.addEqualityTesters([
	(one, other) => (Buffer.isBuffer(one) && Buffer.isBuffer(other) ? one.equals(other) : undefined),
]);
