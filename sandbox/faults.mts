/** The faults that the base URL or the header can request, and what they do. */
export const FAULTS = {
	'rate-limit':
		'the first Create of each video and the first look at it answer 429 with Retry-After',
	'server-error': 'each GET first answers 500; a Create always does, and makes nothing',
	html: 'the same with the 502 page of a web server',
	'cut-body': 'the first download of each file breaks off half-way',
	slow: 'each answer is held back 3 s',
	moderation: 'every video made fails with moderation_blocked',
	expired: 'no file can be had any more: 410 video_expired',
	'never-done': 'the videos made stay at 99 %',
	'accept-then-drop': 'a Create is accepted, then the connection is cut without an answer',
} as const;

/** The faults above, two that only `faultFor` can choose, and those of one server family. */
export type FaultName =
	| keyof typeof FAULTS
	| 'short-body'
	| 'html-200'
	| (string & Record<never, never>);

export const FAULT_HEADER = 'x-sandbox-fault';

export const FAULT_NAMES = Object.keys(FAULTS);

export const isFault = (name: string): boolean => Object.hasOwn(FAULTS, name);
