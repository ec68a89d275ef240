import type { AttributeFile } from "../core/attributes.ts";
import { POLICY_PATH } from "../core/policy-errors.ts";
import { PatchCounter } from "../core/size-patch.ts";
import type { ChangedFile } from "../core/size.ts";
import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { findEnds, incomplete } from "./change-ends.ts";
import type { ChangeAsked } from "./change-ends.ts";
import { askGit, runGit } from "./program.ts";
import type { GitTalk } from "./program.ts";
import { readStaged } from "./staged-tree.ts";

export interface LocalChange {
  /** Where the head left the base: a pull request's files are those that changed since. */
  readonly mergeBase: Sha;
  /** Null: what is staged. */
  readonly head: Sha | null;
  /** Name of the base; `(nothing)` where there is no commit yet. */
  readonly base: string;
  readonly files: readonly ChangedFile[];
  /** At the merge base. */
  readonly attributeFiles: readonly AttributeFile[];
  /** Text of the policy at the merge base; null: there is none. */
  readonly policy: string | null;
}

/**
 * Read what changed between a base and a head, as a pull request would show it. Throws
 * `git/unusable` and, where only a part of it is here, `git/incomplete`, each with what to do.
 */
export async function readChange(asked: ChangeAsked): Promise<LocalChange> {
  const { folder, isStaged } = asked;
  const [{ base, mergeBase, head }, { stdout: gitFolder }] = await Promise.all([
    findEnds(asked),
    askGit(folder, ["rev-parse", "--absolute-git-dir"]),
  ]);
  const place = { folder, gitFolder, from: mergeBase };
  const files = isStaged
    ? await readStaged(folder, (to, objects) => readFiles({ ...place, to }, { objects }))
    : await readFiles({ ...place, to: head });
  const texts = await readTextsAt(folder, mergeBase, [
    POLICY_PATH,
    ...attributePaths(files.map(({ path }) => path)),
  ]);
  const policy = texts.get(POLICY_PATH) ?? null;
  texts.delete(POLICY_PATH);
  const attributeFiles = toAttributeFiles(texts);
  return { base, mergeBase, head: isStaged ? null : head, files, attributeFiles, policy };
}

function toAttributeFiles(texts: ReadonlyMap<string, string>): readonly AttributeFile[] {
  return [...texts].map(([path, text]) => ({
    folder: path.replace(/\/?\.gitattributes$/, ""),
    text,
  }));
}

/** Every `.gitattributes` of a commit. */
export async function readAttributes(
  folder: string,
  commit: Sha,
): Promise<readonly AttributeFile[]> {
  const { stdout } = await askGit(folder, ["ls-tree", "-r", "-z", "--name-only", commit]);
  const paths = stdout.split("\0").filter((path) => /(?:^|\/)\.gitattributes$/.test(path));
  return toAttributeFiles(await readTextsAt(folder, commit, paths));
}

/**
 * From the git folder and without an index: git would read attributes of the working tree and the
 * index, which the change itself wrote, and `-diff` there hides lines. A reviewer sees them all the
 * same, at the latest in the file. White space is looked at later, as in GitHub's patches.
 */
const DIFF = ["--bare", "-c", "core.attributesFile=/dev/null"];
const DIFF_FORM = "-M --raw --patch -z --unified=3 --no-color --no-ext-diff --no-textconv".split(
  " ",
);

interface DiffAsked {
  readonly folder: string;
  readonly gitFolder: string;
  readonly from: Sha;
  readonly to: Sha;
}

async function readFiles(
  { folder, gitFolder, from, to }: DiffAsked,
  talk: Pick<GitTalk, "objects"> = {},
): Promise<readonly ChangedFile[]> {
  const reader = new DiffReader();
  const args = [`--git-dir=${gitFolder}`, ...DIFF, "diff-tree", "-r", ...DIFF_FORM, from, to];
  const { code, stderr } = await runGit(gitFolder, args, (chunk) => reader.add(chunk), {
    ...talk,
    encoding: "latin1",
    index: `${gitFolder}/no-index`,
  });
  if (code === 0) return reader.end();
  const { stdout: filter } = await askGit(folder, [
    "config",
    "--get-regexp",
    String.raw`\.promisor$`,
  ]);
  if (filter !== "") {
    throw incomplete(
      `${folder} is a partial clone without some of the files that changed. Get them: git -C ${folder} diff --shortstat ${from} ${to}`,
    );
  }
  const message = `git diff-tree in ${gitFolder} ended with ${code}: ${stderr}`;
  throw new AppError("git/failed", message, { retry: { kind: "never" } });
}

interface Entry {
  readonly status: string;
  readonly path: string;
  readonly previousPath: string | null;
}

interface Patched {
  readonly counter: PatchCounter;
  isBinary: boolean;
}

/**
 * Reads entries (`:100644 100644 aaa bbb M`, path) up to an empty one, then patches in the order of
 * the entries, wherever the output was cut into chunks. A change of type has two patches.
 */
class DiffReader {
  readonly #entries: Entry[] = [];
  readonly #patches: Patched[] = [];
  #fields: string[] = [];
  #isPatch = false;
  #rest = "";

  add(chunk: string): void {
    let text = this.#rest + chunk;
    if (!this.#isPatch) {
      const fields = text.split("\0");
      text = fields.pop() ?? "";
      while (fields.length > 0 && !this.#isPatch) this.#takeField(fields.shift() ?? "");
      if (!this.#isPatch) {
        this.#rest = text;
        return;
      }
      text = [...fields, text].join("\0");
    }
    const lines = text.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#takeLine(line);
  }

  end(): readonly ChangedFile[] {
    if (this.#isPatch && this.#rest !== "") this.#takeLine(this.#rest);
    let at = 0;
    return this.#entries.map((entry) => {
      const patches = this.#patches.slice(at, at + (entry.status === "T" ? 2 : 1));
      at += patches.length;
      return toFile(entry, patches);
    });
  }

  #takeField(field: string): void {
    if (this.#fields.length === 0 && field === "") {
      this.#isPatch = true;
      return;
    }
    this.#fields.push(field);
    const [head = "", first = "", second] = this.#fields;
    const status = head.split(" ")[4]?.charAt(0) ?? "";
    const hasTwo = status === "R" || status === "C";
    if (this.#fields.length < (hasTwo ? 3 : 2)) return;
    const path = decode(second ?? first);
    this.#entries.push({ status, path, previousPath: hasTwo ? decode(first) : null });
    this.#fields = [];
  }

  #isInHunk = false;

  #takeLine(line: string): void {
    if (line.startsWith("diff --git ")) {
      this.#patches.push({ counter: new PatchCounter(), isBinary: false });
      this.#isInHunk = false;
      return;
    }
    const patch = this.#patches.at(-1);
    if (patch === undefined) return;
    if (line.startsWith("@@ ")) this.#isInHunk = true;
    if (this.#isInHunk) patch.counter.add(line);
    else if (line.startsWith("Binary files ")) patch.isBinary = true;
  }
}

function decode(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

const STATUSES: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  C: "added",
  D: "removed",
  R: "renamed",
};

function toFile({ status, path, previousPath }: Entry, patches: readonly Patched[]): ChangedFile {
  const counts = patches.map(({ counter }) => counter.end());
  const add = (of: "all" | "real", what: "additions" | "deletions"): number =>
    counts.reduce((sum, count) => sum + count[of][what], 0);
  return {
    path,
    previousPath,
    status: STATUSES[status] ?? "modified",
    isBinary: patches.some(({ isBinary }) => isBinary),
    additions: add("all", "additions"),
    deletions: add("all", "deletions"),
    real: { additions: add("real", "additions"), deletions: add("real", "deletions") },
  };
}

/** Of every folder around the files. */
function attributePaths(paths: readonly string[]): readonly string[] {
  const found = new Set([".gitattributes"]);
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const file = `${path.slice(0, at)}/.gitattributes`;
      if (found.has(file)) break;
      found.add(file);
    }
  }
  return [...found];
}

/** Files of a commit that are there, or of the index where its name is empty, in one process. A path with a line feed cannot be asked for. */
export async function readTextsAt(
  folder: string,
  commit: Sha,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const asked = paths.filter((path) => !path.includes("\n"));
  const input = asked.map((path) => `${commit}:${path}\n`).join("");
  const chunks: string[] = [];
  await runGit(folder, ["cat-file", "--batch"], (chunk) => chunks.push(chunk), {
    input,
    encoding: "latin1",
  });
  const text = chunks.join("");
  const found = new Map<string, string>();
  let at = 0;
  for (const path of asked) {
    const end = text.indexOf("\n", at);
    const [, type, bytes] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(text.slice(at, end)) ?? [];
    at = end + 1;
    if (type === undefined) continue;
    if (type === "blob") found.set(path, decode(text.slice(at, at + Number(bytes))));
    at += Number(bytes) + 1;
  }
  return found;
}
