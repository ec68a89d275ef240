import { basesOf, judgeBatch } from "./batch.ts";
import type { BatchRules } from "./batch.ts";
import { firstParents, reachedFrom } from "./graph.ts";
import { isChannelLine } from "./lines.ts";
import { expectedContexts } from "./moment.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { listForward } from "./rollback/roll-forward.ts";
import { judgeSettled } from "./settle.ts";
import { isStarted } from "./start.ts";
import type { Head, Instant, LineState, Sha } from "./state.ts";
import type { Subject, Verdict } from "./subject.ts";
import { joinUnits, nameUnit } from "./units.ts";
import type { Unit } from "./units.ts";
import { firstWaiting } from "./window.ts";

/** Earlier commits whose checks are read, newest first. */
const CUTS_MAX = 20;

/** When checks were not read with the state that turns out to need them: soon. */
const AGAIN_MS = 60_000;

/** Holds that another commit may not have. */
const CHECK_HOLDS: ReadonlySet<string> = new Set([
  "checks-red",
  "checks-pending",
  "checks-awaited",
  "checks-missing",
  "checks-none",
]);

type Question = Pick<Subject, "state" | "policy" | "now">;

/** Commits whose checks decide, where the head may not be released; empty: nobody needs them. */
export function listEarlier({ state, policy, now }: Question): readonly Sha[] {
  const { head } = state;
  if (head === null || !mayGoBack(state, policy)) return [];
  const isEarly = now < whenStuck({ state, policy, now }, head);
  return isEarly ? [] : listAllowed({ state, policy, now }, head).map(({ sha }) => sha);
}

/**
 * Not in a channel or beside a linked component, whose releases lead from one to the next; not with
 * files to write, because they are written on the head.
 */
function mayGoBack(state: LineState, policy: Policy): boolean {
  return (
    (policy.head === "newest-green" || listForward(state).length > 0) &&
    policy.files === undefined &&
    isStarted(state) &&
    state.unfinished === null &&
    state.linked === null &&
    !isChannelLine(state.line)
  );
}

/**
 * From when on an earlier commit is taken: at once where the head is red, else when the first change
 * that asks for a release has waited for so long. Counted from the head, merges that follow each
 * other faster than their checks would never be released. Infinity: the head is settled.
 */
function whenStuck({ state, policy, now }: Question, head: Head): Instant {
  const rules = { expected: expectedContexts(state), areChecksRequired: isRequired(policy) };
  const { kind } = judgeSettled(head, rules, now);
  if (kind === "settled") return Infinity;
  if (kind === "red") return 0;
  return (firstWaiting(judgeBatch(state, policy).units, now) ?? head.arrivedAt) + policy.headWait;
}

/** Where the policy does not ask for it, only a release that takes one back goes back for a commit. */
function listAllowed({ state, policy, now }: Question, head: Head): readonly Unit[] {
  const cuts = listCuts(state, policy);
  if (policy.head === "newest-green") return cuts;
  return cuts.filter((unit) => listForward(narrowState(state, { unit, head, now })).length > 0);
}

function isRequired({ checks }: Policy): boolean {
  return checks === "required";
}

/**
 * Units of the batch after which it may be cut, newest first, at most 20: on the branch itself, below
 * the head, and where no other unit is cut in half.
 */
export function listCuts(state: LineState, rules: BatchRules): readonly Unit[] {
  const { commits, pulls, head } = state;
  const units = joinUnits(commits, pulls, basesOf(state, rules));
  const chain = new Set([...firstParents(commits, head?.sha)].map(({ sha }) => sha));
  const cuts: Unit[] = [];
  for (const unit of units.toReversed()) {
    if (cuts.length === CUTS_MAX) break;
    if (unit.sha === head?.sha || !chain.has(unit.sha)) continue;
    const inside = new Set(reachedFrom(commits, unit.sha));
    const isClean = units.every((other) => {
      const count = other.commits.filter((commit) => inside.has(commit)).length;
      return count === 0 || count === other.commits.length;
    });
    if (isClean) cuts.push(unit);
  }
  return cuts;
}

/**
 * The verdict on the newest green commit of the batch, where the head is held by its checks and the
 * policy says so. Everything is judged again, with only the units up to there.
 */
export function orEarlier(
  subject: Subject,
  verdict: Verdict,
  judge: (subject: Subject) => Verdict,
): Verdict {
  const { state, head, policy, now } = subject;
  if (!CHECK_HOLDS.has(verdict.reason.code) || !mayGoBack(state, policy)) return verdict;
  const cuts = listAllowed(subject, head);
  const stuckAt = whenStuck(subject, head);
  if (cuts.length === 0) return verdict;
  if (now < stuckAt) return wake(verdict, stuckAt);
  if (state.checksOf === undefined) return wake(verdict, now + AGAIN_MS);
  const green = cuts.find((unit) => isGreen(narrow(subject, unit)));
  if (green === undefined) return verdict;
  const narrowed = narrow(subject, green);
  const earlier = judge(narrowed);
  const { cut, wakeAt } = earlier;
  if (cut === null) return wakeAt === null ? verdict : wake(verdict, wakeAt);
  return describe(subject, verdict, { narrowed, earlier, cut, upTo: nameUnit(green) });
}

function wake(verdict: Verdict, at: Instant): Verdict {
  return { ...verdict, wakeAt: Math.min(verdict.wakeAt ?? at, at) };
}

/** The same line as it would stand with the unit as its newest. */
function narrow(subject: Subject, unit: Unit): Subject {
  const state = narrowState(subject.state, { ...subject, unit });
  return { ...subject, head: state.head, state };
}

function narrowState(
  state: LineState,
  { unit, head: { requiredContexts }, now }: { unit: Unit; head: Head; now: Instant },
): LineState & { readonly head: Head } {
  const commits = reachedFrom(state.commits, unit.sha);
  const head: Head = {
    sha: unit.sha,
    arrivedAt: Math.min(unit.at, now),
    checks: state.checksOf?.[unit.sha] ?? [],
    ourCheck: unit.commits.find(({ sha }) => sha === unit.sha)?.ourCheck ?? null,
    requiredContexts,
  };
  return { ...state, head, commits, commitCount: commits.length };
}

/** Green as the head must be, and with every check that is expected: a skipped run is no proof. */
function isGreen({ state, head, policy, now }: Subject): boolean {
  const expected = expectedContexts(state);
  const rules = { expected, areChecksRequired: isRequired(policy) };
  const settled = judgeSettled(head, rules, now);
  if (settled.kind !== "settled" || settled.contexts.length === 0) return false;
  return expected.every((name) => settled.contexts.includes(name));
}

interface Earlier {
  readonly narrowed: Subject;
  readonly earlier: Verdict;
  readonly cut: NonNullable<Verdict["cut"]>;
  readonly upTo: string;
}

/** Both say what the other one needs to know: the release, why not all of it; the head, the release. */
function describe(
  { state, policy }: Subject,
  verdict: Verdict,
  { narrowed, earlier, cut, upTo }: Earlier,
): Verdict {
  const left = judgeBatch(state, policy).units.filter(
    ({ unit }) => !narrowed.state.commits.some(({ sha }) => sha === unit.sha),
  );
  const waiting = left.length === 1 ? "1 change waits" : `${left.length} changes wait`;
  const { reason, wakeAt, missing } = verdict;
  const why = reason.text.replace(/^held: /, "");
  const rule = { rule: "head", verdict: `newest green: ${waiting} above it (${why})` };
  return {
    ...earlier,
    reason: { ...earlier.reason, text: `${earlier.reason.text} up to ${upTo}; ${waiting}: ${why}` },
    cut: { ...cut, rules: [...cut.rules, rule] },
    wakeAt,
    missing,
    earlier: {
      subject: narrowed,
      left: { ...reason, text: `${reason.text}; ${cut.tag} goes out up to ${upTo}, ${waiting}` },
    },
  };
}
