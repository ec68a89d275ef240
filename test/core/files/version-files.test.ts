import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import {
  hasSection,
  insertSection,
  isOnlyInserted,
} from "../../../src/core/files/changelog-text.ts";
import { findJsonStrings } from "../../../src/core/files/json-text.ts";
import { planMarkedText } from "../../../src/core/files/marked-text.ts";
import { listFiles, planFiles } from "../../../src/core/files/version-files.ts";
import type { PolicyFiles } from "../../../src/core/policy/policy-files.ts";

const VERSION = "1.4.3";
const WHOLE = { component: "", version: VERSION, previous: "1.4.2", unreleased: [], olderTags: [] };
const RELEASE = { parts: [WHOLE], members: [] };

/** What stands afterwards, by path; or the problem in words. */
function plan(
  files: Partial<PolicyFiles>,
  texts: Readonly<Record<string, string>>,
  members: readonly string[] = [],
): Record<string, string> | string {
  const policy = { files: { package: "off", as: "commit", ...files } } as const;
  const seen = listFiles(policy, [""], members).map((path) => ({
    path,
    text: texts[path] ?? null,
    problem: null,
  }));
  const planned = planFiles(policy, seen, { ...RELEASE, members });
  if (planned.kind === "problem") return planned.text;
  return Object.fromEntries(planned.changes.map(({ path, text }) => [path, text]));
}

const LOCK = `{
  "name": "widgets",
  "version": "1.4.2",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "widgets", "version": "1.4.2", "dependencies": { "a": "1.4.2" } },
    "node_modules/a": { "version": "1.4.2" }
  }
}`;

describe("package.json", () => {
  it.each([
    ["two spaces", '{\n  "name": "a",\n  "version": "1.4.2",\n  "x": 1\n}\n'],
    ["tabs, no newline at the end", '{\n\t"version": "1.4.2"\n}'],
    ["CRLF", '{\r\n  "version": "1.4.2",\r\n  "a": ["1.4.2"]\r\n}\r\n'],
    ["one line and blanks", '{"a":{"version":"1.4.1"} , "version" :  "1.4.2"}'],
    ["a byte order mark", '\uFEFF{"version":"1.4.2"}\n'],
    ["a key with escapes", '{"ver\\u0073ion":"1.4.2","b":"\\"version\\":\\"1.4.2\\""}'],
  ])("changes its version and no other byte: %s", (_, text) => {
    const planned = plan({ package: "on" }, { "package.json": text });
    const at = text.lastIndexOf('"1.4.2"') === -1 ? -1 : text.indexOf('"1.4.2"');
    expect(planned).toEqual({
      "package.json": `${text.slice(0, at)}"${VERSION}"${text.slice(at + '"1.4.2"'.length)}`,
    });
  });

  it("takes its lock files along, and only its own version in them", () => {
    const manifest = '{ "version": "1.4.2" }';
    const own = LOCK.replace('"version": "1.4.2",', '"version": "1.4.3",').replace(
      '"name": "widgets", "version": "1.4.2"',
      '"name": "widgets", "version": "1.4.3"',
    );
    expect(
      plan(
        { package: "on" },
        { "package.json": manifest, "package-lock.json": LOCK, "npm-shrinkwrap.json": LOCK },
      ),
    ).toEqual({
      "package.json": '{ "version": "1.4.3" }',
      "package-lock.json": own,
      "npm-shrinkwrap.json": own,
    });
  });

  it.each([
    ["{}", 'package.json has no "version"'],
    ['{\n  "version": "1.4.2",\n}', "package.json:3 is not valid JSON"],
    ['{"version": "next"}', 'package.json:1: "next" is not a version such as 1.4.2'],
    [
      '{\n"version": "2.0.0"}',
      "package.json:2 says 2.0.0, which is higher than the next version, 1.4.3",
    ],
    ['{"version": 1}', 'package.json has no "version"'],
    ["[".repeat(100_000), "package.json:1 is not valid JSON"],
  ])("is refused with file and line: %s", (text, said) => {
    expect(plan({ package: "on" }, { "package.json": text })).toBe(said);
  });

  it("is refused with its lock file, where that cannot be read", () => {
    const manifest = { "package.json": '{"version":"1.4.2"}' };
    expect(plan({ package: "on" }, { ...manifest, "package-lock.json": "<<<<<<<" })).toBe(
      "package-lock.json:1 is not valid JSON",
    );
    const seen = [{ path: "README.md", text: null, problem: "is not UTF-8 text" }];
    expect(
      planFiles({ files: { package: "off", marker: ["README.md"], as: "commit" } }, seen, RELEASE),
    ).toEqual({ kind: "problem", path: "README.md", text: "README.md is not UTF-8 text" });
  });

  it("is not changed where it says the version already", () => {
    expect(plan({ package: "on" }, { "package.json": '{"version":"1.4.3"}' })).toEqual({});
  });

  it("has to be there where the policy asks for it", () => {
    expect(plan({ package: "on" }, {})).toBe(
      "package.json is not there, nor Cargo.toml; `files.package` needs one",
    );
  });
});

describe("a changelog that the policy names", () => {
  const files: PolicyFiles = { package: "off", changelog: "C.md", as: "commit" };
  const release = { ...RELEASE, parts: [{ ...WHOLE, unreleased: ["1.5.0", VERSION] }] };

  it("is read, and gets a section that replaces what was never released", () => {
    expect(listFiles({ files }, [""])).toEqual(["C.md"]);
    const seen = [{ path: "C.md", text: "# C\n", problem: null }];
    expect(planFiles({ files }, seen, release)).toEqual({
      kind: "planned",
      changes: [],
      changelogs: [
        { component: "", version: VERSION, path: "C.md", text: "# C\n", replaces: ["1.5.0"] },
      ],
    });
  });

  it.each<[string, string, string, readonly string[] | null]>([
    ["gets another where a release pull left one behind", "1.4.3", "v1.4.1...v1.4.3", [VERSION]],
    ["loses a higher one, too", "1.5.0", "v1.4.1...v1.5.0", ["1.5.0"]],
    ["keeps that of this release", "1.4.3", "v1.4.2...v1.4.3", null],
    ["keeps one that compares nothing", "1.4.3", "", null],
    ["keeps what somebody wrote ahead", "1.5.0", "v1.4.2...v1.5.0", []],
    ["keeps one that was released on another branch", "2.0.0", "v1.4.1...v2.0.0", []],
    ["keeps older history that has no tag", "1.4.2", "v1.4.1...r1.4.2", []],
    ["keeps what is no version", "2026.01.05", "v1.4.1...v2026.01.05", []],
  ])("%s", (_, version, comparison, replaces) => {
    const url = `https://github.com/acme/widgets/compare/${comparison}`;
    const heading = comparison === "" ? version : `[${version}](${url})`;
    const text = `# C\n\n## ${heading} (2026-03-01)\n\n* x\n`;
    const parts = [{ ...WHOLE, olderTags: ["v2.0.0", "v1.4.1"] }];
    expect(
      planFiles({ files }, [{ path: "C.md", text, problem: null }], { ...RELEASE, parts }),
    ).toMatchObject({ changelogs: replaces === null ? [] : [{ replaces }] });
  });

  it("is made where it does not stand yet", () => {
    expect(planFiles({ files }, [], release)).toMatchObject({
      changelogs: [{ path: "C.md", text: null }],
    });
  });
});

describe("the packages of a workspace", () => {
  const root = '{ "private": true, "workspaces": ["packages/*"] }\n';
  const core = '{\n\t"name": "@acme/core",\n\t"version": "1.4.2"\n}';
  const cli =
    '{ "name": "@acme/cli", "version": "1.4.2", "dependencies": { "@acme/core": "^1.4.2", "a": "^1.4.2" } }';
  const members = ["packages/core/package.json", "packages/cli/package.json"];
  const texts = { "package.json": root, [members[0] ?? ""]: core, [members[1] ?? ""]: cli };
  const later = cli.replace('"version": "1.4.2"', '"version": "1.4.3"');

  it("are those that stand at the commit", () => {
    const seen = [{ path: "package.json", text: root, problem: null }];
    const gone = { ...RELEASE, members: ["packages/gone/package.json"] };
    expect(planFiles({ files: { package: "on", as: "commit" } }, seen, gone)).toMatchObject({
      changes: [],
    });
  });

  it("get one version, and the ranges of those that ask for them", () => {
    expect(plan({ package: "on" }, texts, members)).toEqual({
      "packages/core/package.json": core.replace("1.4.2", "1.4.3"),
      "packages/cli/package.json": later.replace('core": "^1.4.2"', 'core": "^1.4.3"'),
    });
  });

  it("are followed by the lock file", () => {
    const lock =
      '{ "packages": { "": {}, "packages/core": { "version": "1.4.2" }, "packages/cli": { "version": "1.4.2", "dependencies": { "@acme/core": "^1.4.2" } }, "node_modules/@acme/core": { "resolved": "packages/core", "link": true } } }';
    const planned = plan({ package: "on" }, { ...texts, "package-lock.json": lock }, members);
    expect(planned).toMatchObject({ "package-lock.json": lock.replaceAll("1.4.2", "1.4.3") });
  });

  it("that are new begin with it, and private ones keep a version of their own", () => {
    const added = { ...texts, "packages/core/package.json": core.replace("1.4.2", "0.0.0") };
    expect(plan({ package: "on" }, added, members)).toMatchObject({
      "packages/core/package.json": core.replace("1.4.2", "1.4.3"),
    });
    const site = '{ "name": "site", "private": true, "version": "0.1.0" }';
    const kept = { ...texts, "packages/core/package.json": site };
    expect(Object.keys(plan({ package: "on" }, kept, members))).toEqual([
      "packages/cli/package.json",
    ]);
  });

  it("with versions of their own are refused", () => {
    const other = { ...texts, "packages/core/package.json": core.replace("1.4.2", "0.3.0") };
    expect(plan({ package: "on" }, other, members)).toBe(
      "packages/core/package.json says 0.3.0, while the last release is 1.4.2: packages with versions of their own are `components` in the policy",
    );
  });

  it("of Cargo inherit the version, or have it themselves", () => {
    const cargo = {
      "Cargo.toml":
        '[workspace]\nmembers = ["crates/*"]\n[workspace.package]\nversion = "1.4.2"\n[workspace.dependencies]\ncore = { path = "crates/core", version = "1.4.2" }\n',
      "crates/core/Cargo.toml": '[package]\nname = "core"\nversion.workspace = true\n',
      "crates/cli/Cargo.toml":
        '[package]\nname = "cli"\nversion = "1.4.2"\n[dependencies]\nserde = "1.4.2"\n',
      "Cargo.lock":
        '[[package]]\nname = "cli"\nversion = "1.4.2"\n\n[[package]]\nname = "core"\nversion = "1.4.2"\n\n[[package]]\nname = "serde"\nversion = "1.4.2"\nsource = "registry"\n',
    };
    expect(
      plan({ package: "on" }, cargo, ["crates/core/Cargo.toml", "crates/cli/Cargo.toml"]),
    ).toEqual({
      "Cargo.toml": cargo["Cargo.toml"].replaceAll("1.4.2", "1.4.3"),
      "crates/cli/Cargo.toml": cargo["crates/cli/Cargo.toml"].replace(
        'version = "1.4.2"',
        'version = "1.4.3"',
      ),
      "Cargo.lock": cargo["Cargo.lock"].replaceAll(
        /(name = "c\w+"\nversion = )"1.4.2"/g,
        '$1"1.4.3"',
      ),
    });
  });
});

describe("Cargo.toml", () => {
  const MANIFEST =
    '[package]\nname = "widgets" # ours\nversion = "1.4.2" # x\n\n[dependencies]\nserde = { version = "1.4.2" }\n\n[dependencies.b]\nversion = "1.4.2"\n';

  it("changes its version and the entry in Cargo.lock", () => {
    const lock =
      '[[package]]\nname = "b"\nversion = "1.4.2"\nsource = "registry+x"\n\n[[package]]\nname = "widgets"\nversion = "1.4.2"\ndependencies = [\n "b",\n]\n';
    expect(plan({ package: "on" }, { "Cargo.toml": MANIFEST, "Cargo.lock": lock })).toEqual({
      "Cargo.toml": MANIFEST.replace('version = "1.4.2" # x', 'version = "1.4.3" # x'),
      "Cargo.lock": lock.replace(
        'name = "widgets"\nversion = "1.4.2"',
        'name = "widgets"\nversion = "1.4.3"',
      ),
    });
  });

  it.each([
    [
      '[package]\ndescription = """\n[package]\nversion = "0.0.1"\n"""\nversion = "1.4.2"\n',
      '"0.0.1"',
    ],
    ['[workspace.package]\nversion = "1.4.2"\n\n[package]\nversion.workspace = true\n', "true"],
  ])("is not misled: %j", (text, kept) => {
    const planned = plan({ package: "on" }, { "Cargo.toml": text });
    expect(planned).toEqual({ "Cargo.toml": text.replace('"1.4.2"', '"1.4.3"') });
    expect(JSON.stringify(planned)).toContain(JSON.stringify(kept).slice(1, -1));
  });

  it("with a higher version is refused, with its line", () => {
    expect(plan({ package: "on" }, { "Cargo.toml": '[package]\nversion = "2.0.0"\n' })).toBe(
      "Cargo.toml:2 says 2.0.0, which is higher than the next version, 1.4.3",
    );
  });

  it("without a version is refused, unless packages of its workspace have one", () => {
    const root = '[workspace]\nmembers = ["a"]\n';
    const member = '[package]\nname = "a"\nversion = "1.4.2"\n';
    expect(
      plan({ package: "on" }, { "Cargo.toml": root, "a/Cargo.toml": member }, ["a/Cargo.toml"]),
    ).toEqual({ "a/Cargo.toml": member.replace("1.4.2", "1.4.3") });
    expect(plan({ package: "on" }, { "Cargo.toml": "[workspace]\n" })).toBe(
      "Cargo.toml has no version below [package]",
    );
  });
});

describe("a marked file", () => {
  it.each([
    [
      'export const version = "1.4.2"; // x-release-version\r\nconst other = "1.4.2";\r\n',
      'export const version = "1.4.3"; // x-release-version\r\nconst other = "1.4.2";\r\n',
    ],
    [
      "![v](badge/v-1.4.2-blue) [v1.4.2](x/pkg@1.4.2) <!-- x-release-version -->",
      "![v](badge/v-1.4.3-blue) [v1.4.3](x/pkg@1.4.3) <!-- x-release-version -->",
    ],
    [
      "# x-release-version-start\nnpm i a@1.4.2\n\ncargo add a@1.4.2\n# x-release-version-end\n1.0.0\n",
      "# x-release-version-start\nnpm i a@1.4.3\n\ncargo add a@1.4.3\n# x-release-version-end\n1.0.0\n",
    ],
    ["v 1.5.0-beta.3 x-release-version", "v 1.4.3 x-release-version"],
    ["ip 1.4.2.1 and 1.4.2 x-release-version", "ip 1.4.2.1 and 1.4.3 x-release-version"],
  ])("changes what is marked: %j", (text, expected) => {
    expect(plan({ marker: ["a.txt"] }, { "a.txt": text })).toEqual({ "a.txt": expected });
  });

  it.each([
    ["no mark", "1.4.2\n", "a.txt no line is marked with x-release-version"],
    [
      "no version",
      "a\nb x-release-version",
      "a.txt:2: this line is marked, and has no version such as 1.4.2",
    ],
    [
      "two versions",
      "1.4.2 and 2.0.0 x-release-version",
      "a.txt:1: 1.4.2 and 2.0.0 are marked together; only one version may be",
    ],
    [
      "a block without an end",
      "x-release-version-start\n1.4.2\n",
      "a.txt:1: x-release-version-start has no x-release-version-end after it",
    ],
    [
      "an end without a start",
      "\nx-release-version-end\n",
      "a.txt:2: x-release-version-end has no x-release-version-start before it",
    ],
    [
      "an empty block",
      "x-release-version-start\nx-release-version-end\n",
      "a.txt:1: this block has no version such as 1.4.2",
    ],
    [
      "a block in a block",
      "x-release-version-start\n1.4.2\nx-release-version-start\n",
      "a.txt:3: x-release-version-start stands inside another block",
    ],
  ])("with %s is refused", (_, text, said) => {
    expect(plan({ marker: ["a.txt"] }, { "a.txt": text })).toBe(said);
  });

  it("has to be there", () => {
    expect(plan({ marker: ["a.txt"] }, {})).toBe(
      "a.txt is not there; the policy names it under `files`",
    );
  });

  it("may be the manifest too", () => {
    const text = '{ "version": "1.4.2",\n "tag": "v1.4.2 x-release-version" }';
    expect(plan({ package: "on", marker: ["package.json"] }, { "package.json": text })).toEqual({
      "package.json": text.replaceAll("1.4.2", "1.4.3"),
    });
  });

  it.each(["ts", "md"])("looks as docs/files.md shows it: %s", (language) => {
    const page = readFileSync(new URL("../../../docs/files.md", import.meta.url), "utf8");
    const [, text = ""] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
    expect(text).toContain("1.4.2");
    expect(planMarkedText(text, VERSION)).toEqual({
      kind: "planned",
      text: text.replaceAll("1.4.2", VERSION),
    });
  });

  it("keeps every line without a mark, whatever it holds", () => {
    const line = fc.string().filter((text) => !/x-release-version|\n/.test(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const text = [...before, "v1.4.2 x-release-version", ...after].join("\n");
        expect(planMarkedText(text, VERSION)).toEqual({
          kind: "planned",
          text: [...before, "v1.4.3 x-release-version", ...after].join("\n"),
        });
      }),
    );
  });
});

/** JSON text of a value with blanks wherever they are allowed. */
function spell(value: unknown, gap: () => string): string {
  const inner = (each: unknown): string => `${gap()}${spell(each, gap)}${gap()}`;
  if (Array.isArray(value))
    return value.length === 0 ? `[${gap()}]` : `[${value.map(inner).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return `{${gap()}}`;
  return `{${entries.map(([key, own]) => `${gap()}${JSON.stringify(key)}${gap()}:${inner(own)}`).join(",")}}`;
}

function stringsOf(value: unknown, path: readonly string[] = []): unknown[] {
  if (typeof value === "string") return [{ path, value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, own]) => stringsOf(own, [...path, key]));
}

const insertion = (text: string | null, replaces: string[] = []) => ({
  text,
  version: VERSION,
  replaces,
});

describe("JSON", () => {
  const blank = fc.constantFrom("", " ", "\n", "\t", " \r\n ");

  it("is read as JSON.parse reads it, with the place of each string", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(blank, { minLength: 1 }), (value, blanks) => {
        let at = 0;
        const text = spell(value, () => blanks[(at += 1) % blanks.length] ?? "");
        const read = findJsonStrings(text, () => true);
        if (read.kind === "failed") throw new Error(text);
        expect(read.found.map(({ path, value: own }) => ({ path, value: own }))).toEqual(
          stringsOf(JSON.parse(text)),
        );
        for (const { start, end, value: own } of read.found) {
          expect(JSON.parse(text.slice(start, end))).toBe(own);
        }
      }),
    );
  });

  it("is read with the keys and indices that lead to each string", () => {
    const text = '[ "a", {"b": [1, "c" , null, {"d":"\\u0065", "f": {}}]}, [], "g" ]\n';
    const read = findJsonStrings(text, () => true);
    const found = read.kind === "read" ? read.found : [];
    expect(found.map(({ path, value }) => `${path.join("/")} ${value}`)).toEqual([
      "0 a",
      "1/b/1 c",
      "1/b/3/d e",
      "3 g",
    ]);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([
      '"a"',
      '"c"',
      '"\\u0065"',
      '"g"',
    ]);
  });

  it.each([
    ["an end that closes something else", '{"a": "b"]', 9],
    ["two values without a comma", '["a" "b"]', 5],
    ["a comma before the end of a list", '["a", ]', 6],
    ["a comma before the end of an object", '{"a": 1, }', 9],
    ["a key without a value", '{"a"}', 4],
    ["a key without quotes", "{a: 1}", 1],
    ["a value where a key belongs", '{"a": 1, 2}', 9],
    ["more than one value", '{"a": 1} {}', 9],
    ["no end", '["a", "b"', 9],
    ["nothing", "", 0],
  ])("is refused at the place of %s", (_, text, offset) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(findJsonStrings(text, () => true)).toEqual({ kind: "failed", offset });
  });

  it("is refused where JSON.parse refuses it", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      "1",
      "-",
      "01",
      "true",
      " ",
      "\\",
      '"',
      ".5",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join("");
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect({ text, kind: findJsonStrings(text, () => true).kind }).toEqual({
          text,
          kind: isJson ? "read" : "failed",
        });
      }),
      { numRuns: 2_000 },
    );
  });
});

const SECTION =
  "## [1.4.3](https://github.com/acme/widgets/compare/v1.4.2...v1.4.3) (2026-11-27)\n\n### Fixes\n\n* a\n";

describe("a changelog", () => {
  it("loses the sections that give way, also the last one", () => {
    const text = "# Changelog\n\n## 1.4.2\n\n* x\n\n## 1.4.1\n\n* never\n";
    const inserted = insertSection(insertion(text, ["1.4.1"]), SECTION);
    expect(inserted).toContain("* x\n");
    expect(inserted).not.toContain("never");
  });

  it.each([
    ["a new file", null, `# Changelog\n\n${SECTION}`],
    ["an empty file", "", SECTION],
    ["a title only", "# Changes", `# Changes\n\n${SECTION}`],
    ["a title and the end of its line", "# Changes\n", `# Changes\n\n${SECTION}`],
    [
      "a title and an introduction",
      "# Changes\n\nAll of them.\n\n## 1.4.2\n\n* x\n",
      `# Changes\n\nAll of them.\n\n${SECTION}\n## 1.4.2\n\n* x\n`,
    ],
    [
      "what is not released yet",
      "# Changelog\n\n## [Unreleased]\n\n- y\n\n## [1.4.2] - 2026-01-01\n",
      `# Changelog\n\n## [Unreleased]\n\n- y\n\n${SECTION}\n## [1.4.2] - 2026-01-01\n`,
    ],
    [
      "headings of first and second level",
      "# [1.4.0](x) (2026-01-01)\n\n# [1.3.0](x)\n",
      `${SECTION}\n# [1.4.0](x) (2026-01-01)\n\n# [1.3.0](x)\n`,
    ],
    [
      "underlined headings",
      "Changes\n=======\n\n1.4.2\n-----\n\nx\n",
      `Changes\n=======\n\n${SECTION}\n1.4.2\n-----\n\nx\n`,
    ],
    [
      "a version in fenced code",
      "# Changes\n\n```\n## 1.0.0\n```\n\n## 1.4.2\n",
      `# Changes\n\n\`\`\`\n## 1.0.0\n\`\`\`\n\n${SECTION}\n## 1.4.2\n`,
    ],
    [
      "CRLF",
      "# Changes\r\n\r\n## 1.4.2\r\n",
      `# Changes\r\n\r\n${SECTION.replaceAll("\n", "\r\n")}\r\n## 1.4.2\r\n`,
    ],
  ])("gets its section with %s", (_, text, expected) => {
    const after = insertSection(insertion(text), SECTION);
    expect(after).toBe(expected);
    expect(hasSection(after, VERSION)).toBe(true);
    expect(isOnlyInserted(insertion(text), after)).toBe(true);
  });

  it("loses the section of a version that was never released", () => {
    const text = "# Changes\n\n## 1.5.0\n\n* gone\n\n## 1.4.2\n\n* x\n";
    const after = insertSection(insertion(text, ["1.5.0"]), SECTION);
    expect(after).toBe(`# Changes\n\n${SECTION}\n## 1.4.2\n\n* x\n`);
    expect(isOnlyInserted(insertion(text, ["1.5.0"]), after)).toBe(true);
  });

  it.each([
    ["nothing was put in", (text: string) => text],
    [
      "the rest was changed",
      (text: string) => insertSection(insertion(text), SECTION).replace("* x", "* y"),
    ],
    [
      "it is another version",
      (text: string) => insertSection(insertion(text), SECTION.replaceAll("1.4.3", "1.4.4")),
    ],
    [
      "there are two sections",
      (text: string) => insertSection(insertion(text), `${SECTION}\n## 1.0.0\n`),
    ],
  ])("is not taken for ours where %s", (_, change) => {
    const text = "# Changes\n\n## 1.4.2\n\n* x\n";
    expect(isOnlyInserted(insertion(text), change(text))).toBe(false);
  });

  it("keeps every byte of any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("#", " ", "\n", "\r\n", "1.2.3", "a", "`", "-") }),
        (text) => {
          const after = insertSection(insertion(text), SECTION);
          const place = after.indexOf(SECTION.slice(0, 10));
          expect(text.startsWith(after.slice(0, place).trimEnd())).toBe(true);
          expect(isOnlyInserted(insertion(text), after)).toBe(true);
        },
      ),
    );
  });

  it("keeps a section of the version that somebody wrote", () => {
    const seen = [{ path: "C.md", text: "# C\n\n## v1.4.3\n\nmine\n", problem: null }];
    expect(
      planFiles({ files: { package: "off", changelog: "C.md", as: "commit" } }, seen, RELEASE),
    ).toEqual({ kind: "planned", changes: [], changelogs: [] });
  });
});
