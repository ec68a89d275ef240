import type { Wording } from "./evidence/wording.ts";
import type { Memory, Order, PersonHold, Resumed } from "./memory.ts";
import type { Rollback } from "./rollback/rollback.ts";
import type { CommentSeen, PullHead } from "./said.ts";
import type { SizeException } from "./size/size-exception.ts";
import type { Instant, LineState, Permission, ReleaseSeen, Sha, TagSeen } from "./state.ts";

/** What somebody asks of a line, whatever the door, and what becomes of it. */

export interface Question {
  readonly state: LineState;
  /** Who asks, with the permission on the repository, asked of GitHub now. */
  readonly by: { readonly login: string; readonly permission: Permission };
  readonly said: {
    /** Page where it was said: the comment, or the desk. */
    readonly url: string;
    /** When it was said, by GitHub's clock. */
    readonly at: Instant;
    /** It is shown there that we took it, some time. */
    readonly isTaken: boolean;
  };
  /** The pull that it was said on; null: an issue, or no comment at all. */
  readonly pull:
    | (PullHead & { readonly number: number; readonly previews: readonly TagSeen[] })
    | null;
  readonly now: Instant;
  /** Releases of older tags that the answer needs. Absent: nobody read them yet. */
  readonly older?: readonly ReleaseSeen[];
}

/** What becomes of one command. */
export type Decision =
  | { readonly kind: "order"; readonly order: Order }
  | { readonly kind: "hold"; readonly hold: PersonHold }
  /** What was held until then goes on. */
  | { readonly kind: "resume"; readonly at: Instant; readonly resumed: Resumed }
  /** A release is taken back: all that are, and the hold that comes with it. */
  | {
      readonly kind: "rollBack";
      readonly tag: string;
      readonly rollbacks: readonly Rollback[];
      readonly hold: PersonHold | null;
    }
  /** Releases of these tags have to be read before anything can be said. */
  | { readonly kind: "read"; readonly tags: readonly string[] }
  /** The tag may stand already: it is created by its name. */
  | { readonly kind: "preview"; readonly tag: string; readonly sha: Sha }
  /** The permission is there: the pull has to be measured. */
  | { readonly kind: "measure"; readonly reason: string }
  /** Its head may be as large as it is. */
  | { readonly kind: "lift"; readonly exception: SizeException }
  /** The permission is there: the text has to be held against the pull. */
  | { readonly kind: "word"; readonly text: string }
  /** The line of the pull reads so. */
  | { readonly kind: "worded"; readonly wording: Wording }
  /** Its tag was made before the database was lost: known as ours, the next look finishes it. */
  | { readonly kind: "finish"; readonly intent: { readonly tag: string; readonly sha: Sha } }
  /** To be told why the line stands where it stands. */
  | { readonly kind: "why" }
  /** Not done; Markdown says why, and what to do. */
  | { readonly kind: "answer"; readonly text: string }
  /** It names another line. The text is said where none takes it. */
  | { readonly kind: "elsewhere"; readonly text: string }
  /** Not a word: it was done before, or it is nobody's to say. */
  | { readonly kind: "nothing" };

export function answer(text: string): Decision {
  return { kind: "answer", text };
}

/** A comment as a question to one line. */
export function questionOf(
  comment: CommentSeen,
  asked: {
    readonly state: LineState;
    readonly permission: Permission;
    readonly now: Instant;
  },
): Question {
  const { author, url, createdAt: at, isTaken, number, pull, previews } = comment;
  const { state, permission, now } = asked;
  return {
    state,
    by: { login: author.login, permission },
    said: { url, at, isTaken },
    pull: pull === null ? null : { ...pull, number, previews },
    now,
  };
}

/** What the line has to remember of it; null: nothing. */
export function memoryOf(decision: Decision): Partial<Memory> | null {
  switch (decision.kind) {
    case "order":
      return { order: decision.order };
    case "hold":
      return { hold: decision.hold };
    case "resume":
      return { hold: null, resumedAt: decision.at, resumed: decision.resumed };
    case "rollBack":
      return { rollbacks: decision.rollbacks, hold: decision.hold };
    case "finish":
      return { intent: decision.intent };
    case "read":
    case "preview":
    case "measure":
    case "lift":
    case "word":
    case "worded":
    case "why":
    case "answer":
    case "elsewhere":
    case "nothing":
      return null;
  }
}
