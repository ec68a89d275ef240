import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { formatImport } from "./commits.ts";
import type { Written } from "./commits.ts";
import type { Entry, Tree } from "./drawn-history.ts";

/** What git makes of restoring, and of reverting: many histories at a time, for few processes. */

export interface Question {
  readonly written: Written;
  /** Tree of the commit on the bad one. */
  readonly restore: Tree;
}

export interface Outcome {
  /** Once the commit is merged into the branch. */
  readonly merged: End;
  /** After `git revert` of each commit of the batch, the newest first. */
  readonly reverted: End;
  /** Paths that later work gave a file of the bad commit, by the path that it had there. */
  readonly renamed: ReadonlyMap<string, string>;
}

export interface End {
  /** Paths in conflict; of a revert those at which it stopped. */
  readonly conflicts: readonly string[];
  /** What differs from the branch; null where something conflicts. */
  readonly difference: Difference | null;
}

/** Path, and what stands there now: mode and name of the object, or null. */
export type Difference = ReadonlyMap<string, string | null>;

const ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_COMMITTER_NAME: "Mona",
  GIT_COMMITTER_EMAIL: "mona@example.com",
};

/** Throws with what it said on its error output unless it ends with 0. */
function pipe(
  command: readonly [string, ...string[]],
  cwd: string,
  input: string,
): Promise<string> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: ENVIRONMENT });
    const said: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(said).toString());
      else reject(new Error(`${program} ${args.join(" ")}: ${Buffer.concat(errors).toString()}`));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** `folder`: empty, and of this call alone. */
export async function examine(
  folder: string,
  questions: readonly Question[],
): Promise<readonly Outcome[]> {
  const git = (input: readonly string[], ...args: readonly string[]): Promise<string> =>
    pipe(["git", ...args], folder, input.join(""));
  await git([], "init", "--quiet");
  await git(
    questions.map(({ written, restore }, at) => formatImport(`h${at}`, written, restore)),
    "fast-import",
    "--quiet",
  );
  const pairs = questions.map(({ written }, at) => `h${at}/${written.main} h${at}/restore\n`);
  const merging = ["merge-tree", "--write-tree", "--stdin", "-z", "--name-only", "--no-messages"];
  const merges = readMerges(await git(pairs, ...merging));
  const reverts = readReverts(
    await pipe(["sh", "-e"], folder, questions.map(formatRevert).join("")),
  );
  const format = "--format=%(refname:lstrip=2) %(tree)";
  const listed = await git([], "for-each-ref", format, "refs/heads");
  const trees = new Map(listed.split("\n").map((row) => row.split(" ") as [string, string]));
  const asked = questions.flatMap(({ written }, at) => {
    const main = trees.get(`h${at}/${written.main}`) ?? "";
    const bad = trees.get(`h${at}/${written.steps.at(-1) ?? 0}`) ?? "";
    const to = (tried: Tried | undefined): string => `${main} ${tried?.tree ?? main}\n`;
    return [to(merges[at]), to(reverts[at]), `${bad} ${main}\n`];
  });
  const rows = readDiffs(await git(asked, "diff-tree", "--stdin", "-r", "-z", "-M", "--raw"));
  return questions.map((_, at) => {
    const [merged = [], reverted = [], later = []] = rows.slice(at * 3);
    return {
      merged: endOf(merges[at], merged),
      reverted: endOf(reverts[at], reverted),
      renamed: new Map(
        later.flatMap(({ from, path }) => (from === null ? [] : [[from, path] as const])),
      ),
    };
  });
}

/** What git made of it. `tree`: null where it conflicts. */
interface Tried {
  readonly tree: string | null;
  readonly conflicts: readonly string[];
}

function endOf(tried: Tried | undefined, rows: readonly Row[]): End {
  if (tried === undefined) throw new Error("git answered less than it was asked");
  const { tree, conflicts } = tried;
  return { conflicts, difference: tree === null ? null : differenceOf(rows) };
}

/** Prints `= ` and the tree; or else the paths in conflict, and then `=`. */
function formatRevert({ written }: Question, at: number): string {
  const steps = written.steps.slice(1).toReversed();
  const commits = steps.map((step) => `h${at}/${step}`).join(" ");
  return [
    `git checkout --quiet --force --detach h${at}/${written.main}`,
    `if git revert --no-commit --mainline 1 ${commits} >/dev/null 2>&1`,
    "then echo = $(git write-tree)",
    "else git diff --name-only --diff-filter=U; echo =",
    "git revert --quit; git reset --quiet --hard; git clean -ffdqx",
    "fi",
    "",
  ].join("\n");
}

function readReverts(said: string): readonly Tried[] {
  return [...said.matchAll(/((?:[^=\n].*\n)*)=(?: (\w+))?\n/g)].map(([, paths = "", tree]) => ({
    tree: tree ?? null,
    conflicts: paths.split("\n").filter((path) => path !== ""),
  }));
}

function readMerges(said: string): readonly Tried[] {
  return [...said.matchAll(/([01])\0([0-9a-f]{40})\0((?:[^\0]+\0)*)\0/g)].map(
    ([, clean, tree = "", paths = ""]) => ({
      tree: clean === "1" ? tree : null,
      conflicts: paths.split("\0").filter((path) => path !== ""),
    }),
  );
}

interface Row {
  readonly path: string;
  /** Path that it had before; null: the same. */
  readonly from: string | null;
  /** Mode and name of the object; null: it is gone. */
  readonly now: string | null;
}

function readDiffs(said: string): readonly (readonly Row[])[] {
  return said
    .split(/[0-9a-f]{40} [0-9a-f]{40}\n/)
    .slice(1)
    .map((rows) =>
      [...rows.matchAll(/:\d+ (\d+) \w+ (\w+) ([A-Z])\d*\0([^\0]+)\0(?:([^:\0][^\0]*)\0)?/g)].map(
        ([, mode = "", object = "", letter, first = "", second]): Row => ({
          path: second ?? first,
          from: second === undefined ? null : first,
          now: letter === "D" ? null : `${mode} ${object}`,
        }),
      ),
    );
}

function differenceOf(rows: readonly Row[]): Difference {
  return new Map(
    rows.flatMap(({ path, from, now }): [string, string | null][] => [
      ...(from === null ? [] : [[from, null] as [string, null]]),
      [path, now],
    ]),
  );
}

/** As `Difference` has it. */
export function nameObject({ mode, content }: Entry): string {
  if (mode === "160000") return `${mode} ${content}`;
  const header = `blob ${Buffer.byteLength(content)}\0`;
  return `${mode} ${createHash("sha1")
    .update(header + content)
    .digest("hex")}`;
}

/** The tree of the branch with the difference in it. By path; objects named as in `Difference`. */
export function patch(tree: Tree, difference: Difference): ReadonlyMap<string, string> {
  const whole = new Map([...tree].map(([path, entry]) => [path, nameObject(entry)]));
  for (const [path, now] of difference) {
    if (now === null) whole.delete(path);
    else whole.set(path, now);
  }
  return whole;
}
