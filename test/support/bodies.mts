import type { ServerResponse } from 'node:http';

import type { ScriptedResponse } from './scriptedServer.mts';

/** A chunked body that ends correctly, even if the file in it is truncated. */
export const chunked = (bytes: Buffer): ScriptedResponse => ({
	respond: (response) => {
		response.writeHead(200, { 'content-type': 'video/mp4' });
		response.write(bytes.subarray(0, 10_000));
		response.end(bytes.subarray(10_000));
	},
});

/** As in HTTP/1.0: the end of the connection is the end of the body. */
export const untilClose = (bytes: Buffer): ScriptedResponse => ({
	respond: (response: ServerResponse) => {
		response.useChunkedEncodingByDefault = false;
		response.writeHead(200, { 'content-type': 'video/mp4', connection: 'close' });
		response.end(bytes);
	},
});
