import { isOnlyInserted } from "../core/changelog-text.ts";
import { readFilesMarker, readFilesTrailer } from "../core/files-marker.ts";
import type { FilesMarker } from "../core/files-marker.ts";
import type { Brought, FilesSeen, ReleaseBranch, ReleasePull } from "../core/files-state.ts";
import { formatBranchFolder, formatBranchesFolder } from "../core/files-verdict.ts";
import { firstParents } from "../core/graph.ts";
import type { PolicyFiles } from "../core/policy-files.ts";
import type { Policy } from "../core/policy-schema.ts";
import type { Pull } from "../core/pull.ts";
import { formatLine } from "../core/state.ts";
import type { Commit, Head, Line } from "../core/state.ts";
import { planFiles } from "../core/version-files.ts";
import { chooseTagFormat, parseTag } from "../core/version.ts";
import { readAllChecks } from "./checks.ts";
import { understand } from "./failure.ts";
import { readListed } from "./listed-files.ts";
import type { ListedFiles } from "./listed-files.ts";
import { numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { broughtAnswer, isCommitAnswer, isPullAnswer } from "./version-file-answers.ts";
import type {
  AuthorAnswer,
  BranchAnswer,
  BroughtCommitAnswer,
  BroughtPullAnswer,
  OpenBranchAnswer,
  ViewerAnswer,
} from "./version-file-answers.ts";
import { formatBrought } from "./version-file-documents.ts";
import { nameBlob } from "./version-file-reading.ts";

/** Commits, and pulls, of one batch that are asked about, the newest. Channels have several. */
const CANDIDATES_MAX = 20;

export interface FilesSources {
  readonly head: Head;
  readonly policy: Policy | null;
  /** Tag before the batch; null: there is none. */
  readonly base: string | null;
  /** Tags that stand. */
  readonly tags: readonly { readonly name: string }[];
  /** Of the batch, newest first. */
  readonly commits: readonly Commit[];
  /** Pulls of the batch. */
  readonly pulls: readonly Pull[];
}

/** A commit on the branch that says it is ours, and is. */
interface Made {
  readonly commit: Commit;
  readonly marker: FilesMarker;
  readonly answer: BroughtCommitAnswer;
}

/** A merged pull that says it is our release pull, and is. */
interface Merged {
  readonly pull: Pull;
  readonly marker: FilesMarker;
  readonly answer: BroughtPullAnswer;
}

/**
 * What stands in the files that the policy names, and what we brought into them before. Undefined
 * where it names none, or where nothing is to be released. Two requests, more for large files.
 */
export async function readFilesSeen(
  look: Look,
  sources: FilesSources,
): Promise<FilesSeen | undefined> {
  const { head, policy, commits } = sources;
  const files = policy?.files;
  if (files === undefined || commits.length === 0) return undefined;
  const { made, merged, branch, superseded } = await readOurs(look, sources);
  const mine = made.filter(({ marker }) => marker.line === formatLine(look.line));
  const isDone = head.checks.every(({ state }) => state !== "pending");
  const ours = mine.map(({ commit }) => commit.sha);
  const listed = await readListed(look, files, {
    planned: [...(isDone ? [head.sha] : []), ...mine.map(({ marker }) => marker.parent)],
    changelogs: ours,
    compared: [...ours, ...(branch === null ? [] : [branch.sha])],
  });
  const brought: Brought[] = [];
  for (const commit of commits) {
    const own = await readBrought(look, { sources, files, listed, made, merged, commit });
    if (own !== null) brought.push(own);
  }
  return {
    atHead: isDone ? listed.filesAt(head.sha) : null,
    members: listed.membersAt(head.sha),
    superseded,
    brought,
    branch: branch && {
      ...branch,
      blobs: listed.paths.flatMap((path) => {
        const oid = listed.read.blobAt(branch.sha, path);
        return oid === null ? [] : [{ path, oid }];
      }),
    },
  };
}

/** Commits, pulls and branches that are ours. What only says so is left out. */
async function readOurs(
  look: Look,
  { base, commits, pulls }: FilesSources,
): Promise<{
  readonly made: readonly Made[];
  readonly merged: readonly Merged[];
  readonly branch: Omit<ReleaseBranch, "blobs"> | null;
  readonly superseded: FilesSeen["superseded"];
}> {
  const ownLine = formatLine(look.line);
  // What was merged from a side is no commit on the branch.
  const chain = firstParents(commits);
  const marked = commits
    .flatMap((commit) => withMarker({ commit }, readFilesTrailer(commit.message, look.line)))
    .filter(({ commit, marker }) => marker.line !== ownLine || chain.has(commit))
    .slice(0, CANDIDATES_MAX);
  const named = pulls
    .flatMap((pull) => withMarker({ pull }, readFilesMarker(pull.body, look.line)))
    .slice(0, CANDIDATES_MAX);
  const { client, owner, name, line } = look;
  const { data } = await client.graphql({
    document: formatBrought(marked.length, named.length),
    variables: {
      owner,
      name,
      folder: `refs/heads/${formatBranchFolder(line, base)}`,
      all: `refs/heads/${formatBranchesFolder(line)}`,
      ...numbered(
        "c",
        marked.map(({ commit }) => commit.sha),
      ),
      ...numbered(
        "p",
        named.map(({ pull }) => pull.number),
      ),
    },
    scope: { kind: "repository", repositoryId: line.repositoryId },
  });
  const { viewer, repository } = understand(`Read ${owner}/${name}`, broughtAnswer, data);
  return {
    made: marked.flatMap((own, index) => {
      const answer = repository[`c${index}`];
      return isCommitAnswer(answer) && isMade(answer, viewer) ? [{ ...own, answer }] : [];
    }),
    merged: named.flatMap((own, index) => {
      const answer = repository[`p${index}`];
      return isPullAnswer(answer) && answer.viewerDidAuthor ? [{ ...own, answer }] : [];
    }),
    branch: readBranch(repository.branches?.nodes ?? [], viewer, formatBranchFolder(line, base)),
    superseded: (repository.all?.nodes ?? []).flatMap((open) =>
      readSuperseded(open, line, formatBranchFolder(line, base)),
    ),
  };
}

function withMarker<T extends object>(
  own: T,
  marker: FilesMarker | null,
): (T & { readonly marker: FilesMarker })[] {
  return marker === null ? [] : [{ ...own, marker }];
}

/** GitHub signs what is made over its API, and takes nobody else's name for its author. */
function isMade({ signature, author }: BroughtCommitAnswer, viewer: ViewerAnswer): boolean {
  return signature?.isValid === true && signature.wasSignedByGitHub && isUs(author, viewer);
}

/** GitHub may show no account for a bot: its address tells then. */
export function isUs(author: AuthorAnswer, { login, databaseId }: ViewerAnswer): boolean {
  if (author === null || databaseId === null) return false;
  if (author.user !== null) return author.user.databaseId === databaseId;
  return author.email?.startsWith(`${databaseId}+${login}@users.noreply.`) === true;
}

/** The branch with the highest number; the ones before it are done with. */
function readBranch(
  branches: readonly BranchAnswer[],
  viewer: ViewerAnswer,
  folder: string,
): Omit<ReleaseBranch, "blobs"> | null {
  const found = branches.flatMap(({ name, target, associatedPullRequests }) => {
    const number = Number(/\/(\d{1,6})$/.exec(name)?.[1] ?? 0);
    if (number === 0 || target === null) return [];
    const [pull = null] = associatedPullRequests.nodes;
    // Whatever a name is relative to there, ours is known.
    return [
      { name: `${folder}${number}`, sha: target.oid, number, pull: pull && readPull(pull, viewer) },
    ];
  });
  return found.toSorted((left, right) => right.number - left.number)[0] ?? null;
}

/** A pull of ours for this line that is open on a branch after another base. */
function readSuperseded(
  { name, associatedPullRequests }: OpenBranchAnswer,
  line: Line,
  folder: string,
): FilesSeen["superseded"] {
  const [pull] = associatedPullRequests.nodes;
  const marker = pull?.viewerDidAuthor === true ? readFilesMarker(pull.body, line) : null;
  if (pull === undefined || marker?.line !== formatLine(line)) return [];
  const after = folder.slice(formatBranchesFolder(line).length);
  const stem = name.replace(/\d+$/, "");
  const isCurrent = stem === after || stem.endsWith(`/${after}`);
  return isCurrent ? [] : [{ number: pull.number, tag: marker.tag }];
}

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

function readPull(
  pull: BranchAnswer["associatedPullRequests"]["nodes"][number],
  viewer: ViewerAnswer,
): ReleasePull {
  const { number, title, body } = pull;
  return {
    number,
    state: STATES[pull.state],
    title,
    body,
    isConflicting: pull.mergeable === "CONFLICTING",
    // A pull that somebody else opened from a branch of ours is theirs.
    isEdited:
      !pull.viewerDidAuthor ||
      pull.commits.nodes.some(
        ({ commit }) => commit.parents.totalCount < 2 && !isUs(commit.author, viewer),
      ),
  };
}

interface Found {
  readonly sources: FilesSources;
  readonly files: PolicyFiles;
  readonly listed: ListedFiles;
  readonly made: readonly Made[];
  readonly merged: readonly Merged[];
  readonly commit: Commit;
}

/** Null where the commit brought no files of ours. */
async function readBrought(look: Look, found: Found): Promise<Brought | null> {
  const { commit, listed } = found;
  const made = found.made.find((own) => own.commit === commit);
  const merged = found.merged.find(({ pull }) => pull.mergeSha === commit.sha);
  if (merged !== undefined && !hasOnly(merged.answer, listed.paths)) return null;
  const marker = made?.marker ?? merged?.marker;
  if (marker === undefined) return null;
  const { sha, committedAt } = commit;
  const isOwn = marker.line === formatLine(look.line);
  const pull = merged?.pull.number ?? null;
  const parent = made?.answer.parents.nodes[0];
  if (isOwn && made !== undefined && parent !== undefined && isExact(found, made)) {
    const { checks } = await readAllChecks(look, parent.oid, parent.statusCheckRollup);
    return { sha, tag: marker.tag, isOwn, pull, isExact: true, checks, at: parent.committedDate };
  }
  const rollup = merged?.answer.mergeCommit?.statusCheckRollup ?? null;
  const { head } = found.sources;
  const checks = sha === head.sha ? head.checks : (await readAllChecks(look, sha, rollup)).checks;
  const at = merged?.pull.mergedAt ?? committedAt;
  return { sha, tag: marker.tag, isOwn, pull, isExact: false, checks, at };
}

/** With a change of something else it is work like any other, and in the notes. */
function hasOnly({ files, changedFiles }: BroughtPullAnswer, paths: readonly string[]): boolean {
  const changed = (files?.nodes ?? []).map(({ path }) => path);
  return changed.length === changedFiles && changed.every((path) => paths.includes(path));
}

/** Is the diff of the commit exactly what was to be written on its parent? */
function isExact({ sources, files, listed, made }: Found, own: Made): boolean {
  const { commit, marker, answer } = own;
  if (commit.parents.length !== 1 || commit.parents[0] !== marker.parent) return false;
  const format = chooseTagFormat(sources.policy?.tag ?? null, marker.tag);
  const version = parseTag(marker.tag, format);
  if (version === null) return false;
  const released = new Set(sources.tags.map(({ name }) => name));
  const unreleased = made
    .slice(made.indexOf(own) + 1)
    .filter(({ marker: { line, tag } }) => line === marker.line && !released.has(tag))
    .flatMap((other) => parseTag(other.marker.tag, format) ?? []);
  const plan = planFiles(files, listed.filesAt(marker.parent), {
    version,
    previous: sources.base === null ? null : parseTag(sources.base, format),
    unreleased,
    members: listed.membersAt(marker.parent),
  });
  if (plan.kind === "problem") return false;
  const { changes, changelog } = plan;
  const count = changes.length + (changelog === null ? 0 : 1);
  if (count === 0 || answer.changedFilesIfAvailable !== count) return false;
  const after = changelog && listed.read.fileAt(commit.sha, changelog.path).text;
  return (
    changes.every(({ path, text }) => listed.read.blobAt(commit.sha, path) === nameBlob(text)) &&
    (changelog === null || (after !== null && isOnlyInserted({ ...changelog, version }, after)))
  );
}
