import { digest } from "../core/digest.ts";
import { expectedContexts } from "../core/moment.ts";
import { rollbackPolicyOf } from "../core/policy/policy-rollback.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { hearRestoration } from "../core/rollback/hear-restoration.ts";
import { judgeRestoration } from "../core/rollback/judge-restoration.ts";
import type { RestorationQuestion, RestorationSeen } from "../core/rollback/judge-restoration.ts";
import { cutReason, WHY } from "../core/rollback/restoration-words.ts";
import { beginRestoration } from "../core/rollback/restoration.ts";
import type { Restoration } from "../core/rollback/restoration.ts";
import { wantsRestoration } from "../core/rollback/rollback.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import { AppError, invariant } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { RestorationForge, Restoring } from "../rollback-port.ts";

export interface RestorationRequest {
  readonly forge: RestorationForge;
  readonly clock: Clock;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
  /** Each step is kept before the next one begins. */
  readonly keep: (restoration: Restoration) => Promise<void>;
}

interface Advanced {
  readonly restoration: Restoration | null;
  /** Look again then; null: nothing is to come. */
  readonly wakeAt: Instant | null;
}

/** Tree, commit, branch and pull, and one more so that a mistake ends. */
const ACTS_MAX = 6;
const AGAIN_MS = 60_000;

/** Where a person let releases go before it was merged, it is theirs. */
function leaveToPeople(restoration: Restoration, now: Instant): Restoration {
  return { ...restoration, state: "manual", since: now, reason: WHY.resumed };
}

/** Bring the code of one release as far back as it goes now. */
export async function advanceRestoration(
  request: RestorationRequest,
  state: LineState,
  rollback: Rollback,
): Promise<Advanced> {
  const { clock, keep } = request;
  const known = rollback.restoration;
  const idle = { restoration: known, wakeAt: null };
  if (!wantsRestoration(rollback)) return idle;
  if (rollback.resumedAt !== null) {
    if (known === null || known.state === "manual" || known.state === "refused") return idle;
    const left = leaveToPeople(known, clock.now());
    await keep(left);
    return { restoration: left, wakeAt: null };
  }
  const begun = known ?? beginRestoration(rollback.release.tag, clock.now());
  return new Advance(request, state, rollback, begun).run();
}

class Advance {
  readonly #request: RestorationRequest;
  readonly #state: LineState;
  readonly #rollback: Rollback;
  #current: Restoration;

  constructor(
    request: RestorationRequest,
    state: LineState,
    rollback: Rollback,
    begun: Restoration,
  ) {
    this.#request = request;
    this.#state = state;
    this.#rollback = rollback;
    this.#current = begun;
  }

  async run(): Promise<Advanced> {
    try {
      const wakeAt = await this.#advance();
      return { restoration: this.#current, wakeAt };
    } catch (error) {
      if (!(error instanceof AppError) || error.retry.kind !== "never") throw error;
      // GitHub keeps us out here: nothing else of the pass may fail for it.
      const reason = cutReason(error.message);
      await this.#keep({ ...this.#current, state: "refused", reason });
      return { restoration: this.#current, wakeAt: null };
    }
  }

  get #restoring(): Restoring {
    return { state: this.#state, rollback: this.#rollback, restoration: this.#current };
  }

  async #advance(): Promise<Instant | null> {
    const { forge, ensureAlone } = this.#request;
    let seen = await forge.see(this.#restoring);
    for (let acts = 0; acts < ACTS_MAX; acts += 1) {
      const question = this.#question(seen);
      const judged = judgeRestoration(question);
      await this.#keep(judged.restoration);
      if (judged.act === null) return judged.wakeAt;
      ensureAlone();
      const ended = await forge.act(this.#restoring, judged.act);
      const now = { ...question, restoration: judged.restoration };
      const heard = hearRestoration(now, judged.act, ended);
      await this.#keep(heard.restoration);
      if (heard.seen === null) return heard.wakeAt;
      seen = heard.seen;
    }
    return this.#request.clock.now() + AGAIN_MS;
  }

  #question(seen: RestorationSeen): RestorationQuestion {
    const { restore, release } = this.#rollback;
    invariant(restore !== null, "there is something to restore");
    const state = this.#state;
    const policy = policyIn(effectivePolicyOf(state));
    return {
      tag: release.tag,
      restore,
      restoration: this.#current,
      seen,
      branch: state.line.branch,
      merge: rollbackPolicyOf(policy).merge,
      rules: {
        expected: expectedContexts(state),
        required: state.head?.requiredContexts ?? [],
        areChecksRequired: policy?.checks === "required",
      },
      now: this.#request.clock.now(),
    };
  }

  async #keep(restoration: Restoration): Promise<void> {
    const isSame = digest([restoration]) === digest([this.#rollback.restoration]);
    this.#current = restoration;
    if (!isSame) await this.#request.keep(restoration);
  }
}
