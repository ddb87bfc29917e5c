import { existsSync } from 'node:fs';

import { type Browser, chromium } from 'playwright-core';

/** Debian's path, and those of other systems. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Starts a headless Chromium with its own profile, without background network requests. */
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
			// Chromium's own sandbox does not run as root.
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
