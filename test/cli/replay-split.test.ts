import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { SplitReport } from "../../src/cli/replay/split-report.ts";
import { runCommand } from "../support/command.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";

const folder = useFolder();

const HOUR = 3_600_000;
const DAYS = 130;
/** Day of the history on which the team begins to work in another way: 1 May 2026. */
const TURN = 60;

const CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>";

/**
 * A merge a day. Before the turn, work takes two days and is released every third day, 20 hours
 * after a merge; after it, six hours and two hours, with an agent in half of it.
 */
function writeDays(): Written[] {
  const history: Written[] = [
    { message: "Begin" },
    { message: "feat: all (#1)", tags: ["v1.0.0"] },
  ];
  for (let day = 2; day <= DAYS; day += 1) {
    const isAfter = day >= TURN;
    const number = day * 10;
    const hour = day * 24;
    history.push({
      message: `feat: part ${day} (#${number})${isAfter && day % 2 === 0 ? `\n\n${CLAUDE}` : ""}`,
      hour,
      authoredHour: hour - (isAfter ? 6 : 48),
      files: { [`src/${day}.ts`]: "line\n".repeat(isAfter ? 40 : 10) },
    });
    if (day === TURN + 4) {
      const message = `Revert "feat: part ${TURN + 2} (#${number - 20})" (#${number + 1})\n\nReverts #${number - 20}`;
      history.push({ message, hour: hour + 1, authoredHour: hour });
    }
    if (!isAfter && day % 3 !== 0) continue;
    const version = `1.${day}.0`;
    const at = hour + (isAfter ? 2 : 20);
    history.push({
      message: `chore(main): release ${version}`,
      hour: at,
      annotated: `v${version}`,
    });
  }
  return history;
}

/** A team that squashes with the button, and releases from branches. */
const BRANCHES: readonly Written[] = [
  { message: "Begin" },
  { message: "feat: a (#1)", hour: 200, tags: ["v0.1.0"] },
  { message: "feat: b (#2)", hour: 240 },
  { message: "chore: release 0.2.0", on: "release-0.2", hour: 264, annotated: "v0.2.0" },
  { message: "feat: c (#3)", hour: 288 },
  {
    message: "fix: a mend that only the branch has",
    on: "release-0.2",
    hour: 300,
    annotated: "v0.2.1",
  },
  { message: "feat: d (#4)", hour: 2_000 },
];

/** Nothing was ever released. */
const WAITING = Array.from({ length: 30 }, (_, at): Written => {
  return { message: `feat: part ${at} (#${at + 1})`, hour: at * 72 };
});

beforeAll(async () => {
  await writeRepository(folder.path("days.git"), writeDays());
  await writeRepository(folder.path("branches.git"), BRANCHES);
  await writeRepository(folder.path("waiting.git"), WAITING);
});

async function split(name: string, day: string, ...args: string[]) {
  return runCommand(["replay", "--repo", folder.path(name), "--split", day, ...args]);
}

async function read(name: string, day: string): Promise<SplitReport> {
  const { code, stdout, stderr } = await split(name, day, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as SplitReport;
}

describe("smallbatch replay --split", () => {
  it("compares 30, 60 and 90 days before and after, each number with its interval", async () => {
    const report = await read("days.git", "2026-05-01");
    expect(report.windows.map(({ days, numbers }) => [days, numbers.length > 0])).toEqual([
      [30, true],
      // The history begins on 2 March.
      [60, false],
      [90, false],
    ]);
    const numbers = new Map(report.windows[0]?.numbers.map((number) => [number.id, number]));
    const of = (id: Parameters<typeof numbers.get>[0]) => {
      const { before, after, change } = numbers.get(id) ?? {};
      return [before?.value, after?.value, change?.direction];
    };
    expect(of("capability")).toEqual([48 * HOUR, 6 * HOUR, "down"]);
    expect(of("release")).toEqual([44 * HOUR, 2 * HOUR, "down"]);
    expect(of("batchLines")).toEqual([30, 40, "up"]);
    expect(of("mergedPulls")).toEqual([30, 31, "unclear"]);
    expect(of("agentsShare")).toEqual([0, 15 / 31, "up"]);
    expect(of("revertedAfterReleaseOfAgents")).toEqual([null, 1 / 15, "unclear"]);
    expect(numbers.get("capability")?.before).toMatchObject({ n: 28, open: 0 });
    expect(report).toMatchObject({
      split: "2026-05-01",
      adoption: "2026-05",
      pulls: 131,
      pullsWithStart: 130,
      commitsWithoutPull: 1,
      tagsOfReleaseBranches: 0,
    });
    expect(report.agentsMonths.map(({ month, features }) => [month, features.n])).toContainEqual([
      "2026-05",
      16,
    ]);
    expect(report.warning).toContain("not why");
  });

  it("says in words what a history does not say", async () => {
    const { code, stdout } = await split("days.git", "2026-05-01");
    expect(code).toBe(0);
    expect(stdout).toMatch(/and not over 90\s+days on either side/);
    expect(stdout).toMatch(/Work start to merged +2 d \(28\) +6 h \(30\) {2}clearly down/);
    expect(stdout).toMatch(/Reviews are not in git/);
    expect(stdout).toMatch(/so this says that something changed, and not why\.\n$/);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it("reads tags of release branches, and leaves out the start of what was squashed", async () => {
    const report = await read("branches.git", "2026-04-05");
    expect(report).toMatchObject({
      pulls: 4,
      pullsWithStart: 0,
      tags: 3,
      tagsOfReleaseBranches: 2,
      tagsWithoutDate: 1,
      beginsAt: "2026-03-02T13:00:00.000Z",
      adoption: null,
    });
    const [thirty] = report.windows;
    const release = thirty?.numbers.find(({ id }) => id === "release");
    // What #1 brought with the first release is not measured. #2 is in v0.2.0; #3 came after the branch had left, and waits to this day.
    expect(release?.before).toMatchObject({ n: 2, open: 1, value: null });
    expect(thirty?.numbers.find(({ id }) => id === "capability")?.before.n).toBe(0);
  });

  it("tells apart what is not known and what has not come to its end", async () => {
    const { stdout } = await split("branches.git", "2026-04-05");
    expect(stdout).toMatch(/Work start to merged +– \(0\) +– \(0\)/);
    const waiting = await split("waiting.git", "2026-04-15");
    expect(waiting.stdout).toMatch(/Merged to usable +not yet \(10\)/);
    expect(waiting.stdout).toMatch(/0 stable version tags;.*\s.*Tags of another form than\s+v1/s);
  });

  it("writes one page that holds all it needs, in the look of the dashboard", async () => {
    const file = folder.path("split.html");
    const { code } = await split("days.git", "2026-05-01", "--html", file);
    const page = await readFile(file, "utf8");
    expect(code).toBe(0);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|src=|href=/);
    expect(page.match(/<svg\s+class="chart"/g)).toHaveLength(4);
    expect(page).toContain("30 days after");
    expect(page).toContain("Reviews are not in git");
    expect(page).toMatch(/prefers-color-scheme: dark[^]*@media print/);
  });

  it.each([
    [["1 May"], "--split 1 May: a day, e.g. 2026-06-01"],
    [["2026-13-01"], "--split 2026-13-01: a day"],
    [["2027-01-01"], "is not within the history: it goes from 2026-03-02 to 2026-07-10"],
    [["2026-05-01", "--sizes"], "--split and --sizes exclude each other"],
    [["2026-05-01", "--from", "v1.0.0"], "--split and --from exclude each other"],
  ])("refuses %j with a reason", async ([day = "", ...args], message) => {
    const { code, stderr } = await split("days.git", day, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
