import type { Hide } from "./html.ts";

/** Tables of GitHub's Markdown: cells beyond those of the head are not shown. */
export function cutTables(text: string, hide: Hide): string {
  if (!text.includes("|")) return text;
  let columns: number | null = null;
  let head = "";
  const lines = text.split("\n").map((line) => {
    const cells = cellsOf(line);
    const isRule = cells.every((cell) => /^:?-+:?$/.test(cell.trim()));
    if (line.trim() === "") columns = null;
    else if (isRule && cellsOf(head).length === cells.length) columns = cells.length;
    else if (columns !== null && cells.length > columns) {
      hide(cells.slice(columns).join("|"));
      return `| ${cells
        .slice(0, columns)
        .map((cell) => cell.trim())
        .join(" | ")} |`;
    }
    head = line;
    return line;
  });
  return lines.join("\n");
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^[\s>]*\|?/, "")
    .replace(/(?<!\\)\|\s*$/, "")
    .split(/(?<!\\)\|/);
}
