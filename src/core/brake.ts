import type { BatchUnit } from "./batch.ts";
import { pluralOf } from "./desk/desk-words.ts";
import { inertText } from "./inert.ts";
import { maySteer } from "./level.ts";
import { publishedReleases } from "./line-releases.ts";
import type { Resumed } from "./memory.ts";
import { formatMinute } from "./moment-reasons.ts";
import { brakeRulesOf } from "./policy/policy-brake.ts";
import type { BrakeRules } from "./policy/policy-brake.ts";
import { held, listNames } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Cut } from "./release-card.ts";
import { listForward } from "./rollback/roll-forward.ts";
import type { Instant, LineState } from "./state.ts";
import type { Subject } from "./subject.ts";
import { classesOf } from "./unit-class.ts";
import type { UnitClass } from "./unit-class.ts";
import { nameUnit } from "./units.ts";
import type { Unit } from "./units.ts";
import { DAY_MS } from "./zone.ts";

/**
 * The brake: where releases of a line are taken back too often, automatic ones pause. What counts is
 * read from GitHub, by the banners of the releases, so that a new database brakes as the old one did.
 */

/** A release that was taken back. */
interface TakenBack {
  readonly tag: string;
  readonly at: Instant;
}

interface Braking {
  /** Why, as half a sentence. */
  readonly what: string;
  /** When it ends by itself; null: when enough good releases have followed. */
  readonly endsAt: Instant | null;
}

type BrakeVerdict =
  | { readonly kind: "open" }
  | ({ readonly kind: "on" } & Braking)
  /** It would be on; a person let releases go since. */
  | { readonly kind: "lifted"; readonly resumed: Resumed };

type Judged = Pick<Subject, "state" | "policy" | "now">;

export function judgeBrake({ state, policy, now }: Judged): BrakeVerdict {
  const rules = brakeRulesOf(policy);
  const taken = rules === null ? [] : listTakenBack(state, policy.tag ?? null);
  const [newest] = taken;
  if (rules === null || newest === undefined) return { kind: "open" };
  const found = [...inDays(taken, rules, now), ...inReleases(taken, rules, { state, policy })];
  const [first] = found;
  if (first === undefined) return { kind: "open" };
  const { resumed } = state.memory;
  if (resumed !== null && resumed.at >= newest.at) return { kind: "lifted", resumed };
  const ends = found.map(({ endsAt }) => endsAt ?? Infinity);
  const endsAt = Math.max(...ends);
  return { kind: "on", ...first, endsAt: endsAt === Infinity ? null : endsAt };
}

/** Newest first: as the banners say and as we remember, each once. */
function listTakenBack(state: LineState, policyTag: string | null): readonly TakenBack[] {
  const remembered = (state.memory.rollbacks ?? []).map(({ release, at }) => {
    return { tag: release.tag, at };
  });
  const marked = publishedReleases(state, policyTag).flatMap(
    ({ tag, banner, publishedAt }): TakenBack[] => {
      if (banner?.as !== "rolled-back") return [];
      // A banner without its moment: not before the release.
      const at = banner.at ?? Number(publishedAt);
      return remembered.some((each) => each.tag === tag) ? [] : [{ tag, at }];
    },
  );
  return [...remembered, ...marked].toSorted((left, right) => right.at - left.at);
}

function inDays(
  taken: readonly TakenBack[],
  { days }: BrakeRules,
  now: Instant,
): readonly Braking[] {
  if (days === null) return [];
  const spanMs = days.of * DAY_MS;
  const recent = taken.filter(({ at }) => now < at + spanMs);
  // When this one is too long ago, the newer ones are too few.
  const last = recent[days.rollbacks - 1];
  if (last === undefined) return [];
  const many = pluralOf(recent.length, "release was", "releases were");
  const span = days.of === 1 ? "a day" : `${days.of} days`;
  const what = `${many} rolled back within ${span} (${nameAll(recent)})`;
  return [{ what, endsAt: last.at + spanMs }];
}

function inReleases(
  taken: readonly TakenBack[],
  { releases: rule }: BrakeRules,
  { state, policy }: Pick<Judged, "state" | "policy">,
): readonly Braking[] {
  if (rule === null) return [];
  const last = publishedReleases(state, policy.tag ?? null).slice(0, rule.of);
  const bad = taken.filter(({ tag }) => last.some((release) => release.tag === tag));
  if (bad.length < rule.rollbacks) return [];
  const were = bad.length === 1 ? "was" : "were";
  const what = `${bad.length} of the last ${rule.of} releases ${were} rolled back (${nameAll(bad)})`;
  return [{ what, endsAt: null }];
}

function nameAll(taken: readonly TakenBack[]): string {
  return listNames(taken.map(({ tag }) => tag));
}

/** What a unit is to the brake. `fix`: of a release that was rolled back, and marked as such. */
type PassClass = UnitClass | "fix";

export interface BrakePass {
  /** `#12` */
  readonly name: string;
  readonly as: PassClass;
}

/** The first change of a batch that is released all the same; null: none is. */
export function findPass(
  state: Pick<LineState, "memory" | "releases" | "linked">,
  units: readonly BatchUnit[],
): BrakePass | null {
  for (const each of units) {
    if (each.cancelledBy !== null) continue;
    const [own] = classesOf(each);
    const as = own ?? (isMarkedFix(each, state) ? "fix" : null);
    if (as !== null) return { name: nameUnit(each.unit), as };
  }
  return state.linked?.passes ?? null;
}

/** Set by somebody with write, it says that this mends what was released. */
const FIX_LABEL = "release:hotfix";

/** `Regressed-in: v1.4.3`, a line of its own. */
const REGRESSED_IN = /^Regressed-in:[ \t]*(\S{1,200})[ \t]*$/gim;

/** `Fixes #31`, as GitHub reads it. */
const CLOSES = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+#(\d{1,10})\b/gi;

/** Characters of a message that are searched. */
const MESSAGE_CHARS_MAX = 65_536;

/**
 * A patch that has the label; or a commit message that names a release that was rolled back or holds
 * one, or the rollback's issue. Only what was merged counts: the text of a pull can be edited later.
 */
function isMarkedFix(
  { unit, level }: BatchUnit,
  state: Pick<LineState, "memory" | "releases">,
): boolean {
  if (level !== "patch") return false;
  const isLabelled = (unit.pull?.labels ?? []).some(
    ({ name, setterPermission }) =>
      name.toLowerCase().replaceAll(" ", "") === FIX_LABEL && maySteer(setterPermission),
  );
  return isLabelled || namesRollback(unit, state);
}

function namesRollback(
  { commits }: Pick<Unit, "commits">,
  { memory, releases }: Pick<LineState, "memory" | "releases">,
): boolean {
  const rollbacks = memory.rollbacks ?? [];
  const tags = [
    ...releases.flatMap(({ tag, banner }) => (banner === undefined ? [] : [tag])),
    ...rollbacks.flatMap(({ release, affected }) => [release, ...affected].map(({ tag }) => tag)),
  ].flatMap((tag) => [tag, tag.replace(/^v(?=\d)/i, "")]);
  const issues = rollbacks.flatMap(({ issue }) => (issue === null ? [] : [String(issue.number)]));
  return commits.some(({ message }) => {
    const text = message.slice(0, MESSAGE_CHARS_MAX);
    const named = [...text.matchAll(REGRESSED_IN)].map(([, tag = ""]) => tag);
    const closed = [...text.matchAll(CLOSES)].map(([, number = ""]) => number);
    return named.some((tag) => tags.includes(tag)) || closed.some((one) => issues.includes(one));
  });
}

/** Why nothing is released by itself, and until when; null: it is, or a person asked for it. */
export function holdByBrake(
  subject: Subject,
  units: readonly BatchUnit[],
): { readonly hold: Hold; readonly wakeAt: Instant | null } | null {
  const verdict = judgeBrake(subject);
  if (verdict.kind !== "on" || subject.order !== null) return null;
  if (findPass(subject.state, units) !== null || listForward(subject.state).length > 0) return null;
  const count = units.filter(({ cancelledBy }) => cancelledBy === null).length;
  const detail =
    `${explainBrake(verdict)} Merging goes on: the batch has ${pluralOf(count, "change", "changes")} ` +
    "by now. Security updates, rollbacks, and fixes marked `Regressed-in:` with the release or " +
    "labelled `release:hotfix` go out all the same, and `/release` (maintain permission) lets " +
    "this batch go.";
  return { hold: held("brake", verdict.what, [], detail), wakeAt: verdict.endsAt };
}

/** Markdown. */
export function explainBrake({ what, endsAt }: Braking): string {
  const until = endsAt === null ? "" : ` until ${formatMinute(endsAt)}, or`;
  return (
    `${inertText(what)}, so automatic releases pause${until} until somebody resumes: comment ` +
    "`/resume` with the reason, or tick that box on the release desk (write permission). That " +
    "counts until the next rollback."
  );
}

/** The card says what let the release pass the brake. */
export function addBrake(cut: Cut, subject: Subject): Cut {
  const verdict = judgeBrake(subject);
  if (verdict.kind === "open") return cut;
  const { sha } = cut;
  if (verdict.kind === "lifted") {
    const { by, reason, url } = verdict.resumed;
    const why = reason === "" ? url : reason;
    return { ...cut, overrides: [...cut.overrides, { rule: "brake", by, why, sha, url }] };
  }
  const { order } = subject;
  if (order !== null) {
    const { by, url } = order;
    return { ...cut, overrides: [...cut.overrides, { rule: "brake", by, why: url, sha }] };
  }
  const pass = findPass(subject.state, cut.batch.units);
  const by = pass === null ? "passed" : `passed by ${pass.name} (${pass.as})`;
  return { ...cut, rules: [...cut.rules, { rule: "brake", verdict: `${by}: ${verdict.what}` }] };
}
