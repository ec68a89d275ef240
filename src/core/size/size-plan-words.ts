import { countWords, listWords } from "../doctor/finding-words.ts";
import { inertCode, inertText } from "../inert.ts";
import type { SplitCommit, SplitPlan } from "./size-plan.ts";
import { commonFolders } from "./split-pack.ts";

const COMMIT_CHARS = 7;
const BEFORE_SHOWN = 4;

/** What a group is called: the commit that it is, or where its files are. */
export function titleOf(paths: readonly string[], commits: readonly SplitCommit[]): string {
  const [commit] = commits;
  if (commit !== undefined && commit.title.trim() !== "") {
    const others = commits.length - 1;
    return others === 0 ? commit.title : `${commit.title} and ${countWords(others, "commit")}`;
  }
  if (paths.length === 1) return paths.join("");
  const byStart = Map.groupBy(paths, (path) => path.split("/", 1).join(""));
  return listWords(
    [...byStart.values()].map((list) =>
      list.length === 1 ? list.join("") : `${commonFolders(list).join("/")}/`,
    ),
  );
}

/** Titles that are there more than once get a number. */
export function numberTitles<Row extends { readonly title: string }>(rows: readonly Row[]): Row[] {
  return rows.map((row, at) => {
    const same = ({ title }: Row): boolean => title === row.title;
    const all = rows.filter(same).length;
    const nth = rows.slice(0, at + 1).filter(same).length;
    return all === 1 ? row : { ...row, title: `${row.title} (${nth} of ${all})` };
  });
}

interface ReasonFacts {
  readonly commits: readonly SplitCommit[];
  /** Numbers of the groups that have to go before. */
  readonly before: readonly number[];
  /** Is anything known of imports? */
  readonly hasImports: boolean;
  /** It is one file that is larger than a group. */
  readonly isOver: boolean;
  /** Some of it is in a circle of imports that is too large for one group. */
  readonly isCircle: boolean;
}

export function reasonOf(facts: ReasonFacts): string {
  const { commits, before, hasImports, isOver, isCircle } = facts;
  const shas = commits.map(({ sha }) => sha.slice(0, COMMIT_CHARS));
  return (
    [
      isOver ? "one file alone is too large: split what it holds" : "",
      shas.length > 0 ? `${shas.length === 1 ? "commit" : "commits"} ${listWords(shas)}` : "",
      before.length > 0 ? `after ${listWords(before.map(String), BEFORE_SHOWN)}` : "",
      before.length === 0 && hasImports && !isCircle ? "imports nothing of the others" : "",
      isCircle ? "part of a circle of imports, so more may have to go together" : "",
    ]
      .filter(Boolean)
      .join("; ") || "by folder"
  );
}

const GROUPS_SHOWN = 12;
const PATHS_SHOWN = 8;

/** The plan as Markdown, a numbered list. */
export function renderSplitPlan({ groups, isPartial }: SplitPlan): string {
  const rows = groups.slice(0, GROUPS_SHOWN).map(({ title, paths, lines, files, reason }, at) => {
    const shown = paths.slice(0, PATHS_SHOWN).map((path) => inertCode(path));
    const more = paths.length - shown.length;
    const size = `${formatLines(lines)} lines in ${countWords(files, "file")}`;
    const list = more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
    return `${at + 1}. ${inertText(title, 100)}: ${size} (${reason})<br>${list}`;
  });
  const left = groups.slice(GROUPS_SHOWN);
  if (left.length > 0) {
    const lines = left.reduce((sum, group) => sum + group.lines, 0);
    rows.push("", `And ${countWords(left.length, "group")} more, ${formatLines(lines)} lines.`);
  }
  if (isPartial) rows.push("", "There are more files, which nobody listed: this is a part.");
  return rows.join("\n");
}

function formatLines(lines: number): string {
  return lines.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
