import { isOnlyInserted } from "../core/files/changelog-text.ts";
import { componentOf } from "../core/files/files-marker.ts";
import type { Brought } from "../core/files/files-state.ts";
import { planFiles } from "../core/files/version-files.ts";
import type { PartRelease } from "../core/files/version-files.ts";
import { firstParents } from "../core/graph.ts";
import { policyOf } from "../core/lines.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { formatLine } from "../core/state.ts";
import type { Commit, Sha } from "../core/state.ts";
import { chooseTagFormat, parseTag } from "../core/version.ts";
import { readAllChecks } from "./checks.ts";
import type { ListedFiles } from "./listed-files.ts";
import type { Look } from "./look.ts";
import type { FilesSources, Made } from "./our-commits.ts";
import type { BroughtCommitAnswer } from "./version-file-answers.ts";
import { nameBlob } from "./version-file-reading.ts";

/** Commits of other lines that are looked into, those that follow each other up to the head. */
const FOREIGN_MAX = 10;

/** A commit of ours on the line's branch whose diff is looked into. */
export interface Wanted extends Made {
  readonly answer: BroughtCommitAnswer;
  /** Components whose files it writes. */
  readonly parts: readonly string[];
}

/** By commit, what counts for it: that of the commit that people merged. */
export type ExactCommits = ReadonlyMap<Sha, Pick<Brought, "checks" | "at">>;

/**
 * The line's own commits, and what other lines of the branch wrote between them and what people
 * merged: with those alone on top of it, a green head is as green as before.
 */
export function listPlanned(
  look: Look,
  made: readonly Made[],
  commits: readonly Commit[],
): readonly Wanted[] {
  const own = formatLine(look.line);
  const found: Wanted[] = [];
  let foreign = 0;
  // Newest first: is the one above it wanted, or the head?
  let isBelow = true;
  for (const commit of firstParents(commits)) {
    const at = made.find((each) => each.commit === commit);
    const wanted = at && toWanted(look, at);
    const isMine = wanted?.marker.line === own;
    const isNext: boolean = wanted !== undefined && isBelow && foreign < FOREIGN_MAX;
    isBelow = isMine || isNext;
    if (wanted === undefined || !isBelow) continue;
    if (!isMine) foreign += 1;
    found.push(wanted);
  }
  return found;
}

/** Undefined where it cannot be compared: of another branch, or of a component that is gone. */
function toWanted({ line, family }: Look, own: Made): Wanted | undefined {
  const { answer, markers } = own;
  const names = family?.policy.components?.map(({ name }) => name) ?? [];
  const parts = markers.map(componentOf);
  const isOfBranch = markers.every(
    (marker, at) => marker.line === formatLine({ ...line, component: parts[at] ?? "" }),
  );
  const isKnown = parts.every((part) => part === "" || names.includes(part));
  return answer !== null && isOfBranch && isKnown ? { ...own, answer, parts } : undefined;
}

interface Question {
  readonly sources: FilesSources & { readonly policy: Policy };
  readonly listed: ListedFiles;
  readonly made: readonly Made[];
  readonly wanted: readonly Wanted[];
}

/** Those of which the diff is exactly what was to be written on their parent. */
export async function readExact(look: Look, question: Question): Promise<ExactCommits> {
  const exact = new Map<Sha, Pick<Brought, "checks" | "at">>();
  // Oldest first, because one may be written on another.
  for (const own of question.wanted.toReversed()) {
    const parent = own.answer.parents.nodes[0];
    if (parent === undefined || !isExact(look, question, own)) continue;
    const below = exact.get(parent.oid);
    if (below !== undefined) exact.set(own.commit.sha, below);
    else {
      const { checks } = await readAllChecks(look, parent.oid, parent.statusCheckRollup);
      exact.set(own.commit.sha, { checks, at: parent.committedDate });
    }
  }
  return exact;
}

function isExact(look: Look, question: Question, own: Wanted): boolean {
  const { commit, marker, answer } = own;
  const { listed } = question;
  if (commit.parents.length !== 1 || commit.parents[0] !== marker.parent) return false;
  const parts = listParts(look, question, own);
  if (parts === null) return false;
  const plan = planFiles(question.sources.policy, listed.filesAt(marker.parent, own.parts), {
    parts,
    members: listed.membersAt(marker.parent),
  });
  if (plan.kind === "problem") return false;
  const { changes, changelogs } = plan;
  const count = changes.length + changelogs.length;
  if (count === 0 || answer.changedFilesIfAvailable !== count) return false;
  const isWritten = changes.every(
    ({ path, text }) => listed.read.blobAt(commit.sha, path) === nameBlob(text),
  );
  return (
    isWritten &&
    changelogs.every((changelog) => {
      const after = listed.read.fileAt(commit.sha, changelog.path).text;
      return after !== null && isOnlyInserted(changelog, after);
    })
  );
}

/** Null where a tag of it has no version: the policy has another form by now. */
function listParts(
  look: Look,
  { sources, made }: Question,
  own: Wanted,
): readonly PartRelease[] | null {
  const { line } = look;
  const released = new Set(sources.tags.map(({ name }) => name));
  const older = made.slice(made.findIndex(({ commit }) => commit === own.commit) + 1);
  const parts: PartRelease[] = [];
  for (const { line: name, tag, ...marker } of own.markers) {
    const component = componentOf({ line: name, tag, ...marker });
    const format = formatOf(look, component, { policy: sources.policy, tag });
    const version = parseTag(tag, format);
    if (version === null) return null;
    const isWhole = component === "" && line.component === "";
    const earlier = older.flatMap(({ markers }) => markers.filter((each) => each.line === name));
    const unreleased = earlier
      .filter((each) => !released.has(each.tag))
      .flatMap((each) => parseTag(each.tag, format) ?? []);
    const { base } = sources;
    const previous = isWhole && base !== null ? parseTag(base, format) : null;
    const isOwn = component === line.component;
    const olderTags = isOwn ? [...released].filter((each) => each !== base) : [];
    parts.push({ component, version, previous, unreleased, olderTags });
  }
  return parts;
}

/** Form of the tags of a component beside the line's own, or of the whole repository. */
function formatOf(
  { line, family }: Look,
  component: string,
  { policy, tag }: { readonly policy: Policy; readonly tag: string },
): string {
  const isOwn = component === line.component || family === null;
  const own = isOwn
    ? policy
    : policyOf(family.policy, { ...line, component }, family.defaultBranch);
  return chooseTagFormat(own.tag ?? null, tag);
}
