import type { DeskIssue } from "./desk-memory.ts";
import type { DeskRevision } from "./desk-ticks.ts";

/** The release desk, an issue, as it stands now. */
export interface DeskSeen extends DeskIssue {
  readonly body: string;
  readonly isOpen: boolean;
  /** Newest first, at most 20; empty where they were not asked for. */
  readonly revisions: readonly DeskRevision[];
  /** Login of who reopened it last; null: nobody did, or it was not asked for. */
  readonly reopenedBy: string | null;
}
