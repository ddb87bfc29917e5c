import type {
	DeclarativeRestApiSettings,
	IDataObject,
	IExecutePaginationFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';

/** What n8n passes to an operation, for one item. */
export type OperationContext = IExecutePaginationFunctions;

/** A request as n8n's declarative engine expects it. */
export type Request = DeclarativeRestApiSettings.ResultOptions;

/** What requests need from n8n. An operation's context has it; `http/request.ts` builds it for other callers. */
export interface RequestContext {
	getExecutionCancelSignal(): AbortSignal | undefined;
	/** Sends with the credential. The first item's `json` is the whole response, status and headers included. */
	makeRoutingRequest(request: Request): Promise<Array<{ json: IDataObject }>>;
	/** Only for anonymous requests, to hosts other than the credential's. */
	helpers: { httpRequest(options: IHttpRequestOptions): Promise<unknown> };
}

/** An existing video, and the base URL of the server that has it. */
export interface VideoRef {
	baseUrl: string;
	videoId: string;
}
