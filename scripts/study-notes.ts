/**
 * Would the verifier let pass what maintainers themselves published? Reads changelogs of local
 * clones, finds the pull of each line in the history, and checks the line as if a model had drafted
 * it from that pull.
 *
 *     npm run study:notes -- --clone DIR=CHANGELOG.md [--clone ...] [--max 80] [--lines FILE]
 *
 * `--lines` keeps every line with its verdict as JSON, one a line, to be judged by hand; it holds
 * other projects' texts and belongs outside of this repository.
 */
import { writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Command } from "commander";
import { cleanSource } from "../src/core/evidence/clean.ts";
import type { NoteLine } from "../src/core/evidence/note-line.ts";
import { categoryOf } from "../src/core/evidence/source-category.ts";
import type { NoteSource, RawSource } from "../src/core/evidence/source.ts";
import { SENTENCE_CHARS_MAX, verifyDraft } from "../src/core/evidence/verify.ts";
import { askGit } from "../src/git/program.ts";
import { renderTable } from "./markdown-table.ts";
import { readPublished } from "./study/published-lines.ts";
import type { PublishedLine } from "./study/published-lines.ts";
import { findPulls, NOTES_FILE, readPull } from "./study/pull-sources.ts";

interface Judged {
  readonly project: string;
  readonly line: PublishedLine;
  readonly source: NoteSource;
  readonly verdict: NoteLine;
  readonly repeatsTitle: boolean;
  /** Git has what the pull's page says: a description, or a note that the pull brings itself. */
  readonly isDescribed: boolean;
}

interface Studied {
  readonly judged: readonly Judged[];
  readonly tooLong: number;
}

const values = new Command("study:notes")
  .requiredOption("--clone <DIR=CHANGELOG.md...>", "clones, each with its changelog")
  .option("--max <number>", "entries of each, the newest", "80")
  .option("--lines <file>", "keep every entry with its verdict there")
  .option("--no-notes-files", "leave out change files that a pull brings itself")
  .parse()
  .opts<{ clone: string[]; max: string; lines?: string; notesFiles: boolean }>();

function categoryOfHeading(heading: string): "feature" | "fix" | "performance" | null {
  if (/\b(?:bug|fix(?:es|ed)?)\b/i.test(heading)) return "fix";
  if (/\b(?:features?|added|enhancements?)\b/i.test(heading)) return "feature";
  return /\bperformance\b/i.test(heading) ? "performance" : null;
}

/** A shorter body is a list of co-authors. */
const BODY_CHARS_MIN = 100;

function isDescribed({ body, commits, files }: RawSource): boolean {
  const text = [body, ...commits.map((message) => message.split("\n").slice(1).join(" "))]
    .join(" ")
    .replaceAll(/^(?:co-authored-by|signed-off-by):.*$/gim, "");
  return text.trim().length >= BODY_CHARS_MIN || files.some(({ path }) => NOTES_FILE.test(path));
}

function words(text: string): string {
  return text
    .toLowerCase()
    .replace(/^\w+(?:\([^)]*\))?!?:/, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

function judge(line: PublishedLine, source: NoteSource): NoteLine {
  const category = categoryOfHeading(line.heading) ?? categoryOf(source) ?? "other";
  const { signals } = source;
  const drafted = {
    pulls: ["P01"],
    text: line.text,
    category,
    isBreaking: signals.breaking.length > 0,
    isSecurity: signals.security.length > 0,
    evidence: [],
    isSuspicious: false,
  };
  const [verdict] = verifyDraft([source], { lines: [drafted] }).lines;
  if (verdict === undefined) throw new Error(`no line for ${source.unit}`);
  return verdict;
}

async function study(folder: string, changelog: string, max: number): Promise<Studied> {
  const { stdout, code } = await askGit(folder, ["show", `HEAD:${changelog}`]);
  if (code !== 0) throw new Error(`${folder} has no ${changelog}`);
  const pulls = await findPulls(folder);
  const project = basename(basename(folder) === "repo" ? dirname(folder) : folder).replace(
    "+",
    "/",
  );
  const judged: Judged[] = [];
  const seen = new Set<number>();
  let tooLong = 0;
  for (const line of readPublished(stdout)) {
    if (judged.length >= max) break;
    const sha = pulls.get(line.pull);
    if (sha === undefined || seen.has(line.pull)) continue;
    seen.add(line.pull);
    if (Array.from(line.text).length > SENTENCE_CHARS_MAX) {
      tooLong += 1;
      continue;
    }
    const raw = await readPull(folder, {
      pull: line.pull,
      sha,
      notesFiles: values.notesFiles,
    });
    if (raw === null) continue;
    const source = cleanSource(raw, { isBreaking: [] });
    const repeatsTitle = words(line.text) === words(source.title);
    const verdict = judge(line, source);
    judged.push({ project, line, source, verdict, repeatsTitle, isDescribed: isDescribed(raw) });
  }
  return { judged, tooLong };
}

function count(judged: readonly Judged[]): readonly string[] {
  const rejected = judged.filter(({ verdict }) => verdict.grade === "C").length;
  const share = ((100 * rejected) / Math.max(1, judged.length)).toFixed(1);
  return [String(judged.length), `${rejected} (${share} %)`];
}

function row(name: string, judged: readonly Judged[]): string[] {
  const repeats = judged.filter(({ repeatsTitle }) => repeatsTitle).length;
  const described = judged.filter(({ isDescribed: has }) => has);
  const bare = judged.filter(({ isDescribed: has }) => !has);
  return [name, ...count(judged), String(repeats), ...count(described), ...count(bare)];
}

const all: Judged[] = [];
const rows: string[][] = [];
let long = 0;
for (const clone of values.clone) {
  const [folder = "", changelog = "CHANGELOG.md"] = clone.split("=");
  const { judged, tooLong } = await study(folder, changelog, Number(values.max));
  all.push(...judged);
  long += tooLong;
  if (judged.length > 0) rows.push(row(judged[0]?.project ?? "", judged));
}
rows.push(row("all", all));
const codes = new Map<string, { described: number; bare: number }>();
for (const { verdict, isDescribed: has } of all) {
  for (const code of verdict.rejected?.codes ?? []) {
    const found = codes.get(code) ?? { described: 0, bare: 0 };
    if (has) found.described += 1;
    else found.bare += 1;
    codes.set(code, found);
  }
}
const header = ["project", "lines", "rejected", "repeat the title"];
const split = ["described", "rejected", "title and diff only", "rejected"];
const byCode = [...codes].map(([code, { described, bare }]) => [code, described, bare].map(String));
const out = [
  ...renderTable([...header, ...split], rows),
  "",
  ...renderTable(["rejected for", "described", "title and diff only"], byCode),
  "",
  `${long} lines of more than ${SENTENCE_CHARS_MAX} characters are not among them.`,
];
process.stdout.write(`${out.join("\n")}\n`);
if (values.lines !== undefined) {
  const text = all.map(({ line, source, ...judged }) =>
    JSON.stringify({ ...line, ...judged, title: source.title, body: source.body }),
  );
  writeFileSync(values.lines, `${text.join("\n")}\n`);
}
