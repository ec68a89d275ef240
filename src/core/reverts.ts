import { headline, parseHeader } from "./conventional.ts";
import type { Commit, Sha } from "./state.ts";
import { workOf } from "./units.ts";
import type { Unit } from "./units.ts";
import { maxLevel } from "./version.ts";
import type { Level } from "./version.ts";

/** What reverts make of a unit. */
export type Fate =
  | { readonly kind: "stands" }
  /** A later unit of the same batch takes it back. */
  | { readonly kind: "cancelled"; readonly by: Unit }
  /** It takes back units of the same batch, and does nothing else. */
  | { readonly kind: "cancels"; readonly units: readonly Unit[] }
  /**
   * It takes back something released, or unknown. A re-landed change counts as what it is.
   * `isPure`: it does nothing else.
   */
  | { readonly kind: "reverts"; readonly level: Level; readonly isPure: boolean };

/** What a revert says that it takes back. */
export interface Claim {
  readonly shas: readonly Sha[];
  readonly pulls: readonly number[];
  /** Every commit of the unit is a revert: it does nothing else. */
  readonly isPure: boolean;
}

/** Commits and pulls that one revert may name; one that names more takes nothing back by itself. */
const NAMES_MAX = 100;

/** Without one of these words nothing is a revert; nearly all texts have none. */
const MAY_REVERT = /revert|reapply/i;
const REVERT_TITLE = /^(?:revert|reapply)\b/i;
/** Of our own pulls that take a release back, and bring it back: squashed, they name others further down. */
const OUR_TITLE = /^(?:fix: roll back|Reland) \S/;
const BY_SHA = /^\W{0,4}This reverts commit ([0-9a-f]{7,40})\b/gim;
/** GitHub's button writes `Reverts acme/widgets#4` as the body of the pull. */
const BY_PULL = /^Reverts (?:([\w.-]{1,100}\/[\w.-]{1,100}))?#(\d{1,9})\.?[ \t]*\r?$/gim;
/** GitHub's button and git put one before the title that they take back, or bring back. */
const TAKEN_BACK = /^(Revert|Reapply) "/i;
/** Titles are no longer than GitHub takes; nobody goes back and forth this often. */
const TURNS_MAX = 50;

interface Judged {
  readonly at: number;
  readonly unit: Unit;
  fate: Fate;
}

/**
 * Fate of each unit, in the order given (oldest first). Reverted work is found by SHA or pull
 * number, never by title. The newest revert is judged first, so that taking back a revert brings
 * the work back. `claimOf` reads what a unit takes back: `readClaim`, or what it said before.
 */
export function judgeReverts(
  units: readonly Unit[],
  claimOf: (unit: Unit) => Claim | null,
): readonly { readonly unit: Unit; readonly fate: Fate }[] {
  const judged = units.map((unit, at): Judged => ({ at, unit, fate: { kind: "stands" } }));
  let names: Names | null = null;
  for (const own of judged.toReversed()) {
    const claim = own.fate.kind === "stands" ? claimOf(own.unit) : null;
    if (claim === null) continue;
    names ??= readNames(judged);
    own.fate = cancel(own, claim, findNamed(claim, names));
  }
  return judged;
}

/** Units by what a revert calls them: the pull's number, or the first digits of a commit. */
type Names = ReadonlyMap<number | string, readonly Judged[]>;

const SHORT_DIGITS = 7;

function readNames(judged: readonly Judged[]): Names {
  const names = new Map<number | string, Judged[]>();
  const add = (name: number | string, own: Judged): void => {
    const known = names.get(name);
    if (known === undefined) names.set(name, [own]);
    else known.push(own);
  };
  for (const own of judged) {
    if (own.unit.pull !== null) add(own.unit.pull.number, own);
    for (const { sha } of own.unit.commits) add(sha.slice(0, SHORT_DIGITS), own);
  }
  return names;
}

/** In the order of the batch, each once. */
function findNamed(claim: Claim, names: Names): readonly Judged[] {
  const found = [...claim.pulls, ...claim.shas.map((sha) => sha.slice(0, SHORT_DIGITS))].flatMap(
    (name) => names.get(name) ?? [],
  );
  return [...new Set(found)].toSorted((left, right) => left.at - right.at);
}

/** Marks what the revert takes back before it, and says what becomes of the revert itself. */
function cancel({ at, unit }: Judged, claim: Claim, named: readonly Judged[]): Fate {
  const targets = named.filter((own) => own.at < at && isWhollyNamed(claim, own.unit));
  const undone = targets.filter((target) => target.fate.kind === "stands");
  for (const target of undone) target.fate = { kind: "cancelled", by: unit };
  const isAll = undone.length > 0 && undone.length === targets.length;
  const reached = targets.map((target) => target.unit);
  if (isAll && claim.isPure && isAllIn(claim, reached)) return { kind: "cancels", units: reached };
  return { kind: "reverts", level: revertLevel(unit.title), isPure: claim.isPure };
}

/**
 * Null where the unit does not say that it is a revert, by its title or first in its body.
 * `fullName` is `owner/name`: reverts in other repositories do not count here. Null: it is not
 * known, and all do.
 */
export function readClaim(unit: Unit, fullName: string | null): Claim | null {
  const bodies = [...unit.commits.map(({ message }) => message), unit.pull?.body ?? ""];
  if (![unit.title, ...bodies].some((text) => MAY_REVERT.test(text))) return null;
  const work = workOf(unit);
  const pulls = [...new Set(bodies.flatMap((body) => pullsIn(body, fullName)))];
  // What it brought and took back itself is nobody else's.
  const shas = [...new Set(bodies.flatMap(shasIn))].filter((short) => !hasCommit(unit, short));
  const isNaming = shas.length + pulls.length > 0;
  const isRevert =
    REVERT_TITLE.test(unit.title) ||
    (isNaming &&
      (OUR_TITLE.test(unit.title) || bodies.some((body) => opensWithRevert(body, fullName)))) ||
    (work.length > 0 && work.every(({ message }) => REVERT_TITLE.test(headline(message))));
  if (!isRevert) return null;
  const isPure =
    unit.kind === "squash" ||
    work.every(({ message }) => REVERT_TITLE.test(headline(message)) || shasIn(message).length > 0);
  const isReadable = shas.length + pulls.length <= NAMES_MAX;
  return isReadable ? { shas, pulls, isPure } : { shas: [], pulls: [], isPure: false };
}

/** The first line, or the first line under the headline, is a revert's. */
function opensWithRevert(text: string, fullName: string | null): boolean {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines
    .slice(0, 2)
    .some((line) => shasIn(line).length > 0 || pullsIn(line, fullName).length > 0);
}

/**
 * Commits of a unit that still say what was done: what a later one of the same unit takes back by
 * its SHA is left out, and a commit that does only that.
 */
export function standingWork(unit: Unit): readonly Commit[] {
  const work = workOf(unit);
  const gone = new Set<Commit>();
  for (const [at, commit] of [...work.entries()].toReversed()) {
    if (gone.has(commit) || !MAY_REVERT.test(commit.message)) continue;
    const shas = REVERT_TITLE.test(headline(commit.message)) ? shasIn(commit.message) : [];
    const undone = work.slice(0, at).filter(({ sha }) => isNamed(shas, sha));
    for (const own of undone) gone.add(own);
    if (undone.length > 0 && undone.length === shas.length) gone.add(commit);
  }
  return gone.size === 0 ? work : work.filter((commit) => !gone.has(commit));
}

function shasIn(text: string): Sha[] {
  return [...text.matchAll(BY_SHA)].map((match) => String(match[1]).toLowerCase());
}

function pullsIn(text: string, fullName: string | null): number[] {
  return [...text.matchAll(BY_PULL)]
    .filter(([, named]) => {
      const isElsewhere = named !== undefined && fullName !== null;
      return !isElsewhere || named.toLowerCase() === fullName.toLowerCase();
    })
    .map((match) => Number(match[2]));
}

/** All of the unit is taken back, not only some of its commits. */
function isWhollyNamed(claim: Claim, unit: Unit): boolean {
  if (unit.pull !== null && claim.pulls.includes(unit.pull.number)) return true;
  if (unit.kind !== "rebase") {
    if (isNamed(claim.shas, unit.sha)) return true;
    if (workOf(unit).length === 0) return false;
  }
  return workOf(unit).every(({ sha }) => isNamed(claim.shas, sha));
}

function isNamed(shas: readonly Sha[], sha: Sha): boolean {
  return shas.some((short) => sha.startsWith(short));
}

function hasCommit({ commits }: Unit, short: Sha): boolean {
  return commits.some(({ sha }) => sha.startsWith(short));
}

/** Every commit and pull that the revert names belongs to these units. */
function isAllIn(claim: Claim, units: readonly Unit[]): boolean {
  return (
    claim.shas.every((short) => units.some((unit) => hasCommit(unit, short))) &&
    claim.pulls.every((number) => units.some(({ pull }) => pull?.number === number))
  );
}

/**
 * `Revert "Revert "feat!: x""` brings a breaking change again, and a title with a type of its own
 * (`feat: go back to lists`) says what the revert means to people. What takes back is a patch,
 * however often it went back and forth before.
 */
function revertLevel(title: string): Level {
  let inner = title;
  let isBack = false;
  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    const [start = "", word = ""] = TAKEN_BACK.exec(inner) ?? [];
    if (start === "") break;
    if (word.toLowerCase() === "revert") isBack = !isBack;
    inner = inner.slice(start.length);
  }
  return isBack ? "patch" : maxLevel("patch", parseHeader(inner)?.level ?? "patch");
}
