import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readSince } from "../../src/cli/backfill.ts";
import { formatProgress, openBackfillView } from "../../src/cli/backfill/view.ts";
import { formatCsvRow, formatRows } from "../../src/cli/export/format.ts";
import type { ReadingProgress } from "../../src/reconcile/clocks.ts";
import { runCommand } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf } from "../support/deliveries.ts";
import { useWatchedExample } from "../support/example.ts";

const example = useWatchedExample();
const test = useDatabase();
let folder = "";

const NOW = Date.UTC(2026, 10, 28, 12);
const env = () => ({ ...example.app(), DATABASE_URL: test.url });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "records-"));
  const { address, local } = example.running;
  const [owner = "", name = ""] = address.repository.split("/");
  const id = local.github.findRepository(owner, name)?.repository.id ?? 0;
  const repository = { id, owner, name, nodeId: "R_1", isPrivate: false, defaultBranch: "main" };
  const installationId = address.installationId;
  await test.database.inbox.recordDelivery(deliveryOf("d-1", { repository, installationId }));
});

afterAll(() => rm(folder, { recursive: true }));

describe("smallbatch backfill", () => {
  it("reads all of it, tells each page as JSON, and says at the end what is on record", async () => {
    const { repository } = example.running.address;
    const json = await runCommand(["backfill", repository, "--json"], env());
    expect(json).toMatchObject({ code: 0, stderr: "" });
    const lines = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ event, part }) => part ?? event)).toEqual([
      "pulls",
      "releases",
      "issues",
      "deployments",
      "end",
    ]);
    expect(lines.at(-1)).toMatchObject({ how: "done", since: "2008-01-01T00:00:00.000Z" });
    const again = await runCommand(["backfill", repository, "--since", "2026-01-31"], env());
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(
      /^acme\/widgets: everything since 2026-01-31 is on record \(read /,
    );
  });

  it.each([
    [["acme/widgets", "--since", "yesterday"], "--since should be a date"],
    [["acme/widgets", "--since", "2999-01-01"], "in the future"],
    [["acme/gadgets"], "does not know acme/gadgets"],
    [["widgets"], "should look like acme/widgets"],
  ])("says what is wrong with %j", async (args, expected) => {
    const { code, stderr } = await runCommand(["backfill", ...args], env());
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });

  it("needs the database of a service", async () => {
    const { code, stderr } = await runCommand(["backfill", "acme/widgets"], example.app());
    expect(code).toBe(2);
    expect(stderr).toContain("set DATABASE_URL");
  });

  it("takes a day or a time, and all of the past without", () => {
    expect(readSince("2026-01-31", NOW)).toBe(Date.UTC(2026, 0, 31));
    expect(readSince("2026-01-31T12:00:00Z", NOW)).toBe(Date.UTC(2026, 0, 31, 12));
    expect(readSince(undefined, NOW)).toBe(Date.UTC(2008, 0, 1));
  });

  const page: ReadingProgress = {
    part: "pulls",
    done: 300,
    total: 1_000,
    reachedAt: NOW - 1_000,
    since: NOW - 100_000,
    requests: 12,
  };

  it("shows how far it is and how long it takes, in 80 columns", () => {
    const line = formatProgress(page, 60_000, NOW);
    expect(line).toBe("pulls    [######--------------]  30 %  300 read, about 2 min left");
    expect(line.length).toBeLessThanOrEqual(80);
    // The time that is wanted is reached before the list ends.
    expect(formatProgress({ ...page, reachedAt: NOW - 90_000 }, 9_000, NOW)).toContain(
      " 90 %  300 read, about 1 s left",
    );
    expect(formatProgress({ ...page, done: 0, total: 0, reachedAt: null }, 0, NOW)).toBe(
      "pulls    [####################] 100 %  0 read",
    );
  });

  it("redraws its line on a terminal, and leaves none behind", () => {
    const texts: string[] = [];
    const terminal = { isTTY: true, write: (text: string) => texts.push(text) };
    const shown = { isJson: false, title: "acme/widgets", now: () => NOW };
    const view = openBackfillView({ ...shown, out: terminal, err: terminal });
    view.page(page);
    view.wait(NOW + 60_000);
    view.end("interrupted", page.since);
    expect(texts.join("|")).toBe(
      [
        `\r\u001B[K${formatProgress(page, 0, NOW)}`,
        "\r\u001B[K",
        "GitHub's requests of this hour are left to releases: on at 12:01 UTC\n",
        "\r\u001B[K",
        "acme/widgets: interrupted (read 300 pulls); called again, it goes on\n",
      ].join("|"),
    );
  });
});

const textOf = async (rows: readonly Record<string, unknown>[]): Promise<string> => {
  const given = async function* () {
    yield* rows;
  };
  let all = "";
  for await (const part of formatRows("json", [], given())) all += part;
  return all;
};

describe("smallbatch export", () => {
  it("writes a file for each kind of row, as CSV or JSON", async () => {
    const { repository, installationId } = example.running.address;
    const out = path.join(folder, "csv");
    const csv = await runCommand(["export", repository, "--out", out, "--json"], env());
    expect(csv).toMatchObject({ code: 0, stderr: "" });
    const names = ["cards", "commits", "deployments", "facts", "feedback", "pulls", "releases"];
    expect((await readdir(out)).toSorted()).toEqual(names.map((name) => `${name}.csv`));
    const releases = (await readFile(path.join(out, "releases.csv"), "utf8")).split("\r\n");
    expect(releases[0]).toMatch(/^repository_id,installation_id,tag,seen_at,/);
    expect(releases.some((line) => line.includes(",v1.4.2,"))).toBe(true);
    const { files } = JSON.parse(csv.stdout) as { files: { file: string; rows: number }[] };
    const file = path.join(out, "releases.csv");
    expect(files).toContainEqual({ file, rows: releases.length - 2 });

    const all = path.join(folder, "json");
    const args = ["--installation", String(installationId), "--format", "json", "--out", all];
    expect(await runCommand(["export", ...args], env())).toMatchObject({ code: 0, stderr: "" });
    const text = await readFile(path.join(all, "releases.json"), "utf8");
    const rows = JSON.parse(text) as { tag: string; published_at: string }[];
    expect(rows).toHaveLength(releases.length - 2);
    expect(rows[0]?.published_at).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it.each([
    [["--out", "x"], "name a repository"],
    [["acme/widgets", "--installation", "1", "--out", "x"], "name a repository"],
    [["acme/widgets"], "--out should be"],
    [["--installation", "x", "--out", "x"], "should be a number"],
    [["--installation", "987", "--out", "x"], "knows no repository of 987"],
    [["acme/widgets", "--out", "x", "--format", "xml"], "csv, json"],
  ])("says what is wrong with %j", async (args, expected) => {
    const { code, stderr } = await runCommand(["export", ...args], env());
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });

  it("quotes as RFC 4180 says, and lets no spreadsheet run a title", () => {
    const cells = ['a "b", c', "=1+1", "-x", "@y", -5, true, null, [1], "two\nlines", undefined];
    expect(formatCsvRow(cells)).toBe(`"a ""b"", c",'=1+1,'-x,'@y,-5,true,,[1],"two\nlines",\r\n`);
  });

  it("is valid JSON also where there is nothing", async () => {
    expect(JSON.parse(await textOf([]))).toEqual([]);
    expect(JSON.parse(await textOf([{ a: 1 }, { a: 2 }]))).toEqual([{ a: 1 }, { a: 2 }]);
  });
});
