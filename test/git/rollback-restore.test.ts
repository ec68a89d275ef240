import { mkdtemp, rm } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { sample } from "fast-check";
import { restoreBranch, restoreCommands } from "../../src/core/rollback/restore-commands.ts";
import type { Restore } from "../../src/core/rollback/rollback.ts";
import { useFolder } from "../support/local-repository.ts";
import { run } from "../support/run.ts";
import { filesAt, writeDown } from "./restore/commits.ts";
import { history, nameOf, restoreTree, START, treeOf, WHOLE } from "./restore/drawn-history.ts";
import type { Change, Files, History, Part, Tree, Unit } from "./restore/drawn-history.ts";
import { examine, nameObject, patch } from "./restore/examine.ts";
import type { End, Outcome, Question } from "./restore/examine.ts";
import { explain } from "./restore/explain.ts";
import type { Explanation } from "./restore/explain.ts";

/**
 * How a release is taken back: a commit on it whose tree is that of the tag before, merged into the
 * branch. Real git says over drawn histories what that comes to, and what `git revert` of each commit
 * comes to.
 */

const folder = useFolder();

/** `SMALLBATCH_RESTORE_RUNS=1000 … test/git/rollback-restore.test.ts` for more of them. */
const RUNS = Number(process.env["SMALLBATCH_RESTORE_RUNS"] ?? 40);
const SEED = Number(process.env["SMALLBATCH_RESTORE_SEED"] ?? 4);
const RUNS_MS_MAX = 60_000 + RUNS * 1_000;
/** So many of the histories are also taken back by the commands for people, and so many of a part. */
const BY_HAND_MAX = 3;

const isPart = ({ path, others }: Part): boolean => path !== null || others.length > 0;

interface Case extends Question {
  readonly before: Tree;
  readonly bad: Tree;
  /** Of the branch as it stands. */
  readonly now: Tree;
  readonly steps: readonly Files[];
  readonly later: Files;
  readonly restores: Restore;
}

function caseOf(drawn: History): Case {
  const written = writeDown(drawn);
  const steps = written.steps.map((step) => filesAt(written, step));
  const [before, bad] = [steps.at(0), steps.at(-1)].map((files) => treeOf(files ?? new Map()));
  const later = filesAt(written, written.main);
  if (before === undefined || bad === undefined) throw new Error("A batch has two ends");
  const restores = { before: "", ...drawn.part };
  const restore = restoreTree(before, bad, restores);
  return { written, restore, before, bad, now: treeOf(later), steps, later, restores };
}

async function inFolder<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
  const own = await mkdtemp(folder.path("h"));
  try {
    return await work(own);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Equal where the two maps are. */
function sort(map: ReadonlyMap<string, unknown> | null): string {
  return JSON.stringify([...(map ?? [])].map((row) => JSON.stringify(row)).toSorted(byText));
}

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

const nameAt = (tree: Tree, path: string): string | null => {
  const entry = tree.get(path);
  return entry === undefined ? null : nameObject(entry);
};

/** Paths where the two trees have another entry. */
function listChanged(one: Tree, other: Tree): readonly string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => nameAt(one, path) !== nameAt(other, path));
}

/** Files about which the merge and the reverts disagree; of a revert that stops, those it stops at. */
function listDisagreements({ merged, reverted }: Outcome): readonly string[] {
  const conflicts = merged.conflicts.map(nameOf);
  if (reverted.difference === null) {
    return reverted.conflicts.map(nameOf).filter((file) => !conflicts.includes(file));
  }
  if (merged.difference === null) return conflicts;
  const [one, other] = [merged.difference, reverted.difference];
  const paths = [...new Set([...one.keys(), ...other.keys()])];
  return [...new Set(paths.filter((each) => one.get(each) !== other.get(each)).map(nameOf))];
}

class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, this.of(what) + 1);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  toString(): string {
    return [...this.#counts].map(([what, count]) => `${count} ${what}`).join(", ");
  }
}

/** What is not as promised. */
function judge(asked: Case, outcome: Outcome, tally: Tally): readonly string[] {
  const { written, restore, bad, now, restores, steps, later } = asked;
  const { merged, reverted, renamed } = outcome;
  const wrong: string[] = [];
  tally.add("histories");
  if (written.main === written.steps.at(-1)) {
    tally.add("without later work");
    const got = merged.difference === null ? null : patch(now, merged.difference);
    if (got === null || sort(got) !== sort(patch(restore, new Map()))) wrong.push("another tree");
  }
  if (merged.difference === null) tally.add("in conflict");
  const own = listChanged(restore, bad);
  const mine = [...own, ...own.flatMap((name) => renamed.get(name) ?? [])];
  const outside = [...(merged.difference?.keys() ?? [])].filter((name) => !mine.includes(name));
  wrong.push(...outside.map((name) => `${name} is outside of it`));
  if (isPart(restores)) {
    // There is nothing to compare it with: a revert takes all of a commit back.
    tally.add("of a part");
    return wrong;
  }
  const unlike = listDisagreements(outcome);
  if (written.steps.length === 2) {
    tally.add("of one commit");
    const isSame =
      merged.difference === null || sort(merged.difference) === sort(reverted.difference);
    if (!isSame || unlike.length > 0) wrong.push("not as git revert");
  }
  if (unlike.length > 0) tally.add("unlike git revert");
  for (const file of unlike) {
    const why = explain(file, steps, later);
    tally.add(why ?? "unexplained");
    if (why === null) wrong.push(`${file} is not as git revert makes it, and nobody knows why`);
  }
  return wrong;
}

/** The commands that the issue tells people, on real tags: they make the very tree. */
async function restoreByHand(repository: string, cases: readonly Case[]): Promise<void> {
  const clone = `${repository}-clone`;
  await run("git", ["clone", "--quiet", repository, clone], { cwd: folder.path("") });
  const env = {
    GIT_AUTHOR_NAME: "Mona",
    GIT_AUTHOR_EMAIL: "mona@example.com",
    GIT_COMMITTER_NAME: "Mona",
    GIT_COMMITTER_EMAIL: "mona@example.com",
  };
  // Where the batch took itself back, there is nothing to commit.
  const some = [...cases.entries()].filter(([, { restore, bad }]) => {
    return listChanged(restore, bad).length > 0;
  });
  const [ofPart, whole] = [true, false].map((isOfPart) =>
    some.filter(([, { restores }]) => isPart(restores) === isOfPart).slice(0, BY_HAND_MAX),
  );
  const rows = [...(ofPart ?? []), ...(whole ?? [])].flatMap(([at, { restores }]) => {
    const bad = `h${at}/bad`;
    const pushed = `origin/${restoreBranch(bad)}`;
    return [
      ...restoreCommands(bad, { ...restores, before: `h${at}/before` }),
      `git diff --exit-code origin/h${at}/restore ${pushed}`,
      `git diff --exit-code ${bad} ${pushed}^`,
    ];
  });
  await run("sh", ["-ec", rows.join("\n")], { cwd: clone, env });
  await rm(clone, { recursive: true, force: true });
}

const set = (value: number): Change => ({ kind: "line", file: "a.txt", line: 4, value });
const push = (change: Change): Unit => ({ by: "push", changes: [change] });
const insert = (line: number, value: number): Change => ({ kind: "insert", line, value });
const folderMoves: Change = { kind: "folder" };
const goes: Change = { kind: "toggle", file: "web/e.txt" };

/** Why; what the batch did, a commit each, and later work; what both come to. */
const UNLIKE: readonly (readonly [
  Explanation,
  readonly Change[],
  readonly Change[],
  string,
  string,
])[] = [
  // Later work wrote that line, and it is not for a rollback of others' to take it back.
  ["went back", [set(1), set(0)], [set(2)], "nothing", "conflict"],
  ["went back", [set(1), set(0)], [set(1)], "nothing", "changes"],
  // Nothing is left to be undone; the last commit of the batch cannot be undone by itself.
  ["taken back", [set(1), set(2)], [set(0)], "nothing", "conflict"],
  // Whether what is left of the batch is meant, a person has to say.
  ["half way", [set(1), set(2)], [set(1)], "conflict", "changes"],
  ["moved", [folderMoves, goes], [folderMoves], "changes", "conflict"],
  // The same lines, one of them in another of their places.
  ["alike", [insert(8, 1), insert(0, 2)], [insert(3, 1)], "changes", "changes"],
];

function tell({ difference }: End): string {
  return difference === null ? "conflict" : difference.size === 0 ? "nothing" : "changes";
}

describe("a release that is taken back", () => {
  it(
    "has exactly its batch undone, whatever came later; where git revert differs, it is known why",
    async () => {
      const tally = new Tally();
      const drawn = sample(history, { numRuns: RUNS, seed: SEED });
      const cases = drawn.map(caseOf);
      await inFolder(async (repository) => {
        const outcomes = await examine(repository, cases);
        const wrong = outcomes.flatMap((outcome, at) => {
          const [asked, text] = [cases[at], JSON.stringify(drawn[at])];
          return asked === undefined
            ? []
            : judge(asked, outcome, tally).map((what) => `${what}: ${text}`);
        });
        expect(wrong).toEqual([]);
        await restoreByHand(repository, cases);
      });
      process.stdout.write(`Taking back: ${String(tally)}.\n`);
      for (const what of ["without later work", "of one commit", "of a part", "in conflict"]) {
        expect([what, tally.of(what)]).not.toEqual([what, 0]);
      }
    },
    RUNS_MS_MAX,
  );

  it("differs from git revert where later work met a state that the batch only went through", async () => {
    const cases = UNLIKE.map(([, batch, later]) =>
      caseOf({ batches: [batch.map(push)], later: later.map(push), bad: 0, part: WHOLE }),
    );
    const outcomes = await inFolder((repository) => examine(repository, cases));
    const told = outcomes.map((outcome, at) => {
      const { steps = [], later = START } = cases[at] ?? {};
      const [file = ""] = listDisagreements(outcome);
      return [explain(file, steps, later), tell(outcome.merged), tell(outcome.reverted)];
    });
    expect(told).toEqual(UNLIKE.map(([why, , , restored, reverted]) => [why, restored, reverted]));
  });
});
