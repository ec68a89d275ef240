import { inertCode, inertText } from "../inert.ts";
import type { SizeFacts } from "./size-check.ts";
import { changedIn, formatCount } from "./size-words.ts";
import type { Size, SizedFile } from "./size.ts";

const ROWS_MAX = 15;
const OWN_MAX = 20;

/** What the check says below its title. Markdown. */
export function renderSizeDetail(facts: SizeFacts): string {
  const { size, plan, unanswered } = facts;
  if (unanswered !== null) return `${UNANSWERED}\n\n${renderSources(facts)}`;
  const isLarge = size.verdict !== "ok";
  return [
    renderVerdict(facts),
    renderFiles(size),
    isLarge && plan !== null ? `### What could go on its own\n\n${plan}` : "",
    renderLimits(facts),
    renderSources(facts),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

const UNANSWERED =
  "GitHub gave no list of its files. It is asked once more within minutes, then at every change of this pull request, and when somebody presses “Re-run”.";

function renderVerdict(facts: SizeFacts): string {
  const { size, telling, exception, exempt } = facts;
  if (exempt !== null) return `It is measured, and exempt: ${exempt}.`;
  if (exception !== null) {
    const who = `**${inertText(exception.by)}** lets this commit be as large as it is`;
    const where = exception.url === null ? who : `${who} ([where](${exception.url}))`;
    return `${where}: ${inertText(exception.reason)}\n\nAnother commit that is still too large needs it said again.`;
  }
  switch (size.verdict) {
    case "ok":
      return "";
    case "warn":
      return "It is large. Smaller pull requests are reviewed better and rolled back more easily; this one may be merged all the same.";
    case "unknown":
      return (
        "GitHub did not list all of its lines, so that its size is not known: at least what is said here. " +
        (telling === "required" ? HOW_ON : "")
      ).trim();
    case "over":
      return telling === "required"
        ? `It is too large to be reviewed well in one piece. ${HOW_ON}`
        : "It is too large to be reviewed well in one piece. This is advice: it may be merged all the same.";
  }
}

const HOW_ON =
  "Split it, or ask somebody who may to comment `/size-ok` and why: that holds for this commit.";

/** Narrow on the left, so that a phone shows what counts. */
function renderFiles({ list, files, byKind }: Size): string {
  if (list.length === 0) return "It changes no line.";
  const rest = list.slice(ROWS_MAX);
  const counted = rest.reduce((all, file) => all + Math.round(file.counted * 100), 0) / 100;
  const more =
    rest.length === 0
      ? []
      : [`| ${ofChanged(counted, sumOf(rest))} | and ${formatCount(rest.length)} more |`];
  const { code, tests, docs } = byKind;
  const kinds = `Code ${formatCount(code)}, tests ${formatCount(tests)}, docs ${formatCount(docs)} weighted lines in ${countFiles(files)}.`;
  return [
    "| counts | file |",
    "| --: | :-- |",
    ...list.slice(0, ROWS_MAX).map(renderRow),
    ...more,
    "",
    kinds,
  ].join("\n");
}

function countFiles(files: number): string {
  return `${formatCount(files)} ${files === 1 ? "file" : "files"}`;
}

function sumOf(list: readonly SizedFile[]): number {
  return list.reduce((all, file) => all + changedIn(file), 0);
}

/** `90 of 180`; one number where all of it counts. */
function ofChanged(counted: number, changed: number): string {
  return counted === changed
    ? formatCount(counted)
    : `${formatCount(counted)} of ${formatCount(changed)}`;
}

function renderRow(file: SizedFile): string {
  const why = file.why === "code" ? "" : `<br>${cell(inertText(file.why))}`;
  const cells = [ofChanged(file.counted, changedIn(file)), `${cell(inertCode(file.path))}${why}`];
  return `| ${cells.join(" | ")} |`;
}

/** A table ends a cell at every bar, also in code. */
function cell(markdown: string): string {
  return markdown.replaceAll(/(?<!\\)\|/g, String.raw`\|`);
}

/** Of each part that has files or a verdict of its own. */
function renderLimits({ size: { parts } }: SizeFacts): string {
  const rows = parts
    .filter(({ name, lines }) => name === null || lines > 0)
    .slice(0, OWN_MAX)
    .map(({ name, lines, files, limits: { warn, limit } }) => {
      const what = name === null ? (parts.length === 1 ? "all" : "the rest") : inertCode(name);
      const pair = (of: typeof warn): string =>
        `${formatCount(of.lines)} ${of.lines === 1 ? "line" : "lines"}, ${countFiles(of.files)}`;
      return `| ${cell(what)} | ${pair({ lines, files })} | ${pair(warn)} | ${pair(limit)} |`;
    });
  return [
    "| | weighted | large above | too large above |",
    "| :-- | --: | --: | --: |",
    ...rows,
  ].join("\n");
}

/** Where the limits and the attributes come from. */
function renderSources({ sources, baseSha, policyBranch, headSha, telling }: SizeFacts): string {
  const own = sources.filter(({ line }) => line !== null);
  const said = own.map(
    ({ key, value, line }) => `${inertCode(`${key}: ${value}`)} (line ${Number(line)})`,
  );
  const where = `of ${inertCode(".github/smallbatch.yml")} on ${inertCode(policyBranch)}`;
  const limits =
    said.length === 0
      ? "The limits are the defaults"
      : `The limits are the defaults but for ${said.join(", ")} ${where}`;
  const mode =
    telling === "required"
      ? "what is too large fails (`size.check: required`)"
      : "they are advice (`size.check: advisory`)";
  const base = baseSha?.slice(0, 7);
  const attributes =
    base === undefined
      ? "No `.gitattributes` could be read: GitHub does not say where this pull request left its base."
      : `\`.gitattributes\` is read at ${base}, where this pull request left its base: a change cannot make itself smaller. Newer marks count once the branch is updated.`;
  const asOf = `As of ${headSha.slice(0, 7)}. The same on your machine: \`smallbatch size --plan\`.`;
  return [`${limits}; ${mode}.`, attributes, asOf].map((line) => `- ${line}`).join("\n");
}
