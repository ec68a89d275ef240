import { keyOfLine } from "../core/desk/desk-box.ts";
import { digest } from "../core/digest.ts";
import { earliest } from "../core/earliest.ts";
import { inertCode } from "../core/inert.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { formatBanner } from "../core/rollback/banner.ts";
import { withReason } from "../core/rollback/forward-reason.ts";
import { listOffered } from "../core/rollback/judge-box.ts";
import type { Restoration } from "../core/rollback/restoration.ts";
import { isOver } from "../core/rollback/roll-forward.ts";
import { tellRollback } from "../core/rollback/rollback-answer.ts";
import { renderRollback, titleOf } from "../core/rollback/rollback-issue.ts";
import type { RollbackPlace } from "../core/rollback/rollback-links.ts";
import { formatRollbackState, readRollbackState } from "../core/rollback/rollback-marker.ts";
import { noteReached } from "../core/rollback/rollback-times.ts";
import {
  endStep,
  fillIn,
  hearResumed,
  isOfBefore,
  ISSUE_STEP,
  nextStep,
} from "../core/rollback/rollback.ts";
import type { Rollback, Step } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { LinePlanned } from "../core/why.ts";
import type { Clock, Forge, RepositoryRef, Store } from "../ports.ts";
import type { Refused, RollbackForge } from "../rollback-port.ts";
import { prepareReland, relandWakeAt } from "./reland.ts";
import { advanceRestoration } from "./restoration.ts";
import { abandonsAt, recordFacts, settle } from "./roll-forward.ts";
import { agentWakeAt, askAgent } from "./rollback-agent.ts";
import { RollbackBoxesOfPass } from "./rollback-boxes.ts";
import { tellWorkflows } from "./rollback-dispatch.ts";
import { holdAgain } from "./rollback-hold.ts";
import { addRisk } from "./rollback-risk.ts";

export interface RollbackRequest {
  readonly forge: Pick<Forge, "permissionOf">;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
}

/** After so long an issue that was opened is in GitHub's lists, or never was. */
const OPENING_MS = 60_000;

type States = readonly [LineState, ...LineState[]];

/**
 * Releases that are taken back, in one look at a repository. What people asked for is kept before
 * anything is done; each step is kept when it has ended, and comes to the same when it is done again.
 */
export class RollbacksOfPass {
  readonly #request: RollbackRequest;
  readonly #forge: RollbackForge;
  readonly #boxes: RollbackBoxesOfPass;
  readonly #found = new Map<"newest" | "all", ReturnType<RollbackForge["find"]>>();

  constructor(request: RollbackRequest, forge: RollbackForge) {
    this.#request = request;
    this.#forge = forge;
    this.#boxes = new RollbackBoxesOfPass(request);
  }

  /** Before people are heard: with what GitHub still tells, where the database is new. */
  async open([first, ...rest]: States): Promise<States> {
    const opened: [LineState, ...LineState[]] = [await this.#restore(first)];
    for (const state of rest) opened.push(await this.#restore(state));
    return opened;
  }

  /** When the desk was read, too: it says whether somebody resumed. */
  async openHeld(states: States): Promise<States> {
    return holdAgain(this.#request, await this.open(states));
  }

  async #restore(state: LineState): Promise<LineState> {
    const known = state.memory.rollbacks;
    // A database of before has no word of what came later.
    if (known?.some(isOfBefore) === true) {
      return this.#keep(state, known.map(fillIn));
    }
    if (known !== null || !isRollingBack(state)) return state;
    const rollbacks = await this.#listKept(state, "all");
    return this.#keep(state, rollbacks);
  }

  /** Those of our issues that are about the line, the oldest first. */
  async #listKept(state: LineState, reach: "newest" | "all"): Promise<readonly Rollback[]> {
    const known = this.#found.get("all") ?? this.#found.get(reach);
    const found = known ?? this.#forge.find(state.repository, reach);
    this.#found.set(reach, found);
    const key = keyOfLine(state.line);
    return (await found)
      .flatMap(({ issue, body }): Rollback[] => {
        const kept = readRollbackState(body, state.repository.id, this.#forge.sign);
        if (kept?.line !== key) return [];
        return [{ ...kept.rollback, issue, openingAt: null, said: null }];
      })
      .toReversed();
  }

  async #keep(state: LineState, rollbacks: readonly Rollback[]): Promise<LineState> {
    const { store, ensureAlone } = this.#request;
    ensureAlone();
    await recordFacts(this.#request, state, rollbacks);
    await store.writeMemory(state.line, { rollbacks });
    return { ...state, memory: { ...state.memory, rollbacks } };
  }

  async #change(state: LineState, changed: Rollback): Promise<LineState> {
    const all = state.memory.rollbacks ?? [];
    const { tag } = changed.release;
    return this.#keep(
      state,
      all.map((each) => (each.release.tag === tag ? changed : each)),
    );
  }

  /** When people were heard: nobody is sent to the release any more. */
  async stop(states: States): Promise<States> {
    const [first, ...rest] = states;
    const stopped: [LineState, ...LineState[]] = [await this.#stop(first)];
    for (const state of rest) stopped.push(await this.#stop(state));
    return stopped;
  }

  async #stop(state: LineState): Promise<LineState> {
    const { clock, ensureAlone } = this.#request;
    const heard = await this.#boxes.hear(state);
    const asked = heard === null ? state : await this.#keep(state, heard);
    let current = await settle(this.#request, asked);
    for (const { release } of state.memory.rollbacks ?? []) {
      for (;;) {
        const rollback = findOf(current, release.tag);
        const step = rollback === null ? null : nextStep(rollback);
        if (rollback === null || step === null) break;
        ensureAlone();
        const refused = await this.#take(current, rollback, step);
        current = await this.#change(
          current,
          endStep(rollback, step.key, { at: clock.now(), refused }),
        );
      }
    }
    return current;
  }

  #take({ repository }: LineState, rollback: Rollback, step: Step): Promise<Refused> {
    if (step.kind === "latest") return this.#forge.makeLatest(repository, step.release);
    const isPrerelease = step.as === "rolled-back";
    const banner = formatBanner(
      { as: step.as, tag: rollback.release.tag },
      {
        at: rollback.at,
        good: rollback.good?.tag ?? null,
        releasesUrl: `${repository.url}/releases`,
      },
    );
    return this.#forge.mark(repository, step.release, { banner, isPrerelease });
  }

  /** When every line was planned: the issues say how it stands. Gives back when to look again. */
  async close(looks: readonly LinePlanned[]): Promise<Instant | null> {
    const waits: (Instant | null)[] = [];
    await this.#boxes.settle();
    for (const { state, plan } of looks) {
      let current = state;
      for (const rollback of state.memory.rollbacks ?? []) {
        // Its last word was said.
        const isOpen = agentWakeAt(rollback) !== null || rollback.reland?.state === "asked";
        if (isOver(rollback) && rollback.said !== null && !isOpen) continue;
        const heard = noteReached(hearResumed(rollback, state.memory.resumedAt));
        const { rollback: read, againAt } = await addRisk(
          { ...this.#request, forge: this.#forge },
          current,
          withReason(heard, plan.reason),
        );
        waits.push(againAt);
        const asked = await this.#askAgent(current, read);
        const opened = await this.#tell(current, await this.#reland(current, asked));
        const told = await this.#tellWorkflows(current, opened, waits);
        if (told !== rollback) current = await this.#change(current, told);
        const { issue, openingAt } = told;
        waits.push(agentWakeAt(told), abandonsAt(this.#request, state, told));
        waits.push(relandWakeAt(told, this.#request.clock.now()));
        if (issue === null && openingAt !== null) waits.push(openingAt + OPENING_MS);
      }
    }
    return earliest(waits);
  }

  /** When the issue stands, which they are told of; it says then what became of that. */
  async #tellWorkflows(
    state: LineState,
    rollback: Rollback,
    waits: (Instant | null)[],
  ): Promise<Rollback> {
    const keep = (kept: Rollback): Promise<unknown> => this.#change(state, kept);
    const means = { request: this.#request, forge: this.#forge, keep };
    const { rollback: sent, againAt } = await tellWorkflows(means, state, rollback);
    waits.push(againAt);
    return sent === rollback ? rollback : this.#tell(state, sent);
  }

  #askAgent(state: LineState, rollback: Rollback): Promise<Rollback> {
    const text = policyIn(effectivePolicyOf(state))?.rollback?.agent ?? null;
    const keep = (kept: Rollback): Promise<unknown> => this.#change(state, kept);
    const means = { request: this.#request, forge: this.#forge, keep };
    return askAgent(means, state, { rollback, text });
  }

  /**
   * When everybody was answered: bring the code back as far as it goes now, and tell of it. Gives
   * back when to look again.
   */
  async restore(states: readonly LineState[]): Promise<Instant | null> {
    const { store, clock, ensureAlone } = this.#request;
    const waits: (Instant | null)[] = [];
    for (const each of states) {
      if ((each.memory.rollbacks ?? []).length === 0) continue;
      let current = { ...each, memory: await store.readMemory(each.line) };
      for (const { release } of current.memory.rollbacks ?? []) {
        const rollback = findOf(current, release.tag);
        if (rollback === null) continue;
        let known = rollback.restoration?.pull ?? null;
        const keep = async (restoration: Restoration): Promise<void> => {
          const { pull } = restoration;
          if (known === null && pull !== null) {
            // Who looked at it before did not know that it is ours.
            await store.askLook(each.repository.id, { ...pull, branch: each.line.branch });
            waits.push(clock.now() + 1);
          }
          known = pull;
          current = await this.#change(current, { ...rollback, restoration });
        };
        const request = { forge: this.#forge.code, clock, ensureAlone, keep };
        const heard = hearResumed(rollback, current.memory.resumedAt);
        const { restoration, wakeAt } = await advanceRestoration(request, current, heard);
        waits.push(wakeAt);
        if (restoration === rollback.restoration) continue;
        const told = await this.#tell(current, noteReached({ ...heard, restoration }));
        current = await this.#change(current, told);
      }
    }
    return earliest(waits);
  }

  #reland(state: LineState, rollback: Rollback): Promise<Rollback> {
    const keep = (kept: Rollback): Promise<unknown> => this.#change(state, kept);
    return prepareReland({ request: this.#request, forge: this.#forge, keep }, state, rollback);
  }

  /** As it is told now; itself where nothing changed. */
  async #tell(state: LineState, rollback: Rollback): Promise<Rollback> {
    const { clock, ensureAlone } = this.#request;
    const { repository } = state;
    const body = this.#render(state, rollback);
    const said = digest([body]);
    const { issue, steps } = rollback;
    if (issue !== null) {
      if (rollback.said === said) return rollback;
      ensureAlone();
      const isClosing = isOver(rollback);
      await this.#forge.write(repository, issue, { body, isClosing });
      return { ...rollback, said };
    }
    if (steps[ISSUE_STEP] !== undefined || isOver(rollback)) return rollback;
    const known = await this.#adopt(state, rollback);
    if (known !== null) return known.issue === null ? known : this.#tell(state, known);
    const openingAt = clock.now();
    ensureAlone();
    await this.#change(state, { ...rollback, openingAt });
    const opened = await this.#forge.open(repository, { title: titleOf(rollback), body });
    if (typeof opened !== "string") return { ...rollback, issue: opened, openingAt: null, said };
    return endStep({ ...rollback, openingAt: null }, ISSUE_STEP, {
      at: openingAt,
      refused: opened,
    });
  }

  /** A request to open it went out before: it may be there. Null: it is to be opened. */
  async #adopt(state: LineState, rollback: Rollback): Promise<Rollback | null> {
    const { openingAt } = rollback;
    if (openingAt === null) return null;
    const { tag } = rollback.release;
    const kept = await this.#listKept(state, "newest");
    const found = kept.find(({ release, url }) => release.tag === tag && url === rollback.url);
    if (found !== undefined) return { ...rollback, issue: found.issue, openingAt: null };
    // It may not be in GitHub's list yet, and a second one would be one too many.
    return this.#request.clock.now() < openingAt + OPENING_MS ? rollback : null;
  }

  #render(state: LineState, rollback: Rollback): string {
    const { line, repository } = state;
    const offered = listOffered(rollback, policyIn(effectivePolicyOf(state)));
    const place: RollbackPlace = { repository, branch: line.branch, offered };
    const kept = { line: keyOfLine(line), rollback };
    const last = formatRollbackState(repository.id, kept, this.#forge.sign);
    return `${renderRollback(rollback, place)}\n${last}\n`;
  }
}

/** Tags of releases whose issue may be there or not: nobody is told of it before that is known. */
export async function listOpening(
  store: Store,
  lines: readonly { readonly state: Pick<LineState, "line" | "memory"> }[],
): Promise<readonly string[]> {
  const tags: string[] = [];
  for (const { state } of lines) {
    if (state.memory.rollbacks === null) continue;
    const { rollbacks } = await store.readMemory(state.line);
    const opening = (rollbacks ?? []).filter(({ openingAt }) => openingAt !== null);
    tags.push(...opening.map(({ release }) => release.tag));
  }
  return tags;
}

/** What is answered to who asked for it: how far it came. */
export async function tellTaken(
  { store }: Pick<RollbackRequest, "store">,
  states: readonly LineState[],
  tag: string,
): Promise<string> {
  for (const { line, repository } of states) {
    const { rollbacks } = await store.readMemory(line);
    const own = rollbacks?.find(({ release }) => release.tag === tag);
    if (own !== undefined) return tellRollback(own, { repository, branch: line.branch });
  }
  return `${inertCode(tag)} is being rolled back.`;
}

/** Does GitHub show that something is rolled back here? */
function isRollingBack({ releases, memory }: LineState): boolean {
  return memory.hold?.rollback !== undefined || releases.some(({ banner }) => banner !== undefined);
}

function findOf({ memory }: LineState, tag: string): Rollback | null {
  return memory.rollbacks?.find(({ release }) => release.tag === tag) ?? null;
}
