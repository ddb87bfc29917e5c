import type { INodeProperties } from 'n8n-workflow';

/** The field that every operation on an existing video shares. */
export const videoId: INodeProperties = {
	displayName: 'Video ID',
	name: 'videoId',
	type: 'string',
	required: true,
	default: '={{ $json.id }}',
	placeholder: 'e.g. video_123456789',
	description: 'The ID that Create put out',
};
