import { describe, expect, it } from "@jest/globals";
import type { DraftUnit } from "../../src/core/evidence/unit-draft.ts";
import { readSources } from "../../src/github/note-sources.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { lineState } from "../support/states.ts";
import { useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench();

function stateOf({ ref }: Subject) {
  const { repository } = lineState();
  return lineState({ repository: { ...repository, ...ref } });
}

function unitOf(change: Partial<DraftUnit>): DraftUnit {
  const texts = {
    title: "fix: close",
    body: "It was slow.",
    labels: ["bug"],
    commits: ["fix: close"],
  };
  return {
    unit: "#1",
    pull: 1,
    ...texts,
    sha: "a".repeat(40),
    isBreaking: ["its title"],
    ...change,
  };
}

async function openPull(subject: Subject, branch: string, files: Record<string, string | null>) {
  const sha = await commitFiles(bench.github.github, subject.repository, {
    branch,
    message: branch,
    files,
    parents: [await subject.head()],
  });
  const asked = { title: branch, head: branch, base: "main" };
  const { number } = (await subject.rest("POST", "/pulls", asked)) as { number: number };
  return unitOf({ unit: `#${number}`, pull: number, sha });
}

const LONG = Array.from({ length: 30 }, (_, at) => `line ${at * at}\n`).join("");

describe("what notes are drafted from", () => {
  it("is what the look has read, and the diffs of a pull, open and merged", async () => {
    const subject = await bench.open();
    await subject.commit("Start", { "old.txt": LONG, "a.txt": "one\n" });
    const unit = await openPull(subject, "fix", {
      "old.txt": null,
      "new.txt": LONG,
      "a.txt": "two\n",
    });
    const { sha: _, isBreaking: _no, ...texts } = unit;
    let [source] = await readSources(bench.client(), stateOf(subject), [], "diffs");
    const requests = await subject.requestsOf(async () => {
      [source] = await readSources(bench.client(), stateOf(subject), [unit], "diffs");
    });
    expect(requests).toHaveLength(1);
    expect(source).toEqual({
      ...texts,
      isTruncated: false,
      files: [
        {
          path: "a.txt",
          previousPath: null,
          additions: 1,
          deletions: 1,
          patch: "@@ -1 +1 @@\n-one\n+two",
        },
        { path: "new.txt", previousPath: "old.txt", additions: 0, deletions: 0, patch: null },
      ],
    });
    await subject.rest("PUT", `/pulls/${unit.pull}/merge`, { merge_method: "squash" });
    expect(await readSources(bench.client(), stateOf(subject), [unit], "diffs")).toEqual([source]);
  });

  it("is read without a request where only titles are sent", async () => {
    const subject = await bench.open();
    const { sha: _, isBreaking: _no, ...texts } = unitOf({});
    const requests = await subject.requestsOf(async () => {
      const read = await readSources(bench.client(), stateOf(subject), [unitOf({})], "titles");
      expect(read).toEqual([{ ...texts, files: [], isTruncated: false }]);
    });
    expect(requests).toEqual([]);
  });

  it("has the files of a push, and none of what is gone", async () => {
    const subject = await bench.open();
    await subject.commit("Push", { "b.txt": "b\n" });
    const sha = await subject.head();
    const units = [
      unitOf({ unit: sha.slice(0, 7), pull: null, sha }),
      unitOf({ unit: "#404", pull: 404 }),
    ];
    const [pushed, gone] = await readSources(bench.client(), stateOf(subject), units, "diffs");
    expect(pushed?.files.map(({ path, patch }) => [path, patch])).toEqual([
      ["b.txt", "@@ -0,0 +1 @@\n+b"],
    ]);
    expect(pushed?.isTruncated).toBe(false);
    expect(gone).toMatchObject({ files: [], isTruncated: true });
  });

  it("is read to 300 files", async () => {
    const subject = await bench.open();
    const names = Array.from({ length: 301 }, (_, at) => [`many/${at}.txt`, `${at}\n`] as const);
    const unit = await openPull(subject, "many", Object.fromEntries(names));
    const [source] = await readSources(bench.client(), stateOf(subject), [unit], "diffs");
    expect(source?.files).toHaveLength(300);
    expect(source?.isTruncated).toBe(true);
  });
});
