import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';

/** A value, and the field that it was entered in. */
export interface Choice {
	value: string;
	label: string;
}

/** What was chosen or entered, with the choices `custom` and `serverDefault`; undefined for the latter. */
export function readChoice(
	context: Context,
	{ name, label, customName }: { name: string; label: string; customName: string },
): Choice | undefined {
	const choice = context.getNodeParameter(name, 'serverDefault');
	if (choice === 'serverDefault') return undefined;
	const isCustom = choice === 'custom';
	const value = isCustom ? context.getNodeParameter(customName, '') : choice;
	return { value: String(value ?? '').trim(), label: isCustom ? `Custom ${label}` : label };
}

/** The value of a parameter with these choices, the default first; an expression may give any other. */
export function requireChoice<T extends string>(
	context: Context,
	{ name, label }: { name: string; label: string },
	choices: readonly [T, ...T[]],
): T {
	const given = context.getNodeParameter(name, choices[0]) as unknown;
	const choice = choices.find((each) => each === given);
	if (choice !== undefined) return choice;
	throw problem(context, {
		message: `'${label}' is not one of ${choices.join(', ')}: ${String(given ?? '') || '(empty)'}`,
		next: 'Choose one in the node, or check the expression that should give it.',
	});
}
