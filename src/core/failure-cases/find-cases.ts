import { headline, parseHeader } from "../conventional.ts";
import type { History } from "../history.ts";
import { readReleaseCommit } from "../release-commit.ts";
import { readClaim } from "../reverts.ts";
import { nameUnit } from "../units.ts";
import type { Unit } from "../units.ts";
import { parseTag, stepBetween } from "../version.ts";
import { readNamed } from "./named-work.ts";
import { ReleasedUnits } from "./released-units.ts";
import type { Brought, Released } from "./released-units.ts";

/** Which releases of a history went wrong, by what was done about it later. */

export const CASE_KINDS = ["rollback", "revert", "hotfix"] as const;

/**
 * `rollback`: a whole release was taken back. `revert`: work that was released was. `hotfix`: it was
 * mended soon after, by a patch release.
 */
type CaseKind = (typeof CASE_KINDS)[number];

/** Why something is a case. `explicit`: somebody wrote it. `inferred`: it follows from the history. */
interface Evidence {
  readonly sure: "explicit" | "inferred";
  /** Says what was seen; no text of contributors but names of commits, pulls, tags and files. */
  readonly by:
    | "rollback-commit"
    | "reverted-commit"
    | "reverted-pull"
    | "reverted-title"
    | "named-commit"
    | "named-pull"
    | "named-release"
    | "same-lines"
    | "issue-names-release";
  readonly what: string;
}

export interface CaseFound {
  readonly kind: CaseKind;
  /** The release that brought what was wrong. Its `tag` is never null. */
  readonly bad: Brought;
  readonly fix: Unit;
  /** Where the fix was released first; its `tag` null: not yet. */
  readonly fixedIn: Brought;
  readonly evidence: readonly Evidence[];
}

/** A fix in a patch release soon after another one: a case where it mends lines of that one. */
export interface Suspect {
  readonly bad: Brought;
  readonly fix: Unit;
  readonly fixedIn: Brought;
}

export interface CasesFound {
  /** Oldest fix first. */
  readonly cases: readonly CaseFound[];
  readonly suspects: readonly Suspect[];
  /** Stable releases that were looked at. */
  readonly releases: number;
}

export interface Looking {
  /** As `tag` of the policy: to read the name of a release in a title. */
  readonly tagFormat: string;
  /** A fix that was released later than this after the release that it mends is no hotfix. */
  readonly hotfixMs: number;
}

export function findCases(history: History, looking: Looking): CasesFound {
  const released = new ReleasedUnits(history);
  const cases: CaseFound[] = [];
  const suspects: Suspect[] = [];
  for (const fixedIn of released.releases) {
    const before = findHotfixed(fixedIn, released, looking);
    for (const fix of fixedIn.units) {
      // A commit that only writes a version mends nothing.
      if (readReleaseCommit(fix.title) !== null) continue;
      const own = { unit: fix, in: fixedIn };
      const found =
        findRollback(own, released, looking) ??
        findRevert(own, released, history.fullName) ??
        (before === null ? null : findNamed(own, released, before));
      if (found !== null) cases.push(found);
      else if (before !== null && isFix(fix)) suspects.push({ bad: before, fix, fixedIn });
    }
  }
  const releases = released.releases.filter(({ tag }) => tag !== null).length;
  return { cases, suspects, releases };
}

/** Released before the fix was. */
function isBefore(bad: Brought, { in: fixedIn }: Released): boolean {
  return bad.tag !== null && bad.place < fixedIn.place;
}

const ROLLBACK = /^(?:[\w-]+(?:\([^)]*\))?!?: )?roll ?back (\S+)$/i;

/** `fix: roll back v1.4.3`, as our own pulls are called; people write `Rollback 1.4.3`, too. */
function findRollback(
  own: Released,
  released: ReleasedUnits,
  { tagFormat }: Looking,
): CaseFound | null {
  const [, name = ""] = ROLLBACK.exec(own.unit.title) ?? [];
  const version = parseTag(name, tagFormat);
  const bad = version === null ? null : released.ofVersion(version);
  if (bad === null || !isBefore(bad, own)) return null;
  const evidence = [{ sure: "explicit", by: "rollback-commit", what: name }] as const;
  return { kind: "rollback", bad, fix: own.unit, fixedIn: own.in, evidence };
}

/** Of several that are taken back the one that was released first: before it all was well. */
function findRevert(
  own: Released,
  released: ReleasedUnits,
  fullName: string | null,
): CaseFound | null {
  const claim = readClaim(own.unit, fullName);
  // Among all that a branch brought when it was merged, one commit of it may be a revert.
  if (claim === null || (own.unit.kind === "merge" && !claim.isPure)) return null;
  const named = [
    ...claim.shas.map((sha) => ({ by: "reverted-commit" as const, found: released.ofCommit(sha) })),
    ...claim.pulls.map((it) => ({ by: "reverted-pull" as const, found: released.ofPull(it) })),
  ];
  const explicit = named.flatMap(({ by, found }) => evidenceOf("explicit", by, found, own));
  const found =
    explicit.length > 0
      ? explicit
      : evidenceOf("inferred", "reverted-title", findByTitle(own.unit, released), own);
  const [first] = found.toSorted((left, right) => left.bad.place - right.bad.place);
  if (first === undefined) return null;
  const evidence = found.map((each) => each.evidence);
  return { kind: "revert", bad: first.bad, fix: own.unit, fixedIn: own.in, evidence };
}

function evidenceOf(
  sure: Evidence["sure"],
  by: Evidence["by"],
  found: Released | null,
  own: Released,
): readonly { readonly bad: Brought; readonly evidence: Evidence }[] {
  if (found === null || !isBefore(found.in, own)) return [];
  return [{ bad: found.in, evidence: { sure, by, what: nameUnit(found.unit) } }];
}

const QUOTED = /^(?:[\w-]+(?:\([^)]*\))?!?:? )?(?:revert:?,? )?["“](.+)["”]$/i;
const PLAIN = /^revert(?:\([^)]*\))?: (.+)$/i;
const NUMBER = /^(.+?) \(#(\d{1,9})\)$/;

/** By the title that it quotes, where one unit alone is called so, or by the number that stands there. */
function findByTitle(unit: Unit, released: ReleasedUnits): Released | null {
  const [, title = unit.title] = NUMBER.exec(unit.title) ?? [];
  const quoted = QUOTED.exec(title)?.[1] ?? PLAIN.exec(title)?.[1] ?? null;
  if (quoted === null) return null;
  const [, , number] = NUMBER.exec(quoted) ?? [];
  const numbered = number === undefined ? null : released.ofPull(Number(number));
  return numbered ?? released.ofTitle(quoted);
}

/** The release before, where this one is a patch that came soon after it; null: it is none. */
function findHotfixed(
  { tag }: Brought,
  released: ReleasedUnits,
  { hotfixMs }: Looking,
): Brought | null {
  const previous = tag?.previous ?? null;
  if (tag === null || previous === null) return null;
  const isPatch = stepBetween(previous.version, tag.version) === "patch";
  const waitMs = tag.tag.at - previous.tag.at;
  return isPatch && waitMs >= 0 && waitMs <= hotfixMs ? released.ofVersion(previous.version) : null;
}

/** Its own words say that it mends what the release before brought. */
function findNamed(own: Released, released: ReleasedUnits, bad: Brought): CaseFound | null {
  const evidence = readNamed(own.unit).flatMap((named): readonly Evidence[] => {
    if (named.kind === "version") {
      const isBad = named.version === bad.tag?.version;
      return isBad ? [{ sure: "explicit", by: "named-release", what: bad.tag.tag.name }] : [];
    }
    const found =
      named.kind === "pull" ? released.ofPull(named.number) : released.ofCommit(named.sha);
    if (found === null || found.in !== bad) return [];
    const by = named.kind === "pull" ? "named-pull" : "named-commit";
    return [{ sure: "explicit", by, what: nameUnit(found.unit) }];
  });
  if (evidence.length === 0) return null;
  return { kind: "hotfix", bad, fix: own.unit, fixedIn: own.in, evidence };
}

/** `fix(deps): update x to v2` writes over the line of the update before it, and mends nothing. */
const OF_DEPENDENCIES =
  /^\w+\(deps[^)]*\)|^\w+(?:\([^)]*\))?!?: (?:update|bump|pin) (?:dependency |.{1,100} to v?\d)/i;
/** It begins with `Fix`, after names in brackets, or says what went wrong. */
const FIXING =
  /^(?:\W*\[[^\]]{1,60}\]\W*){0,3}(?:minor )?(?:hot|bug)?-?fix(?:e[sd])?\b|\b(?:hotfix|bug ?fix|regression|panic|crash(?:es)?)\b/i;

/** By its type, else by its words. */
function isFix({ title, commits }: Unit): boolean {
  if (OF_DEPENDENCIES.test(title)) return false;
  const titles = [title, ...commits.map(({ message }) => headline(message))];
  const typed = titles.flatMap((each) => parseHeader(each) ?? []);
  if (typed.length > 0) return typed.some(({ type }) => FIX_TYPES.has(type));
  return FIXING.test(title);
}

const FIX_TYPES: ReadonlySet<string> = new Set(["fix", "bugfix", "hotfix", "security"]);
