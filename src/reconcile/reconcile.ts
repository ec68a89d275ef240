import type { Action, Plan, PublishCheck } from "../core/action.ts";
import { plan as planLine } from "../core/plan.ts";
import { EMPTY_MEMORY, formatLine } from "../core/state.ts";
import type { Instant, Line, LineState, Memory } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Clock, Forge, Outcome, RepositoryRef, Store } from "../ports.ts";
import { isFilesAction, rememberTry, withoutTexts } from "./files-tries.ts";

/**
 * Observations in one call at most. A conflict or a refusal is looked at again at once; when the
 * world still moves after that, the next hint or `wakeAt` goes on.
 */
const PASSES_MAX = 3;

/** After a release: look whether checks began on its commit (`core/settle`, publish checks). */
const AFTER_RELEASE_MS = 60_000;

export interface ReconcileRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Label of the default branch as last seen. Null: not known, memory is then read after a look. */
  readonly defaultBranch: string | null;
  /** Observe and plan only: nothing is written, neither on GitHub nor in the store. */
  readonly isDryRun?: boolean;
  /** False: somebody else may be at this repository by now, so nothing more is written. */
  readonly isAlone?: () => boolean;
}

export interface Reconciled {
  readonly state: LineState;
  readonly plan: Plan;
  /** Of the last look, after what GitHub refused in the looks before it. */
  readonly outcomes: readonly { readonly action: Action; readonly outcome: Outcome }[];
  /** Look again then at the latest; null: only a hint changes anything. */
  readonly wakeAt: Instant | null;
}

/** Observe, plan, apply, record, and look again where an action did not end as planned. */
export async function reconcile(request: ReconcileRequest): Promise<Reconciled> {
  let result = await pass(request);
  const refused: Reconciled["outcomes"][number][] = [];
  for (let passes = 1; passes < PASSES_MAX && isWorthAnotherLook(result); passes += 1) {
    refused.push(...result.outcomes.filter(({ outcome }) => outcome.kind === "refused"));
    result = await pass(request);
  }
  return { ...result, outcomes: [...refused, ...result.outcomes] };
}

function isWorthAnotherLook(result: Reconciled): boolean {
  return result.outcomes.some(
    ({ action, outcome }) =>
      (isRelease(action) && isTried(outcome)) ||
      // Where they are written, the next look releases them.
      (isFilesAction(action) && (isTried(outcome) || outcome.kind === "done")),
  );
}

function isTried({ kind }: Outcome): boolean {
  return kind === "conflict" || kind === "refused";
}

async function pass(request: ReconcileRequest): Promise<Reconciled> {
  const { clock, store } = request;
  const state = await observe(request);
  const now = clock.now();
  const plan = planLine(state, now);
  if (request.isDryRun === true) return { state, plan, outcomes: [], wakeAt: plan.wakeAt };

  await remember(store, state, plan, now);
  const outcomes = await apply(request, state, plan);
  const hasReleased = outcomes.some(
    ({ action, outcome }) => action.kind === "publishRelease" && outcome.kind === "done",
  );
  return {
    state,
    plan,
    outcomes,
    wakeAt: hasReleased ? earliest(plan.wakeAt, now + AFTER_RELEASE_MS) : plan.wakeAt,
  };
}

/**
 * The line's memory is kept under the branch's name, which GitHub may have changed since: then the
 * first look had the wrong memory, and a second one has the right one.
 */
async function observe(request: ReconcileRequest): Promise<LineState> {
  const { forge, store, clock, repository, defaultBranch } = request;
  const guess: Line | null =
    defaultBranch === null
      ? null
      : { repositoryId: repository.id, branch: defaultBranch, component: "", channel: "stable" };
  const memory = guess === null ? EMPTY_MEMORY : await store.readMemory(guess);
  const look = { repository, line: null, now: clock.now() };
  const state = await forge.observe({ ...look, defaultBranch, memory });
  if (guess !== null && formatLine(guess) === formatLine(state.line)) return state;
  const actual = await store.readMemory(state.line);
  if (isEmpty(actual)) return state;
  const { branch } = state.line;
  return forge.observe({ ...look, defaultBranch: branch, memory: actual, now: clock.now() });
}

function isEmpty(memory: Memory): boolean {
  return Object.values(memory).every((value) => value === null);
}

async function remember(store: Store, state: LineState, plan: Plan, now: Instant): Promise<void> {
  const { memory, head } = state;
  const change: { -readonly [K in keyof Memory]?: Memory[K] } = {};
  if (head !== null && memory.headSeen?.sha !== head.sha) {
    change.headSeen = { sha: head.sha, at: head.arrivedAt };
  }
  if (memory.startedAt === null && state.startedAt !== null) change.startedAt = state.startedAt;
  if (plan.settledContexts !== null) change.settledContexts = plan.settledContexts;
  if (plan.announcedTag !== null) change.announcedTag = plan.announcedTag;
  if (plan.validPolicy !== null && plan.validPolicy.sha !== memory.lastGoodPolicy?.sha) {
    change.lastGoodPolicy = plan.validPolicy;
  }
  if (Object.keys(change).length > 0) await store.writeMemory(state.line, change);
  await store.recordPlan(state.line, withoutTexts(plan), now);
  await recordLate(store, state);
  await recordPublishChecks(store, state, plan);
}

/** A release that stands, of which a crash or somebody faster kept us from writing it down. */
async function recordLate(store: Store, { line, memory, releases }: LineState): Promise<void> {
  const { intent } = memory;
  if (intent === null) return;
  const { tag, sha } = intent;
  const seen = releases.find((release) => release.tag === tag && release.sha === sha);
  if (seen === undefined || seen.publishedAt === null) return;
  const known = await store.findRelease(line.repositoryId, tag);
  if (known?.state !== "intended") return;
  await store.recordPublished(line, tag, { url: seen.url, at: seen.publishedAt });
}

/** Nothing where the ledger says it already, or where it has lost the release. */
async function recordPublishChecks(store: Store, state: LineState, plan: Plan): Promise<void> {
  for (const { tag, checks } of plan.published) {
    const known = await store.findRelease(state.line.repositoryId, tag);
    if (known === null || isSame(known.publishChecks, checks)) continue;
    await store.recordPublishChecks(state.line, tag, checks);
  }
}

/** Both are in order of name. */
function isSame(known: readonly PublishCheck[], seen: readonly PublishCheck[]): boolean {
  return (
    known.length === seen.length &&
    seen.every(({ name, state }, at) => known[at]?.name === name && known[at].state === state)
  );
}

/**
 * In order. The tag and the release decide: where one of them does not end in `done`, the rest of
 * the plan is skipped, because it speaks of a release that does not stand.
 */
async function apply(
  request: ReconcileRequest,
  state: LineState,
  plan: Plan,
): Promise<Reconciled["outcomes"]> {
  const outcomes: { action: Action; outcome: Outcome }[] = [];
  let isBroken = false;
  let isTold = false;
  const card = plan.actions.find((action) => action.kind === "publishRelease");
  if (card !== undefined) await recordIntent(request.store, state, card);
  for (const action of plan.actions) {
    if (isBroken || (isTold && action.kind === "announce" && action.isFresh)) {
      outcomes.push({ action, outcome: { kind: "skipped" } });
      continue;
    }
    ensureAlone(request);
    const outcome = await request.forge.apply(state, action);
    outcomes.push({ action, outcome });
    await record(request, state, action, outcome);
    isBroken = isRelease(action) && outcome.kind !== "done";
    // Somebody else who runs Smallbatch here made it, and speaks of it; the next look makes sure.
    const isFound = outcome.kind === "done" && outcome.how === "found";
    if (action.kind === "publishRelease" && isFound) isTold = true;
  }
  return outcomes;
}

/** What was observed may be old where somebody else began meanwhile, and comments have no name. */
function ensureAlone({ isAlone, repository }: ReconcileRequest): void {
  if (isAlone === undefined || isAlone()) return;
  const message = `Reconcile ${repository.owner}/${repository.name}: the lock on it was lost`;
  throw new AppError("store/unavailable", message, { retry: { kind: "backoff" } });
}

function isRelease(action: Action): boolean {
  return action.kind === "createTag" || action.kind === "publishRelease";
}

async function recordIntent(
  store: Store,
  state: LineState,
  release: Extract<Action, { kind: "publishRelease" }>,
): Promise<void> {
  const { tag, sha, card } = release;
  await store.recordIntent({ line: state.line, tag, sha, card });
  await store.writeMemory(state.line, { intent: { tag, sha } });
}

async function record(
  request: ReconcileRequest,
  state: LineState,
  action: Action,
  outcome: Outcome,
): Promise<void> {
  const { store, clock } = request;
  const { line } = state;
  if (action.kind === "createTag" || action.kind === "publishRelease") {
    const { tag, sha } = action;
    const refusal = refusalOf(outcome, { tag, sha }, state.memory.intent);
    if (refusal !== null) {
      await store.writeMemory(line, { refusal: { tag, sha, ...refusal, at: clock.now() } });
    }
  }
  const versionFiles = rememberTry(state.memory, action, outcome, clock.now());
  if (versionFiles !== null) await store.writeMemory(line, { versionFiles });
  // Comments that GitHub refuses one by one are not tried again: they are off the critical path.
  if (action.kind === "announce" && (outcome.kind === "done" || outcome.kind === "refused")) {
    await store.writeMemory(line, { announcedTag: action.tag });
  }
  if (outcome.kind !== "done") return;
  if (action.kind === "publishRelease") {
    await store.recordPublished(line, action.tag, { url: outcome.url, at: clock.now() });
    await store.writeMemory(line, { refusal: null, order: null });
  }
}

/**
 * What to remember as a refusal. A conflict with what was tried before is one too: it was planned
 * again on a new observation, which does not see what stands in the way.
 */
function refusalOf(
  outcome: Outcome,
  { tag, sha }: { readonly tag: string; readonly sha: string },
  tried: Memory["intent"],
): { readonly message: string; readonly url: string | null } | null {
  if (outcome.kind === "refused") return { message: outcome.message, url: outcome.url };
  const isAgain = tried?.tag === tag && tried.sha === sha;
  return outcome.kind === "conflict" && isAgain ? { message: outcome.message, url: null } : null;
}

function earliest(left: Instant | null, right: Instant): Instant {
  return left === null ? right : Math.min(left, right);
}
