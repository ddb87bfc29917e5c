import { parseErrorBody } from './errorBody';
import { isHtml } from './response';
import type { HttpResponse } from './response';

/** What a video's file may be called. */
const FILE =
	'(?:(?:response )?data|videos?|files?|outputs?|ur[li]s?|links?|media|content|results?|samples?|assets?|artifacts?|generations?)';
/** What may stand before it. */
const KIND =
	'(?:(?:such|valid|usable|final|output|response|result|generated|generation|video|media|file|download|downloadable|upstream|provider) )';

/** Within one sentence: a dot in a name does not end it. */
const GAP = '(?:[^.;]|\\.(?=\\w))';

/** How servers say that a completed video has no file. */
const NO_FILE = [
	`\\bno ${KIND}{0,2}${FILE}\\b`,
	`(?:\\bnot|n['’]t) (?:include|contain|return|produce|provide|have|yield|generate|give)\\b[^;]{0,40}\\b${FILE}\\b`,
	`\\b${FILE}\\b${GAP}{0,40}(?:\\b(?:not|never)|n['’]t) (?:been )?(?:generated|produced|created|found|available|exist|included|returned|provided|stored|set)\\b`,
	`\\b(?:missing|without|empty|lacks?)\\b${GAP}{0,30}\\b${FILE}\\b`,
	`\\b${FILE}\\b${GAP}{0,20}\\b(?:missing|empty|null|none|undefined|gone|lost|deleted|removed)\\b`,
	`(?:\\b(?:fail(?:ed|ure)?|unable|cannot|error)|\\bnot|n['’]t)\\b${GAP}{0,20}\\b(?:fetch|retriev|download|get|read|load|find|locat|open|access|obtain)[a-z]*\\b${GAP}{0,40}\\b${FILE}\\b`,
	'(?:没有|无|缺少|未生成|未返回|未找到|找不到).{0,8}(?:视频|文件|输出|结果|内容|链接|地址)',
	'(?:视频|文件|输出|结果|内容|链接|地址).{0,8}(?:不存在|为空|缺失|丢失|未生成|未找到)',
	'(?:获取|下载|拉取|读取).{0,8}(?:视频|文件|内容|结果).{0,6}失败',
].map((pattern) => new RegExp(pattern, 'i'));

/** What may pass: trouble on the way to the file, or a file that is still being made. */
const PASSING =
	/time.?d?.?out|deadline|temporar|\btry\b|\bretry|later|connect|reset|refused|unavailable|overload|busy|too many|rate.?limit|\bEOF\b|broken pipe|\b(?:429|50[234])\b|queue|progress|processing|pending|not ready|\byet\b|超时|稍后|重试/i;

/** A web page is a proxy's, and says nothing of a file. */
const messageOf = ({ body }: HttpResponse): string =>
	isHtml(body) ? '' : (parseErrorBody(body).message ?? '');

const wordsOf = (response: HttpResponse): string =>
	`${parseErrorBody(response.body).code ?? ''} ${messageOf(response)}`;

/** Whether the server says that a completed video has no file, and not that the file is out of reach for now. */
export function saysNoFile(response: HttpResponse): boolean {
	const words = wordsOf(response);
	return NO_FILE.some((pattern) => pattern.test(words)) && !PASSING.test(messageOf(response));
}

/** Whether the server says that the video has ended without a file, whatever it said of its status. */
export const saysFailed = (response: HttpResponse): boolean =>
	/\bstatus\b[^a-z]{1,5}(?:fail(?:ed|ure)|error|expired|cancell?ed)\b/i.test(wordsOf(response));

/** Whether the server says that it does not have this file of a video beside the video itself. */
export function saysNoVariant(response: HttpResponse): boolean {
	const words = wordsOf(response);
	return (
		/variant|thumbnail|sprite.?sheet|preview/i.test(words) &&
		/\bnot?\b|n['’]t\b|unsupported|unknown|unrecognized|invalid|missing|不支持|不存在/i.test(
			words,
		) &&
		!PASSING.test(messageOf(response))
	);
}

/** A gateway's protection against requests to its own network, which meets its own fetch of the file. */
const FETCH_BLOCKED = new RegExp(
	`\\bssrf\\b|private (?:ip|address|network)|\\b(?:port|ip|host|hostname|domain|address|url|scheme)\\b${GAP}{0,80}\\b(?:not allowed|not permitted|blocked|disallowed|restricted)`,
	'i',
);

/** Whether the server's own settings do not let it fetch the file from where it is. */
export function isFetchBlocked(response: HttpResponse): boolean {
	const words = wordsOf(response);
	const isRefused =
		[400, 401, 403, 422].includes(response.statusCode) || response.statusCode >= 500;
	return isRefused && FETCH_BLOCKED.test(words) && !/\b(?:your|client)\b/i.test(words);
}

const WRAPPED_STATUS =
	/(?:status|code|http(?:\/[\d.]{1,3})?|returned|responded|response|error|got|received)[^\d.;]{0,20}\b(401|403|404|410)\b(?! ?(?:ms|s|sec|seconds|bytes|[kmg]b)\b)/i;
const LEADING_STATUS =
	/\b(401|403|404|410):? (?:client error|unauthorized|forbidden|not found|gone)/i;

/** The refusal that a gateway passes on in the words of a 5xx: the status of the server behind it. */
export function wrappedRefusal(response: HttpResponse): number | undefined {
	const { code } = parseErrorBody(response.body);
	if (code !== undefined && /^(?:401|403|404|410)$/.test(code)) return Number(code);
	const words = wordsOf(response);
	const found = WRAPPED_STATUS.exec(words) ?? LEADING_STATUS.exec(words);
	return found ? Number(found[1]) : undefined;
}
