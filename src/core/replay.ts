import type { Batch, BatchUnit } from "./batch.ts";
import { judgeBucket } from "./bucket.ts";
import { judgeRiding } from "./dependency-bots.ts";
import { holdFrozen, listClosedHours } from "./hours.ts";
import type { Merge, Merges } from "./merges.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { judgePrepared } from "./prepared.ts";
import type { Instant } from "./state.ts";
import { classesOf } from "./unit-class.ts";
import { nextVersion } from "./version.ts";
import type { Level } from "./version.ts";
import type { Waits } from "./waiting.ts";

/** A release that the policy would have made. */
interface ReplayedRelease {
  readonly version: string;
  readonly level: Exclude<Level, "none">;
  readonly at: Instant;
  /** Oldest first. */
  readonly merges: readonly Merge[];
  /** It waited until somebody really released what it holds. */
  readonly isByPerson: boolean;
}

export interface Replay {
  readonly releases: readonly ReplayedRelease[];
  /** Milliseconds from the merge to the release. */
  readonly waits: Waits;
  /** Merges that wait for a person at the end. */
  readonly waiting: readonly Merge[];
}

export interface ReplayQuestion {
  readonly merges: Merges;
  readonly policy: Policy;
  /** Version that the first release follows; null: there is none. */
  readonly base: string | null;
  /** When the history ends: what is not released then has waited until then. */
  readonly endsAt: Instant;
}

/** Releases that the bucket is judged by, as many as GitHub is asked for. */
const RELEASES_SEEN_MAX = 20;

/**
 * Merge by merge, what a policy would have released, and when. There are no checks in a local
 * history: every merge counts as green. What is prepared is let go at the moment when somebody
 * really released it, which is the first tag that holds it.
 */
export function replayPolicy(question: ReplayQuestion): Replay {
  const state = new Simulation(question);
  // What came at one moment, as a push of several commits does, comes together.
  for (const [at, group] of Map.groupBy(question.merges.list, (merge) => merge.at)) {
    state.add(group, at);
  }
  return state.end();
}

/** Why the batch is not out yet, which says what can change that besides time. */
type Standing =
  /** Nothing in it asks for a release. */
  | "idle"
  /** It waits for a person: a revert can change that, or a new habit. */
  | "prepared"
  /** It waits for more: every merge can change that. */
  | "gathering"
  /** Hours, a freeze or the bucket: what is urgent, or has to be prepared, can change that. */
  | "closed";

interface Held {
  readonly standing: Standing;
  readonly until: Instant;
}

class Simulation {
  readonly #question: ReplayQuestion;
  readonly #releases: ReplayedRelease[] = [];
  #version: string | null;
  #batch: Merge[] = [];
  #wake: { readonly at: Instant; readonly isByPerson: boolean } | null = null;
  #standing: Standing = "idle";

  constructor(question: ReplayQuestion) {
    this.#question = question;
    this.#version = question.base;
  }

  /** Merges of one moment, oldest first. */
  add(group: readonly Merge[], now: Instant): void {
    this.#advance(now);
    let isChanged = false;
    for (const merge of group) {
      isChanged ||= this.#mayChange(merge);
      this.#batch.push(merge);
    }
    if (isChanged) this.#look(now, false);
  }

  end(): Replay {
    this.#advance(Number.POSITIVE_INFINITY);
    const { endsAt } = this.#question;
    const ended = this.#releases.flatMap(({ at, merges }) => merges.map((merge) => at - merge.at));
    const open = this.#batch.map((merge) => Math.max(0, endsAt - merge.at));
    const waiting = this.#standing === "prepared" ? this.#batch : [];
    return { releases: this.#releases, waits: { ended, open }, waiting };
  }

  /** Most merges cannot: then the batch, which may be long, is not judged again. */
  #mayChange(merge: Merge): boolean {
    const { merges, policy } = this.#question;
    const isHabitNew = merge.isHabitUntyped !== this.#batch.at(-1)?.isHabitUntyped;
    switch (this.#standing) {
      case "idle":
        return merge.isAsking || policy.versioning === "patch";
      case "gathering":
        return true;
      case "prepared":
        return merge.isRevert || isHabitNew;
      case "closed": {
        const { units } = merges.judge([merge.unit], policy);
        const isPrepared = judgePrepared(units, policy, merge.isHabitUntyped) !== null;
        const isUrgent = units.some((unit) => classesOf(unit).length > 0);
        return merge.isRevert || isHabitNew || isPrepared || isUrgent;
      }
    }
  }

  /** What was to happen before `until`. */
  #advance(until: Instant): void {
    for (let wake = this.#wake; wake !== null && wake.at < until; wake = this.#wake) {
      this.#look(wake.at, wake.isByPerson);
    }
  }

  #look(now: Instant, isByPerson: boolean): void {
    const { merges, policy } = this.#question;
    this.#wake = null;
    this.#standing = "idle";
    const units = this.#batch.map(({ unit }) => unit);
    const batch = merges.judge(units, policy);
    const { level } = batch;
    if (level === "none") return;
    const letGoAt = isByPerson ? now : this.#letGoAt(batch.units);
    if (letGoAt !== null && letGoAt > now) {
      this.#standing = "prepared";
      if (Number.isFinite(letGoAt)) this.#wake = { at: letGoAt, isByPerson: true };
      return;
    }
    const isForced = letGoAt !== null;
    const held = this.#findHold(batch, now, isForced);
    if (held === null) this.#release(level, now, isForced);
    else {
      this.#standing = held.standing;
      this.#wake = { at: held.until, isByPerson: isForced };
    }
  }

  /** When a person lets it go; infinite: nobody ever does. Null: nobody needs to. */
  #letGoAt(units: readonly BatchUnit[]): Instant | null {
    const isHabit = this.#batch.at(-1)?.isHabitUntyped === true;
    const prepared = judgePrepared(units, this.#question.policy, isHabit);
    if (prepared === null) return null;
    const first = prepared.kind === "level" ? prepared.high : prepared.untyped[0];
    const own = this.#batch.filter(({ unit }) => unit === first.unit);
    return Math.min(...own.map(({ releasedIn }) => releasedIn?.at ?? Number.POSITIVE_INFINITY));
  }

  /**
   * What is in the way; null: nothing. In the order of `core/verdict`; a freeze stands also where a
   * person let the rest go.
   */
  #findHold(batch: Batch, now: Instant, isForced: boolean): Held | null {
    const { policy } = this.#question;
    const isRiding = policy.bots !== "release" && !isForced;
    const ridesUntil = isRiding ? judgeRiding(batch.units, now) : null;
    if (ridesUntil !== null) return { standing: "gathering", until: ridesUntil };
    const frozen = holdFrozen(policy, batch, now);
    if (frozen !== null) return { standing: "closed", until: frozen.wakeAt };
    if (isForced) return null;
    const arrivedAt = Number(this.#batch.at(-1)?.at);
    const [hours] = listClosedHours(policy, batch, { arrivedAt, now });
    if (hours !== undefined) {
      const standing = hours.rule === "window" ? "gathering" : "closed";
      return { standing, until: hours.wakeAt };
    }
    const until = this.#bucketOpenAt(now);
    return until === null ? null : { standing: "closed", until };
  }

  #bucketOpenAt(now: Instant): Instant | null {
    const times = this.#releases.slice(-RELEASES_SEEN_MAX).map(({ at }) => at);
    const knownSince = times.length < RELEASES_SEEN_MAX ? null : Number(times[0]);
    return judgeBucket(times, knownSince, now);
  }

  #release(level: Exclude<Level, "none">, at: Instant, isByPerson: boolean): void {
    this.#version = nextVersion(this.#version, level);
    this.#releases.push({ version: this.#version, level, at, merges: this.#batch, isByPerson });
    this.#batch = [];
    this.#standing = "idle";
  }
}
