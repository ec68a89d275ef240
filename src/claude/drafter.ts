import type { DraftCost } from "../core/evidence/draft-cost.ts";
import { DRAFT_FAILURES } from "../core/evidence/failures.ts";
import type { DraftFailure } from "../core/evidence/failures.ts";
import type { Drafted, Drafter, DraftRequest } from "../notes-port.ts";
import type { Clock } from "../ports.ts";
import { readAnswer } from "./answer.ts";
import { askPatiently } from "./ask.ts";
import { judgeFailure } from "./failure.ts";
import { costOf } from "./prices.ts";
import { renderRequest } from "./prompt.ts";
import { openSdk } from "./sdk.ts";
import type { SdkOpened, SdkSettings } from "./sdk.ts";

export interface ClaudeSettings extends SdkSettings {
  readonly clock: Clock;
  /** To try another prompt on recorded cases. */
  readonly systemPrompt?: string;
  /** Called once for each draft, when its end is known. */
  readonly onDrafted?: (ended: DraftEnded) => void;
}

/** How a draft ended, for the log and the metrics. No text of a repository is in it. */
export interface DraftEnded extends DraftCost {
  readonly outcome: "drafted" | DraftFailure;
  /** Requests that were made, those that were made again included. */
  readonly requests: number;
  readonly tookMs: number;
}

/** How long the service keeps a prefix since it was last used. */
const CACHE_MS = 5 * 60_000;

/** Timers of more than 24 days end at once; nobody waits so long for a draft anyway. */
const TIMEOUT_MS_MAX = 10 * 60_000;

/**
 * Drafts with Claude. Nothing is loaded before the first request.
 *
 * Writing the cache costs a quarter more and reading it a tenth, so it pays from every fifth request
 * on that finds it. Neither a setting nor a number of repositories decides: the traffic does. Who
 * asked within the last five minutes lets the prefix be kept.
 */
export function createDrafter(settings: ClaudeSettings): Drafter {
  let opened: Promise<SdkOpened> | null = null;
  let askedAt: number | null = null;
  return {
    draft: async (request) => {
      const { clock } = settings;
      const startedAt = clock.now();
      const isCached = askedAt !== null && startedAt - askedAt < CACHE_MS;
      const open = (): Promise<SdkOpened> => (opened ??= openSdk(settings));
      const attempt = new Attempt(settings, request);
      const drafted = await attempt.run(open, isCached);
      if (attempt.requests > 0) askedAt = startedAt;
      const { usage, costUsd, model } = drafted;
      settings.onDrafted?.({
        outcome: drafted.kind === "drafted" ? "drafted" : drafted.code,
        usage,
        costUsd,
        model,
        requests: attempt.requests,
        tookMs: clock.now() - startedAt,
      });
      return drafted;
    },
  };
}

type Ended = (Drafted & { readonly kind: "drafted" }) | Failed;
type Failed = Extract<Drafted, { kind: "failed" }> & { readonly code: DraftFailure };

/** One draft. */
class Attempt {
  requests = 0;
  readonly #settings: ClaudeSettings;
  readonly #request: DraftRequest;

  constructor(settings: ClaudeSettings, request: DraftRequest) {
    this.#settings = settings;
    this.#request = request;
  }

  async run(open: () => Promise<SdkOpened>, isCached: boolean): Promise<Ended> {
    try {
      return await this.#run(open, isCached);
    } catch {
      return this.#fail("unexpected", this.requests === 0 ? 0 : null);
    }
  }

  async #run(open: () => Promise<SdkOpened>, isCached: boolean): Promise<Ended> {
    const { deadline, style } = this.#request;
    const leftMs = (): number => deadline - this.#settings.clock.now();
    const { systemPrompt: system } = this.#settings;
    const body = renderRequest(this.#request, {
      isCached,
      ...(system === undefined ? {} : { system }),
    });
    if (body === null) return this.#fail("too-large", 0);
    if (leftMs() <= 0) return this.#fail("deadline", 0);
    const { sdk, client } = await open();
    const timeout = Math.min(Math.max(1, leftMs()), TIMEOUT_MS_MAX);
    // The SDK's own limit ends with the headers of an answer; this one with its last byte.
    const signal = AbortSignal.timeout(timeout);
    const asked = await askPatiently(
      () => {
        this.requests += 1;
        // `messages.create` calls it a message whatever comes, and writes to the console itself.
        return client.post<unknown>("/v1/messages", { body, signal, timeout });
      },
      (error) => judgeFailure(error, sdk, signal),
      { signal, leftMs },
    );
    if (asked.kind === "failed") {
      return this.#fail(asked.failure.code, asked.failure.isFree ? 0 : null);
    }
    const { usage, result } = readAnswer(asked.body);
    const { model } = style;
    const cost = { usage, costUsd: usage === null ? null : costOf(model, usage), model };
    return result.kind === "answer"
      ? { ...cost, kind: "drafted", answer: result.answer }
      : { ...cost, kind: "failed", code: result.code, reason: DRAFT_FAILURES[result.code] };
  }

  #fail(code: DraftFailure, costUsd: number | null): Failed {
    const { model } = this.#request.style;
    return { kind: "failed", usage: null, costUsd, model, code, reason: DRAFT_FAILURES[code] };
  }
}
