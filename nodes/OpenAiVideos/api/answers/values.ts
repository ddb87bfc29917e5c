/** Any number above this is a time in milliseconds: in seconds it is far beyond the year 9999. */
const MOST_SECONDS = 1_000_000_000_000;

/** Unix seconds from seconds, milliseconds, or a date as text; undefined for anything else. */
export function unixSeconds(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value ?? NaN);
	if (Number.isFinite(number)) {
		if (number <= 0) return undefined;
		return Math.floor(number > MOST_SECONDS ? number / 1000 : number);
	}
	const date = typeof value === 'string' ? Date.parse(value) : NaN;
	return Number.isNaN(date) ? undefined : Math.floor(date / 1000);
}

/** Unix seconds as text that n8n takes for a date; undefined beyond the last day of JavaScript. */
export function isoTime(seconds?: number): string | undefined {
	const date = new Date((seconds ?? NaN) * 1000);
	return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** 0 to 100 from a whole number, a part of one (0.4), or text ("40%"); undefined when unknown. */
export function percent(value: unknown): number | undefined {
	const text = typeof value === 'string' ? value.trim() : undefined;
	const isPercent = text?.endsWith('%') === true;
	const digits = text?.replace(/\s*%$/, '');
	const number = digits === undefined ? value : digits === '' ? NaN : Number(digits);
	if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
	const isPart = !isPercent && number > 0 && number < 1;
	// A little more than the number: 0.29 * 100 is 28.999999999999996.
	const whole = Math.floor((isPart ? number * 100 : number) + 1e-9);
	return Math.min(100, Math.max(0, whole));
}
