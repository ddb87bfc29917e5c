/** What MediaInfo, which is independent of our code, reads in a file: container and first track. */
export async function inspectMedia(bytes: Buffer) {
	// Loaded on demand, because it is a large WebAssembly module.
	const { default: mediaInfoFactory } = await import('mediainfo.js');
	const mediaInfo = await mediaInfoFactory({ format: 'object' });
	try {
		const { media } = await mediaInfo.analyzeData(
			() => bytes.length,
			(size, offset) => new Uint8Array(bytes.subarray(offset, offset + size)),
		);
		// MediaInfo has a type for each kind of track; callers check which one it is.
		// eslint-disable-next-line @typescript-eslint/no-explicit-any
		const [general, track] = (media?.track ?? []) as any[];
		return { general, track };
	} finally {
		mediaInfo.close();
	}
}
