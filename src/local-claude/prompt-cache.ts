import { createHash } from "node:crypto";
import type { MessageRequest } from "./request.ts";
import { countTokens } from "./tokens.ts";

export interface CacheUse {
  readonly readTokens: number;
  readonly writtenTokens: Readonly<Record<"5m" | "1h", number>>;
}

const LIFE_MS = { "5m": 5 * 60_000, "1h": 60 * 60_000 };

/** Prefixes that were kept, of one key and model each; what is read again lives on. */
export class PromptCache {
  readonly #kept = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * What a request reads and writes. Its prefix is tools, the form of the answer, system and
   * messages, in this order, up to each block that is marked; one changed character ends it.
   */
  use(request: MessageRequest, owner: string, tokensMin: number): CacheUse {
    const prefixes = prefixesOf(request).filter(({ tokens }) => tokens >= tokensMin);
    const now = this.#now();
    const named = prefixes.map((prefix) => ({
      ...prefix,
      name: `${owner} ${request.model} ${prefix.digest}`,
    }));
    const isKept = (name: string): boolean => (this.#kept.get(name) ?? 0) > now;
    const read = named.findLast(({ name }) => isKept(name)) ?? null;
    const readTokens = read?.tokens ?? 0;
    const writtenTokens = { "5m": 0, "1h": 0 };
    let counted = readTokens;
    for (const { name, tokens, ttl } of named) {
      if (tokens > counted) {
        writtenTokens[ttl] += tokens - counted;
        counted = tokens;
      }
      this.#kept.set(name, now + LIFE_MS[ttl]);
    }
    return { readTokens, writtenTokens };
  }
}

interface Prefix {
  readonly digest: string;
  readonly tokens: number;
  readonly ttl: "5m" | "1h";
}

/** The shortest first. */
function prefixesOf(request: MessageRequest): readonly Prefix[] {
  const { tools = [], output_config: output, thinking = null, system = [], messages } = request;
  const said = messages.flatMap(({ role, content }): readonly object[] =>
    typeof content === "string"
      ? [{ role, content }]
      : content.map((block) => Object.assign({ role }, block)),
  );
  const systemBlocks: readonly object[] = typeof system === "string" ? [{ system }] : system;
  const settings = { format: output?.format ?? null, thinking };
  const blocks = [...tools, settings, ...systemBlocks, ...said].map(
    (block): Record<string, unknown> => ({ ...block }),
  );
  // A mark on the request itself stands for one on its last block.
  const last = blocks.at(-1);
  if (request.cache_control && last) last["cache_control"] ??= request.cache_control;
  const hash = createHash("sha256");
  let tokens = 0;
  return blocks.flatMap((block) => {
    const { cache_control: mark, ...rest } = block;
    hash.update(JSON.stringify(rest));
    tokens += countTokens(rest);
    if (mark === undefined || mark === null) return [];
    const isLong = typeof mark === "object" && "ttl" in mark && mark.ttl === "1h";
    return [{ digest: hash.copy().digest("hex"), tokens, ttl: isLong ? "1h" : "5m" } as const];
  });
}
