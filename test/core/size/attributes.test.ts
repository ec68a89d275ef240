import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { readAttributePattern, run, toBytes } from "../../../src/core/size/attribute-pattern.ts";
import { AttributeRules } from "../../../src/core/size/attributes.ts";
import type { AttributeFile, AttributeValue } from "../../../src/core/size/attributes.ts";
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "attributes-"));
  git(["init", "-q"], "");
});

afterAll(() => rmSync(folder, { recursive: true }));

function git(args: readonly string[], input: string): string {
  const env = { ...process.env, GIT_ATTR_NOSYSTEM: "1", LC_ALL: "C.UTF-8" };
  const asked = ["-C", folder, "-c", "core.attributesFile=/dev/null", ...args];
  const { status, stdout, stderr } = spawnSync("git", asked, { env, input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** What `git check-attr` says of one attribute, path by path. */
function askGit(files: readonly AttributeFile[], name: string, paths: readonly string[]): string[] {
  const written = files.map((file) => path.join(folder, file.folder, ".gitattributes"));
  for (const [at, file] of files.entries()) {
    mkdirSync(path.dirname(written[at] ?? ""), { recursive: true });
    writeFileSync(written[at] ?? "", file.text);
  }
  const answer = git(
    ["check-attr", "-z", "--stdin", name],
    paths.map((one) => `${one}\0`).join(""),
  );
  for (const file of written) rmSync(file);
  return answer.split("\0").filter((_, at) => at % 3 === 2);
}

function say(value: AttributeValue | undefined): string {
  if (value === undefined || value === null) return "unspecified";
  return typeof value === "string" ? value : value.value;
}

const lineOf = (bytes: number) => `a x ${"y".repeat(bytes - 4)}\n`;

interface AttributeTable {
  readonly name: string;
  /** Texts by folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Of `linguist-generated`, by path. */
  readonly values: Readonly<Record<string, string>>;
}

const TABLES: readonly AttributeTable[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "size-tables/attributes.json"), "utf8"),
);

describe("the attribute of a path", () => {
  it.each(TABLES)("in a table is as git itself says it: $name", ({ files, values }) => {
    const list = Object.entries(files).map(([inside, text]) => ({ folder: inside, text }));
    const paths = Object.keys(values);
    const rules = new AttributeRules(list);
    const ours = paths.map((one) => say(rules.of(one).get("linguist-generated")));
    expect(ours).toEqual(Object.values(values));
    expect(askGit(list, "linguist-generated", paths)).toEqual(ours);
  });

  const PATHS = [
    "a",
    "b",
    "ab",
    "a b",
    "a/b",
    "a/a",
    "a/b/c",
    "b/a/c",
    "a/b/c/d",
    "ab/c",
    ".a",
    "a.b",
    "A",
    "ü",
    "a/ü",
    "a-b",
    "a]b",
    "a[b",
    "a*b",
    "a/b]c",
    "1",
    "a1",
    "a!b",
    "x/a/b",
    'q"q',
    "!a",
    "#a",
    "c/c",
    "c/a/b/c",
    "a^b",
    "\\",
    "a\\b",
    "b/a b",
    "a	b",
    "[attr]x",
    "z]",
    "-",
    "a/b/-",
  ];

  const part = fc.constantFrom(
    "a",
    "b",
    "c",
    "ab",
    "*",
    "**",
    "***",
    "?",
    "??",
    "/",
    "/",
    "/**/",
    "**/",
    "/**",
    ".",
    "ü",
    "[ab]",
    "[!a]",
    "[^ab]",
    "[a-c]",
    "[]a]",
    "[!]a]",
    "[a-]",
    "[[:alpha:]]",
    "[[:digit:]b]",
    "[[:nope:]]",
    "[[:a]",
    "[a",
    "[",
    "]",
    "\\*",
    "\\a",
    "\\",
    "[\\]]",
    "[a-\\c]",
    "!",
    "#",
    "-",
    "[[:space:]]",
    "[[:punct:]]",
    "[[:upper:][:lower:]]",
    "[--0]",
    "*.b",
    "*a",
    "[+--]",
    "\\/",
    "[/]",
    "[!/]",
    "[[:xdigit:]-z]",
    "[a-c-e]",
    "[b-a]",
    '"',
    "A",
    "1",
  );
  const pattern = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("")),
    fc
      .array(
        fc.oneof(part, fc.constantFrom(" ", "\\\\", '\\"', "\\t", "\\141", "\\q", "\\303\\274")),
        {
          maxLength: 5,
        },
      )
      .map((parts) => `"${parts.join("")}"`),
    fc.constantFrom("[attr]m", "[attr]n", "[attr]-x", "[attr]x", "[attr]", "[attr]binary", "#", ""),
  );
  const word = fc.constantFrom(
    "x",
    "x",
    "-x",
    "!x",
    "x=1",
    "x=",
    "x=false",
    "-x=1",
    "m",
    "n",
    "-m",
    "!m",
    "m=1",
    "y",
    "!y",
    "=x",
    "-",
    "!",
    "--x",
    "x=a=b",
    "x.y",
    "x?",
    "binary",
    "text",
    "ü",
  );
  const line = fc
    .tuple(pattern, fc.constantFrom(" ", "\t", "  ", " \r"), fc.array(word, { maxLength: 3 }))
    .chain(([start, gap, words]) =>
      fc.constantFrom("", "", " ", "\t").map((lead) => lead + [start, ...words].join(gap)),
    );
  const text = fc
    .tuple(
      fc.constantFrom("", "", "\u{FEFF}"),
      fc.array(line, { maxLength: 6 }),
      fc.constantFrom("\n", "\r\n"),
    )
    .map(([mark, lines, end]) => mark + lines.map((one) => one + end).join(""));

  it("is what git check-attr says, whatever stands in the files", () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.constantFrom("x", "x", "y", "m", "text"),
        (root, a, ab, name) => {
          const files = [
            { folder: "", text: root },
            { folder: "a", text: a },
            { folder: "a/b", text: ab },
          ].filter((file) => file.text !== "");
          const rules = new AttributeRules(files);
          const ours = PATHS.map((one) => [one, say(rules.of(one).get(name))]);
          const theirs = askGit(files, name, PATHS).map((value, at) => [PATHS[at], value]);
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: Number(process.env["ATTRIBUTE_RUNS"] ?? 200) },
    );
  });

  it("ignores a line that is too long for git, and takes one that just fits", () => {
    for (const bytes of [2_047, 2_048]) {
      const files = [{ folder: "", text: lineOf(bytes) }];
      const ours = say(new AttributeRules(files).of("a").get("x"));
      expect([ours]).toEqual(askGit(files, "x", ["a"]));
      expect(ours).toBe(bytes === 2_047 ? "set" : "unspecified");
    }
  });

  it("is found through macros that name each other, however many", () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => `[attr]m${at} m${at + 1}\n`).join("");
    const rules = new AttributeRules([{ folder: "", text: `${chain}[attr]m20000 m0 x\na m0\n` }]);
    expect(rules.of("a").get("x")).toBe("set");
  });
});

describe("the work for a pattern", () => {
  it.each([
    ["*a".repeat(500), "a".repeat(4_000)],
    [`${"**/".repeat(300)}b`, "a/".repeat(2_000)],
    [`${"*?[a-z]".repeat(200)}-`, "a".repeat(4_000)],
  ])("is at most its length times the path's", (pattern, text) => {
    const tokens = readAttributePattern(pattern)?.tokens ?? [];
    expect(tokens.length).toBeGreaterThan(100);
    const { steps } = run(tokens, toBytes(text));
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThanOrEqual(tokens.length * text.length);
  });
});
