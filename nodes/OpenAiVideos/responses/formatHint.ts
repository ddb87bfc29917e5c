import type { BodyFormat } from '../apiStyle';
import { parseErrorBody } from './errorBody';
import type { HttpResponse } from './response';
import { parseVideo } from './video';

/** What a refusal asks for: another body, the length as a number, or the image as text. */
export type FormatHint = 'json' | 'multipart' | 'secondsNumber' | 'imageText';

/** The statuses of a request that was refused as it is written: nothing was created. */
const REFUSALS = [400, 415, 422];

/** Fields that every Create has: whoever misses one has not read the body. */
const MISSING_FIELD = [
	/\b(?:prompt|model)\b['"`]?[:,]?\s+(?:['"]?msg['"]?: ['"])?(?:field |parameter )?(?:is |was )?(?:a )?(?:required|missing|not provided|empty|cannot be (?:empty|blank))(?: (?:field|parameter))?['"]?[.!]*(?:$|[;,}])/i,
	/\b(?:missing|required)\b(?: required)? (?:field|parameter|property)s?:? ['"`]?(?:body\.)?(?:prompt|model)\b['"`]?[.!]*$/i,
];

const NUMBER = '(?:number|numeric|integer|int\\d*|[iuf]\\d\\d|float)';
const MUST_BE = '(?:must be|should be|has to be|needs to be|expects?|expected|is not)';

/** How servers word it, matched against the code and the message of the error. */
const PATTERNS: Record<BodyFormat, Array<[hint: FormatHint, patterns: RegExp[]]>> = {
	multipart: [
		[
			'json',
			[
				/\bapplication\/json\b/i,
				/\b(?:body|request|payload|input)\b[^.;]{0,40}\b(?:must|should|has to|is not|expected)\b[^.;]{0,30}\bjson\b/i,
				/\bexpect(?:s|ed|ing)?\b[^.;]{0,20}\bjson\b(?! (?:number|string|array|value))/i,
				/^(?:invalid|malformed|bad)[ _]json\b/i,
				/\b(?:send|use|only|accepts|takes) (?:\w+ )?json\b/i,
				/\bjson (?:is |body )?(?:only|required|expected)\b/i,
				/\bis not valid json\b|\bunexpected token\b[^;]{0,60}\bin json\b|\bas json\b/i,
				/\binvalid character '-'/i,
				/^(?:body: )?(?:input should be a valid dict|value is not a valid dict|expected object)/i,
				// SGLang up to 0.5.8 takes a form with an image only.
				/\binput_reference\b[^.;]{0,20}\brequired\b/i,
			],
		],
		['json', MISSING_FIELD],
	],
	json: [
		[
			'secondsNumber',
			[
				new RegExp(`\\bseconds\\b[^;]{0,60}\\b${MUST_BE}\\b[^.;]{0,30}\\b${NUMBER}\\b`, 'i'),
				new RegExp(`\\bcannot unmarshal\\b[^;]{0,120}\\bseconds of type ${NUMBER}\\b`, 'i'),
			],
		],
		[
			'imageText',
			[
				new RegExp(
					`\\binput_reference\\b[^;]{0,60}\\b${MUST_BE}\\b[^.;]{0,30}\\b(?:string|text|str)\\b`,
					'i',
				),
				/\bcannot unmarshal\b[^;]{0,120}\binput_reference of type string\b/i,
			],
		],
		[
			'multipart',
			[
				/\bmultipart\b|\bform-?data\b/i,
				/\b(?:must|should|expected?|send|use|only|as)\b[^.;]{0,20}\bform\b(?! of)/i,
			],
		],
		['multipart', MISSING_FIELD],
	],
};

/**
 * What a refusal says about how the request must be written; undefined if it is none, or about something
 * else. A response that names a video is none, whatever its status.
 */
export function readFormatHint(
	{ statusCode, body }: HttpResponse,
	sent: BodyFormat,
): FormatHint | undefined {
	if (!REFUSALS.includes(statusCode) || parseVideo(body) !== undefined) return undefined;
	const { code = '', message = '' } = parseErrorBody(body);
	const hint = PATTERNS[sent].find(([, patterns]) =>
		patterns.some((pattern) => pattern.test(code) || pattern.test(message)),
	)?.[0];
	if (hint) return hint;
	return statusCode === 415 ? (sent === 'json' ? 'multipart' : 'json') : undefined;
}
