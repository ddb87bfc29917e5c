import { CHECK_BASE_URL } from './messages';
import { VideosError } from './nodeError';
import type { ErrorInfo } from './nodeError';

/** What a Create's result means where its status alone says something else. */
export type CreateOutcome =
	| 'tooManyAtOnce'
	| 'knownIdempotencyKey'
	| 'repeatedByGateway'
	| 'notInList'
	| 'webSite'
	| 'perhapsWebSite';

const OUTCOMES: Record<CreateOutcome, ErrorInfo> = {
	tooManyAtOnce: {
		message: 'The account makes as many videos as it may at once',
		isRerunnable: true,
		rerunHint:
			"For many items, use Generate with the option 'Videos at a Time': it starts the next one when one is done.",
		billing: 'nothingCreated',
	},
	knownIdempotencyKey: {
		message: 'The server knows the idempotency key of this request from an earlier one',
		nextStep:
			"This request created nothing, but the earlier one may have created a video: look for it on the server (its list, log or bill). If it is not there, run the workflow anew instead of using 'Retry': then the request has another key.",
	},
	repeatedByGateway: {
		message:
			'A gateway sent this request on more than once, so a video may exist and be billed although the last attempt failed',
		billing: 'uncertain',
	},
	webSite: {
		message: "'Base URL' is the address of a web site, not of an API: it answers with web pages",
		nextStep: CHECK_BASE_URL,
		billing: 'nothingCreated',
	},
	perhapsWebSite: {
		message:
			"'Base URL' may be the address of a web site, not of an API; if it is an API, the video may exist and be billed",
		nextStep: CHECK_BASE_URL,
		billing: 'uncertain',
	},
	notInList: {
		message: 'The server takes no videos now, and nothing like this one is in its list so far',
		nextStep:
			'Look at the list once more before you run this again: the video may come into it later.',
	},
};

/** The same error in the words of its outcome. */
export function withOutcome({ info }: VideosError, outcome: CreateOutcome): VideosError {
	const { statusCode, serverMessage, technicalDetail, video } = info;
	return new VideosError({
		...OUTCOMES[outcome],
		statusCode,
		serverMessage,
		technicalDetail,
		video,
	});
}
