import { digest } from "../digest.ts";

/** What the ledger keeps of the notes of one release. */
export interface KeptNotes {
  readonly tag: string;
  /** Of the text that was seen last, see `notesKey`; null: nobody has looked since it was made. */
  readonly seenKey: string | null;
  /** An edit was seen that no delivery told of. */
  readonly isEditorUnknown: boolean;
  /** Edits that deliveries told of since the last look, the oldest first. */
  readonly edits: readonly NotesEdit[];
}

interface NotesEdit {
  readonly login: string;
  readonly isBot: boolean;
}

export type Noticed =
  /** As it stood at the last look. */
  | { readonly kind: "nothing" }
  /** For the first time: does it say what we published? */
  | { readonly kind: "first" }
  /** Only bots changed it, ours or others'. */
  | { readonly kind: "bot" }
  /** `editor`: login; null: no delivery told of it. */
  | { readonly kind: "person"; readonly editor: string | null };

/** Equal where nobody changed a character. */
export function notesKey(body: string): string {
  return digest([body]);
}

/**
 * Who changed the notes since the last look. The text that stands there decides whether; deliveries
 * only say who. One may come after the look that saw its edit.
 */
export function judgeNoticed(kept: KeptNotes, key: string): Noticed {
  const { seenKey, isEditorUnknown, edits } = kept;
  const isNews = seenKey !== key || (isEditorUnknown && edits.length > 0);
  if (!isNews) return { kind: "nothing" };
  const person = edits.findLast(({ isBot }) => !isBot);
  if (person !== undefined) return { kind: "person", editor: person.login };
  if (edits.length > 0) return { kind: "bot" };
  return seenKey === null ? { kind: "first" } : { kind: "person", editor: null };
}
