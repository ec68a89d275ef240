import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "../support/command.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const lines = (count: number) => "line\n".repeat(count);

beforeAll(async () => {
  await writeRepository(folder.path("widgets.git"), [
    { message: "begin", files: { "a.ts": "a\n", ".gitattributes": "*.gen linguist-generated\n" } },
    { message: "small", on: "small", files: { "b.ts": lines(3), "b.gen": lines(5_000) } },
    { message: "large", on: "large", files: { "b.ts": lines(1_001) } },
    {
      message: "policy",
      on: "strict",
      files: { ".github/smallbatch.yml": "version: 1\nsize: { limit: { lines: 2 } }\n" },
    },
    {
      message: "Bring parts",
      on: "parts",
      files: { "b/x.ts": lines(300), "c/x.ts": lines(90), "e.ts": "1\n" },
    },
    {
      message: "Use parts",
      on: "parts",
      files: { "a/x.ts": `import "../b/x.ts";\n${lines(300)}` },
    },
    { message: "more", on: "more", from: "strict", files: { "c.ts": lines(3) } },
  ]);
});

const size = (...args: readonly string[]) =>
  runCommand(["size", "--repo", folder.path("widgets.git"), ...args]);

describe("smallbatch size", () => {
  it("says as JSON what counts, what does not, and why", async () => {
    const { code, stdout } = await size("--head", "small", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "ok",
      bucket: "XS",
      lines: 3,
      files: 1,
      limits: { warn: { lines: 400, files: 25 }, limit: { lines: 1_000, files: 60 } },
      base: "main",
      list: [
        { path: "b.ts", additions: 3, deletions: 0, counted: 3, why: "code" },
        {
          path: "b.gen",
          additions: 5_000,
          deletions: 0,
          counted: 0,
          why: "generated: linguist-generated in .gitattributes; not counted",
        },
      ],
    });
  });

  it("exits with 1 over the limit, also over that of the policy at the base", async () => {
    const large = await size("--head", "large");
    expect([large.code, large.stdout.split("\n")[0]]).toEqual([
      1,
      "XXL over: 1,001 weighted lines in 1 file, against main",
    ]);
    expect((await size("--base", "strict", "--head", "more")).code).toBe(1);
    expect((await size("--base", "main", "--head", "more")).code).toBe(0);
  });

  it("says how a large change can be split, when that is asked for", async () => {
    const { code, stdout } = await size("--head", "parts", "--plan");
    const plan = stdout
      .slice(stdout.indexOf("These"))
      .replaceAll(/commit [0-9a-f]{7}/g, "commit …");
    expect([code, plan]).toEqual([
      0,
      `These can go one after the other:

  1. Bring parts: 391 lines in 3 files
     commit …; imports nothing of the others
       b/x.ts
       c/x.ts
       e.ts

  2. Use parts: 301 lines in 1 file
     commit …; after 1
       a/x.ts
`,
    ]);
    const json = await size("--head", "parts", "--plan", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      plan: { isPartial: false, groups: [{ lines: 391, files: 3 }, { paths: ["a/x.ts"] }] },
    });
    expect((await size("--head", "small", "--plan")).stdout).toContain("no plan is needed");
    const small = await size("--head", "small", "--plan", "--json");
    expect(JSON.parse(small.stdout)).toMatchObject({ plan: null });
    expect((await size("--head", "small", "--json")).stdout).not.toContain('"plan"');
  });

  it("says that the size is unknown where a part of the repository is not here", async () => {
    const clone = folder.path("shallow");
    const source = `file://${folder.path("widgets.git")}`;
    const args = ["clone", "--quiet", "--depth=1", "--no-single-branch", source, clone];
    await run("git", args, { cwd: folder.path(".") });
    const asked = ["size", "--repo", clone, "--head", "origin/small"];
    const { code, stdout, stderr } = await runCommand([...asked, "--json"]);
    const why = expect.stringContaining(`git -C ${clone} fetch --unshallow`);
    expect([code, JSON.parse(stdout), stderr]).toEqual([3, { verdict: "unknown", why }, why]);
    const text = await runCommand(asked);
    expect([text.code, text.stdout, text.stderr]).toEqual([3, "", why]);
  });

  it("says what is wrong with a call, a policy or a repository", async () => {
    const wrong = folder.path("wrong.yml");
    writeFileSync(wrong, "version: 1\nsize: { limit: 7 }\n");
    const policy = await size("--head", "small", "--policy", wrong);
    expect([policy.code, policy.stderr]).toEqual([2, expect.stringContaining(`${wrong}:2:16`)]);
    const none = await size("--policy", folder.path("none.yml"));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("cannot be read")]);
    expect((await size("--staged", "--head", "small")).code).toBe(2);
    expect((await size("--head", "nowhere")).code).toBe(3);
  });
});
