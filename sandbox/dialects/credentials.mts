/** For servers that take OpenAI's fields in JSON, but an image as text. */
export const IMAGE_AS_TEXT = {
	apiStyle: 'custom',
	createPath: '/videos',
	bodyFormat: 'json',
	sizeAs: 'size',
	secondsAs: 'seconds',
	imageField: 'input_reference',
	imageAs: 'text',
};
