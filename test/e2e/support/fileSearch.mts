import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** All files under a folder, but for installed packages. */
export async function filesUnder(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
		.map((entry) => path.join(entry.parentPath, entry.name));
}

export async function contains(file: string, text: string): Promise<boolean> {
	let tail = '';
	for await (const chunk of createReadStream(file, 'latin1')) {
		const window = tail + String(chunk);
		if (window.includes(text)) return true;
		tail = window.slice(-text.length);
	}
	return false;
}
