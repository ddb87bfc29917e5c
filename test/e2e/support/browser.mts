import { existsSync } from 'node:fs';

import { type Browser, chromium } from 'playwright-core';

/** Debian's, and what other systems call it. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium of this machine without a window, and with a profile of its own. It calls nobody by itself. */
export async function openBrowser(): Promise<Browser> {
	const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((file) => existsSync(file));
	if (executablePath === undefined) {
		throw new Error(
			"There is no Chromium on this machine. Install it (Debian: 'apt-get install chromium'), or say in CHROMIUM_PATH where it is.",
		);
	}
	return await chromium.launch({
		executablePath,
		args: [
			// Chromium's own sandbox refuses to run as root.
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--autoplay-policy=no-user-gesture-required',
		],
	});
}
