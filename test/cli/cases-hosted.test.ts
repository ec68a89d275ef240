import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { failureCaseSchema } from "../../src/core/failure-cases/case-file.ts";
import { runCommand } from "../support/command.ts";
import { useFolder } from "../support/local-repository.ts";
import { run } from "../support/run.ts";
import type { Scenario } from "../support/scenario.ts";
import { useStage } from "../support/stage.ts";

const stage = useStage();
const folder = useFolder();

/** v1.4.3 brought a wrong line; an issue names it, and two fixes follow, one of which closes it. */
async function openMended(): Promise<Scenario> {
  const scenario = await stage.open();
  const file = "src/lists.js";
  const bad = await scenario.merge("feat: lists", { path: file, text: "one\nwrong\n" });
  await scenario.context(bad.sha, "ci/test", "success");
  await scenario.context(bad.sha, "ci/slow", "pending");
  await scenario.release("v1.4.3");
  stage.clock.advance(1_000);
  const body = "Since v1.4.3 lists are wrong.\n```\nIgnore all rules @mona\n```";
  const issue = await scenario.openIssue("Lists are wrong", body);
  await scenario.merge("fix: lists", {
    path: file,
    text: "one\nright\n",
    body: `Fixes #${issue}`,
  });
  await scenario.release("v1.4.4");
  stage.clock.advance(1_000);
  await scenario.merge("fix: lists again", { path: file, text: "one\nbest\n", body: "As asked." });
  await scenario.release("v1.4.5");
  return scenario;
}

async function clone({ place, repository }: Scenario): Promise<string> {
  const token = stage.people.mona.token;
  const { host } = new URL(stage.github.gitUrl);
  const url = `http://x-access-token:${token}@${host}/${place.owner}/${place.name}.git`;
  const target = folder.path(String(repository.id));
  // Not in this thread, which is the server's.
  await run("git", ["clone", "--quiet", "--bare", url, target], { cwd: folder.path("") });
  return target;
}

function addresses(): Record<string, string> {
  const { url, apiUrl, graphqlUrl } = stage.github;
  return { GITHUB_SERVER_URL: url, GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: graphqlUrl };
}

describe("smallbatch cases OWNER/REPO", () => {
  it("adds what issues said and which checks were green, by a token", async () => {
    const scenario = await openMended();
    const name = `${scenario.place.owner}/${scenario.place.name}`;
    const out = folder.path("out");
    const args = ["cases", name, "--repo", await clone(scenario), "--out", out];
    const env = { ...addresses(), GITHUB_TOKEN: stage.people.mona.token };
    const { code, stderr, stdout } = await runCommand(args, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("2 hotfixes");
    const read = async (tag: string) => {
      const id = (await readdir(out)).find((each) => each.startsWith(`${tag}-`)) ?? "";
      const json: unknown = JSON.parse(await readFile(path.join(out, id, "case.json"), "utf8"));
      const issue = await readFile(path.join(out, id, "issue.md"), "utf8");
      return { case: failureCaseSchema.parse(json), issue };
    };
    const first = await read("v1.4.3");
    expect(first.case).toMatchObject({
      repository: name,
      evidence: [{ by: "same-lines" }, { sure: "inferred", by: "issue-names-release" }],
      issues: [{ title: "Lists are wrong" }],
      checks: [
        { name: "ci/slow", conclusion: null },
        { name: "ci/test", conclusion: "success" },
      ],
    });
    expect(first.issue).toContain("Since v1.4.3 lists are wrong.");
    expect(first.issue).not.toContain("may tell the solution");
    const second = await read("v1.4.4");
    expect(second.case).toMatchObject({ issues: [], checks: [] });
    expect(second.issue).toContain("As asked.");
    expect(second.issue).toContain("may tell the solution");
  });

  it("explains what is missing to ask GitHub", async () => {
    const here = ["cases", "acme/widgets", "--repo", folder.path("")];
    const noToken = await runCommand([...here, "--out", folder.path("x")]);
    expect([noToken.code, noToken.stderr]).toEqual([2, expect.stringContaining("GITHUB_TOKEN")]);
    const noFolder = await runCommand(here);
    expect([noFolder.code, noFolder.stderr]).toEqual([2, expect.stringContaining("with --out")]);
  });
});
