import {
	PNG_DATA_URL,
	familyFor,
	formData,
	imageFile,
	minimalFields,
	png,
	startTestSandbox,
} from './helpers.mts';

const IMAGE = png(720, 1280);
const BASE64 = IMAGE.toString('base64');
const FILE = imageFile(IMAGE);
const AS_OBJECT = { image_url: PNG_DATA_URL };

/** A Create as the server documents it: 1280x720, 8 seconds, with an image where it takes one. */
const UNDERSTOOD: Record<string, object> = {
	apiyi: form({ size: '1280x720', seconds: '8', input_reference: imageFile(png(1280, 720)) }),
	cometapi: form({ size: '16:9', resolution: '720p', seconds: '8', input_reference: FILE }),
	presigned: form({ size: '1280x720', seconds: '8', input_reference: imageFile(png(1280, 720)) }),
	bifrost: { size: '1280x720', seconds: '8', input_reference: PNG_DATA_URL },
	llmgateway: { size: '1280x720', seconds: 8, image: PNG_DATA_URL },
	merge: { size: '1280x720', seconds: 8 },
	aisix: { size: '1280x720', seconds: '8' },
	jsonnumber: { size: '1280x720', seconds: 8, input_reference: AS_OBJECT },
	openrouter: {
		aspect_ratio: '16:9',
		resolution: '720p',
		duration: 8,
		frame_images: [
			{ type: 'image_url', image_url: { url: PNG_DATA_URL }, frame_type: 'first_frame' },
		],
	},
	xai: { aspect_ratio: '16:9', resolution: '720p', duration: 8, image: { url: PNG_DATA_URL } },
	gemini: form({ aspect_ratio: '16:9', resolution: '720p', duration_seconds: '8', image: BASE64 }),
	together: {
		...{ width: 1280, height: 720, seconds: '8' },
		media: { frame_images: [{ input_image: BASE64, frame: 'first' }] },
	},
	deepinfra: { size: '1280x720', seconds: 8, image_url: PNG_DATA_URL },
	agnes: { width: 1280, height: 720, num_frames: 193, frame_rate: 24, image: BASE64 },
	qiniu: { size: '1280x720', seconds: '8', input_reference: PNG_DATA_URL },
	cliproxyapi: { size: '1280x720', seconds: '8', input_reference: AS_OBJECT },
	grok2api: form({ size: '1280x720', seconds: '10', 'input_reference[]': FILE }),
	dynamo: { size: '1280x720', seconds: 8, input_reference: PNG_DATA_URL },
};

/** Fields that the server does not know, and what it makes of them: its own default. */
const IGNORED: Array<[name: string, body: object, size: string, seconds: string]> = [
	['cometapi', form({ duration: '8', aspect_ratio: '9:16' }), '1280x720', '5'],
	['openrouter', { seconds: 8, input_reference: AS_OBJECT }, '854x480', '5'],
	['llmgateway', { seconds: 8, aspect_ratio: '9:16', frame_images: [] }, '1280x720', '8'],
	['merge', { duration: 8, input_reference: AS_OBJECT, image: PNG_DATA_URL }, '1366x768', '5'],
	['aisix', { duration: 8, input_reference: AS_OBJECT }, '1024x1024', '5'],
	['xai', { size: '720x1280', frame_images: [], image_url: PNG_DATA_URL }, '854x480', '8'],
	[
		'gemini',
		form({ seconds: '4', size: '720x1280', input_reference: FILE }),
		// Of `size`, only the ratio is read.
		...(['720x1280', '8'] as const),
	],
	[
		'together',
		{ size: '1280x720', duration: 8, input_reference: AS_OBJECT, image: BASE64 },
		...(['1366x768', '5'] as const),
	],
	['deepinfra', { duration: 8, input_reference: AS_OBJECT, image: BASE64 }, '832x480', '5'],
	[
		'agnes',
		{ size: '1280x720', seconds: '8', duration: 8, input_reference: AS_OBJECT },
		...(['1152x768', '5'] as const),
	],
	['qiniu', { duration: 8, image: PNG_DATA_URL }, '1920x1080', '5'],
	['cliproxyapi', form({ input_reference: FILE }), '720x1280', '4'],
	['grok2api', form({ input_reference: FILE }), '720x1280', '6'],
	['dynamo', { duration: 8, image: PNG_DATA_URL }, '832x480', '5'],
	['apiyi', { duration: 8, input_reference: PNG_DATA_URL }, '720x1280', '4'],
];

/** Bodies that the server rejects, with the status and a part of its answer. */
const REJECTED: Array<[name: string, body: object, status: number, answer: unknown]> = [
	['apiyi', { seconds: 8 }, 400, { code: 'parse_request_failed' }],
	['cometapi', { size: '16:9', seconds: '8' }, 400, { code: 'InvalidParameter' }],
	['cometapi', form({ size: '1344x768' }), 400, { code: 'InvalidParameter' }],
	['cometapi', form({ seconds: '3' }), 400, { param: 'seconds' }],
	['cometapi', form({ input_reference: PNG_DATA_URL }), 400, { param: 'input_reference' }],
	['bifrost', form({}), 400, expect.anything()],
	['bifrost', { input_reference: AS_OBJECT }, 400, expect.anything()],
	['bifrost', { seconds: 8 }, 400, expect.anything()],
	['llmgateway', form({ seconds: '8' }), 415, { code: 'unsupported_media_type' }],
	['llmgateway', { seconds: '8' }, 400, zod(['seconds'], 'Expected number, received string')],
	['llmgateway', {}, 400, zod(['seconds'], 'Required')],
	['llmgateway', { seconds: 8, size: '640x480' }, 400, zod(['size'])],
	['llmgateway', { seconds: 8, input_reference: AS_OBJECT }, 400, { param: null }],
	['merge', form({ seconds: '8' }), 422, expect.anything()],
	['merge', { seconds: '8' }, 422, fieldDetail('seconds')],
	['aisix', form({}), 415, expect.anything()],
	['jsonnumber', form({}), 400, { message: expect.stringContaining('expected JSON') }],
	['jsonnumber', { seconds: '8' }, 400, { message: expect.stringContaining('type int64') }],
	['xai', form({}), 415, expect.any(String)],
	['xai', { duration: '8' }, 400, expect.stringContaining("'duration'")],
	['xai', { aspect_ratio: '21:9' }, 400, expect.any(String)],
	['xai', { image: PNG_DATA_URL }, 400, expect.stringContaining("'image'")],
	['gemini', { duration_seconds: '8' }, 400, { status: 'INVALID_ARGUMENT' }],
	['gemini', form({ duration_seconds: '5' }), 400, { status: 'INVALID_ARGUMENT' }],
	['gemini', form({ image: PNG_DATA_URL }), 400, { status: 'INVALID_ARGUMENT' }],
	['together', form({}), 400, expect.anything()],
	['together', { seconds: 8 }, 400, { param: 'seconds' }],
	['together', { width: '1280', height: '720' }, 400, { param: 'width' }],
	['together', { media: { frame_images: [AS_OBJECT] } }, 400, expect.anything()],
	['deepinfra', form({}), 422, expect.anything()],
	['deepinfra', { seconds: '8' }, 422, fieldDetail('seconds')],
	['deepinfra', { image_url: AS_OBJECT }, 422, fieldDetail('image_url')],
	['agnes', form({}), 400, expect.anything()],
	['agnes', { num_frames: 192 }, 400, { param: 'num_frames' }],
	['agnes', { image: PNG_DATA_URL }, 400, { param: 'image' }],
	['qiniu', form({}), 400, expect.anything()],
	['qiniu', { seconds: 8 }, 400, { param: 'seconds' }],
	['qiniu', { input_reference: AS_OBJECT }, 400, { param: 'input_reference' }],
	['cliproxyapi', { model: 'veo-3' }, 400, { code: 'invalid_request_error' }],
	['grok2api', { seconds: '6' }, 400, { message: 'Field required', param: 'model' }],
	['grok2api', form({ size: '1344x768' }), 400, { param: 'size' }],
	['grok2api', form({ seconds: '8' }), 400, { param: 'seconds' }],
	['dynamo', form({}), 415, expect.anything()],
	['dynamo', { seconds: '8' }, 400, { param: 'seconds' }],
	['dynamo', { input_reference: AS_OBJECT }, 400, { param: 'input_reference' }],
];

describe('A Create in the sandbox', () => {
	it.each(Object.entries(UNDERSTOOD))('is understood at /%s/v1', async (name, body) => {
		const sandbox = await startTestSandbox();
		const { takesImages } = familyFor(name);
		expect([200, 202]).toContain((await create(sandbox, name, body)).status);
		const [{ size, seconds, reference }] = sandbox.videos.values();
		expect([size, seconds]).toEqual(['1280x720', name === 'grok2api' ? '10' : '8']);
		expect(reference?.type).toBe(takesImages ? 'image/png' : undefined);
		if (['apiyi', 'presigned'].includes(name)) return; // there it must be as large as the video
		expect(reference?.bytes.equals(IMAGE)).toBe(takesImages ? true : undefined);
	});

	it.each(IGNORED)('loses what /%s/v1 does not know: %j', async (name, body, size, seconds) => {
		const sandbox = await startTestSandbox();
		expect([200, 202]).toContain((await create(sandbox, name, body)).status);
		expect([...sandbox.videos.values()]).toMatchObject([{ size, seconds }]);
		expect([...sandbox.videos.values()][0]).not.toHaveProperty('reference');
	});

	it.each(REJECTED)('is rejected at /%s/v1: %j', async (name, body, status, answer) => {
		const sandbox = await startTestSandbox();
		const response = await create(sandbox, name, body);
		expect(response.status).toBe(status);
		const [json] = [response.json].flat();
		expect({ answer: json.error ?? json.detail ?? json }).toMatchObject({ answer });
		expect(sandbox.videos.size).toBe(0);
	});

	it('is unknown at the spec’s path where the server has another', async () => {
		const sandbox = await startTestSandbox();
		const { status } = await sandbox.client('xai').call('POST', '/videos', minimalFields);
		expect(status).toBe(404);
	});
});

describe('sandbox xAI', () => {
	it('returns a request_id, 202 while pending, and then the URL of the file on another host', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { call, getVideo, getContent } = sandbox.client('xai');
		const { json: created } = await call('POST', '/videos/generations', minimalFields);
		expect(Object.keys(created)).toEqual(['request_id']);
		sandbox.advance(5);
		const pending = await getVideo(created.request_id);
		expect([pending.status, pending.json.status]).toEqual([202, 'pending']);
		sandbox.advance(5);
		const { status, json } = await getVideo(created.request_id);
		expect([status, json]).toMatchObject([200, { status: 'done', video: { duration: 8 } }]);
		expect(new URL(json.video.url).origin).toBe(sandbox.fileHost);
		expect((await getContent(created.request_id)).status).toBe(404);
	});

	it('lists the models that make videos apart from the others', async () => {
		const { call } = (await startTestSandbox()).client('xai');
		expect((await call('GET', '/models')).json.data).toHaveLength(1);
		const { json } = await call('GET', '/video-generation-models');
		expect(json.models[0]).toMatchObject({ id: 'sora-2', output_modalities: ['video'] });
	});
});

describe('sandbox Gemini', () => {
	it('wants a bearer token at its base URL, and the other header for a file beside it', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { baseUrl, startVideo, getVideo, getContent } = sandbox.client('gemini');
		const id = await startVideo();
		const { json } = await getVideo(id);
		expect(json.url).toMatch(/^http:\/\/[^/]+\/gemini\/files\/[^/]+:download\?alt=media$/);
		expect((await getContent(id)).status).toBe(404);

		const google = { 'x-goog-api-key': sandbox.apiKey };
		const bearer = { authorization: `Bearer ${sandbox.apiKey}` };
		const statusOf = async (url: string, headers: Record<string, string>) =>
			(await fetch(url, { headers })).status;
		expect(await statusOf(`${baseUrl}/models`, google)).toBe(400);
		expect(await statusOf(`${baseUrl}/models`, { ...google, ...bearer })).toBe(400);
		expect(await statusOf(json.url, bearer)).toBe(401);
		expect(await statusOf(json.url, { ...google, ...bearer })).toBe(401);
		expect(await statusOf(json.url, {})).toBe(403);
		expect(await statusOf(json.url, google)).toBe(200);
	});

	it('has the faults of the base URL at the file, too', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const id = await sandbox.client('gemini').startVideo();
		const { url } = (await sandbox.client('expired/gemini').getVideo(id)).json;
		expect(url).toContain('/expired/gemini/files/');
		expect((await sandbox.fetchFile(url)).status).toBe(410);
	});

	it('has a prefix before its models, which Create accepts with it and without it', async () => {
		const { call, postVideo } = (await startTestSandbox()).client('gemini');
		expect((await call('GET', '/models')).json.data[0].id).toBe('models/sora-2');
		for (const model of ['sora-2', 'models/sora-2']) {
			expect((await postVideo({ model })).json).toMatchObject({ status: 'processing' });
		}
	});

	it('returns errors in a list', async () => {
		const { getVideo } = (await startTestSandbox()).client('gemini');
		expect((await getVideo('none')).json).toEqual([
			{ error: { code: 404, message: expect.any(String), status: 'NOT_FOUND' } },
		]);
	});
});

describe('The sandbox file', () => {
	it('of a presigned URL refuses a key, and there are two', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { baseUrl, startVideo, getVideo } = sandbox.client('presigned');
		const { urls } = (await getVideo(await startVideo())).json.data;
		expect(urls).toHaveLength(2);
		expect(new URL(urls[0]).origin).toBe(new URL(baseUrl).origin);
		const headers = { authorization: `Bearer ${sandbox.apiKey}` };
		expect((await fetch(urls[0], { headers })).status).toBe(400);
		for (const url of urls) expect((await fetch(url)).status).toBe(200);
	});

	it('of APIYI comes too early the first time', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getContent } = sandbox.client('apiyi');
		const id = await startVideo();
		expect((await getContent(id)).status).toBe(400);
		expect((await getContent(id)).status).toBe(200);
	});

	it('of Dynamo is in the response to Create, and the video is not found later', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { postVideo, getVideo } = sandbox.client('dynamo');
		const { json } = await postVideo();
		expect(json).toMatchObject({ status: 'completed', progress: 100 });
		expect((await fetch(json.data[0].url)).status).toBe(200);
		expect((await getVideo(json.id)).status).toBe(404);
	});
});

describe('sandbox Bifrost', () => {
	it('lists videos only of a provider', async () => {
		const { call } = (await startTestSandbox()).client('bifrost');
		const { status, json } = await call('GET', '/videos');
		expect([status, json.error.message]).toEqual([400, 'provider query parameter is required']);
	});
});

describe('sandbox CLIProxyAPI', () => {
	it('returns a refused Create as a failed video that is not there', async () => {
		const sandbox = await startTestSandbox();
		const { postVideo, getVideo } = sandbox.client('cliproxyapi');
		const { status, json } = await postVideo({ model: 'veo-3' });
		expect([status, json]).toMatchObject([400, { object: 'video', status: 'failed' }]);
		expect((await getVideo(json.id)).status).toBe(404);
		expect(sandbox.videos.size).toBe(0);
	});
});

type Sandbox = Awaited<ReturnType<typeof startTestSandbox>>;

/** Sends a Create with a model and a prompt besides these fields. */
async function create(sandbox: Sandbox, name: string, body: object) {
	const { createPath } = familyFor(name);
	const all = body instanceof FormData ? body : { ...minimalFields, ...body };
	return await sandbox.client(name).call('POST', createPath, all);
}

function form(fields: Record<string, string | File>): FormData {
	return formData({ ...minimalFields, ...fields });
}

function zod(path: string[], message: unknown = expect.any(String)) {
	return { issues: [expect.objectContaining({ path, message })], name: 'ZodError' };
}

function fieldDetail(name: string) {
	return [expect.objectContaining({ loc: ['body', name] })];
}
