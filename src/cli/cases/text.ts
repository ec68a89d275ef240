import { CASE_KINDS } from "../../core/failure-cases/find-cases.ts";
import type { CaseFound } from "../../core/failure-cases/find-cases.ts";
import { plainLine } from "../../core/inert.ts";
import { nameCase } from "./write.ts";

/** One row of what `smallbatch cases` says. */
export interface CaseRow {
  readonly id: string;
  readonly kind: CaseFound["kind"];
  readonly isExplicit: boolean;
  readonly bad: string;
  readonly fix: string;
  /** Null: not released yet. */
  readonly fixedIn: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** Untrusted text. */
  readonly title: string;
  /** Null: nothing was to be written. `kept`: it was there, and is as it was. */
  readonly state: "written" | "kept" | null;
}

export interface CasesReport {
  readonly repository: string;
  readonly head: string;
  readonly releases: number;
  /** Null: nothing was to be written. */
  readonly out: string | null;
  readonly cases: readonly CaseRow[];
}

export function rowOf(found: CaseFound, state: CaseRow["state"]): CaseRow {
  const { kind, bad, fix, fixedIn, evidence } = found;
  return {
    id: nameCase(found),
    kind,
    isExplicit: evidence.some(({ sure }) => sure === "explicit"),
    bad: bad.tag?.tag.name ?? "",
    fix: fix.sha,
    fixedIn: fixedIn.tag?.tag.name ?? null,
    at: new Date(fix.at).toISOString(),
    title: fix.title,
    state,
  };
}

const TITLE_CHARS_MAX = 40;
/** The newest; all of them are in the folder and in `--json`. */
const ROWS_MAX = 20;

export function renderCases({ repository, releases, out, cases }: CasesReport): string {
  const counts = CASE_KINDS.map((kind) => {
    const count = cases.filter((each) => each.kind === kind).length;
    return `${count} ${kind}${count === 1 ? "" : kind === "hotfix" ? "es" : "s"}`;
  });
  const head = `${plainLine(repository)}: ${releases} releases, ${counts.join(", ")}`;
  const rows = cases.slice(0, ROWS_MAX).map((row) => {
    const title = plainLine(row.title, TITLE_CHARS_MAX);
    const sure = row.isExplicit ? " " : "~";
    const bad = plainLine(row.bad, 16).padEnd(16);
    return `  ${sure}${row.kind.padEnd(9)}${bad} ${row.fix.slice(0, 9)} ${title}`;
  });
  const more = cases.length - rows.length;
  const written = cases.filter(({ state }) => state === "written").length;
  return [
    head,
    ...(cases.length === 0 ? [] : ["", ...rows, ...(more > 0 ? [`  …and ${more} more`] : []), ""]),
    ...(cases.some(({ isExplicit }) => !isExplicit) ? ["~ inferred; the others say it"] : []),
    out === null
      ? "Nothing was written: name a folder with --out."
      : `${written} written to ${out}, ${cases.length - written} were there and stay as they are.`,
  ].join("\n");
}
