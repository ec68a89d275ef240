import type { ReleaseCard } from "../card.ts";
import { inertCode, inertText } from "../inert.ts";
import { formatTakenBackMarker } from "../marker.ts";
import { redactSource } from "../redact.ts";
import type { Line } from "../state.ts";
import type { Rollback } from "./rollback.ts";

/** What a release says of those whose code it takes back: in its notes, on its card, and to us. */

/** What a release of ours takes back. */
export interface RollsBack {
  readonly tag: string;
  /** Pulls that it had brought, as far as they are known. */
  readonly pulls: readonly number[];
}

const MARKER =
  /^<!-- smallbatch:rolls-back v1 tag=([\w.!~*'()%-]{1,600}) pulls=([\d,]{0,600}) -->[ \t]*\r?$/gm;

export function rollsBackOf({ release, pulls }: Rollback): RollsBack {
  return { tag: release.tag, pulls: (pulls?.shown ?? []).map(({ number }) => number) };
}

/** Of the notes of a release of ours: text of others never stands alone on a line there. */
export function readRollsBack(body: string): readonly RollsBack[] {
  return [...body.matchAll(MARKER)].flatMap(([, written = "", numbers = ""]): RollsBack[] => {
    const pulls = numbers.split(",").filter((number) => number !== "");
    try {
      return [{ tag: decodeURIComponent(written), pulls: pulls.map(Number) }];
    } catch {
      return [];
    }
  });
}

/** Hidden markers, then the section, each on lines of its own after what stands before. */
export function renderRolledBack(rollbacks: readonly Rollback[], url: string): string {
  if (rollbacks.length === 0) return "";
  const markers = rollbacks.map(rollsBackOf).map(({ tag, pulls }) => {
    const written = encodeURIComponent(tag);
    return `\n<!-- smallbatch:rolls-back v1 tag=${written} pulls=${pulls.join(",")} -->`;
  });
  const rows = rollbacks.map((rollback) => renderRow(rollback, url));
  return `${markers.join("")}\n\n### Rolled back\n\n${rows.join("\n")}`;
}

function renderRow({ release, reason, pulls, issue }: Rollback, url: string): string {
  const tag = linkTag(release.tag, url);
  const why = reason === "" ? "" : `: ${inertText(reason)}`;
  const brought = renderPulls(pulls, url);
  const what = brought === "" ? "" : ` Undone: ${brought}.`;
  const story = issue === null ? "" : ` [What happened](${issue.url}).`;
  return `- ${tag}${why}.${what}${story}`;
}

/** Linked and not mentioned. Empty: nobody knows which. */
function renderPulls(pulls: Rollback["pulls"], url: string): string {
  if (pulls === null || pulls.count === 0) return "";
  const names = pulls.shown.map(({ number, title }) => {
    const words = title === null ? "" : ` (${inertText(title, 120)})`;
    return `[${inertCode(`#${number}`)}](${url}/pull/${number})${words}`;
  });
  const left = pulls.count - pulls.shown.length;
  return [...names, ...(left === 0 ? [] : [`${left} more`])].join(", ");
}

function linkTag(tag: string, url: string): string {
  return `[${inertText(tag)}](${url}/releases/tag/${encodeURIComponent(tag)})`;
}

/** The one comment on a pull whose release was taken back, and on an issue that it had closed. */
export function renderTakenBackComment(told: {
  readonly line: Line;
  /** Release that takes it back, and its page. */
  readonly tag: string;
  readonly url: string;
  readonly bad: string;
  /** Pages of releases, without the tag. */
  readonly releasesUrl: string;
}): string {
  const { line, tag, url, bad, releasesUrl } = told;
  const from = `[${inertText(bad)}](${releasesUrl}/${encodeURIComponent(bad)})`;
  const text =
    `Rolled back in [${inertText(tag)}](${url}): ${from}, which brought this, was taken back, and the ` +
    "branch does not have it any more. The notes say why.";
  return `${text}\n\n${formatTakenBackMarker(line, tag)}`;
}

/** For the card; nothing where nothing is taken back. */
export function describeRolledBack(rollbacks: readonly Rollback[]): Pick<ReleaseCard, "rollsBack"> {
  if (rollbacks.length === 0) return {};
  return {
    rollsBack: rollbacks.map((rollback) => ({
      tag: rollback.release.tag,
      pulls: [...rollsBackOf(rollback).pulls],
      by: rollback.by,
      reason: redactSource(rollback.reason),
      issue: rollback.issue?.number ?? null,
    })),
  };
}
