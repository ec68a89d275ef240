import type { ActionOf, Reason } from "./action.ts";
import { digest } from "./digest.ts";
import { inertJson, plainLine } from "./inert.ts";
import { nameLine } from "./lines.ts";
import { formatInstant } from "./release-card.ts";
import type { Instant, Line, OurCheck, Sha } from "./state.ts";
import { formatLine } from "./state.ts";

/** Name of our check run on the default line. */
export const CHECK_NAME = "smallbatch/release";

/**
 * Each line has a check of its own, because one commit may be the head of several: of components,
 * and of a channel that has just been merged. `smallbatch/release (core)`, `smallbatch/release (next)`
 */
export function checkNameOf(line: Line, defaultBranch: string): string {
  const name = nameLine(line, defaultBranch);
  return name === "" ? CHECK_NAME : `${CHECK_NAME} (${name})`;
}

/** GitHub shows about this many characters of a title in one line. */
export const TITLE_CHARS_MAX = 120;
/** GitHub takes 65,535 characters of summary. */
const DETAIL_CHARS_MAX = 50_000;
const BLOCKED_BY_MAX = 50;

/** A check run that says `reason` on a commit. */
export function renderCheck(said: {
  readonly line: Line;
  readonly sha: Sha;
  readonly existing: OurCheck | null;
  readonly reason: Reason;
  readonly version: string | null;
  readonly wakeAt: Instant | null;
}): ActionOf<"writeCheck"> {
  const { line, sha, existing, reason, version, wakeAt } = said;
  const detail = (reason.detail ?? "").slice(0, DETAIL_CHARS_MAX);
  const json = inertJson({
    state: reason.state,
    reason: reason.code,
    blockedBy: reason.blockedBy.slice(0, BLOCKED_BY_MAX),
    wakeAt: wakeAt === null ? null : formatInstant(wakeAt),
    version,
  });
  const block = ["```json", json, "```"].join("\n");
  return {
    kind: "writeCheck",
    sha,
    existing,
    externalId: digestReason(line, reason, version),
    title: plainLine(reason.text, TITLE_CHARS_MAX),
    summary: detail === "" ? block : `${detail}\n\n${block}`,
    conclusion: conclude(reason),
  };
}

/** Only what a person has to mend is red; a hold is no failure of the commit. */
function conclude(reason: Reason): "success" | "neutral" | "failure" {
  if (["policy-invalid", "tag-refused", "publish-failed", "draft-failed"].includes(reason.code))
    return "failure";
  return reason.state === "released" || reason.state === "rides-along" ? "success" : "neutral";
}

/**
 * What a check says, in at most 80 characters: equal means that there is nothing to rewrite. Times
 * are left out, because they move while the reason stays.
 */
export function digestReason(line: Line, reason: Reason, version: string | null): string {
  const { state, code, text, detail, blockedBy } = reason;
  return digestCheck(code, [formatLine(line), state, code, text, detail, blockedBy, version]);
}

/** `external_id` of a check: a word, and a digest of all that it says. */
export function digestCheck(word: string, said: readonly unknown[]): string {
  return `smallbatch:1:${word.slice(0, 40)}:${digest(said)}`;
}

/** Does a check of ours say that the commit was released, in whatever words? */
export function saysReleased({ externalId }: OurCheck): boolean {
  return /^smallbatch:1:(released|publish-\w+):/.test(externalId);
}
