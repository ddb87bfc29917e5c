import { serverOf } from '../../nodes/OpenAiVideos/http/server.ts';

const styleOf = (baseUrl: string, apiStyle = 'auto') => serverOf({ baseUrl, apiStyle }).style.name;

describe("the API style 'Automatic'", () => {
	it.each([
		['https://openrouter.ai/api/v1', 'OpenRouter'],
		['https://OpenRouter.ai/api/v1/videos/', 'OpenRouter'],
		['https://api.ofox.ai/v1', 'OpenRouter'],
		['https://gateway-api.mastra.ai/v1', 'OpenRouter'],
		['https://api.zveno.ai/v1', 'OpenRouter'],
		['https://api.x.ai', 'xAI'],
		['https://generativelanguage.googleapis.com/v1beta/openai', 'Google Gemini'],
		['https://api.together.ai/v2', 'Together AI'],
		['https://api.together.xyz/v2', 'Together AI'],
		['https://api.deepinfra.com/v1/openai', 'DeepInfra'],
		['https://api.llmgateway.io/v1', 'LLM Gateway'],
		['https://api-gateway.merge.dev/v1', 'Merge Gateway'],
		['https://api.cometapi.com/v1', 'CometAPI'],
		['https://apihub.agnes-ai.com/v1', 'Agnes AI'],
		['https://api.qnaigc.com/v1', 'Qiniu'],
		['https://inference.do-ai.run/v1', 'DigitalOcean'],
	])('knows the server at %s', (baseUrl, name) => {
		expect(styleOf(baseUrl)).toBe(name);
	});

	it.each([
		'https://gateway.example.com/v1',
		'https://openrouter.ai.example.com/api/v1',
		'https://fakeopenrouter.ai/api/v1',
		'https://api.x.ai.evil.example/v1',
		'https://example.com/openrouter.ai/v1',
		'https://example.com/v1?host=api.x.ai',
		'http://127.0.0.1:4010/v1',
		'https://constructor/v1',
	])("asks every other server as OpenAI's form: %s", (baseUrl) => {
		expect(styleOf(baseUrl)).toBe('OpenAI (Form)');
	});

	it.each([
		['https://openrouter.ai', 'https://openrouter.ai/api/v1'],
		[
			'https://generativelanguage.googleapis.com/',
			'https://generativelanguage.googleapis.com/v1beta/openai',
		],
		['https://api.together.ai', 'https://api.together.ai/v2'],
		['https://api.deepinfra.com', 'https://api.deepinfra.com/v1/openai'],
		['https://gateway.example.com', 'https://gateway.example.com/v1'],
	])('knows the path of the server, if only its host was entered: %s', (entered, baseUrl) => {
		expect(serverOf({ baseUrl: entered }).baseUrl).toBe(baseUrl);
	});

	it('gives way to a style that is chosen', () => {
		expect(styleOf('https://openrouter.ai/api/v1', 'openai')).toBe('OpenAI (Form)');
		expect(styleOf('https://gateway.example.com/v1', 'xai')).toBe('xAI');
	});
});

describe('a credential', () => {
	const baseUrl = 'https://gateway.example.com/v1';
	const custom = { baseUrl, apiStyle: 'custom' };
	const header = (name: string, value: string) => ({
		baseUrl,
		headers: { values: [{ name, value }] },
	});

	it.each([
		[{ baseUrl, apiStyle: 'midjourney' }, /^'API Style' is not one of auto, openai, .*midjourney/],
		[{ baseUrl, apiStyle: 'toString' }, /^'API Style' is not one of/],
		[{ ...custom, sizeAs: 'pixels' }, /^'Size As' is not one of size, sizeOrRatio, .*pixels/],
		[{ ...custom, createPath: 'https://example.com/videos' }, /^'Create Path' is not a path/],
		[{ ...custom, createPath: '/../admin' }, /^'Create Path' is not a path/],
		[{ ...custom, createPath: '/videos?x=1' }, /^'Create Path' is not a path/],
		[header('Authorization', 'Bearer sk-1'), /^The header 'Authorization' cannot be set here/],
		[header('host', 'example.com'), /^The header 'host' cannot be set here/],
		[header('Content-Length', '5'), /^The header 'Content-Length' cannot be set here/],
		[header('', 'a'), /^A header has a value, but no name/],
		[header('x key', 'a'), /^A header cannot have this name: x …/],
		[header('Content-Type', 'application/json'), /^The header 'Content-Type' cannot be set here/],
		[header('Idempotency-Key', '1'), /^The header 'Idempotency-Key' cannot be set here/],
		[header('x-key', 'a\r\nx-other: b'), /^The value of the header 'x-key' has a line break/],
		[header('x-key', 'a\u2026'), /^The value of the header 'x-key' has .* no header may have/],
		[{ baseUrl, apiKey: 'sk-1\nsk-2' }, /^'API Key' has a line break/],
	])('that cannot work says so: %j', (credentials, message) => {
		expect(() => serverOf(credentials)).toThrow(message);
	});

	it.each([
		header('x-key', 'top\nsecret'),
		header('x-api-key: secret', ''),
		header('Bearer secret', ''),
		{ ...custom, createPath: '/videos?api_key=secret' },
	])('never shows a secret that was entered in the wrong place: %j', (credentials) => {
		expect(() => serverOf(credentials)).toThrow();
		expect(() => serverOf(credentials)).not.toThrow(/secret/);
	});
});
