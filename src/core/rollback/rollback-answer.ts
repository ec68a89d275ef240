import { pluralOf } from "../desk/desk-words.ts";
import { inertText } from "../inert.ts";
import { linkRelease } from "./rollback-links.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import { ISSUE_STEP } from "./rollback.ts";
import type { Rollback } from "./rollback.ts";

/** What is answered to who asked for a rollback. Markdown. */
export function tellRollback(rollback: Rollback, place: RollbackPlace): string {
  const { release, good, movesLatest, issue } = rollback;
  const refused = Object.values(rollback.steps).filter((end) => end.refused !== null);
  const latest =
    movesLatest && good !== null && rollback.steps["latest"]?.refused === null
      ? ` Latest is ${linkRelease(good.tag, place)}.`
      : "";
  const trouble =
    refused.length === 0 ? "" : ` **GitHub refused ${pluralOf(refused.length, "step", "steps")}.**`;
  const where =
    issue === null
      ? ` GitHub refused to open an issue for it: ${inertText(rollback.steps[ISSUE_STEP]?.refused ?? "it did not say why")}.`
      : ` [What was done, and what is left to do](${issue.url}).`;
  return (
    `${linkRelease(release.tag, place)} is rolled back, and nothing more is released by itself until ` +
    `its code is restored and released, or somebody says \`/resume\`.${latest}${trouble}${where}`
  );
}
