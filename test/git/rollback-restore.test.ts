import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { restoreBranch, restoreCommands } from "../../src/core/rollback/restore-commands.ts";
import type { Restore } from "../../src/core/rollback/rollback.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

/**
 * The commands by which a release is taken back, run by a shell over drawn histories on real git:
 * each release is a batch of commits, and work may have followed the one that is taken back.
 */

const folder = useFolder();

/** `SMALLBATCH_RESTORE_RUNS=500 … test/git/rollback-restore.test.ts` for more of them. */
const RUNS = Number(process.env["SMALLBATCH_RESTORE_RUNS"] ?? 8);

const RUNS_MS_MAX = 30_000 + RUNS * 2_000;

const FILES = ["a.txt", "b.txt", "web/c.txt", "web/d.txt"] as const;
const LINES = 9;

/** What one commit does to one file: `line` 0 takes it away, or brings it back. */
const change = record({ file: constantFrom(...FILES), line: integer({ min: 0, max: LINES }) });
type Change = { readonly file: string; readonly line: number };
const batch = array(change, { minLength: 1, maxLength: 3 });

const history = record({
  batches: array(batch, { minLength: 1, maxLength: 4 }),
  later: array(change, { maxLength: 3 }),
  bad: integer({ min: 0, max: 3 }),
});

const fresh = (file: string): string[] =>
  Array.from({ length: LINES }, (_, at) => `${file} line ${at + 1}`);

function tagOf(nth: number): string {
  return `v0.${nth}.0`;
}

/** The first commit has all files and is v0.0.0; each batch ends in a tag. */
function writeDown(batches: readonly (readonly Change[])[], later: readonly Change[]): Written[] {
  const texts = new Map<string, string[] | null>(FILES.map((file) => [file, fresh(file)]));
  let count = 0;
  const commit = ({ file, line }: Change): Written => {
    count += 1;
    const lines = texts.get(file) ?? null;
    const next = lines === null || line === 0 ? (lines === null ? fresh(file) : null) : [...lines];
    if (next !== null && lines !== null) next[line - 1] = `${file} line ${line}, change ${count}`;
    texts.set(file, next);
    return { message: `Change ${count}`, files: { [file]: next === null ? null : join(next) } };
  };
  const first = Object.fromEntries(FILES.map((file) => [file, join(fresh(file))]));
  const released = batches.flatMap((changes, nth) =>
    changes.map((each, at) => {
      const isLast = at === changes.length - 1;
      return { ...commit(each), ...(isLast ? { tags: [tagOf(nth + 1)] } : {}) };
    }),
  );
  const start = { message: "Start", files: first, tags: [tagOf(0)] };
  return [start, ...released, ...later.map((each) => commit(each))];
}

const join = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

let clones = 0;

/** A clone in which the commands were run; `git` runs there. */
async function restore(written: readonly Written[], bad: string, question: Restore) {
  clones += 1;
  const [bare, clone] = [folder.path(`${clones}.git`), folder.path(`${clones}`)];
  await writeRepository(bare, written);
  await run("git", ["clone", "--quiet", bare, clone], { cwd: path.dirname(bare) });
  const env = {
    GIT_AUTHOR_NAME: "Mona",
    GIT_AUTHOR_EMAIL: "mona@example.com",
    GIT_COMMITTER_NAME: "Mona",
    GIT_COMMITTER_EMAIL: "mona@example.com",
  };
  const shell = async (command: string): Promise<string> =>
    (await run("sh", ["-ec", command], { cwd: clone, env })).trim();
  await shell(restoreCommands(bad, question).join("\n"));
  return shell;
}

/** The tree that a merge into `main` gives; null: it conflicts. */
async function merged(
  shell: (command: string) => Promise<string>,
  branch: string,
): Promise<string | null> {
  const said = await shell(`git merge-tree --write-tree origin/main ${branch} || echo conflict`);
  return said.includes("conflict") ? null : said.slice(0, 40);
}

/** The tree after each commit was reverted, the newest first; null: one conflicts. */
async function reverted(
  shell: (command: string) => Promise<string>,
  range: string,
): Promise<string | null> {
  const said = await shell(
    `git switch --quiet --detach origin/main
    git revert --no-commit ${range} >/dev/null 2>&1 && git write-tree || echo conflict`,
  );
  return said === "conflict" ? null : said;
}

describe("the commands that take a release back", () => {
  it(
    "undo exactly its batch: the tree before it, a revert, and nothing outside of it",
    async () => {
      const seen = { exact: 0, revert: 0, within: 0, conflict: 0, disagreements: 0 };
      const property = asyncProperty(history, async ({ batches, later, bad: drawn }) => {
        const nth = (drawn % batches.length) + 1;
        const [before, bad] = [tagOf(nth - 1), tagOf(nth)];
        const written = writeDown(batches, later);
        // Nothing to commit where the batch took itself back.
        const shell = await restore(written, bad, { before, path: null, others: [] }).catch(
          (error: unknown) => {
            if (String(error).includes("nothing to commit")) return null;
            throw error;
          },
        );
        if (shell === null) {
          const bare = { cwd: folder.path(`${clones}.git`) };
          await run("git", ["diff", "--quiet", before, bad], bare);
          return;
        }
        const branch = restoreBranch(bad);
        expect(await shell(`git rev-parse origin/${branch}^`)).toBe(
          await shell(`git rev-parse ${bad}`),
        );
        const tree = await merged(shell, branch);
        const isNewest = nth === batches.length && later.length === 0;
        if (isNewest) seen.exact += 1;
        expect(tree).toBe(isNewest ? await shell(`git rev-parse '${before}^{tree}'`) : tree);
        const sequential = await reverted(shell, `${before}..${bad}`);
        const isOne = batches[nth - 1]?.length === 1;
        if (isOne) seen.revert += 1;
        expect(tree).toBe(isOne ? sequential : tree);
        if (tree === null) {
          seen.conflict += 1;
          return;
        }
        seen.within += 1;
        if (tree !== sequential) seen.disagreements += 1;
        const own = (await shell(`git diff --name-only ${before} ${bad}`)).split("\n");
        const changed = await shell(`git diff --name-only origin/main ${tree}`);
        expect(own).toEqual(
          expect.arrayContaining(changed.split("\n").filter((name) => name !== "")),
        );
      });
      // A file that the release before took away, and this one brings back.
      const gone = { file: "a.txt" as const, line: 0 };
      await assert(property, {
        numRuns: RUNS,
        seed: 20_261_128,
        examples: [[{ batches: [[gone], [gone]], later: [], bad: 1 }]],
      });
      if (RUNS > 8) process.stdout.write(`${RUNS} histories: ${JSON.stringify(seen)}\n`);
      expect(seen.exact).toBeGreaterThan(0);
      expect(seen.revert).toBeGreaterThan(0);
      expect(seen.within).toBeGreaterThan(0);
    },
    RUNS_MS_MAX,
  );

  it("touch nothing but the paths of a component, also where it brought all of them", async () => {
    const written: Written[] = [
      { message: "Nothing but words", files: { "README.md": "0\n" }, tags: ["v0.9.0"] },
      {
        message: "Start",
        files: { "README.md": "1\n", "web/admin/a.js": "1\n" },
        tags: ["v1.0.0"],
      },
      {
        message: "Web and its admin",
        files: { "web/x.js": "1\n", "web/admin/a.js": "2\n", "README.md": "2\n" },
        tags: ["v1.0.1"],
      },
    ];
    const web = { before: "v1.0.0", path: "web", others: ["web/admin"] };
    const part = await restore(written, "v1.0.1", web);
    expect(await part("git diff --name-status v1.0.1 HEAD")).toBe("D\tweb/x.js");
    const whole = { before: "v1.0.0", path: null, others: ["web"] };
    const root = await restore(written, "v1.0.1", whole);
    expect(await root("git diff --name-status v1.0.1 HEAD")).toBe("M\tREADME.md");
    const all = await restore(written, "v1.0.1", { ...web, others: [] });
    expect(await all("git diff --name-only v1.0.1 HEAD")).toBe("web/admin/a.js\nweb/x.js");
    const first = { before: "v0.9.0", path: "web", others: [] };
    const gone = await restore(written, "v1.0.0", first);
    expect(await gone("git diff --name-status v1.0.0 HEAD")).toBe("D\tweb/admin/a.js");
  });
});
