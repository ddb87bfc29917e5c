import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';

const FILE = path.join(PACKAGE_ROOT, 'test/thirdParty/videos-openapi.json');

/**
 * OpenAI's own spec of its Videos API, made strict: unlike the original, it rejects unknown fields
 * in JSON bodies, so a misspelt one is noticed. `video` becomes the example response to Get Status.
 */
export async function openAiSpec(video?: object): Promise<object> {
	const spec = JSON.parse(await readFile(FILE, 'utf8'));
	for (const name of [
		'CreateVideoJsonBody',
		'CreateVideoEditJsonBody',
		'CreateVideoExtendJsonBody',
	]) {
		spec.components.schemas[name].additionalProperties = false;
	}
	const { get } = spec.paths['/videos/{video_id}'];
	if (video) get.responses['200'].content['application/json'].example = video;
	return spec;
}
