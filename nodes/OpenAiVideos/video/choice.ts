import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';

/** The value of a parameter with the choices `custom` and `serverDefault`; undefined for the latter. */
export function readChoice(context: Context, name: string, customName: string): string | undefined {
	const choice = context.getNodeParameter(name, 'serverDefault');
	if (choice === 'serverDefault') return undefined;
	const value = choice === 'custom' ? context.getNodeParameter(customName, '') : choice;
	return String(value ?? '').trim();
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
