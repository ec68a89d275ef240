import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Finding } from "../../src/core/doctor/finding.ts";
import { runCommand } from "../support/command.ts";
import { useWatchedExample } from "../support/example.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const example = useWatchedExample();

const RELEASE = `name: Release
on: { push: { tags: ["v*"] } }
jobs: { pack: { steps: [{ run: gh release upload x dist/* }] } }
`;

beforeAll(async () => {
  await writeRepository(folder.path("widgets.git"), [
    {
      message: "feat: begin (#1)",
      files: {
        "package.json": '{ "name": "widgets", "version": "1.0.0" }\n',
        ".github/workflows/ci.yml": "name: CI\non: { push: { branches: [main] } }\njobs: {}\n",
        ".github/workflows/release.yml": RELEASE,
        ".github/workflows/odd.yml": `x: ${"y".repeat(70_000)}\n`,
        "binary.dat": "\0",
        ".release-it.json": "{}\n",
      },
    },
    { message: "fix: mend (#2)", tags: ["v1.0.0"] },
    { message: "feat: elsewhere", on: "next", tags: ["v2.0.0-rc.1"] },
    { message: "Add a thing (#3)" },
  ]);
  await writeRepository(folder.path("policy.git"), [
    { message: "a", files: { ".github/smallbatch.yml": "version: 1\nbase: v9.0.0\n" } },
  ]);
  await writeRepository(folder.path("wrong.git"), [
    { message: "a", files: { ".github/smallbatch.yml": "version: 7\n" } },
  ]);
});

function local(name: string): readonly string[] {
  return ["--repo", folder.path(name)];
}

interface Said {
  readonly repository: string;
  readonly branch: string;
  readonly from: string;
  readonly todo: number;
  readonly findings: readonly Finding[];
  readonly policy: readonly string[];
}

async function ask(args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  const { code, stdout, stderr } = await runCommand(["doctor", ...args, "--json"], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Said;
}

describe("smallbatch doctor --repo", () => {
  it("says all that git can say, within 80 columns, and once what it cannot", async () => {
    const { code, stdout, stderr } = await runCommand(["doctor", ...local("widgets.git")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`widgets.git, main: 3 things to do

ok  base            Releases follow \`v1.0.0\`, the highest version on \`main\`.
ok  titles          1 of the last 2 merges carry a type.
ok  checks          Pushes to \`main\` start \`ci.yml\`, and releases wait for it.
ok  workflows       The tag \`v1.0.1\` starts \`Release\` (\`release.yml\`); not read:
                    \`odd.yml\`.
DO  assets          \`release.yml\` attaches files to a release, and people see it
                    before they are there.
                 -> With \`publishWhen\` in the policy the release is a draft
                    until they are.
DO  other tools     Versions are given by release-it (\`.release-it.json\`).
                 -> Two tools would give two versions: take it out, or be sure
                    that it gives none any more, before you start. Until then
                    Smallbatch only watches.
DO  version files   \`package.json\` says \`1.0.0\`, and a tag alone leaves it so.
                 -> Let each release write it: \`files: { package: on }\` in the
                    policy.
ok  workspaces      One package, or none: one version for all of it.

Rules, required checks, issues, Actions and permissions are unknown: they need
GitHub. Ask with OWNER/REPO.

For .github/smallbatch.yml:

  files:
    package: on

If you like, for .github/smallbatch.yml:

  publishWhen: [pack]
`);
  });

  it("says the same of a work tree, also as JSON, and of the folder it is called in", async () => {
    const clone = folder.path("clone");
    await run("git", ["clone", "--quiet", folder.path("widgets.git"), clone], {
      cwd: folder.path(""),
    });
    const said = await ask(local("clone"));
    expect(said).toMatchObject({
      branch: "main",
      from: "git",
      todo: 3,
      policy: ["files:", "  package: on"],
    });
    expect(said.findings).toEqual((await ask(local("widgets.git"))).findings);
  });

  it("reads the policy that stands, and takes a wrong one for none", async () => {
    const [base] = (await ask(local("policy.git"))).findings;
    expect(base?.text).toBe("The policy's base `v9.0.0` does not exist");
    const [first] = (await ask(local("wrong.git"))).findings;
    expect(first?.text).toBe("No version tag yet: the first release is `v0.1.0`");
  });
});

describe("smallbatch doctor OWNER/REPO", () => {
  it("says as the App what GitHub knows, too", async () => {
    const { repository } = example.running.address;
    const said = await ask([repository], example.app());
    expect(said).toMatchObject({ repository: "acme/widgets", from: "github" });
    const states = Object.fromEntries(said.findings.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      base: "fine",
      "required checks": "fine",
      "tag rules": "fine",
      issues: "fine",
      permissions: "fine",
    });
    const { stdout } = await runCommand(["doctor", repository], example.app());
    expect(stdout).not.toContain("need GitHub");
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it("says with a token all but what the App may", async () => {
    const token = example.running.address.users.read.token;
    const said = await ask([example.running.address.repository], {
      ...example.addresses(),
      GITHUB_TOKEN: token,
    });
    const unknown = said.findings.filter(({ state }) => state === "unknown");
    expect(unknown.map(({ name }) => name)).toEqual(["permissions"]);
  });
});

describe("a wrong call of smallbatch doctor", () => {
  it.each<[string, readonly string[], () => Record<string, string>, number, string]>([
    ["no name", ["widgets"], () => ({}), 2, "it should look like acme/widgets"],
    ["both", ["acme/widgets", "--repo", "."], () => ({}), 2, "not both"],
    [
      "no credentials",
      ["acme/widgets"],
      () => example.addresses(),
      2,
      "set GITHUB_TOKEN, or APP_ID",
    ],
    ["not installed", ["globex/gizmos"], () => example.app(), 1, "not installed on globex/gizmos"],
    ["no folder", ["--repo", "/nowhere"], () => ({}), 3, "there is no folder /nowhere"],
  ])("%s is explained", async (_, args, env, code, text) => {
    const wrong = await runCommand(["doctor", ...args], env());
    expect(wrong).toMatchObject({ code, stdout: "" });
    expect(wrong.stderr).toContain(text);
    expect(wrong.stderr).not.toMatch(/^\s+at /m);
  });

  it("is not needed: --help fits into a terminal and names the exit codes", async () => {
    const { code, stdout } = await runCommand(["doctor", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("3 no usable repository");
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});
