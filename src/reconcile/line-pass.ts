import type { Plan } from "../core/action.ts";
import { earliest } from "../core/earliest.ts";
import { DRAFTING } from "../core/evidence/wait-for-drafts.ts";
import { defaultLine } from "../core/lines.ts";
import { planLinked } from "../core/linked.ts";
import type { LineGroup } from "../core/linked.ts";
import { EMPTY_MEMORY } from "../core/memory.ts";
import type { Memory } from "../core/memory.ts";
import { plan as planLine } from "../core/plan.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { formatLine } from "../core/state.ts";
import type { Instant, Line, LineState, PolicyFile } from "../core/state.ts";
import { invariant } from "../errors.ts";
import type { Outcome } from "../ports.ts";
import { applyPlan, isMaking, isRelease } from "./apply-plan.ts";
import type { Applied, ApplyRequest } from "./apply-plan.ts";
import type { DeskOfPass } from "./desk.ts";
import type { DoorsOfPass } from "./doors.ts";
import type { DraftsOfPass } from "./drafts-of-pass.ts";
import { isBehind, isFilesAction } from "./files-tries.ts";
import { remember } from "./remember.ts";
import type { RollbacksOfPass } from "./rollback.ts";
import type { SignalsOfPass } from "./signals.ts";

/**
 * Observations of a line in one call at most. A conflict or a refusal is looked at again at once;
 * when the world still moves after that, the next hint or `wakeAt` goes on.
 */
const PASSES_MAX = 3;

/** After a release: look whether checks began on its commit (`core/settle`, publish checks). */
const AFTER_RELEASE_MS = 60_000;

/** GitHub's reads may be behind its writes: seconds, seen for commits of our own. */
const BEHIND_MS = 60_000;

export interface PassRequest extends ApplyRequest {
  /** Null: not known, memory is then read after a look. */
  readonly defaultBranch: string | null;
  readonly isDryRun?: boolean;
  /** As if this stood as the policy; null: none did. Absent: as it stands. */
  readonly policy?: PolicyFile | null;
  /** What people asked for by comments; left out where nothing is written. */
  readonly doors?: DoorsOfPass;
  /** What people decided on the release desk; left out where there is none. */
  readonly desk?: DeskOfPass | undefined;
  /** Drafts of the notes; left out where nobody drafts. */
  readonly drafts?: DraftsOfPass | undefined;
  /** Releases that are taken back; left out as the desk is. */
  readonly rollbacks?: RollbacksOfPass | undefined;
  /** What speaks against releases; likewise. */
  readonly signals?: SignalsOfPass | undefined;
}

/** What became of one line. */
export interface LineLook {
  readonly line: Line;
  readonly state: LineState;
  readonly plan: Plan;
  /** Of the last look, after what GitHub refused in the looks before it. */
  readonly outcomes: readonly Applied[];
  /** Look again then at the latest; null: only a hint changes anything. */
  readonly wakeAt: Instant | null;
}

/** Lines that are planned together, beside the default one. */
export interface Beside {
  readonly lines: LineGroup;
  readonly root: LineState;
  /** Of the repository. */
  readonly policy: Policy;
}

type Looks = readonly [LineLook, ...LineLook[]];

/**
 * Observe, plan, apply, record, and look again where an action did not end as planned. `beside`
 * null: the default line.
 */
export async function reconcileLines(request: PassRequest, beside: Beside | null): Promise<Looks> {
  const isOld = beside !== null && request.written.has(beside.root.line.branch);
  let looks = await passWithDrafts(request, beside, !isOld);
  const refused = new Map<string, Applied[]>();
  for (let passes = 1; passes < PASSES_MAX && looks.some(isWorthAnotherLook); passes += 1) {
    for (const { line, outcomes } of looks) {
      const own = outcomes.filter(({ outcome }) => outcome.kind === "refused");
      refused.set(formatLine(line), [...(refused.get(formatLine(line)) ?? []), ...own]);
    }
    looks = await passWithDrafts(request, beside, false);
  }
  const [first, ...rest] = looks;
  const withRefused = (look: LineLook): LineLook => ({
    ...look,
    outcomes: [...(refused.get(formatLine(look.line)) ?? []), ...look.outcomes],
  });
  return [withRefused(first), ...rest.map(withRefused)];
}

function isWorthAnotherLook({ outcomes }: LineLook): boolean {
  return outcomes.some(
    ({ action, outcome }) =>
      (isRelease(action) && isTried(outcome)) ||
      // Where they are written, the next look releases them.
      (isFilesAction(action) && (isTried(outcome) || outcome.kind === "done")),
  );
}

export function isReleased({ action, outcome }: Applied): boolean {
  return isMaking(action) && outcome.kind === "done";
}

function isTried({ kind }: Outcome): boolean {
  return kind === "conflict" || kind === "refused";
}

/** Where a release waits for nothing but its notes, they are drafted, and all is looked at again. */
async function passWithDrafts(
  request: PassRequest,
  beside: Beside | null,
  mayShare: boolean,
): Promise<Looks> {
  const looks = await pass(request, beside, mayShare);
  const { drafts } = request;
  const waiting = looks.filter(({ plan }) => plan.reason.code === DRAFTING);
  if (drafts === undefined || waiting.length === 0) return looks;
  for (const { state, plan } of waiting) {
    if (plan.drafts !== undefined) await drafts.draft(state, plan.drafts);
  }
  return pass(request, beside, false);
}

/** `mayShare`: nothing was written since the default line was read. */
async function pass(
  request: PassRequest,
  beside: Beside | null,
  mayShare: boolean,
): Promise<Looks> {
  const observed = await observeAll(request, beside, mayShare);
  // What a banner tells, before a box is obeyed; what a hold on the desk tells, after it.
  const marked = (await request.rollbacks?.open(observed)) ?? observed;
  const restored = (await request.desk?.open(marked)) ?? marked;
  const known = (await request.rollbacks?.openHeld(restored)) ?? restored;
  const heard = (await request.doors?.open(known)) ?? known;
  const acted = (await request.signals?.act(heard)) ?? heard;
  const stopped = (await request.rollbacks?.stop(acted)) ?? acted;
  const worded = (await request.drafts?.furnish(stopped)) ?? stopped;
  const [first, ...rest] = (await request.desk?.furnish(worded)) ?? worded;
  const now = request.clock.now();
  const planned =
    beside === null || rest.length === 0
      ? [{ state: first, plan: planLine(first, now) }]
      : planLinked([first, ...rest], beside.policy, now);
  const looks: LineLook[] = [];
  for (const { state, plan } of planned) looks.push(await carryOut(request, { state, plan, now }));
  const [look, ...others] = looks;
  invariant(look !== undefined, "every observation has a plan");
  return [look, ...others];
}

async function observeAll(
  request: PassRequest,
  beside: Beside | null,
  mayShare: boolean,
): Promise<readonly [LineState, ...LineState[]]> {
  if (beside === null) return [await observeRoot(request)];
  const { root } = beside;
  const [first, ...rest] = beside.lines;
  const look = async (line: Line): Promise<LineState> =>
    observeBeside(request, line, { root, mayShare });
  const states: [LineState, ...LineState[]] = [await look(first)];
  for (const line of rest) states.push(await look(line));
  return states;
}

async function carryOut(
  request: PassRequest,
  planned: { readonly state: LineState; readonly plan: Plan; readonly now: Instant },
): Promise<LineLook> {
  const { state, plan, now } = planned;
  const { line } = state;
  if (request.isDryRun === true) return { line, state, plan, outcomes: [], wakeAt: plan.wakeAt };
  await remember(request.store, state, plan, now);
  const outcomes = await applyPlan(request, state, plan);
  const lookAt = outcomes.some(isReleased) ? now + AFTER_RELEASE_MS : null;
  const againAt = outcomes.some(isBehind) ? now + BEHIND_MS : null;
  return { line, state, plan, outcomes, wakeAt: earliest([plan.wakeAt, lookAt, againAt]) };
}

async function observeBeside(
  { forge, store, clock, repository, defaultBranch, ...rest }: PassRequest,
  line: Line,
  beside: { readonly root: LineState; readonly mayShare: boolean },
): Promise<LineState> {
  const memory = await store.readMemory(line);
  const look = { repository, line, beside, ...policyOf(rest) };
  return forge.observe({ ...look, defaultBranch, memory, now: clock.now() });
}

/**
 * The line's memory is kept under the branch's name, which GitHub may have changed since: then the
 * first look had the wrong memory, and a second one has the right one.
 */
async function observeRoot(request: PassRequest): Promise<LineState> {
  const { forge, store, clock, repository, defaultBranch } = request;
  const guess = defaultBranch === null ? null : defaultLine(repository.id, defaultBranch);
  const memory = guess === null ? EMPTY_MEMORY : await store.readMemory(guess);
  const desk = await request.desk?.glance();
  const command = await request.doors?.next();
  const look = { repository, line: null, desk, command, now: clock.now(), ...policyOf(request) };
  const state = await forge.observe({ ...look, defaultBranch, memory });
  if (guess !== null && formatLine(guess) === formatLine(state.line)) return state;
  const actual = await store.readMemory(state.line);
  if (isEmpty(actual)) return state;
  const { branch } = state.line;
  return forge.observe({ ...look, defaultBranch: branch, memory: actual, now: clock.now() });
}

function policyOf({ policy }: Pick<PassRequest, "policy">): Pick<PassRequest, "policy"> {
  return policy === undefined ? {} : { policy };
}

function isEmpty(memory: Memory): boolean {
  return Object.values(memory).every(
    (value) => value === null || (Array.isArray(value) && value.length === 0),
  );
}
