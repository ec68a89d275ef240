import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { judgeRight, RIGHTS } from "../../src/core/permission.ts";
import type { Narrowing, RightName } from "../../src/core/permission.ts";
import { parsePolicy } from "../../src/core/policy/policy.ts";
import type { Permission } from "../../src/core/state.ts";
import { policyFile } from "../support/states.ts";

const LEVELS: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

function may(name: RightName, permission: Permission, narrowing: Narrowing | null = null) {
  return judgeRight(name, { login: "mona", permission }, narrowing).kind === "may";
}

const parse = (text: string) => parsePolicy(policyFile(`version: 1\n${text}\n`));

describe("who may do what", () => {
  it("stands in docs/permissions.md as in the code", () => {
    const page = readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8");
    const table = page.slice(page.indexOf("## Who may do what"));
    const rows = [...table.matchAll(/^\| (read|write|maintain|admin) +\| (.+?) +\|$/gm)];
    expect(rows.map(([, least, what]) => ({ least, what }))).toEqual(Object.values(RIGHTS));
  });

  it.each(Object.entries(RIGHTS))("%s takes what the table says, and more", (name, { least }) => {
    const from = LEVELS.indexOf(least);
    expect(LEVELS.map((level) => may(name as RightName, level))).toEqual(
      LEVELS.map((_, at) => at >= from),
    );
  });

  it("is narrowed by the policy, and never widened", () => {
    expect(LEVELS.filter((level) => may("release", level, "admin"))).toEqual(["admin"]);
    expect(LEVELS.filter((level) => may("preview", level, "maintain"))).toEqual([
      "maintain",
      "admin",
    ]);
    expect(LEVELS.filter((level) => may("release", level, "write"))).toEqual(["maintain", "admin"]);
    expect(LEVELS.filter((level) => may("release", level, ["Mona"]))).toEqual([
      "maintain",
      "admin",
    ]);
    expect(LEVELS.filter((level) => may("release", level, ["ada"]))).toEqual([]);
  });
});

describe("`may` in the policy", () => {
  it("takes a permission or logins", () => {
    expect(parse("may: {release: admin, preview: [mona, wilma_acme]}")).toMatchObject({
      policy: { may: { release: "admin", preview: ["mona", "wilma_acme"] } },
    });
  });

  it.each([
    ["may: {release: write}", "may.release", 2, 16],
    ["may:\n  release: maintain\n  previw: write", "may.previw", 4, 3],
    ["may: {preview: []}", "may.preview", 2, 16],
    ['may: {preview: ["@mona"]}', "may.preview[0]", 2, 17],
    ["preview: yes", "preview", 2, 10],
  ])("%j is wrong at its place", (text, path, line, column) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ kind: "invalid", errors: [{ path, line, column }] });
  });
});
