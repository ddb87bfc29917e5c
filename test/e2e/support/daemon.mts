import { spawn } from 'node:child_process';

export interface Daemon {
	stop(): Promise<void>;
}

interface DaemonOptions {
	/** What it prints when it is ready. */
	readyWords: string;
	/** The signal on which it ends at once, even with open connections. */
	stopSignal: NodeJS.Signals;
	/** The user it runs as; default the current one. */
	uid?: number;
	/** The error message when the command is not installed. */
	missing: string;
}

/** Starts a command that runs until it is stopped, and waits until it is ready. */
export async function startDaemon(
	command: string,
	args: string[],
	{ readyWords, stopSignal, uid, missing }: DaemonOptions,
): Promise<Daemon> {
	const child = spawn(command, args, { uid, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
	const endWithUs = () => child.kill(stopSignal);
	process.once('exit', endWithUs);
	const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
	void ended.then(() => process.off('exit', endWithUs));
	let output = '';
	await new Promise<void>((resolve, reject) => {
		const listen = (chunk: Buffer) => {
			output += chunk.toString();
			if (output.includes(readyWords)) resolve();
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		child.on('error', (error: NodeJS.ErrnoException) =>
			reject(error.code === 'ENOENT' ? new Error(missing) : error),
		);
		child.on('close', () => reject(new Error(`${command} ended by itself: ${output}`)));
	});
	return {
		async stop() {
			child.kill(stopSignal);
			await ended;
		},
	};
}
