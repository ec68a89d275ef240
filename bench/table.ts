/** What a benchmark found, ready for a terminal and for a page. */
export interface Table {
  readonly title: string;
  /** What the rows mean, what was aimed at, and what makes the figures uncertain. */
  readonly note?: string;
  /** The first column names the row and is set to the left; the others are figures. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

const WIDTH_CHARS = 80;
const GAP = "  ";

/** Plain text of at most 80 columns; cells that are too long go on in the next line. */
export function renderText(table: Table): string {
  const cells = [table.columns, ...table.rows].map((row) => row.map(formatCell));
  const widths = fit(
    table.columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0))),
  );
  const [head = [], ...rows] = cells.map((row) => renderRow(row, widths));
  const rule = widths.map((width) => "-".repeat(width)).join(GAP);
  const note = table.note === undefined ? [] : ["", ...wrap(table.note, WIDTH_CHARS)];
  return [...wrap(table.title, WIDTH_CHARS), "", ...head, rule, ...rows.flat(), ...note].join("\n");
}

export function renderMarkdown(table: Table): string {
  const rule = table.columns.map((_, at) => (at === 0 ? "---" : "---:"));
  const note = table.note === undefined ? [] : [table.note, ""];
  return [
    `### ${table.title}`,
    "",
    ...note,
    markdownRow(table.columns),
    markdownRow(rule),
    ...table.rows.map(markdownRow),
  ].join("\n");
}

function markdownRow(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => formatCell(cell).replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}

/** Three significant digits are more than a shared machine can promise. */
function formatCell(cell: string | number): string {
  if (typeof cell === "string") return cell;
  const digits = Number.isInteger(cell) || Math.abs(cell) >= 100 ? 0 : Math.abs(cell) >= 10 ? 1 : 2;
  return cell.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Take from the widest column until all fit. */
function fit(natural: readonly number[]): readonly number[] {
  const widths = [...natural];
  const room = WIDTH_CHARS - GAP.length * (widths.length - 1);
  for (let sum = total(widths); sum > room; sum = total(widths)) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0);
}

function renderRow(row: readonly string[], widths: readonly number[]): string[] {
  const columns = row.map((cell, at) => wrap(cell, widths[at] ?? WIDTH_CHARS));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, at) => {
        const text = lines[line] ?? "";
        return at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Break at spaces; a word that is too long is cut. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((each) => cut(each, width))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function cut(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  return [word.slice(0, width), ...cut(word.slice(width), width)];
}
