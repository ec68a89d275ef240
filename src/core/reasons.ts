import type { PlanState, Reason } from "./action.ts";
import type { BaseChoice } from "./base.ts";
import type { BatchUnit } from "./batch.ts";
import { inertCode, inertText, plainLine } from "./inert.ts";
import type { Refusal } from "./memory.ts";
import type { PublishVerdict } from "./publish.ts";
import { formatInstant } from "./release-card.ts";
import type { SettleVerdict } from "./settle.ts";
import type { Instant, LineState, ReleaseSeen, TagSeen } from "./state.ts";
import { nameUnit } from "./units.ts";

/** Names in one sentence; the rest is counted. */
const NAMES_SHOWN = 3;

/** The sentence after `held: `, `prepared: ` or, in a watched repository, `would be held: `. */
export interface Hold {
  readonly state: Extract<PlanState, "held" | "prepared">;
  readonly code: string;
  readonly what: string;
  /** Markdown. */
  readonly detail: string | null;
  readonly blockedBy: readonly string[];
}

/** `isActing`: it releases by itself, and so the hold holds something. */
export function toReason(hold: Hold, isActing: boolean): Reason {
  const { state, code, what, detail, blockedBy } = hold;
  return isActing
    ? { state, code, text: `${state}: ${what}`, detail, blockedBy }
    : { state: "watched", code, text: `would be ${state}: ${what}`, detail, blockedBy };
}

/** `a, b, c and 2 more` */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => plainLine(name, 60));
  const left = names.length - shown.length;
  return left === 0 ? shown.join(", ") : `${shown.join(", ")} and ${left} more`;
}

export function held(
  code: string,
  what: string,
  blockedBy: readonly string[],
  detail: string,
): Hold {
  return { state: "held", code, what, detail, blockedBy };
}

function count(names: readonly string[], one: string, many: string): string {
  return `${names.length} ${names.length === 1 ? one : many}`;
}

export function holdForBase(choice: Extract<BaseChoice, { kind: "hold" | "ask" }>): Hold {
  const seen = choice.kind === "ask" ? choice.tags : choice.seen;
  const names = listNames(seen);
  const suggestion = choice.kind === "hold" ? choice.suggestion : null;
  const line = inertCode(`base: ${suggestion ?? "v1.4.2"}`);
  const which = suggestion === null ? ", with the tag that releases should follow," : "";
  const isOther = choice.kind === "hold" && isAboutForm(choice.code);
  const other =
    " Where this line's tags look different, write that too, such as `tag: pkg-v{version}`; where " +
    "it has none yet, tag this branch once by hand, such as `v0.1.0`.";
  const series =
    choice.kind === "hold" && choice.code === "base-prerelease"
      ? ` To go on with prereleases instead, write ${inertCode(`base: ${seen.join("")}`)}.`
      : "";
  const detail = `To go on, write ${line}${which} in \`.github/smallbatch.yml\`.${isOther ? other : series}`;
  const code = choice.kind === "ask" ? "base-unknown" : choice.code;
  const what = {
    "base-not-highest": `tag ${names} is not on this branch`,
    "base-prerelease": `the newest tag ${names} is a prerelease`,
    "base-other-tags": `no version tag of this line, but ${names}`,
    "base-missing": `the policy's base ${names} does not exist`,
    "base-unreadable": `the policy's base ${names} is not a version of this line`,
    "base-not-ancestor": `the policy's base ${names} is not on this branch`,
    "base-unknown": `GitHub has not said yet where ${names} stands`,
  }[code];
  return held(code, what, seen, detail);
}

function isAboutForm(code: string): boolean {
  return code === "base-other-tags" || code === "base-unreadable";
}

export function holdForDoubt(tag: string): Hold {
  const detail =
    "Perhaps a workflow is about to publish it. If nobody does within ten minutes of its commit, " +
    "Smallbatch makes the release.";
  return held("release-missing", `${tag} has no release yet`, [tag], detail);
}

export function holdForBaseMoved(): Hold {
  const detail = "Tags changed while they were read. It is looked at again by itself.";
  return held("base-moved", "the tags moved while they were read", [], detail);
}

/** What to do where the next version is not free. */
const TAG_BY_HAND =
  "Tag a commit of this branch by hand with the version that releases should follow.";

export function holdForTaken({ name, sha }: TagSeen): Hold {
  const what = `${name} stands already, on another commit (${sha.slice(0, 7)})`;
  return held("tag-taken", what, [name], TAG_BY_HAND);
}

export function holdForGone(tag: string): Hold {
  const detail = `People may have it already, so its version is not given again. ${TAG_BY_HAND}`;
  return held("tag-gone", `${tag} was released before, and its tag is gone`, [tag], detail);
}

export function holdForCommits(state: LineState): Hold {
  const { commitCount, commits, baseTag } = state;
  const since = baseTag === null ? "since the start" : `since ${baseTag.name}`;
  const detail =
    `Only ${commits.length} of ${commitCount} commits were read, and no change may be lost. ` +
    "Tag a newer commit by hand, and releases go on from there.";
  return held("too-many-commits", `${commitCount} commits ${since}`, [], detail);
}

export function holdForEarlier(units: readonly BatchUnit[], baseTag: string): Hold {
  const detail =
    `${units.length} changes were merged before Smallbatch was started. To release them all, ` +
    `write ${inertCode(`base: ${baseTag}`)} in \`.github/smallbatch.yml\`; to leave them out, tag the ` +
    "last of them by hand.";
  const what = `${units.length} changes since ${baseTag} are older than the start`;
  return held("earlier-changes", what, [baseTag], detail);
}

export function mergedAfter(units: readonly BatchUnit[], first: BatchUnit): readonly BatchUnit[] {
  return units.slice(units.indexOf(first) + 1).filter(({ cancelledBy }) => cancelledBy === null);
}

/** A held change holds everything merged after it: how many, and since when. */
export function waitingSince(first: BatchUnit, later: readonly BatchUnit[]): string {
  const since = formatInstant(first.unit.at).slice(0, 16).replace("T", " ");
  const verb = later.length === 1 ? "waits" : "wait";
  return later.length === 0 ? "" : `; ${later.length} merged after it ${verb} since ${since} UTC`;
}

export function holdForLevel(
  units: readonly BatchUnit[],
  high: BatchUnit,
  release: { readonly tag: string; readonly auto: string },
): Hold {
  const name = nameUnit(high.unit);
  const kind = high.level === "major" ? "breaking" : high.level;
  const later = mergedAfter(units, high);
  const detail =
    `The policy releases up to ${inertCode(`auto: ${release.auto}`)} by itself. To let this one ` +
    "go, comment `/release` on it (maintain permission), or " +
    `write ${inertCode(`auto: ${high.level}`)} in \`.github/smallbatch.yml\`, or label the pull ` +
    "request `release:patch` or `release:minor` where it is less than it says (write permission).";
  return {
    state: "prepared",
    code: "level",
    what: `${release.tag} is ${kind} (${name}) and waits for a person${waitingSince(high, later)}`,
    detail,
    blockedBy: [name, ...later.map(({ unit }) => nameUnit(unit))],
  };
}

/** `untyped` is not empty, and in the order of `units`. */
export function holdForUntyped(
  units: readonly BatchUnit[],
  untyped: readonly [BatchUnit, ...BatchUnit[]],
  tag: string,
): Hold {
  const names = untyped.map(({ unit }) => nameUnit(unit));
  const waiting = waitingSince(untyped[0], mergedAfter(units, untyped[0]));
  const detail =
    "Fewer than half of the recent merges say what they are. Give these a title such as " +
    "`fix: …` or a label such as `bug`, comment `/release` (maintain permission), or write `untyped: patch` in `.github/smallbatch.yml`.";
  const what = `${tag} has changes without a type (${listNames(names)})${waiting}`;
  return { state: "prepared", code: "untyped", what, detail, blockedBy: names };
}

export function holdForPublish(
  tag: string,
  verdict: Extract<PublishVerdict, { kind: "awaited" | "running" }>,
): Hold {
  const what = `${tag} is still being published (${listNames(verdict.names)})`;
  const detail = "The next release follows when these checks of the last one are done.";
  return held("publish-running", what, verdict.names, detail);
}

export function holdForSettle(verdict: Exclude<SettleVerdict, { kind: "settled" }>): Hold {
  if (verdict.kind === "none") {
    const detail = "The policy says `checks: required`, and this commit has none.";
    return held("checks-none", "no checks on this commit", [], detail);
  }
  const { names } = verdict;
  const list = listNames(names);
  switch (verdict.kind) {
    case "red": {
      const detail = "It is released when they are green on this commit or on a later one.";
      return held(
        "checks-red",
        `${count(names, "check", "checks")} failed (${list})`,
        names,
        detail,
      );
    }
    case "running": {
      const what = `${count(names, "check", "checks")} pending (${list})`;
      return held("checks-pending", what, names, "It is released when they are green.");
    }
    case "awaited": {
      const first = "waiting a minute for a first check";
      const what = names.length === 0 ? first : `waiting for ${list} to begin`;
      return held("checks-awaited", what, names, "It goes on by itself.");
    }
    case "missing": {
      const detail =
        "The branch's rules require them, and they did not begin within an hour. Run them, or " +
        "mend the rule.";
      const what = `required ${count(names, "check", "checks")} missing (${list})`;
      return held("checks-missing", what, names, detail);
    }
  }
}

export function holdForBucket(wakeAt: Instant): Hold {
  const detail =
    "Six releases may follow each other, then one every two hours. What is merged meanwhile goes " +
    `into the next one, at ${formatInstant(wakeAt)} at the latest.`;
  return held("bucket-empty", "many releases just now, the next one batches", [], detail);
}

export function holdForRefusal(refusal: Refusal): Hold {
  const where = refusal.url === null ? "" : ` (${refusal.url})`;
  const detail =
    `GitHub said: ${inertText(refusal.message, 2_000)}\n\nLet the App create tags in the ` +
    `repository's rules${where}, by its bypass list. It is tried again every hour and on every ` +
    "merge.";
  const what = `GitHub refused ${refusal.tag}: ${plainLine(refusal.message, 70)}`;
  return held("tag-refused", what, [refusal.tag], detail);
}

export function watchedReason(tag: string): Reason {
  const detail = "Smallbatch only watches until `.github/smallbatch.yml` stands on this branch.";
  const text = `would release ${tag}`;
  return { state: "watched", code: "watched", text, detail, blockedBy: [] };
}

/** Nothing but the permission is missing. */
export function observesReason(tag: string): Reason {
  const detail =
    "This App only observes: it was granted `contents: read`, and a tag or a release needs " +
    "`contents: write`. It goes on by itself when an owner grants that.";
  return {
    state: "watched",
    code: "observes-only",
    text: `would release ${tag}; this App only observes (contents: read)`,
    detail,
    blockedBy: ["contents: write"],
  };
}

/** What a check says of releases. */
export interface ReleasesTold {
  readonly repository: Pick<LineState["repository"], "url">;
  readonly releases: readonly Pick<ReleaseSeen, "tag" | "rollsBack">[];
}

/** `publish`: how the checks that the release started stand. */
export function releasedReason(
  { repository, releases }: ReleasesTold,
  tag: string,
  publish: PublishVerdict,
): Reason {
  const url = `${repository.url}/releases/tag/${encodeURIComponent(tag)}`;
  const detail = `[${inertText(tag)}](${url})`;
  const rollsBack = releases.find((each) => each.tag === tag)?.rollsBack ?? [];
  const undone = rollsBack.map((each) => each.tag);
  const text = `released in ${tag}${undone.length === 0 ? "" : `, which takes ${listNames(undone)} back`}`;
  if (publish.kind !== "failed" && publish.kind !== "overdue") {
    return { state: "released", code: "released", text, detail, blockedBy: [] };
  }
  const { names } = publish;
  const how = publish.kind === "failed" ? "failed" : "did not end within an hour";
  return {
    state: "released",
    code: publish.kind === "failed" ? "publish-failed" : "publish-overdue",
    text: `${text}; ${listNames(names)} ${how}: ${tag} stands on GitHub only`,
    detail,
    blockedBy: names,
  };
}

/** Why a batch cuts no release. `units` is not empty. */
export function ridesAlongReason(units: readonly BatchUnit[], isActing: boolean): Reason {
  const cancelled = units.filter(
    ({ cancelledBy, cancels }) => cancelledBy !== null || cancels.length > 0,
  );
  const rest = units.filter((unit) => !cancelled.includes(unit));
  const kinds = [
    ...new Set(
      rest.map(({ from, type }) => (from === "label" ? "release:skip" : (type ?? "merges"))),
    ),
  ];
  const names = cancelled.map(({ unit }) => nameUnit(unit));
  const undone = names.length === 0 ? [] : [`${listNames(names)} cancel each other`];
  const own = kinds.length === 0 ? [] : [`${kinds.join(", ")} only`];
  return {
    state: isActing ? "rides-along" : "watched",
    code: rest.length === 0 ? "cancelled-out" : "rides-along",
    text: `${isActing ? "rides along" : "would ride along"}: ${[...own, ...undone].join("; ")}`,
    detail: "It is in the next release that something else asks for.",
    blockedBy: [],
  };
}
