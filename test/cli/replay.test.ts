import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { renderPage } from "../../src/cli/replay/page.ts";
import { openProgress } from "../../src/cli/replay/progress.ts";
import { readLocal } from "../../src/cli/replay/read.ts";
import type { ReplayAsked } from "../../src/cli/replay/read.ts";
import { judgeLocal } from "../../src/cli/replay/run.ts";
import { renderReport } from "../../src/cli/replay/text.ts";
import { runCommand } from "../support/command.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();

/** A team that squashes; its v1.1.1 should have been a minor one, and its v1.2.0 is no breaking one. */
const SQUASHES: readonly Written[] = [
  { message: "Begin" },
  { message: "feat: first (#1)", tags: ["v1.0.0"], hour: 2 },
  { message: "fix: a (#2)", hour: 10 },
  { message: "docs: b (#3)", hour: 11 },
  { message: "chore(main): release 1.0.1 (#4)", annotated: "v1.0.1", hour: 30 },
  { message: "feat: c (#5)", hour: 50, tags: ["v1.1.0", "pkg-v4.0.0"] },
  { message: 'feat: <b>d</b> & "e" (#6)', hour: 52, tags: ["v1.1.1"] },
  { message: "feat!: f (#7)", hour: 60 },
  { message: "fix: g (#8)", hour: 62, tags: ["v2.0.0"] },
  { message: "fix: h (#9)", hour: 70 },
];

function instantOf(hour: number): string {
  return new Date(Date.UTC(2026, 2, 2, 12 + hour)).toISOString();
}

beforeAll(async () => {
  await writeRepository(folder.path("squashes.git"), SQUASHES);
});

async function replay(name: string, ...args: string[]) {
  return runCommand(["replay", "--repo", folder.path(name), ...args]);
}

/** What `--json` would say, without how long it took. */
async function report(name: string, change: Partial<ReplayAsked> = {}) {
  const { elapsedMs, ...rest } = (await replayInside(name, change)).report;
  expect(elapsedMs).toEqual({ read: expect.any(Number), plan: expect.any(Number) });
  return rest;
}

async function replayInside(name: string, change: Partial<ReplayAsked> = {}) {
  const asked = { branch: null, from: null, to: null, policy: null, component: "", ...change };
  const nobody = openProgress({ write: () => true }, () => 0);
  const whole = { folder: folder.path(name), ...asked };
  return judgeLocal(whole, await readLocal(whole, nobody), nobody);
}

describe("smallbatch replay", () => {
  it("compares its versions with the tags, and its policies with what happened", async () => {
    const { code, stdout, stderr } = await replay("squashes.git", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const sha = expect.stringMatching(/^[0-9a-f]{40}$/);
    const release = (version: string, level: string, hour: number, pulls: number[]) => ({
      version,
      level,
      sha,
      at: instantOf(hour),
      pulls,
      commits: pulls.length,
    });
    expect(JSON.parse(stdout)).toEqual({
      repository: "squashes.git",
      branch: "main",
      component: "",
      from: "v1.0.0",
      head: sha,
      commits: 10,
      pulls: 9,
      tags: 5,
      agreement: {
        compared: 4,
        agreed: 3,
        ratio: 0.75,
        disagreements: [
          {
            tag: "v1.1.1",
            previous: "v1.1.0",
            actual: "1.1.1",
            chosen: "1.2.0",
            difference: "less",
            why: 'minor by its title: #6 “feat: <b>d</b> & "e"”',
          },
        ],
      },
      releases: [
        release("1.0.1", "patch", 10, [2]),
        release("1.1.0", "minor", 50, [3, 5]),
        release("1.2.0", "minor", 52, [6]),
        release("2.0.0", "major", 62, [7, 8]),
        release("2.0.1", "patch", 70, [9]),
      ],
      waiting: { actualHoursP50: 2, policyHoursP50: 0 },
      actual: {
        releases: 4,
        byPerson: null,
        changesPerReleaseP50: 1,
        changesPerReleaseMax: 2,
        waitHoursP50: 2,
        waitHoursP90: 20,
        unreleased: 1,
      },
      policies: [
        expect.objectContaining({ name: "auto: patch", releases: 5, byPerson: 3 }),
        expect.objectContaining({ name: "auto: minor", releases: 5, byPerson: 1, unreleased: 0 }),
      ],
      elapsedMs: { read: expect.any(Number), plan: expect.any(Number) },
    });
  });

  it("says it in words within 80 columns", async () => {
    const { code, stdout, stderr } = await replay("squashes.git");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const said of [
      "10 commits, 9 pulls, 5 version tags",
      "75.00 %  3 of 4 releases would have had the same version",
      "differing: 1 went less far",
      "v1.1.0 -> v1.1.1, chosen 1.2.0",
      "minor by its title: #6",
      "in reality",
      "A local history has no checks: every merge counts as green",
    ]) {
      expect(stdout).toContain(said);
    }
  });

  it("begins and ends where it is told", async () => {
    expect(await report("squashes.git", { from: "v1.1.0", to: "v2.0.0" })).toMatchObject({
      from: "v1.1.0",
      commits: 3,
      pulls: 3,
      tags: 2,
      agreement: { compared: 2, agreed: 1 },
      releases: [{ version: "1.2.0" }, { version: "2.0.0" }],
      waiting: { actualHoursP50: 0 },
    });
    expect(await report("squashes.git", { branch: "v1.0.1" })).toMatchObject({
      tags: 2,
      agreement: { compared: 1, agreed: 1, ratio: 1, disagreements: [] },
    });
  });

  it("replays a policy beside the usual ones, and reads tags of its form", async () => {
    const file = folder.path("policy.yml");
    await writeFile(file, "version: 1\nauto: major\ntag: pkg-v{version}\n");
    const { stdout } = await replay("squashes.git", "--json", "--policy", file);
    expect(JSON.parse(stdout)).toMatchObject({
      from: "pkg-v4.0.0",
      tags: 1,
      agreement: { compared: 0, agreed: 0, ratio: null, disagreements: [] },
      releases: [
        { version: "4.1.0" },
        { version: "5.0.0" },
        { version: "5.0.1" },
        { version: "5.0.2" },
      ],
      waiting: { actualHoursP50: null, policyHoursP50: 0 },
      policies: [{ name: "auto: patch" }, { name: "auto: minor" }, { name: "policy.yml" }],
    });
  });

  it("reads other habits: merge commits, rebases, reverts, prereleases, no tags at all", async () => {
    await writeRepository(folder.path("merges.git"), [
      { message: "Begin", tags: ["1.0.0"] },
      { message: "wip", on: "a" },
      { message: "wip 2", on: "a" },
      { message: "Merge pull request #4 from mona/a\n\nfeat: a\n", merges: "a" },
      { message: "fix: pushed", tags: ["1.1.0"] },
      { message: "feat: b", on: "b", from: "main" },
      { message: "fix: meanwhile" },
      { message: "Merge branch 'b'", merges: "b", tags: ["2.0.0-rc.1"] },
      { message: "fix: rc", tags: ["2.0.0-rc.2"] },
    ]);
    expect(await report("merges.git")).toMatchObject({
      commits: 9,
      pulls: 1,
      tags: 4,
      agreement: { compared: 2, agreed: 2 },
      releases: [
        { version: "1.1.0", pulls: [4], commits: 3 },
        { version: "1.1.1", pulls: [], commits: 1 },
        { version: "1.1.2" },
        { version: "1.2.0", commits: 2 },
        { version: "1.2.1" },
      ],
    });
    await writeRepository(folder.path("bare.git"), [{ message: "feat: a" }]);
    expect(await report("bare.git")).toMatchObject({
      from: null,
      tags: 0,
      agreement: { ratio: null },
      releases: [{ version: "0.1.0", level: "minor" }],
    });
  });

  it("reads one component by its tags and its path, and the rest as the whole repository", async () => {
    await writeRepository(folder.path("parts.git"), [
      {
        message: "Begin",
        files: { "a/x": "1", "b/x": "1", y: "1" },
        tags: ["a-v1.0.0", "b@2.0.0"],
      },
      { message: "feat: for a (#1)", files: { "a/x": "2" }, tags: ["v1.0.0"] },
      { message: "fix: for b (#2)", files: { "b/x": "2" }, tags: ["b@2.0.1"] },
      { message: "feat: for both (#3)", files: { "a/x": "3", "b/x": "3" }, tags: ["a-v1.1.0"] },
      { message: "wip", on: "side", files: { "b/z": "1" } },
      {
        message: "Merge pull request #4 from m/s\n\nfeat!: b\n",
        merges: "side",
        files: { "b/z": "1" },
      },
      { message: "fix: for none (#5)", files: { y: "2" }, tags: ["v1.0.1", "b@3.0.0"] },
    ]);
    const file = folder.path("parts.yml");
    const text = "version: 1\ncomponents:\n  - { name: a, path: a }\n";
    await writeFile(file, `${text}  - { name: b, path: b, tag: "b@{version}" }\n`);
    const asked = ["--json", "--policy", file];
    const read = async (...args: string[]) =>
      JSON.parse((await replay("parts.git", ...asked, ...args)).stdout) as unknown;
    expect(await read("--component", "a")).toMatchObject({
      component: "a",
      tags: 2,
      agreement: { compared: 1, agreed: 1 },
      releases: [
        { version: "1.1.0", pulls: [1] },
        { version: "1.2.0", pulls: [3] },
      ],
    });
    expect(await read("--component", "b")).toMatchObject({
      tags: 3,
      agreement: { compared: 2, agreed: 2 },
      releases: [
        { pulls: [2] },
        { version: "2.1.0", pulls: [3] },
        { version: "3.0.0", pulls: [4] },
      ],
    });
    expect(await read()).toMatchObject({
      component: "",
      tags: 2,
      agreement: { compared: 1, agreed: 1 },
      releases: [{ version: "1.0.1", pulls: [5] }],
    });
  });

  it("says always the same", async () => {
    expect(await report("squashes.git")).toEqual(await report("squashes.git"));
  });
});

describe("the page of smallbatch replay", () => {
  it("holds all it needs, runs nothing and shows hostile titles as they are", async () => {
    const hostile = `</style><script>alert(1)</script><img src=x onerror=alert(1)> "'`;
    await writeRepository(folder.path("hostile.git"), [
      { message: "Begin", tags: ["v1.0.0"] },
      { message: `feat: ${hostile} (#2)`, tags: ["v1.0.1", "v1.0.2-<b>"] },
      { message: `feat!: ${hostile}`, hour: 900, tags: ["v1.1.0"] },
    ]);
    const file = folder.path("page.html");
    expect(await replay("hostile.git", "--html", file)).toMatchObject({ code: 0, stderr: "" });
    const page = await readFile(file, "utf8");
    expect(page).toContain("&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toMatch(/<(?:script|img|link|iframe|object|base)|<[^>]*\son\w+=|https?:/i);
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page).toContain("prefers-color-scheme: dark");
    for (const part of ["Releases over time", "Changes in one release", "How long work waited"]) {
      expect(page).toContain(`<h3>${part}</h3>`);
    }
    expect(page).toContain("v1.0.0 → v1.0.1");
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).not.toContain("NaN");
  });

  it("is a page also where there is nothing to show", async () => {
    await writeRepository(folder.path("nothing.git"), [{ message: "docs: begin" }]);
    const replayed = await replayInside("nothing.git");
    expect(renderReport(replayed.report)).toContain("There is no version tag on this branch.");
    const page = await renderPage(replayed);
    expect(page).toContain("There is no version tag on this branch.");
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("the exit code of smallbatch replay", () => {
  it("is 1 below the agreement asked for, and 0 at it", async () => {
    expect(await replay("squashes.git", "--min-agreement", "0.76")).toMatchObject({ code: 1 });
    expect(await replay("squashes.git", "--min-agreement", "0.75")).toMatchObject({ code: 0 });
    const nothing = await replay("squashes.git", "--min-agreement", "1", "--branch", "v1.0.0");
    expect(nothing).toMatchObject({ code: 0 });
    expect(nothing.stderr).toContain("there was no tag to compare");
  });

  it.each([
    [["--min-agreement", "99"], "a number from 0 to 1"],
    [["--policy", "/nowhere/policy.yml"], "--policy: /nowhere/policy.yml cannot be read (ENOENT"],
    [["--component", "core"], "--component core: name a policy with --policy"],
    [["--html", "/nowhere/page.html"], "--html: /nowhere/page.html cannot be written (ENOENT"],
    [["--jsn"], "unknown option '--jsn'"],
  ])("is 2 with %j", async (args, message) => {
    const { code, stderr } = await replay("squashes.git", ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("is 2 with a wrong policy, which is shown by line and column", async () => {
    const file = folder.path("wrong.yml");
    await writeFile(file, "version: 1\nautoo: minor\n");
    const { code, stderr } = await replay("squashes.git", "--policy", file);
    expect(stderr).toContain(`${file}:2:1 unknown key "autoo"; did you mean "auto"?`);
    expect(code).toBe(2);
  });

  it.each([
    [["--branch", "nope"], "has no branch, tag or commit nope"],
    [["--from", "v9.9.9"], "--from v9.9.9 is no version tag on this branch: its newest are"],
  ])("is 3 with %j", async (args, message) => {
    const { code, stderr } = await replay("squashes.git", ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(3);
  });

  it("is 3 where there is no repository to read", async () => {
    await mkdir(folder.path("empty"));
    expect(await replay("empty")).toMatchObject({ code: 3, stdout: "" });
  });
});

it("smallbatch replay --help fits into a terminal and names its exit codes", async () => {
  const { code, stdout } = await runCommand(["replay", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("3 no usable");
  const widths = stdout.split("\n").map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});

describe("the progress of smallbatch replay", () => {
  it("is drawn on a terminal, not too often, and wiped away", () => {
    let now = 0;
    const written: string[] = [];
    const terminal = { isTTY: true, write: (text: string) => written.push(text) };
    const progress = openProgress(terminal, () => now);
    progress.reading(1_200);
    progress.reading(1_300);
    now = 100;
    progress.judging(1, 2);
    progress.end();
    expect(written).toEqual([
      "\r\u001B[Kreading  1,200 commits",
      `\r\u001B[Kjudging  [${"#".repeat(15)}${"-".repeat(15)}] 50 %`,
      "\r\u001B[K",
    ]);
  });

  it("is nothing in a pipe", () => {
    const written: string[] = [];
    const progress = openProgress({ write: (text: string) => written.push(text) }, () => 0);
    progress.reading(1);
    progress.judging(1, 2);
    progress.end();
    expect(written).toEqual([]);
  });
});

const ROOT = path.join(import.meta.dirname, "../..");
const shallow = spawnSync("git", ["-C", ROOT, "rev-parse", "--is-shallow-repository"]);
const describeWhole = shallow.stdout.toString().trim() === "false" ? describe : describe.skip;

describeWhole("this project's own history (skipped where it is not there whole)", () => {
  it("is replayed, and its tags agree", async () => {
    const args = ["replay", "--repo", ROOT, "--json", "--min-agreement", "0.99"];
    const { code, stdout } = await runCommand(args);
    expect(code).toBe(0);
    const own = JSON.parse(stdout) as { commits: number; releases: unknown[] };
    const count = await run("git", ["rev-list", "--count", "HEAD"], { cwd: ROOT });
    expect(own.commits).toBe(Number(count));
    expect(own.releases.length).toBeGreaterThan(0);
  });
});
