import type { Variant } from '../files/file';
import type { Request } from './send';

/** A small answer: a server that keeps it longer than this is asked again. */
const LONGEST_REQUEST_MS = 30_000;

/** How long to wait for a small answer, in ms; the user's own 'Timeout' may be shorter. */
export const shortTimeout = ({ options }: Pick<Request, 'options'>): number =>
	Math.min(options.timeout ?? LONGEST_REQUEST_MS, LONGEST_REQUEST_MS);

/** The request that looks at a video, made of the one that n8n described for the operation. */
export const statusRequest = (request: Request, videoId: string): Request =>
	getRequest(request, `/videos/${encodeURIComponent(videoId)}`);

/** The request for a file of it; a server that knows no variants is not asked for one. */
export const contentRequest = (request: Request, videoId: string, variant: Variant): Request => {
	const query = variant === 'video' ? '' : `?variant=${variant}`;
	return getRequest(request, `/videos/${encodeURIComponent(videoId)}/content${query}`, 'stream');
};

const getRequest = (request: Request, url: string, encoding?: 'stream'): Request => ({
	...request,
	options: { ...request.options, method: 'GET', url, body: undefined, encoding },
});
