import { describe, expect, it } from "@jest/globals";
import { pathsOf } from "../../src/core/changes.ts";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import { beginLook } from "../../src/github/look.ts";
import type { Look } from "../../src/github/look.ts";
import { FileMemory, readCommitFiles, readPullFiles } from "../../src/github/pull-files.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench();

function lookAt(subject: Subject): Look {
  const { id, owner, name } = subject.ref;
  const line = { repositoryId: id, branch: "main", component: "", channel: "stable" };
  const { now } = bench.time;
  const client = bench.client();
  return beginLook({ client, owner, name, line, memory: EMPTY_MEMORY, now, root: null });
}

/** A merged pull with these files; null takes one away. */
async function mergeFiles(
  subject: Subject,
  branch: string,
  files: Readonly<Record<string, string | null>>,
): Promise<{ number: number; sha: string }> {
  await commitFiles(bench.github.github, subject.repository, {
    branch,
    message: branch,
    files,
    parents: [await subject.head()],
  });
  const opened = await subject.rest("POST", "/pulls", {
    title: branch,
    head: branch,
    base: "main",
  });
  const { number } = opened as { number: number };
  const merge = { merge_method: "squash" };
  const merged = (await subject.rest("PUT", `/pulls/${number}/merge`, merge)) as { sha: string };
  return { number, sha: merged.sha };
}

function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`many/${at}.txt`, `${at}`]));
}

/** Unlike any other text of this kind, so that git finds no move. */
const LONG = Array.from({ length: 30 }, (_, at) => `line ${at * at}\n`).join("");

describe("files of pulls", () => {
  it("are read of several pulls in one request, and never again", async () => {
    const subject = await bench.open();
    const one = await mergeFiles(subject, "one", { "src/a.js": "a", "infra/main.tf": "b" });
    const two = await mergeFiles(subject, "two", { "src/a.js": null });
    const memory = new FileMemory();
    const look = lookAt(subject);
    let found = await readPullFiles(look, [], memory);
    const first = await subject.requestsOf(async () => {
      found = await readPullFiles(look, [one, two], memory);
    });
    expect(first).toEqual(["POST /graphql"]);
    expect([...found]).toEqual([
      [
        one.number,
        {
          files: [
            { path: "infra/main.tf", previousPath: null },
            { path: "src/a.js", previousPath: null },
          ],
          isComplete: true,
        },
      ],
      [two.number, { files: [{ path: "src/a.js", previousPath: null }], isComplete: true }],
    ]);
    expect(await subject.requestsOf(() => readPullFiles(look, [two, one], memory))).toEqual([]);
  });

  it("count with both names where a file was moved", async () => {
    const subject = await bench.open();
    await subject.commit("Start", { "infra/network.tf": LONG });
    const moved = await mergeFiles(subject, "moved", {
      "infra/network.tf": null,
      "attic/network.tf": LONG,
    });
    const found = await readPullFiles(lookAt(subject), [moved], new FileMemory());
    const list = found.get(moved.number);
    expect(list).toEqual({
      files: [{ path: "attic/network.tf", previousPath: "infra/network.tf" }],
      isComplete: true,
    });
    expect(list && pathsOf(list)).toEqual(["attic/network.tf", "infra/network.tf"]);
  });

  it("are read page by page to the end", async () => {
    const subject = await bench.open();
    const big = await mergeFiles(subject, "big", manyFiles(250));
    const small = await mergeFiles(subject, "small", { "one.txt": "1" });
    let found = await readPullFiles(lookAt(subject), [], new FileMemory());
    const requests = await subject.requestsOf(async () => {
      found = await readPullFiles(lookAt(subject), [big, small], new FileMemory());
    });
    expect(requests).toHaveLength(3);
    expect(found.get(big.number)?.files).toHaveLength(250);
    expect(found.get(big.number)?.isComplete).toBe(true);
    expect(found.get(small.number)?.files).toHaveLength(1);
  });

  it("are not known to the end where there are more than 3,000", async () => {
    const subject = await bench.open();
    const huge = await mergeFiles(subject, "huge", manyFiles(3_101));
    const list = (await readPullFiles(lookAt(subject), [huge], new FileMemory())).get(huge.number);
    expect(list?.isComplete).toBe(false);
    expect(list?.files).toHaveLength(3_000);
  });

  it("are not known of a pull that is gone", async () => {
    const subject = await bench.open();
    const gone = { number: 404, sha: await subject.head() };
    const found = await readPullFiles(lookAt(subject), [gone], new FileMemory());
    expect([...found]).toEqual([[404, { files: [], isComplete: false }]]);
  });
});

describe("files of a commit without a pull", () => {
  it("are read with their earlier names, once", async () => {
    const subject = await bench.open();
    await subject.commit("Start", { "infra/network.tf": LONG });
    const sha = await subject.commit("Move", {
      "infra/network.tf": null,
      "attic/network.tf": LONG,
      "new.txt": "new",
    });
    const memory = new FileMemory();
    const found = await readCommitFiles(lookAt(subject), [sha], memory);
    expect(found.get(sha)).toEqual({
      files: [
        { path: "attic/network.tf", previousPath: "infra/network.tf" },
        { path: "new.txt", previousPath: null },
      ],
      isComplete: true,
    });
    expect(await subject.requestsOf(() => readCommitFiles(lookAt(subject), [sha], memory))).toEqual(
      [],
    );
  });

  it("are read page by page, and those of a merge against its first parent", async () => {
    const subject = await bench.open();
    const start = await subject.head();
    await subject.commit("Many", manyFiles(650));
    const { repository } = subject;
    const side = await commitFiles(bench.github.github, repository, {
      branch: "side",
      message: "Side",
      files: { "side.txt": "side" },
      parents: [start],
    });
    const head = await subject.head();
    const merge = await commitFiles(bench.github.github, repository, {
      branch: "main",
      message: "Merge side",
      files: { "side.txt": "side" },
      parents: [head, side],
    });
    const found = await readCommitFiles(lookAt(subject), [head, merge], new FileMemory());
    expect(found.get(head)?.files).toHaveLength(650);
    expect(found.get(merge)).toEqual({
      files: [{ path: "side.txt", previousPath: null }],
      isComplete: true,
    });
  });
});

describe("the memory of files", () => {
  it("forgets the oldest lists where there are too many paths", () => {
    const memory = new FileMemory();
    const files = Array.from({ length: 3_000 }, (_, at) => ({
      path: `${at}`,
      previousPath: null,
    }));
    for (let list = 0; list < 40; list += 1) memory.set(`${list}`, { files, isComplete: true });
    expect(memory.get("0")).toBeUndefined();
    expect(memory.get("39")?.files).toHaveLength(3_000);
    const kept = Array.from({ length: 40 }, (_, list) => memory.get(`${list}`)).filter(Boolean);
    expect(kept).toHaveLength(16);
  });
});
