import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { openProgress } from "../../src/cli/replay/progress.ts";
import { readLocal } from "../../src/cli/replay/read.ts";
import type { ReplayAsked } from "../../src/cli/replay/read.ts";
import { renderSizes } from "../../src/cli/replay/size-text.ts";
import { judgeSizes } from "../../src/cli/replay/sizes.ts";
import { runCommand } from "../support/command.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";

const folder = useFolder();

const lines = (count: number, word = "line"): string =>
  Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join("");

const BOT = "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>";

const HISTORY: readonly Written[] = [
  { message: "Begin", files: { ".gitattributes": "gen/** linguist-generated\n" } },
  { message: "feat: a (#1)", files: { "a.ts": lines(50), "gen/a.ts": lines(5_000) } },
  { message: "feat: b (#2)", tags: ["v1.0.0"], files: { "b.ts": lines(500), "yarn.lock": "x\n" } },
  { message: "chore(deps): c (#3)", author: BOT, files: { "c.ts": lines(2_000) } },
  { message: "wip", on: "side", files: { "d.ts": lines(400) } },
  { message: "wip 2", on: "side", files: { "d.ts": lines(1_200) } },
  {
    message: "Merge pull request #4 from mona/side\n\nfeat: d\n",
    merges: "side",
    files: { "d.ts": lines(1_200) },
  },
  {
    message: 'Revert "feat: b (#2)" (#5)\n\nReverts #2',
    files: { "b.ts": "\n" },
    hour: 2_000,
  },
  { message: "chore(main): release 1.0.1 (#6)", files: { "CHANGELOG.md": lines(9_000) } },
];

beforeAll(async () => {
  await writeRepository(folder.path("all.git"), HISTORY);
});

const nobody = openProgress({ write: () => true }, () => 0);

async function judge(name: string, change: Partial<ReplayAsked> = {}) {
  const asked = { branch: null, from: null, to: null, policy: null, component: "", ...change };
  const whole = { folder: folder.path(name), ...asked };
  return judgeSizes(whole, await readLocal(whole, nobody), nobody);
}

const counts = ({ buckets }: Awaited<ReturnType<typeof judge>>) =>
  buckets.map(({ bucket, merges, takenBack: { of, hits } }) => `${bucket} ${merges} ${hits}/${of}`);

describe("smallbatch replay --sizes", () => {
  it("measures what each merge brought, and what was taken back", async () => {
    const report = await judge("all.git");
    expect(report).toMatchObject({
      repository: "all.git",
      branch: "main",
      from: null,
      weights: "numstat",
      merges: 4,
      leftOut: { bots: 1, reverts: 1, unreadable: 0 },
      verdicts: { ok: 2, warn: 1, over: 1 },
      suggestion: null,
      comparison: { verdict: "not-enough-data", large: { of: 2, hits: 1 } },
    });
    expect(counts(report)).toEqual([
      "XS 1 0/1",
      "S 0 0/0",
      "M 1 0/1",
      "L 0 0/0",
      "XL 1 1/1",
      "XXL 1 0/1",
    ]);
  });

  it("begins after a tag", async () => {
    expect(await judge("all.git", { from: "v1.0.0" })).toMatchObject({
      from: "v1.0.0",
      merges: 1,
      leftOut: { bots: 1, reverts: 1 },
    });
    await expect(judge("all.git", { from: "v3.0.0" })).rejects.toThrow(/its newest are v1\.0\.0/);
  });

  it("prints it, and puts it on the page, with what it is not", async () => {
    const policy = folder.path("policy.yml");
    await writeFile(policy, "version: 1\nsize: {paths: {d.ts: generated}, warn: {lines: 20}}\n");
    const page = folder.path("page.html");
    const args = ["replay", "--repo", folder.path("all.git"), "--sizes"];
    const { code, stdout, stderr } = await runCommand([
      ...args,
      "--policy",
      policy,
      "--html",
      page,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^all\.git, main\n {2}4 merges by people, 2026-03-02 to 2026-/);
    expect(stdout).toContain("Over 20 lines or 25 files (`warn`): 2 of 4, 50.0 %.");
    const html = await readFile(page, "utf8");
    expect(html).toContain("<h2>Sizes</h2>");
    expect(html).toContain("Over 20 lines or 25 files (warn): 2 of 4, 50.0 %.");
    expect(html).toContain("Against its tags");
  });

  it("says it in words within 80 columns, and nothing that it does not know", async () => {
    const words = renderSizes(await judge("all.git"));
    expect(Math.max(...words.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const said of [
      "left out: 1 by bots, 1 revert",
      "  XL         1   25.0 %  ##############################",
      "XL             1 of 1  not enough data",
      "Not enough data: 1 of 2 from L on, 0 of 2 below",
      "Not enough data: 4 merges, and it takes 100. The defaults are a good start.",
      "Counted by the numbers of git alone (numstat)",
    ]) {
      expect(words).toContain(said);
    }
    await writeRepository(folder.path("one.git"), [{ message: "chore(main): release 1.0.0" }]);
    expect(renderSizes(await judge("one.git"))).toContain("No merge was measured.");
  });

  it("proposes a limit where there are enough", async () => {
    const many = Array.from({ length: 120 }, (_, at) => ({
      message: `feat: ${at} (#${at + 1})`,
      files: { [`src/${at}.ts`]: lines(at < 100 ? 5 : 900) },
    }));
    await writeRepository(folder.path("many.git"), many);
    const words = renderSizes(await judge("many.git"));
    expect(words).toMatch(/Of the newest 120 \(since 2026-03-02\) it would have called 0 large/);
    expect(words).toContain("It is above the usual one");
    expect(words).toContain(
      "      size:\n        warn: { lines: 1000, files: 10 }\n        limit: { lines: 2000, files: 20 }",
    );
  });

  it("is of whole merges: a component has none of its own", async () => {
    const { code, stderr } = await runCommand([
      "replay",
      "--repo",
      folder.path("all.git"),
      "--sizes",
      "--min-agreement",
      "0.5",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("--sizes");
  });
});
