import type { DraftAnswer } from "../../../../src/core/evidence/answer.ts";
import { cleanSource } from "../../../../src/core/evidence/clean.ts";
import type { NoteSource } from "../../../../src/core/evidence/source.ts";
import type { Lots } from "../../../support/seed.ts";
import { drawFiles } from "./code.ts";
import type { Edit } from "./code.ts";
import { SHAPES } from "./shapes.ts";
import { drawFunction } from "./vocabulary.ts";

/** A part of a sentence that is literally true or not, and can be made false. */
export interface Fact {
  readonly kind: "number" | "version" | "identifier" | "flag" | "path" | "advisory";
  readonly text: string;
}

export type Piece = string | Fact;

/** A change as its author knows it, and a correct sentence about it. */
export interface Told {
  /** After the type: `parse empty manifests`. */
  readonly title: string;
  readonly type: "feat" | "fix" | "perf" | "docs" | "chore";
  readonly body: readonly string[];
  readonly labels?: readonly string[];
  readonly edits: readonly Edit[];
  readonly isBreaking?: boolean;
  readonly isSecurity?: boolean;
  readonly pieces: readonly Piece[];
}

export interface LikelyPull {
  readonly source: NoteSource;
  readonly told: Told;
  readonly category: DraftAnswer["lines"][number]["category"];
  readonly quote: string;
  /** A sentence that claims a change of a value that is only shown. */
  readonly unchanged: string;
}

const CATEGORY = {
  feat: "feature",
  fix: "fix",
  perf: "performance",
  docs: "other",
  chore: "other",
} as const;

const TALK = [
  "Found while looking at a report of a user.",
  "## Checklist\n\n- [x] Tests added\n- [ ] Documentation updated",
  "This was discussed before; the other way was slower and harder to read.",
  "I ran the whole suite three times on my machine and it passed.",
  "No change for anybody who does not use this.",
];

/** Shown beside a change and not changed, with a sentence that takes it for the change. */
function drawUnchanged(lots: Lots): { readonly line: string; readonly sentence: string } {
  const node = lots.between(16, 27);
  const value = lots.between(101, 999);
  const half = Math.floor(value / 2);
  return lots.pick([
    {
      line: `    "node": ">=${node}"`,
      sentence: `Node.js engine requirement raised to >=${node}.`,
    },
    { line: `    "node": ">=${node}"`, sentence: `Now requires Node.js ${node} or newer.` },
    {
      line: `const CACHE_TTL_SECONDS = ${value};`,
      sentence: `Lowers the lifetime of the cache to ${value} seconds.`,
    },
    {
      line: `  max_connections: ${value}`,
      sentence: `The connection limit was increased from ${half} to ${value}.`,
    },
    {
      line: `rust-version = "1.${value}"`,
      sentence: `The minimum supported Rust version is now 1.${value}.`,
    },
    {
      line: `  .option("--fail-${value}", "Stop early.")`,
      sentence: `Adds the --fail-${value} option.`,
    },
    { line: `export function legacyOpen${value}() {`, sentence: `Removes legacyOpen${value}.` },
    {
      line: `  pollIntervalMs: ${value},`,
      sentence: `The default of pollIntervalMs is now ${value}.`,
    },
  ]);
}

/** A pull as projects have them: conventional or plain titles, bodies with talk, diffs with more. */
export function drawPull(lots: Lots, number: number): LikelyPull {
  const told = lots.pick(SHAPES)(lots);
  const scope = lots.chance(0.3) ? `(${lots.pick(["cli", "core", "server"])})` : "";
  const mark = told.isBreaking === true ? "!" : "";
  const isTyped = lots.chance(0.7) || mark !== "";
  const title = isTyped
    ? `${told.type}${scope}${mark}: ${told.title}`
    : told.title.charAt(0).toUpperCase() + told.title.slice(1);
  const talk = Array.from({ length: lots.between(0, 3) }, () => lots.pick(TALK));
  const { line, sentence } = drawUnchanged(lots);
  const raw = {
    unit: `#${number}`,
    pull: number,
    title,
    body: [...told.body, ...talk, `Closes #${lots.between(1, number)}`].join("\n\n"),
    labels: told.labels ?? [],
    commits: [title, ...(lots.chance(0.5) ? [`Use ${drawFunction(lots)}`] : [])],
    files: drawFiles(lots, told.edits, [line]),
    isTruncated: false,
  };
  const source = cleanSource(raw, { isBreaking: [] });
  const [edit] = told.edits;
  const shown = edit?.added.find((added) => added.trim().length > 10)?.trim();
  const quote = lots.chance(0.6) || shown === undefined ? told.title.slice(1) : shown;
  return { source, told, category: CATEGORY[told.type], quote, unchanged: sentence };
}

export function sentenceOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
}
