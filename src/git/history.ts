import type { TagRead } from "../core/history.ts";
import type { Actor, Commit, Instant, Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { runGit } from "./program.ts";
import type { LocalBranch } from "./repository.ts";

export interface HistoryFound {
  /** Every child before its parents. */
  readonly commits: readonly Commit[];
  /** Of the whole repository, annotated ones peeled. */
  readonly tags: readonly TagRead[];
  /** Files that each commit changed, against its first parent. Null where nobody asked. */
  readonly paths: ReadonlyMap<Sha, readonly string[]> | null;
  /** Who wrote each commit, and when. Null where nobody asked. */
  readonly authors: ReadonlyMap<Sha, Authored> | null;
}

/** As git has it: a squash by GitHub's button has the time of the merge. */
export interface Authored {
  readonly at: Instant;
  readonly name: string;
  readonly email: string;
}

export interface HistoryAsked {
  readonly hasPaths: boolean;
  /** Absent: no. */
  readonly hasAuthors?: boolean;
  /** Only so many of the commits that were the branch's head, the newest; absent: all commits. */
  readonly newestHeads?: number;
  /** Without what this commit contains; absent: all of it. */
  readonly after?: Sha;
  /** Called now and then with the commits read so far. */
  readonly onProgress: (commits: number) => void;
}

/** Read the history of a branch and all tags, with two processes of git however long it is. */
export async function readHistory(
  { folder, head }: LocalBranch,
  { hasPaths, hasAuthors = false, newestHeads, after, onProgress }: HistoryAsked,
): Promise<HistoryFound> {
  const reader = new LogReader(hasPaths, hasAuthors);
  const few = newestHeads === undefined ? [] : ["--first-parent", `--max-count=${newestHeads}`];
  const range = after === undefined ? [head] : [head, `^${after}`];
  const log = read(folder, [...LOG, ...(hasPaths ? PATHS : []), ...few, ...range], (chunk) => {
    reader.add(chunk);
    onProgress(reader.commits.length);
  });
  let listed = "";
  const tags = read(folder, TAGS, (chunk) => {
    listed += chunk;
  });
  await Promise.all([log, tags]);
  const { commits, paths, authors } = reader;
  return { commits, tags: parseTags(listed), paths, authors };
}

async function read(
  folder: string,
  args: readonly string[],
  onText: (chunk: string) => void,
): Promise<void> {
  const { code, stderr } = await runGit(folder, args, onText);
  if (code === 0) return;
  const message = `git ${args[0] ?? ""} in ${folder} ended with ${code}: ${stderr}`;
  throw new AppError("git/failed", message, { retry: { kind: "never" } });
}

/** Opens each commit, so that it is told from the paths before it. */
const MARK = "\u0001";

const LOG = [
  "log",
  "-z",
  "--date-order",
  "--no-show-signature",
  "--no-notes",
  "--no-mailmap",
  "--encoding=UTF-8",
  "--format=%x01%H%x00%P%x00%ct%x00%at%x00%an%x00%ae%x00%B",
];

const PATHS = [
  "--name-only",
  "--diff-merges=first-parent",
  "--no-renames",
  "--no-relative",
  "--root",
];

const TAGS = [
  "for-each-ref",
  "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)",
  "refs/tags",
];

const FIELDS = 7;

/** Puts commits together from what `git log` prints, wherever its output was cut into chunks. */
class LogReader {
  readonly commits: Commit[] = [];
  readonly paths: Map<Sha, string[]> | null;
  readonly authors: Map<Sha, Authored> | null;
  #rest = "";
  #fields: string[] = [];
  #own: string[] = [];

  constructor(hasPaths: boolean, hasAuthors: boolean) {
    this.paths = hasPaths ? new Map() : null;
    this.authors = hasAuthors ? new Map() : null;
  }

  add(chunk: string): void {
    const tokens = (this.#rest + chunk).split("\0");
    this.#rest = tokens.pop() ?? "";
    for (const token of tokens) this.#take(token);
  }

  #take(token: string): void {
    if (token.startsWith(MARK) && this.#fields.length % FIELDS === 0) {
      this.#fields = [token.slice(1)];
    } else if (this.#fields.length < FIELDS) {
      this.#fields.push(token);
      if (this.#fields.length === FIELDS) this.#finish();
      // Git sets the first path off with a line feed.
    } else this.#own.push(this.#own.length === 0 ? token.replace(/^\n/, "") : token);
  }

  #finish(): void {
    const [sha = "", parents = "", at = "", authoredAt = "", ...rest] = this.#fields;
    const [name = "", email = "", message = ""] = rest;
    this.commits.push({
      sha,
      message,
      author: readActor(name, email),
      committedAt: Number(at) * 1_000,
      parents: parents === "" ? [] : parents.split(" "),
      pulls: [],
      ourCheck: null,
    });
    this.#own = [];
    this.paths?.set(sha, this.#own);
    this.authors?.set(sha, { at: Number(authoredAt) * 1_000, name, email });
  }
}

/** GitHub's private addresses say the login; elsewhere there is only a name. */
function readActor(name: string, email: string): Actor {
  const login = /^(?:\d+\+)?([\w-]+(?:\[bot\])?)@users\.noreply\.github\.com$/.exec(email)?.[1];
  const known = login ?? name;
  return { id: null, login: known, isBot: known.endsWith("[bot]") };
}

/** Tags of anything but a commit are none of ours. */
function parseTags(text: string): TagRead[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", type, own = "", peeledType, peeled = "", at = ""] = line.split("\0");
    const sha = type === "commit" ? own : peeledType === "commit" ? peeled : null;
    return sha === null ? [] : [{ name, sha, at: Number(at) * 1_000 }];
  });
}
