import type { Context } from '../api/problem';

/** The value of a parameter with the choices `custom` and `serverDefault`; undefined for the latter. */
export function readChoice(context: Context, name: string, customName: string): string | undefined {
	const choice = context.getNodeParameter(name, 'serverDefault');
	if (choice === 'serverDefault') return undefined;
	const value = choice === 'custom' ? context.getNodeParameter(customName, '') : choice;
	return String(value ?? '').trim();
}
