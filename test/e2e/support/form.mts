/** The choices in the form that an execution waits at. */
export async function formChoices(address: string): Promise<string[]> {
	const page = await (await fetch(address)).text();
	return [...page.matchAll(/<option value='(.+?)'/g)].map(([, name]) => name);
}

/** Submits the form with a choice in its only field, as its page does. */
export async function submitChoice(address: string, choice: string): Promise<void> {
	const body = new FormData();
	body.set('field-0', choice);
	expect((await fetch(address, { method: 'POST', body })).status).toBe(200);
}
