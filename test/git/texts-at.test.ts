import { beforeAll, describe, expect, it } from "@jest/globals";
import { readTextsAt } from "../../src/git/texts-at.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const LONG = "é".repeat(100_000);
let commit: string;

beforeAll(async () => {
  await writeRepository(folder.path("widgets.git"), [
    {
      message: "begin",
      files: {
        "a.ts": "a\n",
        "a/b/c.ts": "c\n",
        "a/b/d.ts": "",
        "a/e/f/g.ts": LONG,
        "a/e/ü 1": "ü",
        "same.ts": "a\n",
        both: "file",
      },
    },
  ]);
  const args = ["rev-parse", "main"];
  commit = (await run("git", args, { cwd: folder.path("widgets.git") })).trim();
});

const read = async (paths: readonly string[]) =>
  Object.fromEntries(await readTextsAt(folder.path("widgets.git"), commit, paths));

describe("texts of a commit", () => {
  it.each<readonly [Readonly<Record<string, string>>, readonly string[]]>([
    [{}, []],
    [{ "a.ts": "a\n", "same.ts": "a\n" }, []],
    [{ "a/b/c.ts": "c\n" }, []],
    [{ "a/b/d.ts": "", "a/e/f/g.ts": LONG, "a/e/ü 1": "ü" }, []],
    [{ both: "file" }, ["both/in.ts", "a/b", "a", "gone.ts", "gone/x.ts", "a.ts/x", "a/b/c.ts/x"]],
    [{ "a/b/c.ts": "c\n" }, ["a/e/f/none.ts", "a/new\nline.ts"]],
  ])("are those that are there: %j", async (there, missing) => {
    expect(await read([...Object.keys(there), ...missing])).toEqual(there);
  });
});
