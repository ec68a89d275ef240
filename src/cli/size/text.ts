import type { Size, SizedFile, SizedPart } from "../../core/size/size.ts";

const LISTED_MAX = 20;

/** What a person reads in a terminal of 80 columns. */
export function renderSize(size: Size, base: string): string {
  const about = size.isTruncated ? "at least " : "";
  const { code, tests, docs } = size.byKind;
  const changed = `${count(size.changed)} changed lines; ${count(size.uncounted)} in files that do not count`;
  return [
    `${size.bucket} ${size.verdict}: ${about}${count(size.lines)} weighted lines in ${count(size.files)} ${size.files === 1 ? "file" : "files"}, against ${base}`,
    `  ${changed}`,
    `  code ${count(code)}, tests ${count(tests)}, docs ${count(docs)} weighted lines`,
    ...size.parts
      .filter((part) => part.name === null || part.verdict !== "ok" || part.lines > 0)
      .map(renderPart),
    ...(size.list.length === 0 ? [] : ["", "  counted  changed  file"]),
    ...size.list.slice(0, LISTED_MAX).map(renderFile),
    ...(size.list.length > LISTED_MAX
      ? [`  and ${count(size.list.length - LISTED_MAX)} more; --json lists all`]
      : []),
  ].join("\n");
}

function renderPart({ name, lines, files, limits, verdict }: SizedPart): string {
  const { warn, limit } = limits;
  const own =
    name === null ? "" : `${name}: ${count(lines)} lines, ${count(files)} files, ${verdict}; `;
  return `  ${own}warn over ${count(warn.lines)} lines or ${count(warn.files)} files, limit ${count(limit.lines)} or ${count(limit.files)}`;
}

function renderFile({ path, counted, additions, deletions, why }: SizedFile): string {
  const changed = count(additions + deletions);
  return `  ${count(counted).padStart(7)}  ${changed.padStart(7)}  ${visible(path)} (${why})`;
}

/** A path or a title may hold what a terminal obeys. */
export function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}

export function count(number: number): string {
  return number.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
