import { weeklyRulesOf } from "../core/policy/policy-weekly.ts";
import { policyIn, effectivePolicyOf } from "../core/policy/policy.ts";
import { isStarted } from "../core/start.ts";
import type { Instant, LineState } from "../core/state.ts";
import { judgeWeekly, NOTHING_KEPT, settleFound } from "../core/weekly/judge-weekly.ts";
import type { Week } from "../core/weekly/judge-weekly.ts";
import type { WeeklyKept } from "../core/weekly/weekly-kept.ts";
import { nextEndAfter } from "../core/weekly/weekly-moment.ts";
import type { WeeklyRules } from "../core/weekly/weekly-moment.ts";
import { renderWeekly, titleOfWeekly } from "../core/weekly/weekly-text.ts";
import { composeWeekly, isNothing, recordWindow } from "../core/weekly/weekly-view.ts";
import { AppError } from "../errors.ts";
import type { Clock, Forge, Store } from "../ports.ts";
import type { WeeklyForge, WeeklySource } from "../weekly-port.ts";

/** The past of a new repository is read within minutes. */
const NO_RECORDS_MS = 15 * 60_000;

/** Where GitHub refuses to open the issue, it is asked again after this time. */
const REFUSED_MS = 60 * 60_000;

interface WeeklyRequest {
  readonly forge: Pick<Forge, "closeIssue" | "weekly">;
  readonly store: Pick<Store, "writeMemory">;
  readonly clock: Clock;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
  /** Absent: nothing is on record, and there is no report. */
  readonly weekly?: WeeklySource;
}

/** All that one look needs, with what is asked for. */
interface Asked extends Required<Pick<WeeklyRequest, "weekly">> {
  readonly request: WeeklyRequest;
  readonly issues: WeeklyForge;
  readonly state: LineState;
  readonly rules: WeeklyRules;
}

/**
 * Write the report of the week that ended, once, where the policy asks for it. `state`: of the
 * default line. Gives back when to look again; null: never by itself.
 */
export async function lookAtWeekly(
  request: WeeklyRequest,
  state: LineState,
): Promise<Instant | null> {
  const { forge, weekly } = request;
  const issues = forge.weekly;
  if (issues === undefined || weekly === undefined || state.repository.isArchived) return null;
  const policy = policyIn(effectivePolicyOf(state));
  const rules = policy === null || !isStarted(state) ? null : weeklyRulesOf(policy);
  const now = request.clock.now();
  try {
    if (rules === null) return await end(request, state);
    return await look({ request, issues, weekly, state, rules }, now);
  } catch (error) {
    // The report waits for room in the budget; the lines' own waits must not wait with it.
    if (!(error instanceof AppError) || error.code !== "github/rate-limited") throw error;
    return now + (error.retry.kind === "after" ? error.retry.waitMs : REFUSED_MS);
  }
}

/** Nobody wants reports any more: the last one is not left open. */
async function end(request: WeeklyRequest, state: LineState): Promise<null> {
  const kept = state.memory.weekly;
  if (kept === null) return null;
  const last = kept.issue === null ? [] : [kept.issue.number];
  await closeAll(request, state, { ...kept, closing: [...kept.closing, ...last] });
  await keep(request, state, null);
  return null;
}

async function look(asked: Asked, now: Instant): Promise<Instant | null> {
  const { request, issues, state, rules } = asked;
  const { startedAt, repository } = state;
  const kept = await closeAll(request, state, state.memory.weekly);
  const step = judgeWeekly(rules, kept, { startedAt, now });
  if (step.kind === "write") return write(asked, kept ?? NOTHING_KEPT, step.week);
  if (step.kind === "rest") {
    if (step.kept !== null) await keep(request, state, step.kept);
    return step.wakeAt;
  }
  const found = await issues.find(repository);
  const settled = settleFound(found, kept, { rules, week: step.week, startedAt, now });
  await keep(request, state, settled.kept);
  const known = await closeAll(request, state, settled.kept);
  return settled.kind === "write" ? write(asked, known, settled.week) : settled.wakeAt;
}

async function write(
  { request, issues, weekly, state, rules }: Asked,
  kept: WeeklyKept,
  week: Week,
): Promise<Instant> {
  const { clock, ensureAlone } = request;
  const { repository } = state;
  const [coverage] = await weekly.clocks.readCoverage([repository.id]);
  const readAt = coverage?.readAt ?? null;
  if (readAt === null) {
    const againAt = clock.now() + NO_RECORDS_MS;
    await keep(request, state, { ...kept, standing: "no-records", againAt });
    return againAt;
  }
  const records = await weekly.clocks.readRecords([repository.id], recordWindow(week));
  const pageUrl = weekly.pageUrl(repository);
  const view = composeWeekly({ repository, week, zone: rules.zone, records, readAt, pageUrl });
  const done = { ...kept, to: week.to, openingAt: null, againAt: null };
  const wakeAt = nextEndAfter(rules, week.to, clock.now());
  if (isNothing(view)) {
    await keep(request, state, { ...done, standing: "nothing-happened" });
    return wakeAt;
  }
  await keep(request, state, { ...kept, openingAt: clock.now() });
  ensureAlone();
  const opened = await issues.open(repository, {
    title: titleOfWeekly(view),
    body: renderWeekly(view),
  });
  if (opened === "disabled") {
    await keep(request, state, { ...done, standing: "no-issues" });
    return wakeAt;
  }
  if (opened === "refused") {
    const againAt = clock.now() + REFUSED_MS;
    await keep(request, state, { ...kept, standing: "refused", openingAt: null, againAt });
    return againAt;
  }
  const last = kept.issue === null ? [] : [kept.issue.number];
  const closing = [...kept.closing, ...last];
  const written = { ...done, standing: "reported", issue: opened, closing } as const;
  await keep(request, state, written);
  await closeAll(request, state, written);
  return wakeAt;
}

/** What GitHub refuses, as for an issue that is gone, is left alone. */
async function closeAll<T extends WeeklyKept | null>(
  request: WeeklyRequest,
  state: LineState,
  kept: T,
): Promise<T> {
  if (kept === null || kept.closing.length === 0) return kept;
  for (const number of kept.closing) {
    request.ensureAlone();
    await request.forge.closeIssue(state, number, true);
  }
  const closed = { ...kept, closing: [] };
  await keep(request, state, closed);
  return closed;
}

async function keep(
  { store, ensureAlone }: WeeklyRequest,
  { line }: LineState,
  weekly: WeeklyKept | null,
): Promise<void> {
  ensureAlone();
  await store.writeMemory(line, { weekly });
}
