import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { restoreCommands } from "../../src/core/rollback/restore-commands.ts";
import type { Restore } from "../../src/core/rollback/rollback.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();

let clones = 0;

/** A shell in a clone in which the commands were run. */
async function restore(written: readonly Written[], bad: string, question: Restore) {
  clones += 1;
  const [bare, clone] = [folder.path(`${clones}.git`), folder.path(`${clones}`)];
  await writeRepository(bare, written);
  await run("git", ["clone", "--quiet", bare, clone], { cwd: path.dirname(bare) });
  const env = {
    GIT_AUTHOR_NAME: "Mona",
    GIT_AUTHOR_EMAIL: "mona@example.com",
    GIT_COMMITTER_NAME: "Mona",
    GIT_COMMITTER_EMAIL: "mona@example.com",
  };
  const shell = async (command: string): Promise<string> =>
    (await run("sh", ["-ec", command], { cwd: clone, env })).trim();
  await shell(restoreCommands(bad, question).join("\n"));
  return shell;
}

describe("the commands that take a release back", () => {
  it("touch nothing but the paths of a component, also where it brought all of them", async () => {
    const written: Written[] = [
      { message: "Nothing but words", files: { "README.md": "0\n" }, tags: ["v0.9.0"] },
      {
        message: "Start",
        files: { "README.md": "1\n", "web/admin/a.js": "1\n" },
        tags: ["v1.0.0"],
      },
      {
        message: "Web and its admin",
        files: { "web/x.js": "1\n", "web/admin/a.js": "2\n", "README.md": "2\n" },
        tags: ["v1.0.1"],
      },
    ];
    const web = { before: "v1.0.0", path: "web", others: ["web/admin"] };
    const part = await restore(written, "v1.0.1", web);
    expect(await part("git diff --name-status v1.0.1 HEAD")).toBe("D\tweb/x.js");
    const whole = { before: "v1.0.0", path: null, others: ["web"] };
    const root = await restore(written, "v1.0.1", whole);
    expect(await root("git diff --name-status v1.0.1 HEAD")).toBe("M\tREADME.md");
    const all = await restore(written, "v1.0.1", { ...web, others: [] });
    expect(await all("git diff --name-only v1.0.1 HEAD")).toBe("web/admin/a.js\nweb/x.js");
    const first = { before: "v0.9.0", path: "web", others: [] };
    const gone = await restore(written, "v1.0.0", first);
    expect(await gone("git diff --name-status v1.0.0 HEAD")).toBe("D\tweb/admin/a.js");
  });
});
