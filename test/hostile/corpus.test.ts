import { describe, expect, it } from "@jest/globals";
import { cleanText, FORMS } from "../../src/core/evidence/clean-text.ts";
import type { Cleaner, Form } from "../../src/core/evidence/clean-text.ts";
import { cleanSource } from "../../src/core/evidence/clean.ts";
import {
  findMarkup,
  findMarkupWith,
  MARKUP_RULES,
  PROSE_ESCAPES,
  proseOf,
} from "../../src/core/evidence/prose.ts";
import { findSteering, STEERING_RULES } from "../../src/core/evidence/steering.ts";
import type { SteeringRules } from "../../src/core/evidence/steering.ts";
import { escapingOf, ESCAPES, inertText } from "../../src/core/inert.ts";
import type { Escape } from "../../src/core/inert.ts";
import { redactSource } from "../../src/core/redact.ts";
import { CORPUS } from "./corpus/corpus.ts";
import type { Hostile } from "./corpus/entry.ts";
import { publish, rawOf } from "./corpus/obedient.ts";
import { SENTENCES } from "./corpus/sentences.ts";
import { findActive, textOf } from "./github-filters.ts";
import type { Allowed, Finding } from "./github-filters.ts";
import { parseCmark, parseMicromark } from "./markdown-tree.ts";
import type { Node } from "./markdown-tree.ts";

/** What our own code writes into these notes. */
const OURS: Allowed = {
  html: [
    /^<!-- smallbatch:release v1 line=42\/main\/\/stable sha=[0-9a-f]{40} -->$/,
    "<details><summary>Release card</summary>",
    "</details>",
  ],
  links: ["https://github.com/acme/widgets/compare/"],
  mentions: ["@alice"],
  references: ["#2"],
  headings: ["Fixes", "Other changes", "Features", "Breaking changes"],
  emphases: ["Security:"],
};

const INVISIBLE = /(?!\n)[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What is wrong with notes, whoever parses them. */
function findWrong(entry: Hostile, markdown: string, page: Node): readonly Finding[] {
  const found = [...findActive(page, OURS, { emoji: false })];
  const add = (what: string, text: string): void => void found.push({ what, text });
  const shown = textOf(page).toLowerCase();
  for (const word of entry.never) if (shown.includes(word.toLowerCase())) add("claim", word);
  if (INVISIBLE.test(markdown)) add("hidden character", markdown);
  if (redactSource(markdown) !== markdown) add("secret", markdown);
  if ((markdown.match(/<!--/g) ?? []).length !== 1) add("comment", markdown);
  if (/^\/\w/m.test(markdown)) add("command", markdown);
  return found;
}

const WAYS = ["title", "obedient model"] as const;

/** Entries have many notes in common: each is parsed once. */
function parsePages(notes: readonly string[]): ReadonlyMap<string, readonly Node[]> {
  const documents = [...new Set(notes)];
  const second = parseCmark(documents);
  if (second === null) process.stdout.write("cmark-gfm is not installed: only micromark reads\n");
  return new Map(
    documents.map((text, at) => [
      text,
      [parseMicromark(text), ...(second?.slice(at, at + 1) ?? [])],
    ]),
  );
}

const PUBLISHED = CORPUS.flatMap((entry) =>
  WAYS.map((by) => [by, entry.name, entry, publish(entry, by)] as const),
);
const PAGES = parsePages(PUBLISHED.map(([, , , markdown]) => markdown));

describe("notes of what is hostile", () => {
  it("are tried with at least 150 entries, each once", () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(CORPUS.map(({ name, where }) => name + where)).size).toBe(CORPUS.length);
  });

  it.each(PUBLISHED)("do nothing, by %s: %s", (_, __, entry, markdown) => {
    const pages = PAGES.get(markdown) ?? [];
    expect(pages).not.toEqual([]);
    for (const page of pages) expect(findWrong(entry, markdown, page)).toEqual([]);
  });
});

/** Everything somebody wrote, and what a model made of it. */
const TEXTS = [...new Set(CORPUS.flatMap(({ text, says }) => [text, says]))];

/** A line of the notes, and a cell of a table as other pages have them. */
function findIn(words: string, emoji: boolean): readonly Finding[] {
  const bullet = findActive(parseMicromark(`- ${words} (#2) by @alice`), OURS, { emoji });
  // Code in tables is escaped once more by whoever writes it there.
  if (!words.includes("|") || /`[^`]*\|[^`]*`/.test(words)) return bullet;
  const table = parseMicromark(`| a | b |\n| - | - |\n| ${words} | end |`);
  return countOf("cell", table) === 4 ? bullet : [...bullet, { what: "cell", text: words }];
}

function countOf(kind: string, node: Node): number {
  const own = node.kind === kind ? 1 : 0;
  return node.children.reduce((sum, child) => sum + countOf(kind, child), own);
}

function without<T>(rows: readonly T[], row: T): readonly T[] {
  return rows.filter((other) => other !== row);
}

function byTitle(rows: readonly Escape[]): (text: string) => string {
  return (text) => inertText(text, 256, escapingOf(rows));
}

function bySentence(rows: readonly Escape[]): (text: string) => string {
  return (text) => proseOf(text, escapingOf(rows));
}

describe("every escape is needed", () => {
  it("and with all of them no text is active", () => {
    for (const text of TEXTS) {
      expect({ text, found: findIn(byTitle(ESCAPES)(text), false) }).toEqual({ text, found: [] });
      expect({ text, found: findIn(bySentence(PROSE_ESCAPES)(text), true) }).toEqual({
        text,
        found: [],
      });
    }
  });

  it.each(ESCAPES)("in titles: $name", (row) => {
    const write = byTitle(without(ESCAPES, row));
    expect(TEXTS.some((text) => findIn(write(text), false).length > 0)).toBe(true);
  });

  it.each(PROSE_ESCAPES)("in sentences: $name", (row) => {
    const write = bySentence(without(PROSE_ESCAPES, row));
    expect(TEXTS.some((text) => findIn(write(text), true).length > 0)).toBe(true);
  });
});

describe("every check of a sentence is needed", () => {
  it.each(SENTENCES)("$name is found: $says", ({ says, code }) => {
    expect(findMarkup(says)).toContain(code);
  });

  it.each(MARKUP_RULES)("and nothing else finds it: $code", (rule) => {
    const others = without(MARKUP_RULES, rule);
    const missed = SENTENCES.filter(({ says }) => findMarkupWith(others, says).length === 0);
    expect(missed.map(({ code }) => code)).toContain(rule.code);
  });
});

/** Rules that make text easier to read and to quote, and hide nothing. */
const FOR_READING = ["line-breaks", "composed", "spaces", "one-line", "blank-lines", "autolinks"];

const FORM_OF: Readonly<Record<Hostile["where"], Form>> = {
  title: FORMS.line,
  label: FORMS.line,
  path: FORMS.line,
  body: FORMS.markdown,
  commit: FORMS.markdown,
  diff: FORMS.diff,
};

function isSeen({ where, text, sees }: Hostile, change: (form: Form) => Form): boolean {
  const seen = cleanText(text, change(FORM_OF[where]), 20_000).text;
  return sees !== "" && seen.includes(sees);
}

describe("every rule of cleaning is needed", () => {
  const rules = [...new Set(Object.values(FORMS).flatMap(rulesOf))];
  const hiding = rules.filter(({ name }) => !FOR_READING.includes(name));
  it.each(hiding)("$name", (rule) => {
    const change = (form: Form): Form => ({
      before: without(form.before, rule),
      markdown: without(form.markdown, rule),
      after: without(form.after, rule),
    });
    const escaped = CORPUS.filter(
      (entry) => isSeen(entry, change) && !isSeen(entry, (form) => form),
    );
    expect(escaped).not.toEqual([]);
  });
});

function rulesOf({ before, markdown, after }: Form): readonly Cleaner[] {
  return [...before, ...markdown, ...after];
}

describe("every sign of steering is needed", () => {
  const texts = CORPUS.map((entry) => {
    const raw = rawOf(entry);
    const source = cleanSource(raw, { isBreaking: [] });
    const patch = source.files[0]?.patch ?? "";
    const path = source.files[0]?.path ?? "";
    const shown = [source.title, source.body, ...source.commits, ...source.labels, path];
    return { raw: [entry.text], shown, diffs: [patch], hidden: [] };
  });
  const noticed = (rules: SteeringRules) =>
    texts.filter((text) => findSteering(text, rules).length > 0).length;
  const all = noticed(STEERING_RULES);

  it.each(STEERING_RULES.raw)("$what", (row) => {
    expect(noticed({ ...STEERING_RULES, raw: without(STEERING_RULES.raw, row) })).toBeLessThan(all);
  });

  it.each(STEERING_RULES.signs)("$what: $form", (row) => {
    expect(noticed({ ...STEERING_RULES, signs: without(STEERING_RULES.signs, row) })).toBeLessThan(
      all,
    );
  });

  it.each(STEERING_RULES.decoders)("$name", (row) => {
    const decoders = without(STEERING_RULES.decoders, row);
    expect(noticed({ ...STEERING_RULES, decoders })).toBeLessThan(all);
  });
});
