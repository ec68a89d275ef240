import type { Size, SizedFile, SizedPart } from "../../core/size/size.ts";
import { WIDTH_CHARS, elide, wrap } from "../wrap.ts";

const LISTED_MAX = 20;
/** Names of branches and patterns, which stand in a sentence. */
const NAME_CHARS_MAX = 60;
/** Two numbers stand before the path. */
const PATH_INDENT = " ".repeat(20);

/** What a person reads in a terminal of 80 columns. */
export function renderSize(size: Size, base: string): string {
  const about = size.isTruncated ? "at least " : "";
  const { code, tests, docs } = size.byKind;
  const changed = `${count(size.changed)} changed lines; ${count(size.uncounted)} in files that do not count`;
  const against = elide(base, NAME_CHARS_MAX);
  return [
    ...wrap(
      `${size.bucket} ${size.verdict}: ${about}${count(size.lines)} weighted lines in ${countFiles(size.files)}, against ${against}`,
      "",
      "  ",
    ),
    ...wrap(changed, "  "),
    ...wrap(`code ${count(code)}, tests ${count(tests)}, docs ${count(docs)} weighted lines`, "  "),
    ...size.parts
      .filter((part) => part.name === null || part.verdict !== "ok" || part.lines > 0)
      .flatMap(renderPart),
    ...(size.list.length === 0 ? [] : ["", "  counted  changed  file"]),
    ...size.list.slice(0, LISTED_MAX).flatMap(renderFile),
    ...(size.list.length > LISTED_MAX
      ? [`  and ${count(size.list.length - LISTED_MAX)} more; --json lists all`]
      : []),
  ].join("\n");
}

function renderPart({ name, lines, files, limits, verdict }: SizedPart): string[] {
  const { warn, limit } = limits;
  const own =
    name === null
      ? ""
      : `${elide(name, NAME_CHARS_MAX)}: ${count(lines)} lines, ${countFiles(files)}, ${verdict}; `;
  const text = `${own}warn over ${count(warn.lines)} lines or ${count(warn.files)} files, limit ${count(limit.lines)} or ${count(limit.files)}`;
  return wrap(text, "  ", "    ");
}

/** Why it counts so much stands behind the path where there is room, or else below it. */
function renderFile({ path, counted, additions, deletions, why }: SizedFile): string[] {
  const changed = count(additions + deletions);
  const numbers = `  ${count(counted).padStart(7)}  ${changed.padStart(7)}  `;
  const whole = `${numbers}${visible(path)} (${why})`;
  if (whole.length <= WIDTH_CHARS) return [whole];
  const room = WIDTH_CHARS - numbers.length;
  return [`${numbers}${elide(visible(path), room)}`, ...wrap(`(${why})`, PATH_INDENT)];
}

export function countFiles(files: number): string {
  return `${count(files)} ${files === 1 ? "file" : "files"}`;
}

/** A path or a title may hold what a terminal obeys. */
export function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}

export function count(number: number): string {
  return number.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
