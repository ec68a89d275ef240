import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_SIZE } from "../../src/core/size/size-policy.ts";
import { measureSize } from "../../src/core/size/size.ts";
import { readSplitFacts } from "../../src/git/size-plan.ts";
import { readChange } from "../../src/git/size.ts";
import { useFolder } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const PERSON = ["-c", "user.name=mona", "-c", "user.email=mona@example.com"];
let work: string;
const git = (...args: readonly string[]) => run("git", [...PERSON, ...args], { cwd: work });

async function commit(message: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(work, name)), { recursive: true });
    writeFileSync(path.join(work, name), text);
  }
  await git("add", "--all");
  await git("commit", "--quiet", "--allow-empty", "--message", message);
}

beforeAll(async () => {
  work = folder.path("widgets");
  mkdirSync(work);
  await git("init", "--quiet", "--initial-branch=main");
  await commit("begin", {
    "go.mod": "module example.com/widgets\n",
    "old.ts": "old\n",
    "user.ts": 'import "./old.ts";\n',
  });
  await git("checkout", "--quiet", "-b", "change");
  await commit("Add a package\n\nWith a body.", {
    "b/b.go": "package b\n",
    "a/a.go": 'package a\nimport "example.com/widgets/b"\n',
  });
  await commit("Do nothing", {});
  rmSync(path.join(work, "old.ts"));
  await commit("Name a file as no other", {
    "user.ts": 'import "./new line\\n.ts";\nimport "./new.ts";\n',
    "new\nline.ts": "new\n",
    "new.ts": "new\n",
    "README.md": 'import "./new.ts"\n',
  });
});

async function factsOf(isStaged: boolean) {
  const change = await readChange({ folder: work, base: "main", head: "HEAD", isStaged });
  const files = { files: change.files, isTruncated: false, attributesOf: () => new Map() };
  return readSplitFacts(work, change, measureSize(files, DEFAULT_SIZE));
}

const IMPORTS = ["a/a.go > b/b.go", "user.ts > new.ts", "user.ts > old.ts"];
const say = (ties: readonly { readonly from: string; readonly to: string }[]) =>
  ties.map(({ from, to }) => `${from} > ${to}`).toSorted();

describe("what a plan needs to know of a local repository", () => {
  it("are its commits, and imports in both its states", async () => {
    const { commits, imports } = await factsOf(false);
    expect(commits.map(({ title, paths }) => [title, paths.toSorted()])).toEqual([
      ["Add a package", ["a/a.go", "b/b.go"]],
      ["Do nothing", []],
      ["Name a file as no other", ["README.md", "new\nline.ts", "new.ts", "old.ts", "user.ts"]],
    ]);
    expect(say(imports)).toEqual(IMPORTS);
  });

  it("are also imports of what is staged and not committed", async () => {
    writeFileSync(path.join(work, "c.ts"), 'import "./new.ts";\n');
    await git("add", "c.ts");
    writeFileSync(path.join(work, "c.ts"), "not staged\n");
    const { commits, imports } = await factsOf(true);
    expect(commits).toEqual([]);
    expect(say(imports)).toEqual(["c.ts > new.ts", ...IMPORTS].toSorted());
  });
});
