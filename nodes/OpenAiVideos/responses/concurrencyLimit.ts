import { parseErrorBody } from './errorBody';
import { isNetworkError } from './response';
import type { HttpResult } from './response';

const AT_ONCE =
	'(?:concurren(?:t|tly|cy|cies)|parallel|simultaneous(?:ly)?|in.?flight|at (?:once|a time|the same time))';
const LIMIT =
	'(?:limit\\w*|max\\w*|exceed\\w*|too (?:many|high)|reached|at most|up to|only|more than|full|quota)';
const VIDEOS = '(?:tasks?|jobs?|videos?|generations?|requests?|predictions?|renders?)';
const BEING_MADE =
	'(?:running|active|pending|queued|ongoing|unfinished|processing|outstanding|in.?(?:progress|process|flight)|being (?:processed|generated|made))';

/** A server refuses a further video while others are being made: no rate, which a minute would cure. */
const PATTERNS = [
	// Codes: `max_parallel_requests`, `ConcurrencyLimitExceeded`, `TooManyRunningTasks`.
	/max_?parallel|concurren(?:t|cy)[a-z_]{0,20}(?:limit|exceed|quota)|(?:limit|exceed)[a-z_]{0,20}concurren|too_?many_?(?:running|concurrent|parallel|active|pending|queued|ongoing)/i,
	// Together with a word for videos, as in "parallel task over resource pack limit".
	new RegExp(`\\b${LIMIT}\\b[^.;]{0,60}\\b${AT_ONCE}\\b[^.;]{0,30}\\b${VIDEOS}\\b`, 'i'),
	new RegExp(`\\b${AT_ONCE}\\b[^.;]{0,30}\\b${VIDEOS}\\b[^.;]{0,40}\\b${LIMIT}\\b`, 'i'),
	new RegExp(`\\b${LIMIT}\\b[^.;]{0,60}\\b${VIDEOS}\\b[^.;]{0,30}\\b${AT_ONCE}\\b`, 'i'),
	new RegExp(`\\b${VIDEOS}\\b[^.;]{0,20}\\b${AT_ONCE}\\b[^.;]{0,40}\\b${LIMIT}\\b`, 'i'),
	/\bconcurrency\b[^.;]{0,30}\b(?:limit\w*|exceed\w*|too high|reached|full|quota)|\b(?:limit\w*|exceed\w*|max\w*|reached)\b[^.;]{0,30}\bconcurrency\b/i,
	new RegExp(`\\btoo many (?:\\w+ )?${BEING_MADE}\\b|\\btoo many ${VIDEOS} ${BEING_MADE}\\b`, 'i'),
	new RegExp(
		`\\b${LIMIT}\\b[^.;]{0,40}\\b${BEING_MADE} ${VIDEOS}\\b|\\b${BEING_MADE} ${VIDEOS}\\b[^.;]{0,40}\\b${LIMIT}\\b`,
		'i',
	),
	new RegExp(
		`\\b(?:already|another|previous|other)\\b[^.;]{0,40}\\b${VIDEOS}\\b[^.;]{0,30}\\b${BEING_MADE}\\b`,
		'i',
	),
	new RegExp(`\\balready\\b[^.;]{0,30}\\b${BEING_MADE}\\b[^.;]{0,20}\\b${VIDEOS}\\b`, 'i'),
	// Not "wait for the video to complete", which is about the video that a Remix starts from.
	new RegExp(
		`\\bwait\\b[^.;]{0,20}\\b(?:other|previous|existing|current|running|active|one of)\\b[^.;]{0,20}\\b(?:tasks|jobs|videos|generations|requests)\\b`,
		'i',
	),
	/(?:并发|並發|并行|並行|同时|同時)[^。；;]{0,20}(?:超|上限|限制|过多|過多|过高|最多|已满|達|达到)/,
	/(?:最多|只能|超过|超過|超出|上限)[^。；;]{0,20}(?:并发|並發|并行|並行|同时|同時)/,
	/(?:任务|任務|视频|影片|タスク)[^。；;]{0,10}(?:数|數|数量)?[^。；;]{0,6}(?:超限|超出|超过|超過|已达上限|达到上限|過多|过多|已满|已滿)/,
	/(?:正在|进行中|運行中|运行中|处理中|排队)[^。；;]{0,12}(?:任务|任務|视频)[^。；;]{0,16}(?:超|上限|过多|過多|最多|已满|完成后|等待)/,
	/동시[^.;]{0,30}(?:초과|제한|최대)|(?:초과|제한|최대)[^.;]{0,30}동시/,
	/(?:одновременн|параллельн)[^.;]{0,60}(?:лимит|превыш|максим|огранич)|(?:лимит|превыш|максим|огранич|слишком много)[^.;]{0,60}(?:одновременн|параллельн)/i,
	/(?:gleichzeitig|parallel|simult[aá]n)[^.;]{0,60}(?:limit|l[ií]mite|maxim|grenze|überschritten|superad)|(?:limit|l[ií]mite|maxim|h[oö]chstens|zu viele|demasiad|trop de)[^.;]{0,60}(?:gleichzeitig|simult[aá]n)/i,
];

/** Of a rate, a price plan's total, or a wrong field. */
const SOMETHING_ELSE =
	/\bimages?\b|\bper.?(?:second|minute|hour|day|month)\b|\/ ?(?:min|s|hour|day)\b|\b(?:rpm|rps|tpm|daily|monthly)\b|insufficient|balance|credits?\b|prompt|每(?:分钟|秒|天|日)/i;

/** Words that mean nothing else, also beside those of a rate. */
const EXPLICIT =
	/max_?parallel|concurren|parallel|simultaneous|too many running|running tasks|并发|並發/i;

const MAX_TEXT_LENGTH = 1_000;

/** Statuses that say something else, whatever the words are. */
const OTHER_STATUSES = [401, 402, 404, 405, 410, 413, 415];

/**
 * Whether a Create was refused because the account makes as many videos as it may at once: nothing was
 * created, and the next one is taken when one of them is done.
 */
export function isConcurrencyLimit(result: HttpResult): boolean {
	if (isNetworkError(result)) return false;
	const { statusCode, body } = result;
	if (statusCode < 400 || OTHER_STATUSES.includes(statusCode)) return false;
	// Any other 5xx may come after the video was accepted.
	if (statusCode >= 500 && ![503, 529].includes(statusCode)) return false;
	const { code, type, message } = parseErrorBody(body);
	const text = [code, type, message].filter(Boolean).join(' ; ').slice(0, MAX_TEXT_LENGTH);
	// The previous request may be this very one.
	if (statusCode >= 500 && /time.?out|timed out|previous request/i.test(text)) return false;
	return (
		PATTERNS.some((pattern) => pattern.test(text)) &&
		(EXPLICIT.test(text) || !SOMETHING_ELSE.test(text))
	);
}
