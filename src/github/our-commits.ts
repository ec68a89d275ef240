import {
  componentOf,
  readFilesMarker,
  readFilesMarkers,
  readFilesTrailer,
  readFilesTrailers,
} from "../core/files/files-marker.ts";
import type { FilesMarker } from "../core/files/files-marker.ts";
import type { FilesSeen, ReleaseBranch, ReleasePull } from "../core/files/files-state.ts";
import { formatBranchFolder, formatBranchesFolder } from "../core/files/files-words.ts";
import { firstParents } from "../core/graph.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Pull } from "../core/pull.ts";
import { formatLine } from "../core/state.ts";
import type { Commit, Head, Line, Sha } from "../core/state.ts";
import { understand } from "./failure.ts";
import { chunk, numbered } from "./look.ts";
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

/** Commits that one request asks about, and pulls of one batch, the newest. */
const CANDIDATES_MAX = 20;
/** Commits that are remembered: a few hundred kilobytes. */
const KNOWN_MAX = 5_000;

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
export interface Made {
  readonly commit: Commit;
  /** That of the line, if it is for it. */
  readonly marker: FilesMarker;
  /** All that it is for. */
  readonly markers: readonly FilesMarker[];
  /** Null: an old one, for other lines. */
  readonly answer: BroughtCommitAnswer | null;
}

/** A merged pull that says it is our release pull, and is. */
interface Merged {
  readonly pull: Pull;
  readonly marker: FilesMarker;
  /** Components whose files it brings. */
  readonly parts: readonly string[];
  readonly answer: BroughtPullAnswer;
}

export interface Ours {
  /** Newest first. */
  readonly made: readonly Made[];
  readonly merged: readonly Merged[];
  readonly branch: Omit<ReleaseBranch, "blobs"> | null;
  readonly superseded: FilesSeen["superseded"];
}

/**
 * Commits, pulls and branches that are ours. What only says so is left out. Undefined where the
 * policy names no files, or nothing is to be released. One request, one more for each twenty
 * commits of ours that are not known yet.
 */
export async function readOurs(
  look: Look,
  { base, commits, pulls, policy }: FilesSources,
  known: OurMemory,
): Promise<Ours | undefined> {
  if (policy?.files === undefined || commits.length === 0) return undefined;
  const ownLine = formatLine(look.line);
  // What was merged from a side is no commit on the branch.
  const chain = firstParents(commits);
  const marked = commits
    .flatMap((commit) => withMarker({ commit }, readFilesTrailer(commit.message, look.line)))
    .filter(({ commit, marker }) => marker.line !== ownLine || chain.has(commit));
  const named = pulls
    .flatMap((pull) => withMarker({ pull }, readFilesMarker(pull.body, look.line)))
    .slice(0, CANDIDATES_MAX);
  const [newest = [], ...older] = chunk(marked, CANDIDATES_MAX);
  const shasOf = (part: typeof marked): readonly Sha[] => part.map(({ commit }) => commit.sha);
  const first = await askBrought(look, { base, shas: shasOf(newest), named });
  const answers = new Map(first.commits);
  for (const part of older) {
    const unknown = shasOf(part).filter((sha) => !known.has(look, sha));
    if (unknown.length === 0) continue;
    const more = await askBrought(look, { base, shas: unknown, named: [] });
    for (const [sha, answer] of more.commits) answers.set(sha, answer);
  }
  for (const sha of answers.keys()) known.add(look, sha);
  const folder = formatBranchFolder(look.line, base);
  return {
    made: marked.flatMap(({ commit, marker }) => {
      const answer = answers.get(commit.sha) ?? null;
      if (answer === null && !known.has(look, commit.sha)) return [];
      const markers = readFilesTrailers(commit.message, look.line);
      return [{ commit, marker, markers, answer }];
    }),
    merged: named.flatMap(({ pull, marker }) => {
      const answer = first.pulls.get(pull.number);
      const parts = readFilesMarkers(pull.body, look.line).map(componentOf);
      return answer?.viewerDidAuthor === true ? [{ pull, marker, parts, answer }] : [];
    }),
    branch: readBranch(first.branches, first.viewer, folder),
    superseded: first.all.flatMap((open) => readSuperseded(open, look.line, folder)),
  };
}

/** Commits that were proven to be ours, which they stay. Lost, it costs requests. */
export class OurMemory {
  readonly #known = new Set<string>();

  has({ line }: Look, sha: Sha): boolean {
    return this.#known.has(`${line.repositoryId}@${sha}`);
  }

  /** The oldest go where there are too many. */
  add({ line }: Look, sha: Sha): void {
    this.#known.add(`${line.repositoryId}@${sha}`);
    for (const oldest of this.#known) {
      if (this.#known.size <= KNOWN_MAX) return;
      this.#known.delete(oldest);
    }
  }
}

interface BroughtSeen {
  readonly viewer: ViewerAnswer;
  /** Those that are ours. */
  readonly commits: ReadonlyMap<Sha, BroughtCommitAnswer>;
  readonly pulls: ReadonlyMap<number, BroughtPullAnswer>;
  readonly branches: readonly BranchAnswer[];
  readonly all: readonly OpenBranchAnswer[];
}

async function askBrought(
  { client, owner, name, line }: Look,
  asked: {
    readonly base: string | null;
    readonly shas: readonly Sha[];
    readonly named: readonly { readonly pull: Pull }[];
  },
): Promise<BroughtSeen> {
  const { base, shas, named } = asked;
  const numbers = named.map(({ pull }) => pull.number);
  const { data } = await client.graphql({
    document: formatBrought(shas.length, numbers.length),
    variables: {
      owner,
      name,
      folder: `refs/heads/${formatBranchFolder(line, base)}`,
      all: `refs/heads/${formatBranchesFolder(line)}`,
      ...numbered("c", shas),
      ...numbered("p", numbers),
    },
    scope: { kind: "repository", repositoryId: line.repositoryId },
  });
  const { viewer, repository } = understand(`Read ${owner}/${name}`, broughtAnswer, data);
  const commits = shas.flatMap((sha, index) => {
    const answer = repository[`c${index}`];
    return isCommitAnswer(answer) && isMade(answer, viewer) ? [[sha, answer] as const] : [];
  });
  const pulls = numbers.flatMap((number, index) => {
    const answer = repository[`p${index}`];
    return isPullAnswer(answer) ? [[number, answer] as const] : [];
  });
  return {
    viewer,
    commits: new Map(commits),
    pulls: new Map(pulls),
    branches: repository.branches?.nodes ?? [],
    all: repository.all?.nodes ?? [],
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
  // One for several lines is the first one's.
  const [marker] = pull?.viewerDidAuthor === true ? readFilesMarkers(pull.body, line) : [];
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
