import { digest } from "../core/digest.ts";
import { isDefaultLine } from "../core/lines.ts";
import { judgeRight } from "../core/permission.ts";
import { effectivePolicyOf } from "../core/policy/policy.ts";
import { listGrounds, rollBackBySelf, SELF } from "../core/rollback/act-on-signals.ts";
import type { Ground } from "../core/rollback/act-on-signals.ts";
import { listWatched, matchSignals } from "../core/rollback/signals.ts";
import type { SignalsKept, SignalsSeen } from "../core/rollback/signals.ts";
import { isActing } from "../core/start.ts";
import type { Instant, LineState, ReleaseSeen } from "../core/state.ts";
import { subjectOf } from "../core/subject-of.ts";
import type { Subject } from "../core/subject.ts";
import { DAY_MS, MINUTE_MS } from "../core/zone.ts";
import { AppError } from "../errors.ts";
import type { Clock, Forge, RepositoryRef, Store } from "../ports.ts";
import type { SignalForge } from "../rollback-port.ts";

export interface SignalsRequest {
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly forge: Pick<Forge, "permissionOf">;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
}

/** A line that is seen for the first time is not asked about at once: releases come first. */
const FIRST_MS = 30 * MINUTE_MS;
/** Where no delivery tells anything. */
const EVERY_MS = 3 * 60 * MINUTE_MS;
/** Nobody has found out so soon after a release; but where they never stop, it is asked all the same. */
const FRESH_MS = 2 * 60 * MINUTE_MS;
const OVERDUE_MS = 2 * DAY_MS;
/** Facts older than this are about releases that nobody watches any more. */
const FACTS_MS = 15 * DAY_MS;
const AT_ONCE_MS = 1;

/** Errors that end by themselves; GitHub is asked again at the next look. */
const PASSING = new Set(["github/rate-limited", "github/unavailable"]);

const NOTHING: SignalsKept = { found: [], dueAt: 0, heard: null, actedAt: null };

type States = readonly [LineState, ...LineState[]];

/**
 * What speaks against releases, in one look at a repository. It is asked when nothing else is left to
 * do, and what comes of it is done and shown by the next look.
 */
export class SignalsOfPass {
  readonly #request: SignalsRequest;
  readonly #forge: SignalForge;
  /** The default line, which is looked at first. */
  #root: LineState | null = null;

  constructor(request: SignalsRequest, forge: SignalForge) {
    this.#request = request;
    this.#forge = forge;
  }

  /** After people were heard: what the policy wants rolled back is asked for, as a person would. */
  async act([first, ...rest]: States): Promise<States> {
    this.#root ??= first;
    const acted: [LineState, ...LineState[]] = [await this.#act(first)];
    for (const state of rest) acted.push(await this.#act(state));
    return acted;
  }

  async #act(state: LineState): Promise<LineState> {
    const subject = openSubject(state, this.#request.clock.now());
    if (subject === null) return state;
    const known = this.#isRoot(state) ? state : this.#root;
    let current = state;
    for (const ground of listGrounds(subject, known?.memory.signals?.actedAt ?? null)) {
      if (await this.#mayDecide(subject, ground)) return this.#rollBack(subject, ground);
      current = await this.#disregard(current, ground);
    }
    return current;
  }

  /** Not asked about again at each look, but when GitHub was asked anew. */
  async #disregard(state: LineState, { by }: Ground): Promise<LineState> {
    const { store, ensureAlone } = this.#request;
    const { memory, line } = state;
    if (memory.signals === null) return state;
    const found = memory.signals.found.map((each) =>
      each.by === by ? { ...each, by: null } : each,
    );
    const signals = { ...memory.signals, found };
    ensureAlone();
    await store.writeMemory(line, { signals });
    return { ...state, memory: { ...memory, signals } };
  }

  #isRoot({ line, repository }: LineState): boolean {
    return isDefaultLine(line, repository.defaultBranch);
  }

  /** What anybody may say counts where somebody said it who may roll back. */
  async #mayDecide({ policy }: Subject, { by }: Ground): Promise<boolean> {
    if (by === null) return true;
    const { forge, repository } = this.#request;
    const permission = await forge.permissionOf(repository, by);
    const ruling = judgeRight("rollBack", { login: by, permission }, policy.may?.rollBack ?? null);
    return ruling.kind === "may";
  }

  /** Kept with the rollback where that is on the default line: interrupted, it comes to the same. */
  async #rollBack(subject: Subject, ground: Ground): Promise<LineState> {
    const { store, repository, ensureAlone } = this.#request;
    const { state, now } = subject;
    const change = rollBackBySelf(subject, ground);
    if (change === null) return state;
    const root = this.#isRoot(state) ? state : (this.#root ?? state);
    const { signals } = await store.readMemory(root.line);
    const acted = { ...(signals ?? NOTHING), actedAt: now };
    ensureAlone();
    if (root !== state) await store.writeMemory(state.line, change);
    await store.writeMemory(root.line, { ...(root === state ? change : {}), signals: acted });
    this.#root = { ...root, memory: { ...root.memory, signals: acted } };
    const said = `/rollback ${ground.tag}`;
    const key = `signal:${ground.tag}:${now}`;
    const taken = { key, by: SELF, byId: null, said, number: 0, url: ground.url, at: now };
    await store.recordTaken(repository.id, taken);
    return { ...state, memory: await store.readMemory(state.line) };
  }

  /** When every line was looked at. Gives back when to look again; null: nothing is new. */
  async close(
    looks: readonly { readonly state: LineState }[],
    hasReleased: boolean,
  ): Promise<Instant | null> {
    const { store, clock, repository, ensureAlone } = this.#request;
    const now = clock.now();
    const root = looks[0]?.state;
    const subjects = looks.flatMap(({ state }) => openSubject(state, now) ?? []);
    const watched = subjects.flatMap((subject) => listWatched(subject));
    if (root === undefined || hasReleased || watched.length === 0) return null;
    const fact = await store.readSignalFact(repository.id, now - FACTS_MS);
    const { signals } = await store.readMemory(root.line);
    const isTold = fact !== null && fact !== (signals?.heard ?? null);
    if (signals === null && !isTold) {
      ensureAlone();
      await store.writeMemory(root.line, { signals: { ...NOTHING, dueAt: now + FIRST_MS } });
      return null;
    }
    if (!isTold && !isDue(watched, signals?.dueAt ?? 0, now)) return null;
    const seen = await this.#read(root);
    if (seen === "later") return null;
    const known = { ...(signals ?? NOTHING), dueAt: now + EVERY_MS, heard: fact };
    ensureAlone();
    await store.writeMemory(root.line, { signals: known });
    return seen !== null && (await this.#keep(subjects, seen)) ? now + AT_ONCE_MS : null;
  }

  /** Null: GitHub does not tell. */
  async #read({ repository }: LineState): Promise<SignalsSeen | "later" | null> {
    try {
      return await this.#forge.read(repository);
    } catch (error) {
      // They are a service: the lines' own waits must not wait with them.
      if (!(error instanceof AppError) || !error.code.startsWith("github/")) throw error;
      return PASSING.has(error.code) ? "later" : null;
    }
  }

  /** Is any of it new? */
  async #keep(subjects: readonly Subject[], seen: SignalsSeen): Promise<boolean> {
    const { store, ensureAlone } = this.#request;
    let isNew = false;
    for (const subject of subjects) {
      const { line } = subject.state;
      const known = (await store.readMemory(line)).signals ?? NOTHING;
      const found = matchSignals(subject, seen);
      if (digest([found]) === digest([known.found])) continue;
      isNew = true;
      ensureAlone();
      await store.writeMemory(line, { signals: { ...known, found } });
    }
    return isNew;
  }
}

function isDue(watched: readonly ReleaseSeen[], dueAt: Instant, now: Instant): boolean {
  const newestAt = Math.max(...watched.map(({ publishedAt }) => Number(publishedAt)));
  return now >= dueAt && (now >= newestAt + FRESH_MS || now >= dueAt + OVERDUE_MS);
}

/** Null: nothing is released here, or there is nothing to judge by. */
function openSubject(state: LineState, now: Instant): Subject | null {
  const policy = effectivePolicyOf(state);
  const isOver = state.repository.isArchived || !isActing(state);
  if (isOver || state.head === null || policy.kind === "invalid") return null;
  return subjectOf(state, state.head, policy, now);
}
