import { clock } from '../clock';
import { parseErrorBody } from './errorBody';
import type { HttpResponse } from './response';
import { readRetryAfter } from './response';

/** Errors that each server phrases differently, and that a user can do something about. */
export type KnownError =
	| 'insufficientQuota'
	| 'keyLimitReached'
	| 'accountBlocked'
	| 'imageSizeMismatch'
	| 'contentPolicy'
	| 'modelPriceMissing'
	| 'modelNotAllowed'
	| 'modelNotFound'
	| 'invalidKey'
	| 'bodyTooLarge'
	| 'outOfMemory'
	| 'upstreamUnreachable'
	| 'workerGone'
	| 'unavailable'
	| 'notSupported'
	| 'brokenBeforeSending';

interface KnownErrorPattern {
	name: KnownError;
	pattern: RegExp;
	unless?: RegExp;
}

/** A model, with or without its name. */
const MODEL = '\\bmodels?\\b[\\s:=]{0,3}["\'`]?[\\w./:@-]{0,80}["\'`]?';

/** Patterns for the server's code, type and message, tried in this order. */
const KNOWN_ERRORS: KnownErrorPattern[] = [
	{
		name: 'imageSizeMismatch',
		pattern:
			/(image|reference|picture|inpaint).{0,60}(match.{0,60}(size|width|height|resolution|dimension)|(must|should|expected).{0,40}(width|height|resolution|dimension|pixel))/i,
		unless: /\d ?[kmg]i?b\b|bytes|file size/i,
	},
	{
		name: 'contentPolicy',
		pattern:
			/moderation_blocked|(content|by|failed|our|blocked|flagged).{0,20}moderation|moderation.{0,20}(block|reject|flag|fail|system|filter|polic|refus)|content.{0,2}(polic|filter)|sentinel_block|safety.{0,2}(system|filter|polic|check|rule|guideline)|usage.{0,2}(polic|guideline)|community.{0,2}guideline|sensitive[ _-]?(content|word|info)|sensitivecontent|promptpolicy|policy.?violation|violat.{0,30}(guideline|polic|rule|terms|standard)|data.?inspection.?failed|risk.?control|responsible.?ai|\bnsfw\b|(inappropriate|prohibited|unsafe|harmful) (content(?!.?type)|prompt|image|material|word)|(illegal|explicit|copyrighted?) (content(?!.?type)|material)|内容审核|审核(未|不)通过|(?<!大小写)敏感|(?<!参数)违规|风控|涉黄|涉政/i,
		unless:
			/unknown (parameter|word|field)|unrecognized|rate.?limit|\b(service|api|check|system)\b.{0,20}(unavailable|timed? ?out|is down|unreachable)/i,
	},
	{
		name: 'modelPriceMissing',
		pattern:
			/model_price_error|model.{0,80}(price|ratio).{0,40}(not.{0,10}(set|configured|found)|missing)|(price|ratio).{0,40}(not.{0,10}(set|configured)|missing).{0,80}model|(模型|倍率|价格).{0,20}未配置/i,
	},
	{
		name: 'keyLimitReached',
		pattern:
			/token_quota|token quota|budget.{0,30}(exceeded|reached|exhausted)|exceeded.{0,20}budget|(key|token).{0,40}(usage|spend(ing)?|credit) (limit|cap)|(usage|spend(ing)?|credit) (limit|cap).{0,40}(reached|exceeded|hit)|(reached|exceeded|over|hit).{0,20}(usage|spend(ing)?|credit) (limit|cap)|令牌额度|令牌.{0,10}(用尽|不足)/i,
		unless: /per.?(second|minute)|requests per|\/ ?min|concurren|parallel/i,
	},
	{
		name: 'insufficientQuota',
		pattern:
			/exhausted balance|resource pack|free tier.{0,60}exhausted|call volume quota|(plan|key) limit (reached|exceeded)|arrearage|SetLimitExceeded|reached the set.{0,20}limit|(点数|积分|额度|余额)(不足|失败|已用)|预扣费|insufficient.{0,6}(user.?)?(quota|balance|credit|fund)|exceeded.{0,20}quota|(quota|credits?|balance).{0,20}(exceeded|exhausted|used up|too low|depleted|not enough|insufficient)|not enough.{0,10}(quota|balance|credit|fund)|billing_hard_limit|billing_error|out of credit|no credit|(doesn't|does not|don't|do not) have (any |enough )(credit|balance|fund)|overdue balance|balance.{0,10}overdue|payment.{0,3}required|in arrears|欠费|余额不足|额度不足|余额.{0,6}(不足|用尽)/i,
		// Rate limits are phrased similarly.
		unless: /rate.?limit(?!error)|per.?(second|minute|hour|day)|requests per|\/ ?min/i,
	},
	{
		name: 'accountBlocked',
		pattern:
			/(account|organi[sz]ation|project|workspace|user (is|has been|was)).{0,40}(under review|suspended|banned|disabled|deactivated|archived|frozen|blocked|terminated|no longer (accessible|active))|账(户|号).{0,10}(封禁|禁用|冻结)|用户.{0,6}封禁/i,
		unless: /has not been used/i,
	},
	{
		name: 'modelNotAllowed',
		pattern: new RegExp(
			`key_model_access_denied|(?:no|not have) access to (?:the )?${MODEL}|(?:account|organi[sz]ation|project|team).{0,30}(?:not|n't).{0,10}activated.{0,10}model|must be verified to use (?:the )?${MODEL}|${MODEL} is not (?:available|allowed|enabled) (?:for|to|with) (?:this|your) (?:api )?(?:key|token|account|plan|project)|not (?:allowed|authorized|permitted) to (?:use|access|call) (?:the |this )?model|无权(?:访问|使用).{0,10}模型`,
			'i',
		),
	},
	{
		name: 'modelNotFound',
		pattern: new RegExp(
			[
				'model_not_found|missing_model|model mismatch|no available channel|no endpoints? found for|无可用渠道|无可用的?渠道|可用渠道失败|DeploymentNotFound|unable to access model|模型.{0,20}(?:已下线|暂不可用|不存在|不支持|未找到)|不支持.{0,10}模型',
				`${MODEL}\\s{0,3}(?:(?:does not|doesn't|do not) exist|(?:is |was |are |has been )?(?:not (?:found|exist|supported(?! with)|available(?!.{0,20}(?:now|moment|temporar))|recognized|a (?:valid )?video model)|unsupported|unknown|invalid|deactivated|deprecated|retired|shut ?down))`,
				'(?:unknown|invalid|unsupported|no such)(?: video)? model(?!\\s+(?:parameter|option|setting|field|argument))',
				'is not a (?:valid )?(?:video )?(?:generation )?model\\b',
				'no (?:such )?(?:model|deployment)s? (?:named|called|found|available|exists?)',
			].join('|'),
			'i',
		),
	},
	{
		name: 'invalidKey',
		pattern:
			/invalid_api_key|expired_key|no_db_connection|(incorrect|invalid|wrong|expired|revoked) (api.?key|(access |auth |bearer )?token\b)|(missing|unknown|bad) (api.?key|(access |auth |bearer )token\b)|(api.?key|access token|bearer token|令牌|密钥).{0,40}(invalid|incorrect|expired|revoked|not (valid|found|recognized)|missing|required|disabled|无效|过期|失效|不存在|已禁用|不可用)|no (api.?)?key (passed|provided|found)|authentication (error|failed|required)|not authenticated|\bunauthori[sz]ed\b|无效的(令牌|密钥)|未提供令牌/i,
		unless: /\bnot unauthori|csrf|token at|upload.?token|token.?(limit|count)|max.?tokens/i,
	},
	{
		name: 'bodyTooLarge',
		pattern:
			/(request|payload|body|entity|file|image|upload).{0,30}(is |was )?too (large|big)|too large.{0,20}(request|payload|body|entity|file|image)|exceeds?.{0,30}(maximum|max|allowed|limit).{0,20}(body|request|payload|upload|file) ?size|(body|request|payload|upload|file) ?size.{0,30}(exceed|larger than|over the limit)|maximum (body|request|payload|upload) (size|length)/i,
		unless: /\b(response|result|output|generated)\b/i,
	},
	{
		name: 'outOfMemory',
		pattern:
			/out of memory|\boom\b|cuda error.{0,40}memory|not enough (gpu |video )?memory|显存不足/i,
	},
	{
		name: 'upstreamUnreachable',
		pattern:
			/connection refused|ECONNREFUSED|no such host|no route to host|network is unreachable|dial tcp.{0,120}(timeout|refused|unreachable)|tls handshake timeout|connect call failed|cannot connect to host|(temporary failure in )?name resolution|getaddrinfo|ENOTFOUND|reset reason: connection (failure|refused|timeout)|reset reason: overflow|failure to get a peer|\bx509\b|no healthy upstream/i,
		// Its database or the user's image is not the provider.
		unless:
			/image|download|media|input_reference|database|redis|mysql|postgres|mongo|:(?:3306|5432|6379|27017)\b/i,
	},
	{
		name: 'workerGone',
		pattern:
			/(worker|scheduler|engine|backend).{0,30}(exited|died|dead|gone|not running|not alive)|engine_?dead|restart the server/i,
	},
	{
		name: 'unavailable',
		pattern:
			/overloaded|no server is available|at capacity|over capacity|server (is )?(too )?busy|queue.{0,10}(is )?full|no (available )?(account|worker|server|instance|backend|replica|gpu|provider|deployment)s?\b.{0,20}(available|free|left|found|configured|online|alive|ready|$)|no auth available|auth_unavailable|no available (account|worker|server|instance|backend|replica|gpu|provider)s?|upstream.{0,30}(429|529|503)\b|model.{0,40}(is )?(still |currently )?(loading|not (loaded|ready))|负载.{0,6}饱和|服务(器)?繁忙|没有可用的?(账号|账户|渠道)/i,
	},
	{
		name: 'notSupported',
		pattern:
			/not.{0,5}implemented|(is |are )?not (yet |currently )?supported\b|does ?n[o']t support|do(es)? not support|unsupported (operation|endpoint|method|action|feature)|暂不支持|不支持该/i,
	},
	{
		name: 'brokenBeforeSending',
		pattern: /new_api_panic|panic detected/i,
	},
];

/** The server's code, type and message in one text. */
function textOf(body: unknown): string {
	const { code, type, message } = parseErrorBody(body);
	// The address of a page on rate limits says nothing of this error.
	return [code, type, message]
		.filter(Boolean)
		.join(' ')
		.replace(/https?:\/\/\S+/g, '');
}

/** The known error that a response body, or a failed video's `error`, describes. */
export function matchKnownError(body: unknown): KnownError | undefined {
	const text = textOf(body);
	return KNOWN_ERRORS.find(
		({ pattern, unless }) => pattern.test(text) && !(unless?.test(text) ?? false),
	)?.name;
}

/** Of an account or a key without credit. */
const CREDIT_ERRORS: Array<KnownError | undefined> = ['insufficientQuota', 'keyLimitReached'];

/** Who is asked to come back later than this has no credit until then; it is not about too many requests. */
const LONGEST_RATE_LIMIT_MS = 600_000;

/** In how many ms the server takes requests again, if that is long; undefined if it does not say, or is soon. */
export function readDistantRetryAfter(response: HttpResponse): number | undefined {
	const delay = readRetryAfter(response, clock.now());
	return delay !== undefined && delay > LONGEST_RATE_LIMIT_MS ? delay : undefined;
}

/**
 * An account without credit gets the status of a rate limit (429), but waiting does not help. A server
 * that says when to retry means a rate limit, unless that is far away.
 */
export function isQuotaExceeded(response: HttpResponse): boolean {
	if (!CREDIT_ERRORS.includes(matchKnownError(response.body))) return false;
	const delay = readRetryAfter(response, clock.now());
	return delay === undefined || delay > LONGEST_RATE_LIMIT_MS;
}
