import type { Action, ActionOf, Making, Plan } from "../core/action.ts";
import type { Memory } from "../core/memory.ts";
import { formatLine } from "../core/state.ts";
import type { LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Clock, Forge, Outcome, RepositoryRef, Store } from "../ports.ts";
import { rememberTry } from "./files-tries.ts";

export interface ApplyRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** False: somebody else may be at this repository by now, so nothing more is written. */
  readonly isAlone?: () => boolean;
  /** Pulls and issues that were commented on in this pass, by node id: by which line. */
  readonly told: Map<string, string>;
  /** A line before this one failed, and may have to tell of the same pull: it comes first. */
  readonly isTellingLater: () => boolean;
  /** Branches that got a commit of ours in this pass: what was read of them before is old. */
  readonly written: Set<string>;
}

export interface Applied {
  readonly action: Action;
  readonly outcome: Outcome;
}

/**
 * In order. The tag and the release decide: where one of them does not end in `done`, the rest of
 * the plan is skipped, because it speaks of a release that does not stand.
 */
export async function applyPlan(
  request: ApplyRequest,
  state: LineState,
  plan: Plan,
): Promise<readonly Applied[]> {
  const outcomes: Applied[] = [];
  let isBroken = false;
  let isTold = false;
  const making = plan.actions.find(isMaking);
  if (making !== undefined) await recordIntent(request.store, state, making);
  for (const planned of plan.actions) {
    const action = leaveOutTold(planned, state, request.told);
    const isLater =
      action.kind === "announce" && ((isTold && action.isFresh) || request.isTellingLater());
    if (isBroken || isLater) {
      outcomes.push({ action, outcome: { kind: "skipped" } });
      continue;
    }
    ensureAlone(request);
    const outcome = await request.forge.apply(state, action);
    rememberTold(action, state, request.told);
    outcomes.push({ action, outcome });
    if (action.kind === "commitFiles") request.written.add(state.line.branch);
    await record(request, state, action, outcome);
    isBroken = isRelease(action) && outcome.kind !== "done";
    // Somebody else who runs Smallbatch here made it, and speaks of it; the next look makes sure.
    const isFound = outcome.kind === "done" && outcome.how === "found";
    if (action.kind === "publishRelease" && isFound) isTold = true;
  }
  return outcomes;
}

/** What another line said in this very pass is not in its observation. */
function leaveOutTold(action: Action, { line }: LineState, told: ApplyRequest["told"]): Action {
  if (action.kind !== "announce") return action;
  const own = formatLine(line);
  const isNew = (nodeId: string): boolean => (told.get(nodeId) ?? own) === own;
  return { ...action, comments: action.comments.filter(({ subject }) => isNew(subject.nodeId)) };
}

function rememberTold(action: Action, { line }: LineState, told: ApplyRequest["told"]): void {
  if (action.kind !== "announce") return;
  for (const { subject } of action.comments) told.set(subject.nodeId, formatLine(line));
}

/** What was observed may be old where somebody else began meanwhile, and comments have no name. */
export function ensureAlone({
  isAlone,
  repository,
}: Pick<ApplyRequest, "isAlone" | "repository">): void {
  if (isAlone === undefined || isAlone()) return;
  const message = `Reconcile ${repository.owner}/${repository.name}: the lock on it was lost`;
  throw new AppError("store/unavailable", message, { retry: { kind: "backoff" } });
}

/** Does it make the release, in any form? */
export function isMaking(action: Action): action is Making {
  return ["publishRelease", "draftRelease", "publishDraft"].includes(action.kind);
}

export function isRelease(action: Action): action is Making | ActionOf<"createTag"> {
  return action.kind === "createTag" || isMaking(action);
}

async function recordIntent(store: Store, { line }: LineState, release: Making): Promise<void> {
  const { tag, sha, card } = release;
  if (release.kind === "publishDraft") {
    // The card of the draft is the one that stands in it.
    const known = await store.findRelease(line.repositoryId, tag);
    if (known === null) await store.recordIntent({ line, tag, sha, card });
    await store.writeMemory(line, { intent: { tag, sha, draftId: release.releaseId } });
    return;
  }
  await store.recordIntent({ line, tag, sha, card, notes: release.body });
  await store.writeMemory(line, { intent: { tag, sha } });
}

async function record(
  request: ApplyRequest,
  state: LineState,
  action: Action,
  outcome: Outcome,
): Promise<void> {
  const { store, clock } = request;
  const { line } = state;
  if (isRelease(action)) {
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
  if (outcome.kind !== "done" || !isMaking(action)) return;
  const { tag, sha } = action;
  if (action.kind === "draftRelease") {
    const draftId = outcome.releaseId ?? null;
    await store.writeMemory(line, { refusal: null, intent: { tag, sha, draftId } });
    return;
  }
  await store.recordPublished(line, tag, { url: outcome.url, at: clock.now() });
  await store.writeMemory(line, { refusal: null, order: null });
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
