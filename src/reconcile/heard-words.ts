import { asksFor } from "../core/command.ts";
import type { Command } from "../core/command.ts";
import type { Decision } from "../core/question.ts";
import type { CommentSeen } from "../core/said.ts";
import type { Permission } from "../core/state.ts";
import type { CommandHeard } from "../doors-port.ts";

/** Words with commands in one look at a repository, and what came of them so far. */

/** One command of a comment, and what the lines have said to it so far. */
export interface Said {
  readonly command: Command;
  /** Null: it waits for the end of the pass, or for its line. */
  decision: Decision | null;
  /** Why no line took it so far; null: none was asked. */
  elsewhere: Decision | null;
  /** Lines that took it in this pass; a line may be looked at more than once. */
  readonly takenBy: Set<string>;
}

export interface Heard {
  readonly from: CommandHeard;
  readonly comment: CommentSeen;
  readonly permission: Permission;
  readonly said: readonly Said[];
  /** The comment as a whole was judged: no line is asked. */
  readonly isOver: boolean;
  /** Branch whose lines it speaks to. */
  readonly branch: string;
}

/** It is asked of a line that was planned, and of what was released. */
export function isForTheEnd(command: Command): boolean {
  return asksFor(command, "preview") || asksFor(command, "size-ok") || asksFor(command, "why");
}

export function wantsRollback({ said }: Heard): boolean {
  return said.some(({ command, decision }) => asksFor(command, "rollback") && decision === null);
}

export function wantsPreview({ said }: Heard): boolean {
  return said.some(({ command, decision }) => asksFor(command, "preview") && decision === null);
}

export function isFinished({ said }: Heard): boolean {
  return said.some(({ decision }) => decision?.kind === "finish");
}

/** What the checks of open pulls say follows from it: words for the notes, a size let through. */
export function changesChecks({ said }: Heard): boolean {
  return said.some(({ decision }) => decision?.kind === "worded" || decision?.kind === "lift");
}
