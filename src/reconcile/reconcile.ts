import type { Plan } from "../core/action.ts";
import { earliest } from "../core/earliest.ts";
import { listOtherLines } from "../core/lines.ts";
import { groupLines } from "../core/linked.ts";
import type { LineGroup } from "../core/linked.ts";
import type { Foreseen } from "../core/policy/policy-outcome.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { planFailure } from "../core/quiet-plan.ts";
import type { Instant, Line, LineState, PolicyFile } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Clock, Forge, RepositoryRef, Store } from "../ports.ts";
import type { WeeklySource } from "../weekly-port.ts";
import { ensureAlone } from "./apply-plan.ts";
import { closeDesk } from "./desk-writing.ts";
import type { DeskEnd } from "./desk-writing.ts";
import { DeskOfPass } from "./desk.ts";
import { DoorsOfPass } from "./doors.ts";
import type { Drafting } from "./drafting.ts";
import { DraftsOfPass } from "./drafts-of-pass.ts";
import { isReleased, reconcileLines } from "./line-pass.ts";
import type { LineLook, PassRequest } from "./line-pass.ts";
import { noticeEdits } from "./notice-edits.ts";
import { lookAtProposal } from "./proposal.ts";
import type { ProposalLook } from "./proposal.ts";
import { LINES_FORESEEN_MAX } from "./pull-policies.ts";
import { RollbacksOfPass } from "./rollback.ts";
import { SignalsOfPass } from "./signals.ts";
import { keepRolledBack, keepTakenBack } from "./taken-back.ts";
import { lookAtWeekly } from "./weekly.ts";

export interface ReconcileRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Label of the default branch as last seen. Null: not known, memory is then read after a look. */
  readonly defaultBranch: string | null;
  /** Observe and plan only: nothing is written, neither on GitHub nor in the store. */
  readonly isDryRun?: boolean;
  /** As if this stood as the policy, in a dry run; null: none did. Absent: as it stands. */
  readonly policy?: PolicyFile | null;
  /** Lines to look at beside the default one; absent: all. */
  readonly othersMax?: number;
  /** False: somebody else may be at this repository by now, so nothing more is written. */
  readonly isAlone?: () => boolean;
  /** Who drafts lines of the notes, or why nobody does. Absent: nobody, and nothing is said of it. */
  readonly drafting?: Drafting;
  /** What weekly reports are made of. Absent: there are none. */
  readonly weekly?: WeeklySource;
}

/** A line that could not be looked at. The others were. */
interface LineFailure {
  readonly line: Line;
  readonly error: AppError;
}

/** The default line, and beside it what became of the others. */
export interface Reconciled extends LineLook {
  readonly others: readonly LineLook[];
  readonly failures: readonly LineFailure[];
  /** Where the repository stands on its way to the start; null: nobody is to be asked. */
  readonly proposal: ProposalLook | null;
  /** Lines that were left out because there are more than were asked for. */
  readonly leftOut: number;
  /** Look at the repository again then at the latest; null: only a hint changes anything. */
  readonly wakeAt: Instant | null;
  /** Commits of all lines with checks that are not done. */
  readonly awaits: Plan["awaits"];
}

/** A line that failed is looked at again after this time, if its error does not say when. */
const AGAIN_MS = 60_000;

/**
 * Look at every line of a repository: the default one first, because its policy says which others
 * there are. A line that fails does not stop the others; what is wrong with all of them does.
 */
export async function reconcile(request: ReconcileRequest): Promise<Reconciled> {
  const doors = new DoorsOfPass({
    ...request,
    ensureAlone: () => ensureAlone(request),
    foresee: (policy) => foresee(request, policy),
  });
  const isDry = request.isDryRun === true;
  const beganAt = request.clock.now();
  const desk = isDry ? null : openDesk(request);
  const drafts = isDry ? null : openDrafts(request);
  const takenBack: TakenBack = isDry ? {} : openRollbacks(request);
  const others: LineLook[] = [];
  const failures: LineFailure[] = [];
  const isTellingLater = (): boolean => failures.length > 0;
  const shared = { told: new Map<string, string>(), isTellingLater, written: new Set<string>() };
  const pass: PassRequest = {
    ...request,
    ...shared,
    ...(isDry ? {} : { doors }),
    desk: desk?.pass,
    ...(drafts === null ? {} : { drafts }),
    ...takenBack,
  };
  const [root] = await reconcileLines(pass, null);
  const policy = policyIn(effectivePolicyOf(root.state)) ?? DEFAULT_POLICY;
  let leftOut = 0;
  for (const group of listGroups(root.state, policy)) {
    if (others.length + failures.length >= (request.othersMax ?? Number.POSITIVE_INFINITY)) {
      leftOut += group.length;
      continue;
    }
    try {
      const beside = { lines: group, root: root.state, policy };
      others.push(...(await reconcileLines(pass, beside)));
    } catch (error) {
      if (!(error instanceof AppError) || isAboutAll(error, failures)) throw error;
      for (const each of group) failures.push({ line: each, error });
      if (request.isDryRun !== true) await keepFailure(request, group, error);
    }
  }
  const looks = [root, ...others] as const;
  const hasReleased = looks.some(({ outcomes }) => outcomes.some(isReleased));
  // Before those who asked for it are told where it stands.
  const rollbacksAt = (await takenBack.rollbacks?.close(looks)) ?? null;
  const doorsAt = await doors.close(looks, {
    hasReleased,
    failed: failures.map((failure) => failure.line.branch),
  });
  const asked = { ...request, ensureAlone: () => ensureAlone(request) };
  const proposal = isDry ? null : await lookAtProposal(asked, root.state);
  const deskAt = (await desk?.close({ looks, failures, policy, hasReleased })) ?? null;
  const backAt = await lookBack({ ...request, beganAt }, looks, { ...takenBack, drafts });
  return {
    ...root,
    others,
    failures,
    proposal,
    leftOut,
    wakeAt: earliest([
      doorsAt,
      rollbacksAt,
      backAt,
      proposal?.wakeAt ?? null,
      deskAt,
      (await takenBack.signals?.close(looks, hasReleased)) ?? null,
      ...looks.map(({ wakeAt }) => wakeAt),
      ...failures.map((failure) => againAt(failure, request.clock.now())),
    ]),
    awaits: looks.flatMap(({ plan }) => plan.awaits),
  };
}

/** The lines beside the default one, those that are planned together in one group. */
function listGroups(
  { line, repository, head, maintenanceBranches: branches }: LineState,
  policy: Policy,
): readonly LineGroup[] {
  const isOver = repository.isArchived || head === null;
  return isOver ? [] : groupLines(policy, listOtherLines(policy, { line, branches }));
}

/**
 * What no release waits for: code that comes back, what people made of notes, drafts of lines that
 * something holds, and the report of the week. Gives back when to look again.
 */
async function lookBack(
  request: ReconcileRequest & { readonly beganAt: Instant },
  looks: readonly [LineLook, ...LineLook[]],
  { drafts, rollbacks }: { readonly drafts: DraftsOfPass | null } & TakenBack,
): Promise<Instant | null> {
  if (request.isDryRun === true) return null;
  const states = looks.map(({ state }) => state);
  const restoredAt = (await rollbacks?.restore(states)) ?? null;
  await noticeEdits(request, states);
  await keepTakenBack({ ...request, now: request.clock.now() }, states);
  await keepRolledBack({ ...request, now: request.clock.now() }, states);
  await drafts?.draftAhead(looks);
  const [{ state: root }] = looks;
  const asked = { ...request, ensureAlone: () => ensureAlone(request) };
  return earliest([restoredAt, await lookAtWeekly(asked, root)]);
}

function openDrafts({ drafting, ...request }: ReconcileRequest): DraftsOfPass | null {
  return drafting === undefined ? null : new DraftsOfPass({ ...request, drafting });
}

/** The release desk, where we can tell our own from a forged one. */
function openDesk(request: ReconcileRequest) {
  const { desk } = request.forge;
  if (desk === undefined) return null;
  const asked = { ...request, ensureAlone: () => ensureAlone(request) };
  const pass = new DeskOfPass(asked, desk);
  return { pass, close: (end: DeskEnd) => closeDesk({ ...end, request: asked, desk, of: pass }) };
}

type TakenBack = Pick<PassRequest, "rollbacks" | "signals">;

/** What is taken back, and what speaks for it. */
function openRollbacks(request: ReconcileRequest): TakenBack {
  const { rollbacks, signals } = request.forge;
  const asked = { ...request, ensureAlone: () => ensureAlone(request) };
  return {
    rollbacks: rollbacks && new RollbacksOfPass(asked, rollbacks),
    signals: signals && new SignalsOfPass(asked, signals),
  };
}

/** The lines as another policy would have them, by the same looks and the same judges. */
export async function foresee(
  request: ReconcileRequest,
  policy: PolicyFile | null,
): Promise<Foreseen> {
  const othersMax = LINES_FORESEEN_MAX - 1;
  const seen = await reconcile({ ...request, isDryRun: true, policy, othersMax });
  return { planned: [seen, ...seen.others], unseen: seen.failures.length + seen.leftOut };
}

/** The store is gone, GitHub keeps us out or asks us to wait: the next line would fare the same. */
function isAboutAll({ code }: AppError, failures: readonly LineFailure[]): boolean {
  if (code === "github/unavailable") return failures.some(({ error }) => error.code === code);
  const isOfLine =
    code === "github/too-many-tags" || code === "github/rejected" || code === "github/unexpected";
  return !isOfLine;
}

function againAt({ error }: LineFailure, now: Instant): Instant | null {
  if (error.retry.kind === "never") return null;
  return now + (error.retry.kind === "after" ? error.retry.waitMs : AGAIN_MS);
}

async function keepFailure(
  { store, clock }: ReconcileRequest,
  lines: readonly Line[],
  error: AppError,
): Promise<void> {
  for (const line of lines) await store.recordPlan(line, planFailure(error.message), clock.now());
}
