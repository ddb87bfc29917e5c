import type { IncomingHttpHeaders } from 'node:http';

import type { ApiError } from '../errors.mts';
import type { Variant } from '../files.mts';
import type { Form } from '../form.mts';
import type { CreateInput } from '../validation.mts';
import type { Video, VideoError, VideoRecord } from '../videos.mts';

/** What a request is for. `file` is a route other than the spec's that returns only the file. */
export type RequestKind = 'create' | 'status' | 'content' | 'file' | 'models' | 'list' | 'other';

/** Which of the requests of kind `create` it is, if it has a source video. */
export type SourceOperation = 'remix' | 'edit' | 'extend';

/** A video at the time of a response. */
export interface RenderContext {
	record: VideoRecord;
	/** As the spec has it. */
	video: Video;
	/** Unix milliseconds. */
	now: number;
	/** Whether its file has expired. */
	isExpired: boolean;
	/** Of this response. */
	faults: ReadonlySet<string>;
	/** The base URL as the client sent it, with the faults. */
	baseUrl: string;
	/** URL of its file on the file host, which rejects requests with a key. */
	fileUrl(variant?: Variant): string;
	/** URL of its file on the API's own host, but outside its base URL: see `checkFileRequest`. */
	sameHostFileUrl: string;
}

export interface DialectResponse {
	status: number;
	/** JSON, or a text as it is. */
	body: object | string;
}

/** How a completed file is delivered. */
type FileDelivery =
	| { variant: Variant; headers: Record<string, string> }
	| { redirect: string }
	| { json: object };

/** A list of models. */
interface ModelList {
	path: string;
	/** The body; `created` is in Unix seconds. */
	render(created: number): object;
}

/** A route that answers the same to every request. */
interface FixedRoute extends DialectResponse {
	method: 'GET' | 'POST' | 'DELETE' | 'HEAD';
	path: string;
	/** What it answers instead to a request with this parameter in its query. */
	withQuery?: DialectResponse & { name: string };
}

/** An answer that a fault puts in place of the usual one. */
export interface ServerAnswer {
	status: number;
	/** Given `{ id, now }` if it depends on them: the ID in the path, and Unix milliseconds. */
	body: object | string | ((request: { id: string; now: number }) => object);
	headers?: Record<string, string>;
}

/** A fault that only one family has, with what it answers then word for word. */
export interface ServerFault {
	/** What happens, for `--help`. */
	summary: string;
	/** By the request that it applies to. */
	answers?: Partial<Record<RequestKind | SourceOperation, ServerAnswer>>;
	/** Whether it applies to a request only once, so that its retry succeeds. */
	once?: boolean;
	/** How many videos a Create makes before it gets the answer; none by default. */
	videosMade?(headers: IncomingHttpHeaders): number;
	/** How every video made fails. */
	failure?: VideoError;
}

/** How one family of servers behaves: the contract, with overrides. */
export interface Dialect {
	/** The path segment before `/v1` that selects it. */
	name: string;
	/** What is different there, for `--help`. */
	summary: string;
	/** What its users set in the credential besides base URL and key. */
	credential: Readonly<Record<string, string>>;
	/** Whether a video can start from an image. */
	takesImages: boolean;
	/** The operations it has besides Create, Get Status and Download. */
	supports: ReadonlyArray<'list' | 'delete' | 'remix' | 'edit' | 'extend'>;
	createPath: string;
	/** Whether the response to Create has the completed video, which cannot be asked for later. */
	isSynchronous: boolean;
	/** Whether it has the spec's route of the file. */
	hasContent: boolean;
	modelLists: readonly ModelList[];
	fixedRoutes: readonly FixedRoute[];
	/** The faults that only this family has, by name. */
	faults: Readonly<Record<string, ServerFault>>;
	/** Headers of every response. */
	responseHeaders?(kind: RequestKind): Record<string, string>;
	/** How many videos a page of its list has by default. */
	pageSize: number;
	/** Whether a video can be deleted while it is being made. */
	deletesUnfinished: boolean;
	/** Whether a request of this kind needs the API key. */
	needsApiKey(kind: RequestKind): boolean;
	/** The field that gets lost on its way if the source video of an Edit or Extend is a file. */
	lostOfUpload?: { edit: string; extend: string };
	/** Throws an `ApiError` about a request before anything else is looked at. */
	checkRequest?(method: string, headers: IncomingHttpHeaders): void;
	/** Throws an `ApiError` about the body of a Create before the key is looked at. */
	checkBody?(form: Form): void;
	createId(model: string): string;
	/** The API key of a request; throws an `ApiError` if it is sent in a way that this family rejects. */
	readApiKey(headers: IncomingHttpHeaders): string | undefined;
	/** Throws an `ApiError` if a file at `sameHostFileUrl` is not for this request; absent if there are none. */
	checkFileRequest?(headers: IncomingHttpHeaders, apiKey: string): void;
	/** Throws an `ApiError` if this family rejects the request. */
	validateCreate(form: Form, isMultipart: boolean): CreateInput;
	/** The video object. */
	renderVideo(context: RenderContext): object;
	/** The response to Create, if it is not 200 with the video object. */
	renderCreated?(context: RenderContext): DialectResponse;
	/** The response to Get Status, if it is not 200 with the video object. */
	renderStatus?(context: RenderContext): DialectResponse;
	/** The response to Delete. */
	renderDeleted(context: RenderContext): object;
	readVariant(requested: unknown): Variant;
	/** Throws an `ApiError` if the video has no file at this time. */
	checkDownload(context: RenderContext): void;
	/** `isFirst` is true for the first request for the file of a completed video. */
	deliverFile(context: RenderContext, variant: Variant, isFirst: boolean): FileDelivery;
	renderError(error: ApiError, kind: RequestKind, headers?: IncomingHttpHeaders): DialectResponse;
}
