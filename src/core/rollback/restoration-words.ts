import { inertCode, inertText } from "../inert.ts";
import { listNames } from "../reasons.ts";
import type { Restoration } from "./restoration.ts";
import type { Rollback } from "./rollback.ts";

/** What the commit and the pull that restore the code say. Nobody is mentioned. */

const TITLE_CHARS_MAX = 200;
/** Of what is said why it stands where it stands. */
const REASON_CHARS_MAX = 500;

/** Of the pull, and first line of the commit. */
export function titleOfRestoration({ release }: Rollback): string {
  return `fix: roll back ${release.tag}`.slice(0, TITLE_CHARS_MAX);
}

/**
 * What the commit says below its title. Plain text. First whose work it takes back, as GitHub's own
 * button says it: where a channel comes to the default branch with both, neither is released there.
 * Of a component's release the same pull may stand in another one.
 */
export function describeRestoration({ release, restore, pulls, issue }: Rollback): string {
  const isWhole = (restore?.path ?? ".") === "." && (restore?.others ?? []).length === 0;
  const named = isWhole ? (pulls?.shown ?? []) : [];
  return [
    ...(named.length === 0 ? [] : [named.map(({ number }) => `Reverts #${number}`).join("\n")]),
    `Undo what ${release.tag} brought on top of ${restore?.before ?? "nothing"}.`,
    ...(issue === null ? [] : [issue.url]),
  ].join("\n\n");
}

/** Body of the pull. */
export function renderRestoringPull(
  rollback: Rollback,
  { inTheWay }: Pick<Restoration, "inTheWay">,
  place: {
    readonly repositoryUrl: string;
    readonly branch: string;
    readonly isConflicting: boolean;
    /** Hidden last line; null: no commit of ours is known. */
    readonly marker: string | null;
  },
): string {
  const { release, restore, issue, reason } = rollback;
  const { repositoryUrl, branch, isConflicting, marker } = place;
  const link = (tag: string): string =>
    `[${inertText(tag)}](${repositoryUrl}/releases/tag/${encodeURIComponent(tag)})`;
  const before = restore === null ? "nothing" : link(restore.before);
  const part =
    restore === null || restore.path === null || restore.path === "."
      ? ""
      : ` Nothing outside of ${inertCode(restore.path)} changes.`;
  const what =
    `${link(release.tag)} is rolled back. Merged, this undoes what it brought on top of ${before}, and ` +
    `keeps what was merged into ${inertCode(branch)} later.${part}`;
  const why = reason === "" ? [] : [`> ${inertText(reason)}`];
  const where = issue === null ? [] : [`[What was done, and what is left to do](${issue.url}).`];
  const conflict =
    "**Later work changed the same lines, so a person has to say which stay.** Resolve the conflicts here, by " +
    "GitHub's editor or by a push to this branch, and merge it.";
  const numbers = inTheWay.map(
    (number) => `[${inertCode(`#${number}`)}](${repositoryUrl}/pull/${number})`,
  );
  const later =
    numbers.length === 0
      ? "No later pull request is known that changed the same files."
      : `Merged later, and changed the same files: ${numbers.join(", ")}.`;
  const usual =
    "No size limit, freeze or wait of Smallbatch holds it. Where nobody else pushes to this branch, Smallbatch " +
    "merges it when its checks are green, unless the policy leaves that to people. Close it to keep the code as it is.";
  const now = isConflicting ? [conflict, later] : [usual];
  return [what, ...why, ...where, ...now, ...(marker === null ? [] : [marker])].join("\n\n");
}

/** GitHub's words, cut. */
export function cutReason(words: string): string {
  return words.slice(0, REASON_CHARS_MAX);
}

export const WHY = {
  badGone: (tag: string) => `the tag ${tag} is gone, so nobody knows what it held`,
  branchGone: (branch: string) => `the branch ${branch} is gone`,
  notOnBranch: (tag: string, branch: string) =>
    `${branch} does not hold ${tag}: to merge a commit on it would bring more than it undoes`,
  notAfter: (tag: string, before: string) =>
    `${tag} does not hold ${before}, so the difference between them is not what it brought`,
  taken: (branch: string) =>
    `a branch ${branch} stands already, and is not ours: delete or rename it`,
  nothing: "nothing was to be undone: the branch holds none of it any more",
  conflict: "later work changed the same lines",
  merged: (branch: string) => `it was merged into ${branch}`,
  base: (branch: string) => `somebody changed its base to ${branch}: people merge it`,
  lost: (branch: string) => `its branch ${branch} was renamed or its pull request is gone`,
  closed: "somebody closed it",
  theirs: "somebody else opened a pull request from its branch, so people merge it",
  deleted: "somebody deleted its branch",
  pushed: "somebody else pushed to its branch, so people merge it",
  draft: "somebody made it a draft, so people merge it",
  policy: "the policy leaves the merge to people",
  resumed: "releases were let go before it was merged; people merge it, or close it",
  queued: "it is in the merge queue",
  dropped: "the merge queue took it out again; people put it in, or mend what is red",
  changes: "a reviewer asks for changes",
  review: "GitHub asks for a review by somebody with write permission",
  behind:
    "GitHub wants its branch up to date, so press “Update branch” there, and merge it when it is green",
  blocked: "GitHub does not let it be merged yet; its page says why",
  unknown: "GitHub is finding out whether it can be merged",
  /** GitHub's words name the way, or say the same of each. */
  method: (refused: readonly { readonly words: string }[]) =>
    refused.length === 0
      ? "the repository lets no pull request be merged"
      : cutReason([...new Set(refused.map(({ words }) => words))].join(" ")),
  red: (names: readonly string[]) => `red: ${listNames(names)}`,
  running: (names: readonly string[]) => `running: ${listNames(names)}`,
  awaited: (names: readonly string[]) =>
    names.length === 0 ? "no check has come yet" : `not there yet: ${listNames(names)}`,
  missing: (names: readonly string[]) => `required, and did not come: ${listNames(names)}`,
  none: "the policy asks for checks, and none came",
} as const;
