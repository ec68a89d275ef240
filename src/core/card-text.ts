import { z } from "zod";
import { releaseCardSchema } from "./card.ts";
import type { ReleaseCard } from "./card.ts";
import { inertJson } from "./inert.ts";

const OPENING = "<details><summary>Release card</summary>";
const FOLDED = /^<details><summary>Release card<\/summary>\s*^```json\s*^(\{[^`]*\})\s*^```/m;

/** The card, folded away in a release's body. */
export function renderCard(card: ReleaseCard): string {
  return [OPENING, "", "```json", formatFields(card), "```", "", "</details>"].join("\n");
}

/** A fact a line, for who unfolds it; indented in full it would be twice as long, and it is read often. */
function formatFields(card: ReleaseCard): string {
  const given = Object.entries<unknown>(card).filter(([, value]) => value !== undefined);
  const fields = given.map(([name, value]) => {
    const isList = Array.isArray(value) && value.length > 0;
    const items = isList ? value.map((item) => `  ${inertJson(item)}`).join(",\n") : "";
    return `${inertJson(name)}: ${isList ? `[\n${items}\n]` : inertJson(value)}`;
  });
  return `{\n${fields.join(",\n")}\n}`;
}

/** Card in a release's body; null where there is none that is complete. */
export function parseCard(body: string): ReleaseCard | null {
  const text = FOLDED.exec(body)?.[1];
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    return releaseCardSchema.safeParse(value).data ?? null;
  } catch {
    // Somebody edited the body: a card that does not parse is none.
    return null;
  }
}

const WHOLE =
  /\n*^<details><summary>Release card<\/summary>\s*^```json\s*^\{[^`]*\}\s*^```\s*^<\/details>/m;

/** A release's body for who reads the card elsewhere: without it. */
export function cutCard(body: string): string {
  return body.replace(WHOLE, "");
}

/** JSON Schema of the card: `docs/schemas/release-card.v1.json`. */
export function formatCardSchema(): Record<string, unknown> {
  return { title: "Smallbatch release card, version 1", ...z.toJSONSchema(releaseCardSchema) };
}
