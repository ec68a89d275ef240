import type { Reason } from "../action.ts";
import { judgeBatch } from "../batch.ts";
import type { BatchUnit } from "../batch.ts";
import { nameLine } from "../lines.ts";
import type { Order } from "../memory.ts";
import { renderUnit, sectionOf } from "../notes.ts";
import { effectivePolicyOf } from "../policy/policy.ts";
import type { Pull } from "../pull.ts";
import type { CheckSeen, Commit, Head, Instant, LineState, Sha } from "../state.ts";
import { subjectOf } from "../subject-of.ts";
import { judgeLine } from "../verdict.ts";
import { chooseTagFormat, formatTag } from "../version.ts";
import type { OpenPull } from "./open-pull.ts";

/**
 * What an open pull would release: the line as it would be with the pull merged and green, judged by
 * the very judges of a release. There is no second set of rules.
 */

type Style = "squash" | "commits";

export interface PullPreview {
  /** Judged as it would be merged; null where it cannot be a unit of the line. */
  readonly unit: BatchUnit;
  /** Empty for the default line: `core`, `next`, `core, next`. */
  readonly name: string;
  /** The line's reason with the pull merged, in the words of one that is only watched. */
  readonly reason: Reason;
  /** Version and tag it would be released under now; null: none can be said. */
  readonly version: string | null;
  readonly tag: string | null;
  /** Would it be released by itself when its checks are green? */
  readonly isReleased: boolean;
  /** Changes that are merged already and would be released with it. */
  readonly others: number;
  /** Its line in the notes, Markdown, and the heading that it stands under. */
  readonly line: string;
  readonly section: string;
  /** What the other way of merging would make of it, where that differs. */
  readonly otherwise: { readonly style: Style; readonly unit: BatchUnit } | null;
}

/** Checks of a commit that nobody has made yet are taken to be green, and to have been for long. */
const GREEN: Omit<CheckSeen, "name"> = {
  source: "check_run",
  state: "green",
  appId: null,
  startedAt: null,
  endedAt: null,
  url: null,
};

const SETTLED_MS = 2 * 60 * 60_000;

/** No commit of git's: a merge that nobody made. */
const NO_SHA: Sha = "f".repeat(40);

/** Lifts every hold that a person may lift. */
const ANY_ORDER: Omit<Order, "base" | "at"> = {
  how: "now",
  version: null,
  level: "major",
  by: "",
  url: "",
};

/** `invalid`: the policy is not valid, and none before it was. */
export type Previewed = PullPreview | "invalid";

/** Null where nothing can be said: no head, archived, or a pull that is no unit, such as ours. */
export function previewPull(state: LineState, pull: OpenPull, now: Instant): Previewed | null {
  const styles: Style[] = pull.merging.squash ? ["squash"] : [];
  if (pull.merging.commits || styles.length === 0) styles.push("commits");
  // An order is about what is merged already.
  const unordered = { ...state, memory: { ...state.memory, order: null } };
  const [first, second] = styles.map((style) => judge(unordered, pull, { style, now }));
  if (first === undefined || first === null || first === "invalid") return first ?? null;
  const isOther = second !== undefined && second !== null && second !== "invalid";
  const differs = isOther && second.unit.level !== first.unit.level;
  return { ...first, otherwise: differs ? { style: "commits", unit: second.unit } : null };
}

/** The version that a tag of a preview carries: also of what would ride along or be held. */
export function previewVersion(state: LineState, pull: OpenPull, now: Instant): string | null {
  const base = state.baseTag?.name ?? null;
  const memory = { ...state.memory, order: { ...ANY_ORDER, base, at: now } };
  const style = pull.merging.squash ? "squash" : "commits";
  const judged = judge({ ...state, memory }, pull, { style, now });
  return judged === "invalid" ? null : (judged?.version ?? null);
}

function judge(
  state: LineState,
  pull: OpenPull,
  { style, now }: { readonly style: Style; readonly now: Instant },
): Omit<PullPreview, "otherwise"> | "invalid" | null {
  if (state.head === null || state.repository.isArchived) return null;
  const policy = effectivePolicyOf(state);
  if (policy.kind === "invalid") return "invalid";
  const merged = merge(state, state.head, { pull, style, now });
  const subject = subjectOf(merged, merged.head, policy, now);
  const batch = judgeBatch(merged, subject.policy);
  const unit = batch.units.find((judged) => judged.unit.pull?.number === pull.number);
  if (unit === undefined) return null;
  const verdict = judgeLine(subject);
  const { version, reason } = verdict;
  const format = chooseTagFormat(subject.policy.tag ?? null, state.baseTag?.name ?? null);
  return {
    unit,
    name: nameLine(state.line, state.repository.defaultBranch),
    reason,
    version,
    tag: version === null ? null : formatTag(version, format),
    isReleased: reason.code === "observes-only",
    others: batch.units.filter((each) => each !== unit && each.cancelledBy === null).length,
    line: renderUnit(unit, state.repository.url),
    section: sectionOf(unit),
  };
}

/** The line with the pull merged and green, and without the permission to release. */
function merge(
  state: LineState,
  { sha: before }: Head,
  how: { readonly pull: OpenPull; readonly style: Style; readonly now: Instant },
): LineState & { readonly head: Head } {
  const { pull, style, now } = how;
  const merged: Pull = { ...pull, mergedBy: null, mergedAt: now, mergeSha: NO_SHA };
  const commit: Commit = {
    sha: NO_SHA,
    message: style === "squash" ? squashMessage(pull) : `Merge pull request #${pull.number}`,
    author: pull.author,
    committedAt: now,
    parents: style === "squash" ? [before] : [before, pull.headSha],
    pulls: [pull.number],
    ourCheck: null,
  };
  const brought =
    style === "squash"
      ? [commit]
      : [commit, ...pull.commits.map((own) => ({ ...own, pulls: [pull.number] }))];
  const known = new Set(state.commits.map(({ sha }) => sha));
  const fresh = brought.filter(({ sha }) => !known.has(sha));
  const expected = [...(state.memory.settledContexts ?? []), "a check"];
  return {
    ...state,
    canRelease: false,
    head: {
      sha: NO_SHA,
      arrivedAt: now - SETTLED_MS,
      checks: expected.map((name) => ({ ...GREEN, name })),
      ourCheck: null,
      requiredContexts: [],
    },
    commits: [...fresh, ...state.commits],
    commitCount: state.commitCount + fresh.length,
    ...(pull.files === null
      ? {}
      : {
          unitFiles: [
            { pull: pull.number, sha: NO_SHA, ...pull.files },
            ...(state.unitFiles ?? []),
          ],
        }),
    pulls: [merged, ...state.pulls.filter(({ number }) => number !== pull.number)],
    memory: { ...state.memory, refusal: null },
  };
}

/** As GitHub writes it by the repository's settings; people may still change it as they merge. */
function squashMessage({ title, number, body, commits, merging }: OpenPull): string {
  const head = `${title} (#${number})`;
  if (merging.squashBody === "none") return head;
  const oldestFirst = commits.toReversed();
  const text =
    merging.squashBody === "body"
      ? body
      : oldestFirst.map(({ message }) => `* ${message}`).join("\n\n");
  return `${head}\n\n${text}`;
}
