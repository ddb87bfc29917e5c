import { cdn } from './cdn.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { litellm } from './litellm.mts';
import { newapi } from './newapi.mts';
import { openrouter } from './openrouter.mts';
import { reseller } from './reseller.mts';
import { sglang } from './sglang.mts';
import { vllm } from './vllm.mts';

export { contract };

/** The dialects that a path segment of the base URL selects. */
export const namedDialects: Dialect[] = [newapi, reseller, litellm, vllm, sglang, openrouter, cdn];
