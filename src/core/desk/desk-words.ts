import { inertCode, inertText } from "../inert.ts";
import { formatInstant } from "../release-card.ts";
import type { Instant } from "../state.ts";
import type { DeskLine } from "./desk-view.ts";

/** Words of the desk. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `22 Nov 2026, 12:00 UTC`: absolute, so that the text stays the same while time goes on. */
export function formatDay(at: Instant): string {
  const [day = "", time = ""] = formatInstant(at).split("T");
  const [year = "", month = "", date = ""] = day.split("-");
  return `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}, ${time.slice(0, 5)} UTC`;
}

/** `1 change`, `3 changes` */
export function pluralOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Our own Markdown with `#12` outside of code as code: a mention would be noted on the pull. */
export function codeReferences(markdown: string): string {
  return markdown
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith("`")
        ? part
        : part.replaceAll(/(?<![\w/&])#\d+/g, (found) => inertCode(found)),
    )
    .join("");
}

/** Folded: what the next release would carry. */
export function renderUnits({ units, compareUrl }: DeskLine, unitsMax: number): readonly string[] {
  if (units.length === 0) return [];
  const rows = units.slice(0, unitsMax).map(({ name, title, level, author, url }) => {
    const kind = level === "major" ? " **breaking**," : "";
    return `- [${inertCode(name)}](${url}) ${inertText(title, 120)},${kind} by ${inertCode(author)}`;
  });
  const left = units.length - rows.length;
  return [
    `<details><summary>${pluralOf(units.length, "change", "changes")} in it</summary>`,
    [...rows, ...(left === 0 ? [] : [`- …and ${left} more`])].join("\n"),
    ...(compareUrl === null ? [] : [`[See all of it](${compareUrl})`]),
    "</details>",
  ];
}
