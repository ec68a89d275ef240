/** Write `docs/settings.md` from the table of settings. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { SETTINGS } from "../src/settings-table.ts";
import { renderTable } from "./markdown-table.ts";

const HEADER = ["name", "default", "example", "meaning"];

/** The whole page, formatted as `npm run format` would. */
export function renderSettingsPage(): string {
  const rows = SETTINGS.map(({ name, default: fallback, example, meaning }) => [
    code(name),
    fallback === null ? "none" : code(fallback),
    code(example),
    meaning,
  ]);
  return [
    "# Settings",
    "",
    "Smallbatch is set up by environment variables, checked at start: every wrong one is named, with how it should look. An empty variable counts as not set. With `--env-file FILE` every command reads them from a file too; what is set already wins.",
    "",
    ...renderTable(HEADER, rows),
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
