import { describe, expect, it } from "@jest/globals";
import { listFolders, planTree } from "../../../src/core/rollback/restored-tree.ts";
import type { ReadFolder, TreePlan } from "../../../src/core/rollback/restored-tree.ts";

/** Files by path, with what they say. */
type Files = Readonly<Record<string, string>>;

/** Entries as git would list them; a tree is named by what it holds. */
function read(files: Files): ReadFolder {
  return (folder) => {
    const start = folder === "" ? "" : `${folder}/`;
    const inside = Object.keys(files).filter((path) => path.startsWith(start));
    if (inside.length === 0) return null;
    const names = new Set(inside.map((path) => path.slice(start.length).split("/")[0] ?? ""));
    return [...names].map((name) => {
      const sha = files[`${start}${name}`];
      return sha === undefined
        ? { name, mode: "040000", type: "tree", sha: `${start}${name}` }
        : { name, mode: "100644", type: "blob", sha };
    });
  };
}

/** The files of a plan: `from` says of which commit a tree is that stands. */
function filesOf(plan: TreePlan, from: (folder: string) => Files, folder = ""): Files {
  const found: Record<string, string> = {};
  for (const entry of plan) {
    const path = `${folder}${entry.name}`;
    if ("plan" in entry) Object.assign(found, filesOf(entry.plan, from, `${path}/`));
    else if (entry.type === "blob") found[path] = entry.sha;
    else {
      for (const [file, text] of Object.entries(from(path))) {
        if (file.startsWith(`${path}/`)) found[file] = text;
      }
    }
  }
  return found;
}

function mix(path: string, others: readonly string[], bad: Files, before: Files): Files {
  const part = { path, others };
  const isOwn = (folder: string): boolean =>
    (path === "" || folder === path || folder.startsWith(`${path}/`)) &&
    !others.some((other) => folder === other || folder.startsWith(`${other}/`));
  const plan = planTree(part, { bad: read(bad), before: read(before) });
  return filesOf(plan, (folder) => (isOwn(folder) ? before : bad));
}

const BAD = {
  "README.md": "2",
  "web/x.js": "2",
  "web/admin/a.js": "2",
  "web/lib/deep/d.js": "2",
  "api/a.js": "2",
};
const BEFORE = { "README.md": "1", "web/old.js": "1", "web/admin/a.js": "1", "api/a.js": "1" };

describe("the tree of a component as it was", () => {
  it.each([
    ["", []],
    ["web", [""]],
    ["packages/web", ["", "packages"]],
  ])("needs the folders on the way to %j", (path, folders) => {
    const expected = path === "" ? [""] : folders;
    expect(listFolders({ path, others: [] })).toEqual(expected);
  });

  it("needs those on the way to what stays inside of it too", () => {
    expect(listFolders({ path: "web", others: ["web/lib/deep", "web/admin"] })).toEqual([
      "",
      "web",
      "web/lib",
    ]);
  });

  it.each([
    ["web", [], { "README.md": "2", "api/a.js": "2", "web/old.js": "1", "web/admin/a.js": "1" }],
    [
      "web",
      ["web/admin"],
      { "README.md": "2", "api/a.js": "2", "web/old.js": "1", "web/admin/a.js": "2" },
    ],
    [
      "web",
      ["web/lib/deep", "web/none"],
      {
        "README.md": "2",
        "api/a.js": "2",
        "web/old.js": "1",
        "web/admin/a.js": "1",
        "web/lib/deep/d.js": "2",
      },
    ],
    [
      "",
      ["web"],
      {
        "README.md": "1",
        "api/a.js": "1",
        "web/x.js": "2",
        "web/admin/a.js": "2",
        "web/lib/deep/d.js": "2",
      },
    ],
    ["docs", ["docs/api"], BAD],
    ["README.md", [], { ...BAD, "README.md": "1" }],
    ["web/x.js", [], withoutKey(BAD, "web/x.js")],
    ["nowhere/at/all", [], BAD],
  ])("of %j without %j", (path, others, files) => {
    expect(mix(path, others, BAD, BEFORE)).toEqual(files);
  });

  it("is gone with its folder where it was not there before", () => {
    expect(mix("web", [], BAD, { "README.md": "1" })).toEqual({
      "README.md": "2",
      "api/a.js": "2",
    });
    const nested = { "README.md": "2", "packages/web/x.js": "2" };
    expect(mix("packages/web", [], nested, { "README.md": "1" })).toEqual({ "README.md": "2" });
  });

  it("leaves out what stays where there is none of it", () => {
    const before = { "README.md": "1", "docs/a.md": "1", "docs/api/b.md": "1" };
    expect(mix("docs", ["docs/api"], { "README.md": "2" }, before)).toEqual({
      "README.md": "2",
      "docs/a.md": "1",
    });
  });

  it("takes a file for what it is where the other commit has a folder", () => {
    const file = { "README.md": "1", web: "1" };
    expect(mix("web", [], BAD, file)).toEqual({ "README.md": "2", "api/a.js": "2", web: "1" });
    expect(mix("web", ["web/lib/deep"], { "web/lib": "2" }, { "web/lib": "1" })).toEqual({
      "web/lib": "1",
    });
    expect(mix("web/admin/deep", [], { web: "2" }, { web: "1" })).toEqual({ web: "2" });
  });
});

function withoutKey(files: Files, key: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== key));
}
