import { spawn } from 'node:child_process';

export interface Daemon {
	stop(): Promise<void>;
}

export interface DaemonOptions {
	/** What it prints once it can be used. */
	readyWords: string;
	/** The signal on which it ends at once, though somebody is connected. */
	stopSignal: NodeJS.Signals;
	/** The user it runs as, where not this one. */
	uid?: number;
	/** What a developer has to do when the command is not there. */
	missing: string;
}

/** Starts a command that serves until it is stopped, and waits until it is ready. */
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
