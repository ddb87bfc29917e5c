/**
 * A body read chunk by chunk. It remembers what broke it, because n8n's store, which reads on, tells of
 * a broken body and of a full disk in the same way.
 */
export class Chunks {
	broken?: Error;

	private readonly source: AsyncIterator<Buffer>;

	constructor(body: AsyncIterable<Buffer>) {
		this.source = body[Symbol.asyncIterator]();
	}

	/** The next chunk; undefined at the end. */
	private async next(): Promise<Buffer | undefined> {
		const { done, value } = await this.source.next().catch((error: Error) => this.breakOff(error));
		return done ? undefined : value;
	}

	/** At least `count` bytes, or as many as there are. */
	async readTo(count: number): Promise<Buffer> {
		const parts: Buffer[] = [];
		for (let length = 0; length < count; length += parts[parts.length - 1].length) {
			const chunk = await this.next();
			if (!chunk) break;
			parts.push(chunk);
		}
		return Buffer.concat(parts);
	}

	breakOff(error: Error): never {
		this.broken = error;
		throw error;
	}

	/** Lets go of the connection, whatever is left of it. */
	async end(): Promise<void> {
		await this.source.return?.();
	}
}
