import type { Reason } from "../action.ts";
import { explainBrake, judgeBrake } from "../brake.ts";
import { nameLine } from "../lines.ts";
import { describeHold } from "../person-hold.ts";
import type { LineState } from "../state.ts";
import type { Subject } from "../subject.ts";
import { listReleases } from "./desk-line.ts";
import { renderDeskNotes } from "./desk-notes.ts";
import type { DeskNotes } from "./desk-notes.ts";
import { renderNews, renderProblems, renderReleases } from "./desk-parts.ts";
import type { DeskNews, DeskProblem, ReleaseFate } from "./desk-view.ts";

/** What the check on the head says where no desk can: the repository has no issues, or no desk. */
export interface StandIn {
  /** The desk's hidden state of this line, signed, as a line of Markdown; null: nothing to keep. */
  readonly kept: string | null;
  /** What people would see on the desk beside the line itself; null: they wanted no desk. */
  readonly shown: {
    readonly fates: Readonly<Record<string, ReleaseFate>>;
    /** Newest first; of the repository, so they stand in the check of the default line. */
    readonly news: readonly DeskNews[];
    readonly problems: readonly DeskProblem[];
    readonly notes?: DeskNotes | null;
  } | null;
}

/** Room for the rest below what the reason says. */
const DETAIL_CHARS_MAX = 30_000;
const RELEASES_MAX = 10;
const OTHERS_MAX = 10;

/** Is a check to be written although nothing is to be released? */
export function isStandingIn({ standIn, memory, head }: LineState): boolean {
  if (standIn === undefined) return false;
  return memory.hold !== null || (head?.ourCheck ?? null) !== null;
}

/** The reason as the check says it, with what else would stand on the desk. */
export function saidInstead(subject: Subject, reason: Reason): Reason {
  const { state } = subject;
  if (state.standIn === undefined) return reason;
  const { shown, kept } = state.standIn;
  const { hold } = state.memory;
  const isSaid = hold === null || reason.code === "hold-person";
  const brake = judgeBrake(subject);
  const parts = [
    ...(reason.detail === null ? [] : [reason.detail.slice(0, DETAIL_CHARS_MAX)]),
    ...(isSaid ? [] : [`${describeHold(hold)}. To let releases go, comment \`/resume\`.`]),
    ...(brake.kind === "on" && reason.code !== "brake" ? [explainBrake(brake)] : []),
    ...(shown === null ? [] : showOf(subject, shown)),
    ...(kept === null ? [] : [kept]),
  ];
  return { ...reason, detail: parts.length === 0 ? null : parts.join("\n\n") };
}

function showOf(
  subject: Subject,
  { fates, news, problems, notes }: NonNullable<StandIn["shown"]>,
): readonly string[] {
  const { line, repository } = subject.state;
  const name = nameLine(line, repository.defaultBranch);
  const releases = listReleases(subject, fates);
  return [
    ...renderProblems(problems, OTHERS_MAX),
    ...(notes ? renderDeskNotes(notes, OTHERS_MAX) : []),
    ...renderReleases([{ name, releases }], { isAlone: true, lines: 1, releases: RELEASES_MAX }),
    ...renderNews(news, OTHERS_MAX),
  ];
}
