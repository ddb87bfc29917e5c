import { badField } from '../errors.mts';
import { VARIANTS, fileName } from '../files.mts';
import { validateCreate } from '../validation.mts';
import { newVideoId } from '../videos.mts';
import type { Dialect } from './dialect.mts';

/** The documented API: what is under `/v1` alone, and what the others differ from. */
export const contract: Dialect = {
	name: 'contract',
	tells: 'the API as documented',
	offers: ['list', 'delete', 'remix', 'edit', 'extend'],
	content: { path: '/videos/:id/content', kind: 'content' },
	newId: newVideoId,
	keyIn: ({ authorization = '' }) => /^Bearer +(.+)$/i.exec(authorization)?.[1],
	judge: validateCreate,
	video: ({ video }) => video,
	deleted: ({ video: { id } }) => ({ id, object: 'video.deleted', deleted: true }),
	variantIn(asked = 'video') {
		const variant = VARIANTS.find((known) => known === asked);
		if (variant) return variant;
		throw badField(
			'variant',
			'invalid_value',
			`Invalid value: '${asked}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.`,
		);
	},
	deliver: ({ record }, variant) => ({
		variant,
		headers: { 'content-disposition': `attachment; filename="${fileName(record, variant)}"` },
	}),
	refuse: (error) => ({ status: error.status, body: error.toBody() }),
};
