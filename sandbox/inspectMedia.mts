/** What an independent reader finds in a media file: its container and its first track. */
export async function inspectMedia(bytes: Buffer) {
	// Not before it is needed: it is a program of its own, in WebAssembly.
	const { default: mediaInfoFactory } = await import('mediainfo.js');
	const mediaInfo = await mediaInfoFactory({ format: 'object' });
	try {
		const { media } = await mediaInfo.analyzeData(
			() => bytes.length,
			(size, offset) => new Uint8Array(bytes.subarray(offset, offset + size)),
		);
		// MediaInfo has a type for each kind of track; which one it is here is what the caller asks.
		// eslint-disable-next-line @typescript-eslint/no-explicit-any
		const [general, track] = (media?.track ?? []) as any[];
		return { general, track };
	} finally {
		mediaInfo.close();
	}
}
