import { z } from "zod";
import type { DraftStyle } from "../evidence/draft-style.ts";
import { plainLine } from "../inert.ts";
import type { Repository } from "../state.ts";

/** Keys of the policy about notes. */

/** Each goes into every request: a few words, not a second prompt. */
const WORDS_MAX = 100;

const words = z
  .string()
  .min(1)
  .max(WORDS_MAX)
  .refine((text) => plainLine(text, text.length) === text, {
    error: "it is one line of visible text, without spaces around it",
  });

export const notesSchema = z
  .strictObject({
    claude: z
      .enum(["off", "titles", "diffs"])
      .optional()
      .describe(
        "What of a change is sent to Claude to word its line: nothing, its title, text and labels, " +
          "or its diff too. Without it: diffs in a public repository, off in a private one.",
      ),
    model: z
      .string()
      .max(WORDS_MAX)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/)
      .default("claude-haiku-5-5")
      .describe("Id of the model."),
    language: words.default("English").describe("Language of the notes, in words or as a tag."),
    audience: words.default("people who use this project").describe("Whom the notes are for."),
    tone: words.default("plain and factual").describe("How they sound."),
  })
  .describe("How the lines of the notes are worded. Without it: as its defaults say.");

export const NOTES_EXAMPLES = {
  notes: "notes: {claude: titles}",
  "notes.claude": "claude: diffs (or titles, off)",
  "notes.model": "model: claude-haiku-5-5",
  "notes.language": "language: English",
  "notes.audience": "audience: people who use this project (at most 100 characters)",
  "notes.tone": "tone: plain and factual (at most 100 characters)",
} as const;

const USUAL = notesSchema.parse({});

/**
 * How notes of a repository are drafted; null: they are not. A private repository sends nothing
 * unless its own policy says what.
 */
export function styleOf(
  policy: { readonly notes?: z.infer<typeof notesSchema> | undefined },
  { isPrivate }: Pick<Repository, "isPrivate">,
): DraftStyle | null {
  const { claude, model, language, audience, tone } = policy.notes ?? USUAL;
  const sends = claude ?? (isPrivate ? "off" : "diffs");
  return sends === "off" ? null : { sends, model, language, audience, tone };
}
