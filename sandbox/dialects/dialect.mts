import type { IncomingHttpHeaders } from 'node:http';

import type { ApiError } from '../errors.mts';
import type { Variant } from '../files.mts';
import type { Form } from '../form.mts';
import type { CreateInput } from '../validation.mts';
import type { Video, VideoRecord } from '../videos.mts';

/** What a request asks for. `file` is a place that only hands out the bytes of a finished video. */
export type Kind = 'create' | 'status' | 'content' | 'file' | 'models' | 'list' | 'other';

/** A video at the moment it is told of. */
export interface Scene {
	record: VideoRecord;
	/** In the contract's words. */
	video: Video;
	/** Unix milliseconds. */
	now: number;
	/** Whether its file can no longer be had. */
	isExpired: boolean;
	/** The base URL as the client wrote it, faults included. */
	base: string;
	/** Address of its file on the file host, which asks for no key and takes none. */
	fileUrl(variant?: Variant): string;
}

export interface Answer {
	status: number;
	body: object;
}

/** How a finished file is handed out. */
export type Delivery =
	| { variant: Variant; headers: Record<string, string> }
	| { redirect: string }
	| { json: object };

/** How one family of servers speaks. Each is the contract with what it does differently. */
export interface Dialect {
	/** The word before `/v1` that chooses it. */
	name: string;
	/** What is different there, in a few words. */
	tells: string;
	/** The routes it has beside Create, status and content. */
	offers: ReadonlyArray<'list' | 'delete' | 'remix' | 'edit' | 'extend'>;
	/** Where the bytes are, `kind` telling whether that is the contract's own place for them. */
	content: { path: string; kind: 'content' | 'file' };
	newId(model: string): string;
	/** The API key a request brings. */
	keyIn(headers: IncomingHttpHeaders): string | undefined;
	/** What a Create asks for; throws an `ApiError` where this family refuses it. */
	judge(form: Form, isMultipart: boolean): CreateInput;
	/** The video object. */
	video(scene: Scene): object;
	/** The answer to Create, where it is not 200 with the video object. */
	created?(scene: Scene): Answer;
	/** The answer to a status request, where it is not 200 with the video object. */
	found?(scene: Scene): Answer;
	/** The answer to a deletion. */
	deleted(scene: Scene): object;
	variantIn(asked: unknown): Variant;
	/** `isFirst` is true at the first request for the file of a completed video. */
	deliver(scene: Scene, variant: Variant, isFirst: boolean): Delivery;
	refuse(error: ApiError, kind: Kind): Answer;
}
