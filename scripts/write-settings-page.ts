/** Write `docs/settings.md` from the table of settings. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { SETTINGS } from "../src/settings-table.ts";

const HEADER = ["name", "default", "example", "meaning"];

/** The whole page, formatted as `npm run format` would. */
export function renderSettingsPage(): string {
  const rows = SETTINGS.map(({ name, default: fallback, example, meaning }) => [
    code(name),
    fallback === null ? "none" : code(fallback),
    code(example),
    meaning,
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [
    "# Settings",
    "",
    "Smallbatch is set up by environment variables, checked at start: every wrong one is named, with how it should look. An empty variable counts as not set.",
    "",
    line(HEADER),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
    "",
  ].join("\n");
}

/** Values are set as code, descriptions of values as text. */
function code(text: string): string {
  const isDescription = /^(the|an?|derived) /.test(text);
  return isDescription ? text : `\`${text}\``;
}

if (import.meta.main) {
  const page = path.join(import.meta.dirname, "..", "docs", "settings.md");
  await writeFile(page, renderSettingsPage());
}
