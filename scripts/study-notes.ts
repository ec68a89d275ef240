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
import { parseArgs } from "node:util";
import { cleanSource } from "../src/core/evidence/clean.ts";
import type { NoteLine } from "../src/core/evidence/note-line.ts";
import { categoryOf } from "../src/core/evidence/source-category.ts";
import type { NoteSource } from "../src/core/evidence/source.ts";
import { SENTENCE_CHARS_MAX, verifyDraft } from "../src/core/evidence/verify.ts";
import { askGit } from "../src/git/program.ts";
import { renderTable } from "./markdown-table.ts";
import { readPublished } from "./study/published-lines.ts";
import type { PublishedLine } from "./study/published-lines.ts";
import { findPulls, readPull } from "./study/pull-sources.ts";

interface Judged {
  readonly project: string;
  readonly line: PublishedLine;
  readonly source: NoteSource;
  readonly verdict: NoteLine;
  readonly repeatsTitle: boolean;
}

interface Studied {
  readonly judged: readonly Judged[];
  readonly tooLong: number;
}

const { values } = parseArgs({
  options: {
    clone: { type: "string", multiple: true, default: [] },
    max: { type: "string", default: "80" },
    lines: { type: "string" },
    "no-notes-files": { type: "boolean", default: false },
  },
});

function categoryOfHeading(heading: string): "feature" | "fix" | "performance" | null {
  if (/\b(?:bug|fix(?:es|ed)?)\b/i.test(heading)) return "fix";
  if (/\b(?:features?|added|enhancements?)\b/i.test(heading)) return "feature";
  return /\bperformance\b/i.test(heading) ? "performance" : null;
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
      notesFiles: !values["no-notes-files"],
    });
    if (raw === null) continue;
    const source = cleanSource(raw, { isBreaking: [] });
    const repeatsTitle = words(line.text) === words(source.title);
    judged.push({ project, line, source, verdict: judge(line, source), repeatsTitle });
  }
  return { judged, tooLong };
}

const all: Judged[] = [];
const rows: string[][] = [];
for (const clone of values.clone) {
  const [folder = "", changelog = "CHANGELOG.md"] = clone.split("=");
  const { judged, tooLong } = await study(folder, changelog, Number(values.max));
  all.push(...judged);
  const rejected = judged.filter(({ verdict }) => verdict.grade === "C");
  const repeats = judged.filter(({ repeatsTitle }) => repeatsTitle).length;
  const share = `${((100 * rejected.length) / Math.max(1, judged.length)).toFixed(1)} %`;
  rows.push(
    [judged[0]?.project ?? folder, judged.length, repeats, tooLong, rejected.length, share].map(
      String,
    ),
  );
}
const rejected = all.filter(({ verdict }) => verdict.grade === "C");
const counts = new Map<string, number>();
for (const code of rejected.flatMap(({ verdict }) => verdict.rejected?.codes ?? [])) {
  counts.set(code, (counts.get(code) ?? 0) + 1);
}
const share = `${((100 * rejected.length) / Math.max(1, all.length)).toFixed(2)} %`;
const repeats = all.filter(({ repeatsTitle }) => repeatsTitle).length;
rows.push(["all", String(all.length), String(repeats), "", String(rejected.length), share]);
const header = ["project", "lines", "repeat the title", "too long", "rejected", "share"];
const byCode = [...counts].map(([code, count]) => [code, String(count)]);
const out = [...renderTable(header, rows), "", ...renderTable(["rejected for", "lines"], byCode)];
process.stdout.write(`${out.join("\n")}\n`);
if (values.lines !== undefined) {
  const text = all.map(({ project, line, source, verdict, repeatsTitle }) =>
    JSON.stringify({ project, ...line, title: source.title, repeatsTitle, verdict }),
  );
  writeFileSync(values.lines, `${text.join("\n")}\n`);
}
