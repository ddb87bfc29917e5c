import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';

const FILE = path.join(PACKAGE_ROOT, 'test/thirdParty/videos-openapi.json');

/**
 * OpenAI's own description of its videos API, in which JSON bodies may hold no other fields: as it
 * stands it would not notice a misspelt one. `video` is the example that every status is answered with.
 */
export async function openAiSpec(video?: object): Promise<object> {
	const description = JSON.parse(await readFile(FILE, 'utf8'));
	for (const name of [
		'CreateVideoJsonBody',
		'CreateVideoEditJsonBody',
		'CreateVideoExtendJsonBody',
	]) {
		description.components.schemas[name].additionalProperties = false;
	}
	const { get } = description.paths['/videos/{video_id}'];
	if (video) get.responses['200'].content['application/json'].example = video;
	return description;
}
