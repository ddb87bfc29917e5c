import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';

/** FastVideo and others that store files on another host. */
export const cdn: Dialect = {
	...contract,
	name: 'cdn',
	summary: 'FastVideo: the download is a redirect to a signed address on another host',
	supports: ['list', 'delete', 'remix'],
	renderVideo: ({ video, fileUrl }) => ({
		...video,
		url: video.status === 'completed' ? fileUrl() : null,
	}),
	deliverFile: ({ fileUrl }, variant) => ({ redirect: fileUrl(variant) }),
};
