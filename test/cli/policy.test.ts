import { mkdir, symlink, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { compareLocally } from "../../src/cli/policy/compare-local.ts";
import { formatPolicySchema } from "../../src/core/policy/policy-schema.ts";
import { runCommand } from "../support/command.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";

const folder = useFolder();
const FILE = ".github/smallbatch.yml";

beforeAll(async () => {
  await writeRepository(folder.path("started.git"), [
    { message: "feat: begin", tags: ["v1.0.0"] },
    { message: "chore: start (#1)", files: { [FILE]: "version: 1\nauto: patch\n" } },
    { message: "feat: waits (#2)", files: { "core/a.js": "1", "docs/b.md": "2" } },
  ]);
  await writeRepository(folder.path("fresh.git"), [
    { message: "feat: before there was anything" },
    { message: "fix: too" },
  ]);
  await writeRepository(folder.path("broken.git"), [
    { message: "chore: start (#1)", files: { [FILE]: "version: 7\n" } },
  ]);
});

async function check(name: string, text: string, ...args: readonly string[]) {
  const file = folder.path(name);
  await writeFile(file, text);
  const { stdout, ...ended } = await runCommand(["policy", "check", file, ...args]);
  return { ...ended, stdout: stdout.replaceAll(file, name) };
}

/** What `--json` would say under `compared`. */
function compare(repository: string, text: string) {
  const file = { path: FILE, sha: "", text, sizeBytes: Buffer.byteLength(text) };
  return compareLocally(folder.path(repository), file, true);
}

describe("smallbatch policy check", () => {
  it("names every error at its place, and what to do", async () => {
    const wrong = "version: 1\nfreezes: [{ from: 2026-13-01 }]\nautoo: patch\ncard: on\n";
    const { code, stdout, stderr } = await check("wrong.yml", wrong);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const rows = stdout.split("\n");
    expect(
      rows.filter((row) => row.startsWith("wrong.yml:")).map((row) => row.split(" ")[0]),
    ).toEqual([
      "wrong.yml:2:11",
      "wrong.yml:2:11",
      "wrong.yml:2:19",
      "wrong.yml:3:1",
      "wrong.yml:4:7",
    ]);
    expect(stdout).toContain('unknown key "autoo"; did you mean "auto"?');
    expect(stdout).toContain("5 errors.");
    const { stdout: json } = await check("wrong.yml", "version: 2\n", "--json");
    expect(JSON.parse(json)).toMatchObject({
      valid: false,
      errors: [{ line: 1, column: 10, path: "version", hint: "version: 1" }],
      policy: [],
      compared: null,
    });
  });

  it("shows the policy as it applies and what it changes, in 80 columns", async () => {
    const long = Array.from({ length: 9 }, (_, at) => `{ name: part-${at}, path: packages/${at} }`);
    const text = `version: 1\nchannels: [next]\ncomponents: [${long.join(", ")}]\n`;
    const args = ["--repo", folder.path("started.git")];
    const { code, stdout, stderr } = await check("own.yml", text, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const row of stdout.split("\n")) expect(row.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^ {2}auto +default +minor$/m);
    expect(stdout).toMatch(/^ {2}channels +line 2 +\[ next \]$/m);
    expect(stdout).toMatch(/^ {2}auto: patch becomes minor$/m);
    expect(stdout).toMatch(/^ {2}part-8$/m);
    expect(stdout).toContain("checks count as green");
  });

  it("plans what is merged by both policies, as far as git knows it", async () => {
    expect(await compare("started.git", "version: 1\n")).toMatchObject({
      with: "the policy of the last commit on main",
      isKnownByGit: true,
      changes: [{ key: "auto", before: "patch", after: "minor" }],
      lines: [
        { line: "", before: expect.stringMatching(/^prepared: /), after: "v1.1.0 is released" },
      ],
    });
    const parts =
      "version: 1\nauto: patch\ncomponents: [{ name: core, path: core }, { name: x, path: x }]\n";
    expect((await compare("started.git", parts))?.lines).toEqual([
      expect.objectContaining({ line: "" }),
      { line: "core", before: null, after: expect.stringMatching(/0\.1\.0/) },
      { line: "x", before: null, after: "nothing merged since the start" },
    ]);
    expect(await compare("started.git", "version: 1\nauto: patch\n")).toMatchObject({
      changes: [],
      lines: [],
    });
  });

  it("says that a policy starts releases, and that nothing before it is told", async () => {
    expect(await compare("fresh.git", "version: 1\n")).toMatchObject({
      with: null,
      changes: [],
      lines: [],
    });
    const { stdout } = await check("own.yml", "version: 1\n", "--repo", folder.path("fresh.git"));
    expect(stdout).toContain("There is no policy yet on main: this one starts releases.");
    expect(stdout).toContain("nothing changes");
  });

  it("compares with nothing where there is nothing, and says why", async () => {
    const { code, stdout } = await check("alone.yml", "version: 1\n");
    expect(code).toBe(0);
    expect(stdout).not.toContain("merged");
    expect(await compare("broken.git", "version: 1\n")).toMatchObject({
      note: expect.stringContaining("not valid"),
    });
    const nowhere = await check("own.yml", "version: 1\n", "--repo", folder.path("nowhere"));
    expect(nowhere).toMatchObject({ code: 3, stdout: "" });
  });

  it("takes only a file, and one that is there", async () => {
    await mkdir(folder.path("folder.yml"));
    await symlink(folder.path("own.yml"), folder.path("link.yml"));
    const of = (name: string) => runCommand(["policy", "check", folder.path(name)]);
    expect(await of("folder.yml")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("it is a folder"),
    });
    expect(await of("link.yml")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("it is a symbolic link"),
    });
    expect(await of("none.yml")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no "),
    });
    expect(await check("binary.yml", "version: 1\0\n")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("the file is not a plain text file"),
    });
    expect(await check("large.yml", `version: 1 #${"x".repeat(65_536)}\n`)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("more than 65536"),
    });
  });

  it("is called wrongly in words", async () => {
    expect(await runCommand(["policy", "check", "--bogus"])).toMatchObject({ code: 2 });
    const asked = await check("own.yml", "version: 1\n", "--github", "acme");
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("acme/widgets") });
  });
});

describe("smallbatch policy schema", () => {
  it("prints what editors need", async () => {
    const { code, stdout } = await runCommand(["policy", "schema"]);
    expect({ code, schema: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      schema: structuredClone(formatPolicySchema()),
    });
  });
});
