import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { findLocalCases } from "../../src/cli/cases/find.ts";
import type { CasesAsked } from "../../src/cli/cases/find.ts";
import { openProgress } from "../../src/cli/replay/progress.ts";
import { failureCaseSchema } from "../../src/core/failure-cases/case-file.ts";
import { runCommand } from "../support/command.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";

const folder = useFolder();

/** v1.1.0 brought a wrong line, v1.2.0 a feature that was taken back, v1.3.0 was rolled back. */
const HISTORY: readonly Written[] = [
  { message: "Begin", files: { "src/a.ts": "one\ntwo\n", "src/b.ts": "b\n" }, tags: ["v1.0.0"] },
  { message: "feat: wrong (#2)", files: { "src/a.ts": "one\nwrong\n" }, tags: ["v1.1.0"] },
  {
    message: "fix: right (#3)\n\nIt was wrong.\n\n```\n# @mona",
    files: { "src/a.ts": "one\nright\n", "test/a.test.ts": "é\n", "x.bin": "\u0000\u0001\n" },
  },
  { message: "fix: elsewhere (#4)", files: { "src/b.ts": "bb\n" } },
  { message: "fix: words (#5)", files: { "docs/a.md": "a\n" }, tags: ["v1.1.1"] },
  { message: "feat: lists (#6)", files: { "src/l.ts": "l\n" }, tags: ["v1.2.0"], hour: 200 },
  {
    message: 'Revert "feat: lists (#6)" (#7)\n\nReverts #6',
    files: { "src/l.ts": null },
    tags: ["v1.2.1"],
    hour: 300,
  },
  { message: "feat: t (#8)", files: { "src/t.ts": "t\n" }, tags: ["v1.3.0"], hour: 400 },
  { message: "fix: roll back v1.3.0 (#9)", files: { "src/t.ts": null }, hour: 401 },
  { message: 'Revert "docs: none"\n\nReverts #5', files: { "docs/a.md": null }, hour: 402 },
];

beforeAll(async () => {
  await writeRepository(folder.path("widgets.git"), HISTORY);
});

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly isExplicit: boolean;
  readonly bad: string;
  readonly state: string | null;
}

async function cases(...args: string[]) {
  const { code, stdout, stderr } = await runCommand([
    "cases",
    "--repo",
    folder.path("widgets.git"),
    ...args,
  ]);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

async function kinds(change: Partial<CasesAsked>) {
  const asked = { folder: folder.path("widgets.git"), branch: null, tagFormat: "v{version}" };
  const nobody = openProgress({ write: () => true }, () => 0);
  const whole = { ...asked, since: null, hotfixMs: 72 * 3_600_000, ...change };
  return (await findLocalCases(whole, nobody)).cases.map(({ kind }) => kind);
}

async function rows(...args: string[]): Promise<readonly Row[]> {
  return (JSON.parse(await cases("--json", ...args)) as { cases: Row[] }).cases;
}

function git(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync("git", args, { cwd: folder.path("clone") });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout.toString().trim();
}

describe("smallbatch cases", () => {
  it("finds what was rolled back, reverted and mended, and says how sure it is", async () => {
    const found = await rows();
    expect(found.map(({ kind, isExplicit, bad }) => `${kind} ${bad} ${isExplicit}`)).toEqual([
      "rollback v1.3.0 true",
      "revert v1.2.0 true",
      "hotfix v1.1.0 false",
    ]);
    expect(found.every(({ state }) => state === null)).toBe(true);
    const since = Date.parse("2026-03-16");
    expect(await kinds({ since })).toEqual(["rollback"]);
    expect(await kinds({ hotfixMs: 3_600_000 })).toEqual(["rollback", "revert"]);
    const text = await cases();
    expect(text).toContain("widgets.git: 6 releases, 1 rollback, 1 revert, 1 hotfix");
    expect(text).toContain(" ~hotfix   v1.1.0");
    expect(text).toContain("name a folder with --out");
  });

  it("writes folders whose patches make the fix of the commit before it, byte for byte", async () => {
    const out = folder.path("out");
    const text = await cases("--out", out);
    expect(text).toContain(`3 written to ${out}, 0 were there`);
    spawnSync("git", ["clone", "-q", folder.path("widgets.git"), folder.path("clone")]);
    const ids = await readdir(out);
    expect(ids).toHaveLength(3);
    for (const id of ids) {
      const json: unknown = JSON.parse(await readFile(path.join(out, id, "case.json"), "utf8"));
      const { fix, bad, good, patches } = failureCaseSchema.parse(json);
      git("checkout", "-q", "--detach", fix.before);
      for (const part of ["fix", "tests"] as const) {
        if (patches[part]) git("apply", "--index", path.join(out, id, `${part}.patch`));
      }
      expect(git("write-tree")).toBe(git("rev-parse", `${fix.sha}^{tree}`));
      git("reset", "-q", "--hard");
      expect(git("rev-parse", `${bad.tag}^{commit}`)).toBe(bad.sha);
      expect(git("rev-parse", `${good?.tag}^{commit}`)).toBe(good?.sha);
    }
    const id = ids.find((each) => each.startsWith("v1.1.0-")) ?? "";
    const hotfix = failureCaseSchema.parse(
      JSON.parse(await readFile(path.join(out, id, "case.json"), "utf8")),
    );
    expect(hotfix).toMatchObject({
      evidence: [{ sure: "inferred", by: "same-lines", what: "#2 in src/a.ts" }],
      tests: [{ path: "test/a.test.ts", change: "added" }],
      fix: { pull: 3, released: { tag: "v1.1.1" } },
      issues: null,
      checks: null,
    });
    const issue = await readFile(path.join(out, id, "issue.md"), "utf8");
    expect(issue).toContain("````text\nfix: right (#3)\n\nIt was wrong.\n\n```\n# @mona\n````");
    expect(await readFile(path.join(out, id, "README.md"), "utf8")).toContain("tests.patch");
  });

  it("adds only what is new, and leaves what somebody changed", async () => {
    const out = folder.path("kept");
    const [first = { id: "" }] = await rows();
    await mkdir(path.join(out, first.id), { recursive: true });
    await writeFile(path.join(out, first.id, "issue.md"), "mine");
    const states = async () => (await rows("--out", out)).map(({ state }) => state);
    expect(await states()).toEqual(["kept", "written", "written"]);
    expect(await states()).toEqual(["kept", "kept", "kept"]);
    expect(await readdir(path.join(out, first.id))).toEqual(["issue.md"]);
    expect((await readdir(out)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.each([
    [["--since", "yesterday"], "--since yesterday: a day such as 2026-01-31"],
    [["--within", "100d"], "--within 100d: a time of at most 90 days"],
  ])("explains %j", async (args, words) => {
    const { code, stderr } = await runCommand([
      "cases",
      "--repo",
      folder.path("widgets.git"),
      ...args,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it("explains a folder that cannot be written, and one that is no repository", async () => {
    const file = folder.path("file");
    await writeFile(file, "");
    const args = ["cases", "--repo", folder.path("widgets.git"), "--out", path.join(file, "x")];
    const refused = await runCommand(args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("cannot be written");
    const none = await runCommand(["cases", "--repo", path.dirname(file)]);
    expect(none.code).toBe(3);
    expect(none.stderr).toContain("is not a git repository");
  });
});
