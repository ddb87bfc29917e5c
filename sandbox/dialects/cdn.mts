import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';

/** FastVideo, AISIX and others that keep files elsewhere. */
export const cdn: Dialect = {
	...contract,
	name: 'cdn',
	tells: 'FastVideo, AISIX: the download is a redirect to a signed address on another host',
	offers: ['list', 'delete', 'remix'],
	video: ({ video, fileUrl }) => ({
		...video,
		url: video.status === 'completed' ? fileUrl() : null,
	}),
	deliver: ({ fileUrl }, variant) => ({ redirect: fileUrl(variant) }),
};
