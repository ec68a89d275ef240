import { pluralOf } from "../desk/desk-words.ts";
import { inertText } from "../inert.ts";
import { renderRisk, sumUpRisk } from "./risk-words.ts";
import type { Risked } from "./risk-words.ts";
import type { Foreseen } from "./rollback.ts";

/** What a rollback would do, for who has not asked for it yet. */

/** `Latest goes to v1.4.2; 3 pull requests go with it`. Markdown of one line without a full stop. */
export function sayForeseen({ good, movesLatest, pulls, loses, affected }: Foreseen): string {
  const latest =
    good === null
      ? "No good release before it is known"
      : `Latest ${movesLatest ? `goes to ${inertText(good.tag)}` : "stays where it is"}`;
  const without =
    pulls === null || loses === null
      ? "nobody knows how many pull requests go with it"
      : `${pluralOf(pulls.count + loses.count, "pull request goes", "pull requests go")} with it`;
  const later = affected.length;
  return [
    latest,
    without,
    ...(later === 0
      ? []
      : [`${pluralOf(later, "later release holds", "later releases hold")} it too`]),
  ].join("; ");
}

/** The risk as the desk tells it. */
export interface RiskTold {
  /** Words without Markdown; null: nothing deserves a look, as `text` says in one sentence. */
  readonly summary: string | null;
  /** Markdown: what the rollback issue would say. */
  readonly text: string;
}

export function tellRisk(risked: Risked, repositoryUrl: string): RiskTold {
  const summary = sumUpRisk(risked);
  const rows = renderRisk(risked, { repository: { url: repositoryUrl }, isQuiet: true });
  return { summary, text: summary === null ? rows.replace(/^- /, "") : rows };
}

/** Both, for an issue that somebody is about to submit. */
export function sayBefore(risked: Risked, { summary, text }: RiskTold): string {
  const risk = summary === null ? text : `Risk: ${summary}. The release desk says more of it.`;
  return `${sayForeseen(risked)}. ${risk}`;
}
