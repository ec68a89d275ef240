import type { Instant, Sha } from "../state.ts";

/** What was taken back, prepared anew: a pull that people merge when they have mended it. */
export interface Reland {
  /** Login of who asked for it. */
  readonly by: string;
  readonly branch: string;
  /** Its parent is the merge of the rollback, its files are those from before. Null: not made yet. */
  readonly commit: Sha | null;
  readonly pull: { readonly number: number; readonly url: string } | null;
  /** `asked`: it is being made; `open`: it was opened, and is people's; `refused`: by GitHub. */
  readonly state: "asked" | "open" | "refused";
  /** When it came to this state. */
  readonly since: Instant;
  /** GitHub's words where it refused; null: nothing to say. */
  readonly reason: string | null;
}
