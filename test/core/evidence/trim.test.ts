import { describe, expect, it } from "@jest/globals";
import { array, assert, constant, oneof, option, property, record, string } from "fast-check";
import type { NoteSource, SourceFile } from "../../../src/core/evidence/source.ts";
import {
  estimateTokens,
  REQUEST_TOKENS_MAX,
  trimSources,
} from "../../../src/core/evidence/trim.ts";
import type { TrimmedSource } from "../../../src/core/evidence/trim.ts";
import { noteSource } from "../../support/note-sources.ts";

function file(patch: string | null, path = "src/a.ts"): SourceFile {
  return { path, previousPath: null, additions: 1, deletions: 0, patch };
}

function tokensOf(sent: readonly TrimmedSource[]): number {
  return sent.reduce(
    (total, { body, diff, commits, files, title, labels, breaking, security }) =>
      [body, diff, title, ...commits, ...files, ...labels, ...breaking, ...security].reduce(
        (sum, text) => sum + estimateTokens(text),
        total,
      ),
    0,
  );
}

function trim(
  sources: readonly NoteSource[],
  sends: "titles" | "diffs" = "diffs",
  fixedTokens = 1_500,
): readonly TrimmedSource[] {
  const sent = trimSources(sources, sends, fixedTokens);
  if (sent === null) throw new Error("Nothing could be sent");
  return sent;
}

const line = "+const value = read();\n";

const text = (maxLength: number) =>
  oneof(string({ unit: "grapheme", maxLength }), constant(line.repeat(maxLength)));

describe("estimateTokens", () => {
  it("counts 2.5 characters a token, and each that is no ASCII as one", () => {
    expect(estimateTokens("")).toBe(0);
    expect(estimateTokens("ten letter")).toBe(4);
    expect(estimateTokens("日本語")).toBe(3);
  });
});

describe("what is sent", () => {
  it("is all of a small pull", () => {
    const source = noteSource({
      commits: ["fix(parser): keep empty lines in quoted values\n\nWith a test."],
      signals: { breaking: ["feat!"], security: ["CVE-2026-1234"], injection: [] },
    });
    expect(trim([source])).toEqual([
      {
        title: source.title,
        labels: ["bug"],
        breaking: ["feat!"],
        security: ["CVE-2026-1234"],
        body: source.body,
        commits: source.commits,
        files: ["src/parser.ts"],
        diff: `src/parser.ts\n${source.files[0]?.patch}`,
      },
    ]);
  });

  it("has neither files, diffs nor commits where only titles are sent", () => {
    const [sent] = trim([noteSource()], "titles");
    expect(sent).toMatchObject({ files: [], diff: "", commits: [] });
    expect(sent?.body).not.toBe("");
  });

  it("begins with the diffs of code, and leaves out those of lock files and what is generated", () => {
    const files = ["a.test.ts", "yarn.lock", "b.ts", "dist/x.min.js", "README.md"].map((path) =>
      file("+x", path),
    );
    const [sent] = trim([noteSource({ files })]);
    expect(sent?.diff).toBe("b.ts\n+x\na.test.ts\n+x\nREADME.md\n+x");
    expect(sent?.files).toHaveLength(5);
  });

  it("names what a file was called before", () => {
    const files = [{ ...file(null, "b.ts"), previousPath: "a.ts" }];
    expect(trim([noteSource({ files })])[0]).toMatchObject({
      files: ["b.ts (was a.ts)"],
      diff: "",
    });
  });

  it("says no commit message again that is the title and body", () => {
    const { title, body } = noteSource();
    expect(trim([noteSource({ commits: [`${title}\n\n${body}\n`, "more"] })])[0]?.commits).toEqual([
      "more",
    ]);
  });

  it("loses diffs before bodies, and whole lines of them", () => {
    const long = noteSource({ body: "word ".repeat(500), files: [file(line.repeat(500))] });
    const [sent] = trim([long]);
    expect(sent?.body).toBe(long.body);
    expect(sent?.diff).toMatch(/^src\/a\.ts\n(\+const value = read\(\);\n?)+ \[…\]$/);
  });

  it("loses parts of bodies where these alone are too much, and never a title or label", () => {
    const sources = Array.from({ length: 40 }, (_, at) =>
      noteSource({
        title: `feat: ${"a long title ".repeat(15)}${at}`,
        body: "word ".repeat(2_000),
        labels: ["one", "two"],
        files: [file(line.repeat(100))],
      }),
    );
    const sent = trim(sources);
    expect(sent.map(({ title, labels }) => [title, labels])).toEqual(
      sources.map(({ title, labels }) => [title, labels]),
    );
    expect(sent.every(({ body, diff }) => body.endsWith("[…]") && diff === "")).toBe(true);
    expect(tokensOf(sent)).toBeLessThanOrEqual(34_500);
  });

  it("gives the room that short pulls leave to long ones", () => {
    const short = noteSource({ body: "", commits: [], files: [] });
    const long = noteSource({
      body: "",
      files: [file(line.repeat(400)), file(line.repeat(90), "b")],
    });
    const alone = trim([long])[0]?.diff.length ?? 0;
    const beside = trim([short, short, long])[2]?.diff.length ?? 0;
    expect(beside).toBeGreaterThan(alone * 1.5);
  });

  it("is nothing where titles alone are more than a request may hold", () => {
    const title = "word ".repeat(50_000);
    expect(trimSources([noteSource({ title })], "titles", 0)).toBeNull();
    expect(trimSources([noteSource()], "titles", REQUEST_TOKENS_MAX)).toBeNull();
  });

  it("is titles alone where they took all there is", () => {
    const title = "word ".repeat(1_000);
    expect(trim([noteSource({ title })])[0]).toMatchObject({
      title,
      body: "",
      diff: "",
      files: [],
    });
  });

  it("never ends in half of a character", () => {
    const [sent] = trim([noteSource({ body: `a${"🎉".repeat(3_000)}`, files: [] })]);
    expect(sent?.body).toMatch(/\[…\]$/);
    expect(sent?.body.isWellFormed()).toBe(true);
  });

  it.each([
    [3, ""],
    [4, ""],
    [5, "🎉 […]"],
    [6, "🎉🎉🎉"],
  ])(
    "is as much of a body as %i tokens hold, and nothing where no character fits",
    (left, body) => {
      const source = noteSource({ title: "Party", labels: [], body: "🎉🎉🎉" });
      const used = REQUEST_TOKENS_MAX - estimateTokens("Party") - left;
      expect(trim([source], "titles", used)).toMatchObject([{ title: "Party", body }]);
    },
  );

  it("keeps to its budget and to the titles, whatever the pulls are", () => {
    const pull = record({
      title: string({ maxLength: 80 }),
      body: text(900),
      commits: array(text(100), { maxLength: 4 }),
      files: array(record({ path: string({ maxLength: 40 }), patch: option(text(500)) }), {
        maxLength: 4,
      }),
    });
    assert(
      property(array(pull, { minLength: 1, maxLength: 12 }), (pulls) => {
        const sources = pulls.map(({ files, ...rest }) =>
          noteSource({ ...rest, files: files.map(({ path, patch }) => file(patch, path)) }),
        );
        const sent = trim(sources);
        expect(sent.map(({ title }) => title)).toEqual(pulls.map(({ title }) => title));
        expect(tokensOf(sent)).toBeLessThanOrEqual(500 + 850 * pulls.length);
      }),
      { numRuns: 100 },
    );
  });
});
