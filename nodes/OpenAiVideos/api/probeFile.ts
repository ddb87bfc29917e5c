import { SECOND_MS } from '../clock';
import { StreamReader } from '../files/fileStream';
import { sniffMedia, SNIFFED_BYTES } from '../files/mediaType';
import { getStream } from '../http/redirect';
import { throwIfCancelled, withOptions } from '../http/request';
import { parseErrorBody } from '../responses/errorBody';
import { isNetworkError, isSuccess } from '../responses/response';
import type { HttpResponse } from '../responses/response';
import { parseJson } from '../responses/values';
import { judgeByContents, judgeByWords, parseVideo, tellsState } from '../responses/video';
import type { Video } from '../responses/video';
import type { Request, RequestContext, VideoRef } from '../types';
import { getRequest } from './getVideo';

const TIMEOUT_MS = 10 * SECOND_MS;
/** What a server says in place of a file is short. */
const MAX_TEXT_BYTES = 64_000;

/**
 * Asks the address of its file how far a video is, without reading the file: new-api knows there of a
 * failure that its status hides. Undefined if that does not tell.
 */
export async function probeFile(
	context: RequestContext,
	request: Request,
	{ baseUrl, videoId }: VideoRef,
	video: Video,
): Promise<Video | undefined> {
	const path = `/videos/${encodeURIComponent(videoId)}/content`;
	const get = withOptions(getRequest(request, path, 'stream'), { timeout: TIMEOUT_MS });
	const { result } = await getStream(context, get, baseUrl, `${baseUrl}${path}`);
	if (isNetworkError(result)) return undefined;
	const reader = new StreamReader(result.body as AsyncIterable<Buffer>);
	try {
		const head = await reader.read(SNIFFED_BYTES);
		if (isSuccess(result) && sniffMedia(head)?.mimeType.startsWith('video/')) {
			return { ...video, status: 'completed', progress: 100 };
		}
		const text = Buffer.concat([head, await reader.read(MAX_TEXT_BYTES)]).toString();
		return judge(video, { ...result, body: parseJson(text) });
	} catch {
		throwIfCancelled(context);
		return undefined;
	} finally {
		await reader.close().catch(() => {});
	}
}

function judge(video: Video, response: HttpResponse): Video | undefined {
	const { body } = response;
	if (isSuccess(response)) {
		const described = parseVideo(body, video.id);
		return described && tellsState(body, video.id) ? described : judgeByContents(video, body);
	}
	const details = parseErrorBody(body);
	const status = judgeByWords(details.message ?? '');
	if (!status) return undefined;
	if (status === 'failed') return { ...video, status, error: { ...details } };
	return { ...video, status, ...(status === 'completed' && { progress: 100 }) };
}
