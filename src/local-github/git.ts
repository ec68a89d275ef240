import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors.ts";
import { parseCommit, parseTag, parseTree, type GitCommit, type GitTag } from "./git-object.ts";
import { GitReader, parseObjectType, type GitObject, type ObjectType } from "./git-reader.ts";

export interface GitRef {
  /** `refs/heads/main`. */
  name: string;
  sha: string;
  type: ObjectType;
  /** What an annotated tag points to in the end; `sha` for everything else. */
  peeledSha: string;
}

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

export interface GitRunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
}

export interface TreeEntry {
  /** Path from the root of the tree that was asked for. */
  path: string;
  /** `100644`, `100755`, `040000`, `120000` or `160000`. */
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  /** Bytes of a blob; null for everything else. */
  size: number | null;
}

export const ZERO_SHA = "0".repeat(40);

const MOVES_REFS = new Set(["update-ref", "fetch", "symbolic-ref"]);

/** Git must not see the settings of the machine, or results would differ from place to place. */
const CLEAN_ENVIRONMENT: Record<string, string> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

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

export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...CLEAN_ENVIRONMENT,
    ...extra,
  };
}

/**
 * Bare repositories, one folder for each repository id, and the `git` program. Everything that
 * takes an expression takes what git takes: a SHA, `main`, `refs/tags/v1.0.0`, `main:path/file`.
 */
export class GitStore {
  readonly directory: string;
  readonly #readers = new Map<number, GitReader>();
  readonly #chains = new Map<number, Promise<unknown>>();
  /** What `for-each-ref` answered since a ref moved last, by repository and arguments. */
  readonly #refAnswers = new Map<number, Map<string, Promise<GitResult>>>();

  constructor(directory: string) {
    this.directory = directory;
  }

  path(repositoryId: number): string {
    return join(this.directory, `${repositoryId}.git`);
  }

  async create(repositoryId: number, defaultBranch: string): Promise<void> {
    const path = this.path(repositoryId);
    await mkdir(this.directory, { recursive: true });
    await this.#start(
      ["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, path],
      this.directory,
    ).then((result) => requireSuccess(result, ["init"], repositoryId));
    await writeFile(join(path, "config"), SETTINGS);
  }

  async remove(repositoryId: number): Promise<void> {
    this.#readers.get(repositoryId)?.close();
    this.#readers.delete(repositoryId);
    this.#refAnswers.delete(repositoryId);
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
      return await this.#start(args, this.path(repositoryId), options);
    } finally {
      if (MOVES_REFS.has(command)) this.forgetRefs(repositoryId);
    }
  }

  /** A ref may have moved by another way than `run`, such as a push. */
  forgetRefs(repositoryId: number): void {
    this.#refAnswers.delete(repositoryId);
  }

  /** The same answer until a ref moves: starting git costs more than most requests. */
  #listRefs(repositoryId: number, args: string[]): Promise<GitResult> {
    const answers = this.#refAnswers.get(repositoryId) ?? new Map<string, Promise<GitResult>>();
    this.#refAnswers.set(repositoryId, answers);
    const key = args.join("\0");
    const known = answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#start(args, this.path(repositoryId));
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

  /** Null when the expression names nothing. */
  read(repositoryId: number, expression: string): Promise<GitObject | null> {
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
    if (!/^[0-9a-f]{40}$/.test(expression)) {
      const branch = await this.read(repositoryId, `refs/heads/${expression}^{commit}`);
      if (branch !== null) return branch.sha;
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
    const flags = options.isRecursive ? ["-r", "-t"] : [];
    const text = await this.run(repositoryId, ["ls-tree", "-z", "-l", ...flags, tree.sha]);
    return { sha: tree.sha, entries: parseTree(text) };
  }

  /** Refs below a prefix such as `refs/heads/`, in the order of their names. */
  async refs(repositoryId: number, prefix = "refs/"): Promise<GitRef[]> {
    const format = "%(refname) %(objectname) %(objecttype) %(*objectname)";
    const text = await this.run(repositoryId, ["for-each-ref", `--format=${format}`]);
    const refs: GitRef[] = [];
    for (const line of text.split("\n")) {
      const [name = "", sha = "", type, peeledSha] = line.split(" ");
      if (!name.startsWith(prefix) || name === "") continue;
      refs.push({ name, sha, type: parseObjectType(type), peeledSha: peeledSha || sha });
    }
    return refs;
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

  /** Compare and swap; null stands for "does not exist". False when `before` was not true any more. */
  async swapRef(
    repositoryId: number,
    name: string,
    before: string | null,
    after: string | null,
  ): Promise<boolean> {
    const args =
      after === null
        ? ["update-ref", "-d", name, before ?? ZERO_SHA]
        : ["update-ref", name, after, before ?? ZERO_SHA];
    return (await this.tryRun(repositoryId, args)).code === 0;
  }

  /** Names the default branch in the bare repository. */
  async setHead(repositoryId: number, branch: string): Promise<void> {
    await this.run(repositoryId, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  }

  #start(args: string[], cwd: string, options: GitRunOptions = {}): Promise<GitResult> {
    return new Promise((resolve, reject) => {
      const child = spawn("git", args, { cwd, env: gitEnvironment(options.env) });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.on("error", (cause) => {
        reject(
          new AppError("git/failed", `Starting git ${args[0]}: ${cause.message}`, {
            retry: { kind: "never" },
            cause,
          }),
        );
      });
      child.on("close", (code) => {
        resolve({
          code: code ?? 1,
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString("utf8"),
        });
      });
      // A program that ends before it has read everything is not an error of its own.
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
    });
  }
}

/** A full name that git accepts and that cannot be mistaken for an option or an expression. */
export function isRefName(name: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(name) &&
    // oxlint-disable-next-line no-control-regex -- git forbids control characters
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(name)
  );
}

/** Throws `git/failed` with the words of git. */
export function requireSuccess(
  result: GitResult,
  args: readonly string[],
  repositoryId: number,
): GitResult {
  if (result.code === 0) return result;
  const words = result.stderr.trim() || result.stdout.toString("utf8").trim();
  throw new AppError(
    "git/failed",
    `Running git ${args[0]} in repository ${repositoryId}: exit code ${result.code}, ${words}`,
    { retry: { kind: "never" } },
  );
}
