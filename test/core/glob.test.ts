import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { explainGlob, GLOB_CHARS_MAX, matchesGlob, matchGlob } from "../../src/core/glob.ts";

describe("a pattern of paths", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["infra/**", ["infra/a.tf", "infra/a/b.tf"], ["infra", "infrared/a", "lib/infra/a.tf"]],
    ["infra/", ["infra/a.tf", "lib/infra/a.tf"], ["infra", "lib/infra"]],
    ["/infra/", ["infra/a.tf"], ["lib/infra/a.tf"]],
    ["infra", ["infra", "infra/a.tf", "lib/infra", "lib/infra/a/b"], ["infrared", "Infra/a"]],
    ["*.tf", ["a.tf", "lib/a.tf", "lib/x/.tf"], ["a.tf.md", "tf"]],
    ["/*.tf", ["a.tf"], ["lib/a.tf"]],
    ["lib/*.tf", ["lib/a.tf"], ["a.tf", "lib/x/a.tf", "x/lib/a.tf"]],
    ["lib/*", ["lib/a", "lib/x/a"], ["lib", "a"]],
    ["**/db/*.sql", ["db/1.sql", "a/db/1.sql", "a/b/db/1.sql"], ["db.sql", "a/db/x/1.sql"]],
    ["src/**/test", ["src/test", "src/a/test/x", "src/a/b/test"], ["test", "a/src/test"]],
    ["src/**/a/**/b", ["src/a/b", "src/x/a/y/b/z", "src/a/a/b"], ["src/b/a", "src/a"]],
    ["**", ["a", "a/b"], []],
    ["*", ["a", "a/b"], []],
    ["a?c", ["abc", "x/a😀c"], ["ac", "abbc", "a/c"]],
    ["a*b*c", ["abc", "aXbYc", "abbc"], ["acb", "ab", "a/b/c"]],
    ["*a*", ["a", "bab"], ["b"]],
    [".github/workflows/", [".github/workflows/ci.yml"], [".github/workflows.md"]],
    ["a b/ü.txt", ["a b/ü.txt"], ["a/ü.txt"]],
  ])("%s", (pattern, fit, others) => {
    expect(explainGlob(pattern)).toBeNull();
    expect(fit.filter((path) => !matchesGlob(pattern, path))).toEqual([]);
    expect(others.filter((path) => matchesGlob(pattern, path))).toEqual([]);
  });

  it.each([
    ["", "has a folder without a name"],
    ["/", "has a folder without a name"],
    ["a//b", "has a folder without a name"],
    ["a/ /b", "has a folder without a name"],
    ["../a", "has a folder . or .."],
    ["a/./b", "has a folder . or .."],
    ["!a", 'has "!"; only *, ** and ? are special'],
    ["a[0-9]", 'has "["; only *, ** and ? are special'],
    ["*.{js,ts}", 'has "{"; only *, ** and ? are special'],
    ["a\\b", 'has "\\\\"; only *, ** and ? are special'],
    ["a\nb", 'has "\\n"; only *, ** and ? are special'],
    ["a**", "has ** beside other characters; it stands alone between slashes"],
    ["a/***/b", "has ** beside other characters; it stands alone between slashes"],
    ["x".repeat(GLOB_CHARS_MAX + 1), "has more than 100 characters"],
  ])("that is wrong says so: %j", (pattern, why) => {
    expect(explainGlob(pattern)).toBe(why);
  });
});

describe("the work for a pattern", () => {
  it.each([
    [`${"*a".repeat(49)}*b`, "a".repeat(4_000)],
    ["*".repeat(1) + "?*".repeat(49), "a".repeat(4_000)],
    [`${"**/a/".repeat(19)}b`, "a/".repeat(2_000)],
    [`${"**/*a*/".repeat(14)}b`, "aa/".repeat(1_300)],
    [`${"a/".repeat(49)}b`, "a/".repeat(2_000)],
  ])("%s is at most its characters times those of the path", (pattern, path) => {
    expect(explainGlob(pattern)).toBeNull();
    const { steps } = matchGlob(pattern, path);
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThanOrEqual((pattern.length + 1) * (path.length + 1));
  });

  it("stays within it, and agrees with a regular expression, for any pattern and path", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "b", "*", "?"),
      minLength: 1,
      maxLength: 5,
    });
    const part = fc.oneof(
      name.filter((text) => !text.includes("**")),
      fc.constant("**"),
    );
    const patterns = fc.array(part, { minLength: 1, maxLength: 5 });
    const folder = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
    const paths = fc.array(folder, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(patterns, paths, fc.boolean(), (parts, folders, isRooted) => {
        const pattern = `${isRooted ? "/" : ""}${parts.join("/")}`;
        const path = folders.join("/");
        const { isMatch, steps } = matchGlob(pattern, path);
        expect(isMatch).toBe(asExpression(pattern).test(path));
        expect(steps).toBeLessThanOrEqual((pattern.length + 1) * (path.length + 1));
      }),
      { numRuns: 3_000 },
    );
  });
});

/** The same said another way, for short patterns. */
function asExpression(pattern: string): RegExp {
  const isAnywhere = !pattern.slice(0, -1).includes("/");
  const names = pattern.replace(/^\//, "").split("/");
  const source = names.map((name, at) => {
    const isLast = at === names.length - 1;
    if (name === "**") return isLast ? "[^/]+" : "(?:[^/]+/)*";
    const text = name.replaceAll("*", "[^/]*").replaceAll("?", "[^/]");
    // A name is never empty.
    return `(?=[^/])${text}${isLast ? "" : "/"}`;
  });
  return new RegExp(`^${isAnywhere ? "(?:[^/]+/)*" : ""}${source.join("")}(?:/|$)`);
}
