import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import {
  parseCommit,
  parseTag,
  parseTree,
  type GitCommit,
  type GitTag,
  type TreeEntry,
} from "./git-object.ts";
import { gitEnvironment, requireSuccess, runGit } from "./git-process.ts";
import type { GitResult, GitRunOptions } from "./git-process.ts";
import { GitReader, parseObjectType, type GitObject, type ObjectType } from "./git-reader.ts";
import { LooseObjects } from "./loose-objects.ts";
import { changeLooseRef, isRefName, listLooseRefs } from "./loose-refs.ts";

export interface GitRef {
  /** `refs/heads/main`. */
  name: string;
  sha: string;
  type: ObjectType;
  /** What an annotated tag points to in the end; `sha` for everything else. */
  peeledSha: string;
}

export const ZERO_SHA = "0".repeat(40);

const MOVES_REFS = new Set(["update-ref", "fetch", "symbolic-ref"]);

const SETTINGS = `[core]
	repositoryformatversion = 0
	bare = true
	logAllRefUpdates = false
[gc]
	auto = 0
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	autogc = false
	denyDeleteCurrent = refuse
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
`;

/** What `git init` makes, without its samples. */
const FOLDERS = ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info"];

/**
 * Bare repositories, one folder for each repository id, and the `git` program. Everything that
 * takes an expression takes what git takes: a SHA, `main`, `refs/tags/v1.0.0`, `main:path/file`.
 * To start git costs more than most requests, so plain objects and refs are read and written here.
 */
export class GitStore {
  readonly directory: string;
  readonly #loose = new Map<number, LooseObjects>();
  /** For what is not loose. */
  readonly #readers = new Map<number, GitReader>();
  #nextWrite: Promise<void> = Promise.resolve();
  readonly #chains = new Map<number, Promise<unknown>>();
  /** What `for-each-ref` answered since a ref moved last, by repository and arguments. */
  readonly #refAnswers = new Map<number, Map<string, Promise<GitResult>>>();
  /** All refs since one moved last. */
  readonly #refs = new Map<number, Promise<GitRef[]>>();

  constructor(directory: string) {
    this.directory = directory;
  }

  path(repositoryId: number): string {
    return join(this.directory, `${repositoryId}.git`);
  }

  async create(repositoryId: number, defaultBranch: string): Promise<void> {
    const path = this.path(repositoryId);
    for (const folder of FOLDERS) mkdirSync(join(path, folder), { recursive: true });
    writeFileSync(join(path, "config"), SETTINGS);
    writeFileSync(join(path, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
  }

  async remove(repositoryId: number): Promise<void> {
    this.#readers.get(repositoryId)?.close();
    this.#readers.delete(repositoryId);
    this.#loose.delete(repositoryId);
    this.forgetRefs(repositoryId);
    await rm(this.path(repositoryId), { recursive: true, force: true });
  }

  /** Ends the readers. The folders stay. */
  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  /** What git printed. Throws `git/failed` when it did not exit with 0. */
  async run(repositoryId: number, args: string[], options: GitRunOptions = {}): Promise<string> {
    const result = await this.tryRun(repositoryId, args, options);
    return requireSuccess(result, args, repositoryId).stdout.toString("utf8");
  }

  /** As `run`, for commands that say something with their exit code. */
  async tryRun(
    repositoryId: number,
    args: string[],
    options: GitRunOptions = {},
  ): Promise<GitResult> {
    const [command = ""] = args;
    if (command === "for-each-ref") return this.#listRefs(repositoryId, args);
    try {
      return await runGit(args, this.path(repositoryId), options);
    } finally {
      if (MOVES_REFS.has(command)) this.forgetRefs(repositoryId);
    }
  }

  /** A ref may have moved by another way than `run`, such as a push. */
  forgetRefs(repositoryId: number): void {
    this.#refAnswers.delete(repositoryId);
    this.#refs.delete(repositoryId);
  }

  /** The same answer until a ref moves: starting git costs more than most requests. */
  #listRefs(repositoryId: number, args: string[]): Promise<GitResult> {
    const answers = this.#refAnswers.get(repositoryId) ?? new Map<string, Promise<GitResult>>();
    this.#refAnswers.set(repositoryId, answers);
    const key = args.join("\0");
    const known = answers.get(key);
    if (known !== undefined) return known;
    const asked = runGit(args, this.path(repositoryId));
    answers.set(key, asked);
    asked.catch(() => answers.delete(key));
    return asked;
  }

  /** Runs after everything that was given before it for the same repository. Do not nest. */
  exclusive<T>(repositoryId: number, work: () => Promise<T>): Promise<T> {
    const before = this.#chains.get(repositoryId) ?? Promise.resolve();
    const result = before.then(work, work);
    this.#chains.set(
      repositoryId,
      result.catch(() => undefined),
    );
    return result;
  }

  #looseOf(repositoryId: number): LooseObjects {
    const known = this.#loose.get(repositoryId) ?? new LooseObjects(this.path(repositoryId));
    this.#loose.set(repositoryId, known);
    return known;
  }

  /** SHA of the object, which is there now. Of many at once each lets requests go on after it. */
  async write(repositoryId: number, type: ObjectType, content: Buffer): Promise<string> {
    const turn = this.#nextWrite;
    this.#nextWrite = turn.then(() => immediate());
    await turn;
    return this.#looseOf(repositoryId).write(type, content);
  }

  /** Null when the expression names nothing. */
  async read(repositoryId: number, expression: string): Promise<GitObject | null> {
    const loose = this.#looseOf(repositoryId).read(expression);
    if (loose !== undefined) return loose;
    let reader = this.#readers.get(repositoryId);
    if (reader === undefined || !reader.isOpen) {
      reader = new GitReader(this.path(repositoryId), gitEnvironment());
      this.#readers.set(repositoryId, reader);
    }
    return reader.read(expression);
  }

  /** SHA of whatever the expression names, unpeeled; null when it names nothing. */
  async resolve(repositoryId: number, expression: string): Promise<string | null> {
    return (await this.read(repositoryId, expression))?.sha ?? null;
  }

  /** A branch goes before a tag of the same name, as everywhere in GitHub's API. */
  async resolveCommit(repositoryId: number, expression: string): Promise<string | null> {
    const kinds = /^[0-9a-f]{40}$/.test(expression) ? [] : ["heads", "tags"];
    for (const kind of kinds) {
      const found = await this.read(repositoryId, `refs/${kind}/${expression}^{commit}`);
      if (found !== null) return found.sha;
    }
    return (await this.read(repositoryId, `${expression}^{commit}`))?.sha ?? null;
  }

  /** Null unless the expression leads to a commit; tags are followed. */
  async commit(repositoryId: number, expression: string): Promise<GitCommit | null> {
    const object = await this.read(repositoryId, `${expression}^{commit}`);
    return object === null ? null : parseCommit(object.sha, object.content);
  }

  /** In the order that was asked; commits that do not exist are left out. */
  async commits(repositoryId: number, shas: readonly string[]): Promise<GitCommit[]> {
    const found = await Promise.all(shas.map((sha) => this.commit(repositoryId, sha)));
    return found.filter((commit) => commit !== null);
  }

  /** An annotated tag object; null for anything else. */
  async tag(repositoryId: number, expression: string): Promise<GitTag | null> {
    const object = await this.read(repositoryId, expression);
    return object?.type === "tag" ? parseTag(object.sha, object.content) : null;
  }

  async blob(repositoryId: number, expression: string): Promise<Buffer | null> {
    const object = await this.read(repositoryId, expression);
    return object?.type === "blob" ? object.content : null;
  }

  /** Null unless the expression leads to a tree (or a commit, whose tree it is then). */
  async tree(
    repositoryId: number,
    expression: string,
    options: { isRecursive?: boolean } = {},
  ): Promise<{ sha: string; entries: TreeEntry[] } | null> {
    const object = await this.read(repositoryId, `${expression}^{tree}`);
    // `main:src` names a tree without peeling, and git refuses to peel a path's result.
    const tree = object ?? (await this.read(repositoryId, expression));
    if (tree?.type !== "tree") return null;
    if (tree.content.length === 0) return { sha: tree.sha, entries: [] };
    const { isRecursive = false } = options;
    const listed = this.#looseOf(repositoryId).list(tree, isRecursive);
    if (listed !== undefined) return { sha: tree.sha, entries: listed };
    const flags = isRecursive ? ["-r", "-t"] : [];
    const text = await this.run(repositoryId, ["ls-tree", "-z", "-l", ...flags, tree.sha]);
    return { sha: tree.sha, entries: parseTree(text) };
  }

  /** Refs below a prefix such as `refs/heads/`, in the order of their names. */
  async refs(repositoryId: number, prefix = "refs/"): Promise<GitRef[]> {
    let all = this.#refs.get(repositoryId);
    if (all === undefined) {
      all = this.#readRefs(repositoryId);
      this.#refs.set(repositoryId, all);
      all.catch(() => this.#refs.delete(repositoryId));
    }
    return (await all).filter(({ name }) => name.startsWith(prefix));
  }

  async #readRefs(repositoryId: number): Promise<GitRef[]> {
    const loose = listLooseRefs(this.path(repositoryId));
    if (loose !== undefined) {
      const refs = await Promise.all(loose.map(({ name }) => this.ref(repositoryId, name)));
      return refs.filter((ref) => ref !== null);
    }
    const format = "%(refname) %(objectname) %(objecttype) %(*objectname)";
    const text = await this.run(repositoryId, ["for-each-ref", `--format=${format}`]);
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => {
      const [name = "", sha = "", type, peeledSha] = line.split(" ");
      return { name, sha, type: parseObjectType(type), peeledSha: peeledSha || sha };
    });
  }

  /** Null when there is no such ref. `name` is the full one. */
  async ref(repositoryId: number, name: string): Promise<GitRef | null> {
    if (!isRefName(name)) return null;
    const [object, peeled] = await Promise.all([
      this.read(repositoryId, name),
      this.read(repositoryId, `${name}^{}`),
    ]);
    if (object === null) return null;
    return { name, sha: object.sha, type: object.type, peeledSha: peeled?.sha ?? object.sha };
  }

  /**
   * Compare and swap; null stands for "does not exist". False when `before` was not true any more,
   * or git would not point such a ref to such an object.
   */
  async swapRef(
    repositoryId: number,
    name: string,
    before: string | null,
    after: string | null,
  ): Promise<boolean> {
    const isSwapped = await this.#changeRef(repositoryId, name, { before, after });
    if (isSwapped !== undefined) return isSwapped;
    const args =
      after === null
        ? ["update-ref", "-d", name, before ?? ZERO_SHA]
        : ["update-ref", name, after, before ?? ZERO_SHA];
    return (await this.tryRun(repositoryId, args)).code === 0;
  }

  /** Whatever it is now. Throws `git/failed` where there is no such object. */
  async pointRef(repositoryId: number, name: string, sha: string): Promise<void> {
    if ((await this.#changeRef(repositoryId, name, { after: sha })) === true) return;
    await this.run(repositoryId, ["update-ref", name, sha]);
  }

  /** Undefined: it is for git to do, or to refuse. */
  async #changeRef(
    repositoryId: number,
    name: string,
    change: { before?: string | null; after: string | null },
  ): Promise<boolean | undefined> {
    const { before, after } = change;
    if (!isRefName(name) || (after === null && before === null)) return undefined;
    if (after !== null) {
      const object = await this.read(repositoryId, after);
      if (object === null) return undefined;
      if (name.startsWith("refs/heads/") && object.type !== "commit") return undefined;
    }
    try {
      return changeLooseRef(this.path(repositoryId), name, change);
    } finally {
      this.forgetRefs(repositoryId);
    }
  }

  /** Names the default branch in the bare repository. */
  async setHead(repositoryId: number, branch: string): Promise<void> {
    await this.run(repositoryId, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  }
}
