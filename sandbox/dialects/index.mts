import { agnes } from './agnes.mts';
import { aisix } from './aisix.mts';
import { apiyi } from './apiyi.mts';
import { bifrost } from './bifrost.mts';
import { cdn } from './cdn.mts';
import { cliproxyapi } from './cliproxyapi.mts';
import { cometapi } from './cometapi.mts';
import { contract } from './contract.mts';
import { deepinfra } from './deepinfra.mts';
import type { Dialect } from './dialect.mts';
import { dynamo } from './dynamo.mts';
import { gemini } from './gemini.mts';
import { grok2api } from './grok2api.mts';
import { jsonnumber } from './jsonnumber.mts';
import { litellm } from './litellm.mts';
import { llmgateway } from './llmgateway.mts';
import { merge } from './merge.mts';
import { newapi } from './newapi.mts';
import { openrouter } from './openrouter.mts';
import { presigned } from './presigned.mts';
import { qiniu } from './qiniu.mts';
import { reseller } from './reseller.mts';
import { sglang } from './sglang.mts';
import { together } from './together.mts';
import { vllm } from './vllm.mts';
import { xai } from './xai.mts';

export { contract };

/** The dialects that a path segment of the base URL selects. */
export const namedDialects: Dialect[] = [
	...[newapi, reseller, apiyi, cometapi, presigned],
	...[litellm, bifrost, llmgateway, merge, aisix, jsonnumber],
	...[openrouter, xai, gemini, together, deepinfra, agnes, qiniu],
	...[vllm, sglang, cdn, dynamo, cliproxyapi, grok2api],
];
