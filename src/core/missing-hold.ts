import type { Batch } from "./batch.ts";
import { inertCode, inertText } from "./inert.ts";
import { judgeReleaseLabel } from "./level.ts";
import { listMissing } from "./missing.ts";
import { listNames } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Subject } from "./subject.ts";

/** Pulls that a hold describes; all of them are in its list of names. */
const ROWS_MAX = 20;

/** A release must not say that it holds what it does not. */
export function holdForMissing(
  { state, head: { sha } }: Pick<Subject, "state" | "head">,
  batch: Batch,
): Hold | null {
  // Somebody with write may say that it is to be left out.
  const missing = listMissing(state, batch).filter(
    ({ pull }) => judgeReleaseLabel(pull.labels) !== "none",
  );
  if (missing.length === 0) return null;
  const names = missing.map(({ pull }) => `#${pull.number}`);
  const head = inertCode(sha.slice(0, 7));
  const [verb, be] = names.length === 1 ? ["was", "is"] : ["were", "are"];
  const rows = missing.slice(0, ROWS_MAX).map(({ pull, isLost: lost }) => {
    const title = `- #${pull.number} (${inertText(pull.title, 80)})`;
    const merge = inertCode(pull.mergeSha.slice(0, 7));
    const branch = inertCode(state.line.branch);
    return lost
      ? `${title}: its merge ${merge} is not on ${branch} any more; a forced push loses merges.`
      : `${title}: each of its files is at ${head} as it was before the merge, and no revert says ` +
          "why; a conflict that was resolved to one side does that.";
  });
  const how =
    "Bring it again by a pull request. Or, where it is not wanted, give it the label " +
    "`release:skip` (write permission): the release goes out without it, and says so.";
  return {
    state: "held",
    code: "missing",
    what: `${listNames(names)} ${verb} merged, but ${be} missing`,
    detail: [...rows, "", how].join("\n"),
    blockedBy: names,
  };
}
