import { VideosError } from '../../errors/nodeError';
import { isObject } from '../../responses/values';
import type { OperationContext } from '../../types';

/** A parameter, by its name in n8n and by its label in the editor. */
export interface Parameter {
	name: string;
	label: string;
}

interface TextParameter extends Parameter {
	/** Keys under which an object is likely to have such a text, the likeliest first. */
	keys?: string[];
	/** Whether a number will do as well. */
	takesNumbers?: boolean;
}

interface NumberParameter extends Parameter {
	/** As of a text. */
	keys?: string[];
	fallback: number;
	min: number;
	max: number;
	isWhole?: boolean;
	/** As in "Enter ...". */
	nextStep: string;
}

/**
 * A parameter that is text; '' if it is empty. An expression may return anything, and n8n passes it on:
 * an object would be sent as "[object Object]", and paid for. Throws before anything is sent.
 */
export const readText = (context: OperationContext, parameter: TextParameter): string =>
	requireText(context, context.getNodeParameter(parameter.name, ''), parameter);

/** The same for a value that was read already; its parameter's name is where its expression stands. */
export function requireText(
	context: OperationContext,
	value: unknown,
	parameter: TextParameter,
): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'number' && parameter.takesNumbers)
		return requireNumberAsText(value, parameter);
	if (typeof value !== 'string') throw notTextError(context, value, parameter);
	const { label, name } = parameter;
	const unevaluated = /\{\{\s*\$[^{}]{0,60}(?:\}\})?/.exec(value)?.[0];
	if (unevaluated !== undefined) {
		throw new VideosError({
			message: `'${label}' has an expression that n8n did not evaluate: ${unevaluated}`,
			nextStep:
				"Switch the field from 'Fixed' to 'Expression', or check where the text comes from.",
		});
	}
	if (OBJECT_AS_TEXT.test(value)) {
		throw new VideosError({
			message: `'${label}' has [object Object] in it: its expression puts an object into the text`,
			nextStep: suggestField(objectInExpression(context, name), parameter),
		});
	}
	const missing = missingFieldIn(context, value, name);
	if (missing === undefined) return value;
	const found = value.trim() === missing ? `is '${missing}'` : `has '${missing}' in it`;
	throw new VideosError({
		message: `'${label}' ${found}: a field in its expression is missing`,
		nextStep: CHECK_EXPRESSION,
	});
}

const CHECK_EXPRESSION = 'Check the expression, and that the previous node returns the field.';

const OBJECT_AS_TEXT = /\[object \w{1,30}\]/;

/** The word that a missing field became; undefined for text that may well contain it. */
function missingFieldIn(context: OperationContext, text: string, name: string): string | undefined {
	const trimmed = text.trim();
	const only = /^(undefined|null|NaN)(?:[\s,;.:-]+(?:undefined|null|NaN))*$/.exec(trimmed)?.[1];
	if (only !== undefined) return trimmed;
	if (!/\bundefined\b/.test(text)) return undefined;
	// The word may be meant, unless it stands neither in the expression nor in all that it reads.
	const expression = expressionOf(context, name) ?? 'undefined';
	const readsMore = /undefined|\$(?!json\b|now\b|today\b|itemIndex\b|runIndex\b)/.test(expression);
	const isInInput = JSON.stringify(context.getInputData().json).includes('undefined');
	return readsMore || isInInput ? undefined : 'undefined';
}

/** JavaScript rounds larger numbers, so another video's ID would be sent. */
function requireNumberAsText(value: number, { label }: Parameter): string {
	if (!Number.isFinite(value)) {
		throw new VideosError({
			message: `'${label}' is not a number: ${value}`,
			nextStep: CHECK_EXPRESSION,
		});
	}
	if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
	throw new VideosError({
		message: `'${label}' is a number that was rounded on its way here: ${value}`,
		nextStep:
			'Numbers of more than 15 digits must come as text, in quotes, from the previous node.',
	});
}

function notTextError(
	context: OperationContext,
	value: unknown,
	parameter: TextParameter,
): VideosError {
	const { label, name } = parameter;
	return new VideosError({
		message: `'${label}' is ${describeValue(value)}, not text`,
		nextStep: isStructure(value)
			? suggestField({ value, path: pathOf(expressionOf(context, name)) }, parameter)
			: isDate(value)
				? "Put the date out as text, for example with {{ $now.toFormat('yyyy-MM-dd') }}."
				: 'Enter text, or check the expression that should give it.',
	});
}

/**
 * A parameter that is a number, which may also be entered as text, within its limits. Throws before
 * anything is sent.
 */
export function readNumber(context: OperationContext, parameter: NumberParameter): number {
	const { name, label, fallback, min, max, isWhole = false, nextStep } = parameter;
	const value = readParameter(context, name, fallback);
	const number = typeof value === 'string' && NUMBER_TEXT.test(value) ? Number(value) : value;
	const isValid = typeof number === 'number' && number >= min && number <= max;
	if (isValid && (!isWhole || Number.isInteger(number))) return number;
	if (isStructure(value)) {
		const found = { value, path: pathOf(expressionOf(context, name)) };
		throw new VideosError({
			message: `'${label}' is ${describeValue(value)}, not a number`,
			nextStep: suggestField(found, parameter, (each) => typeof each === 'number'),
		});
	}
	const isTooLarge = Number.isFinite(number) && Number(number) > max;
	const isPositive = min > 0 && min < 1;
	const limits = isPositive ? (isTooLarge ? `up to ${max}` : 'above 0') : `from ${min} to ${max}`;
	throw new VideosError({
		message: `'${label}' must be a ${isWhole ? 'whole ' : ''}number ${limits}`,
		nextStep,
	});
}

const NUMBER_TEXT = /^\s*\d{1,15}(?:\.\d{1,15})?\s*$/;

/** An option whose expression gives nothing counts as not set; a field that is always there does not. */
function readParameter(context: OperationContext, name: string, fallback: unknown): unknown {
	const value = context.getNodeParameter(name, fallback as string) as unknown;
	return name.startsWith('options.') && isEmpty(value) ? fallback : value;
}

/** A switch, which an expression may also give as text. Throws for anything else. */
export function readSwitch(context: OperationContext, { name, label }: Parameter): boolean {
	const value = context.getNodeParameter(name, false) as unknown;
	const word = String(value ?? false);
	if (!isStructure(value) && ['true', 'false'].includes(word)) return word === 'true';
	throw new VideosError({
		message: `'${label}' is ${describeValue(value)}, neither true nor false`,
		nextStep: 'Switch it on or off in the node, or check the expression that should give it.',
	});
}

/** The value of a parameter with these options, the default first; an expression may return any other. */
export function requireOption<T extends string>(
	context: OperationContext,
	{ name, label }: Parameter,
	options: readonly [T, ...T[]],
): T {
	const value = readParameter(context, name, options[0]);
	const option = options.find((candidate) => candidate === value);
	if (option !== undefined) return option;
	throw new VideosError({
		message: `'${label}' is not one of ${options.join(', ')}: ${describeValue(value)}`,
		nextStep: 'Choose one in the node, or check the expression that should give it.',
	});
}

const isEmpty = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const isStructure = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !isDate(value);

/** Also n8n's own dates, which are Luxon's. */
const isDate = (value: unknown): boolean =>
	Object.prototype.toString.call(value) === '[object Date]' ||
	(isObject(value) && typeof (value as { toISO?: unknown }).toISO === 'function');

/** What an expression returned, for a sentence. */
function describeValue(value: unknown): string {
	if (isEmpty(value)) return '(empty)';
	if (Array.isArray(value)) return 'a list';
	if (isDate(value)) return 'a date';
	if (typeof value === 'object') return 'an object';
	if (typeof value === 'number') return `the number ${value}`;
	return String(value).slice(0, 100);
}

/** An object that an expression returned, and the path by which the expression reads it. */
interface FoundObject {
	value: unknown;
	path?: string;
}

/** Tells the user which field of an object is likely to be meant. */
function suggestField(
	{ value, path }: FoundObject,
	{ keys = [] }: { keys?: string[] },
	isWanted = (each: unknown): boolean => typeof each === 'string' && each.trim() !== '',
): string {
	const what = Array.isArray(value) ? 'one entry' : 'a field';
	const field = pathTo(value, isWanted, [...keys, ...COMMON_KEYS]);
	if (field === undefined) return `Choose ${what} of it in the expression.`;
	const example = path === undefined ? `'${field.replace(/^\./, '')}'` : `{{ ${path}${field} }}`;
	return `Choose ${what} of it in the expression, for example ${example}.`;
}

/** Keys under which nodes of n8n and language models put what they have to say. */
const COMMON_KEYS = ['prompt', 'text', 'output', 'content', 'message', 'description', 'value'];

const MAX_PATH_DEPTH = 4;
/** Of an object or a list. */
const MAX_ENTRIES = 50;

/** The path to a value that is wanted, such as `.scene` or `[0].text`; '' if it is the value itself. */
function pathTo(
	value: unknown,
	isWanted: (value: unknown) => boolean,
	keys: string[],
	depth = 0,
): string | undefined {
	if (isWanted(value)) return '';
	if (typeof value !== 'object' || value === null || depth > MAX_PATH_DEPTH) return undefined;
	const rank = (key: string) => (keys.includes(key) ? keys.indexOf(key) : keys.length);
	const entries = Object.entries(value as object)
		.slice(0, MAX_ENTRIES)
		.filter(([key]) => key.length <= 60)
		.sort(([one, first], [other, second]) =>
			isWanted(first) === isWanted(second) ? rank(one) - rank(other) : isWanted(first) ? -1 : 1,
		);
	for (const [key, entry] of entries) {
		const rest = pathTo(entry, isWanted, keys, depth + 1);
		if (rest !== undefined) return toStep(key, Array.isArray(value)) + rest;
	}
	return undefined;
}

function toStep(key: string, isIndex: boolean): string {
	if (isIndex) return `[${key}]`;
	return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** What the user entered as an expression, without its `=`; undefined for fixed text. */
function expressionOf(context: OperationContext, name: string): string | undefined {
	const entered = context.getNodeParameter(name, '', { rawExpressions: true }) as unknown;
	const raw = isObject(entered) ? entered.value : entered;
	return typeof raw === 'string' && raw.startsWith('=') ? raw.slice(1).trim() : undefined;
}

/** The path in an expression that only reads, such as `$json.output`; undefined for any other. */
const pathOf = (expression?: string): string | undefined =>
	/^\{\{\s*(\$[^{}+*/|&?:;<>=!%\n]{1,200})\}\}$/.exec(expression ?? '')?.[1].trim();

/** The object that an expression puts into text, if a part of it only reads that. */
function objectInExpression(context: OperationContext, name: string): FoundObject {
	const expression = expressionOf(context, name) ?? '';
	for (const part of expression.match(/\{\{[^{}]{1,200}\}\}/g) ?? []) {
		const path = pathOf(part);
		if (path === undefined) continue;
		const value = evaluate(context, part);
		if (isStructure(value)) return { value, path };
	}
	return { value: {} };
}

function evaluate(context: OperationContext, expression: string): unknown {
	try {
		return context.evaluateExpression(expression, context.getItemIndex());
	} catch {
		return undefined;
	}
}
