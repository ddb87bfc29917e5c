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

/** Those that are chosen by a word in the base URL. */
export const namedDialects: Dialect[] = [newapi, reseller, litellm, vllm, sglang, openrouter, cdn];
