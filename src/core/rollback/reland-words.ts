import { inertCode, inertText } from "../inert.ts";
import type { Rollback } from "./rollback.ts";

/** What the commit and the pull say that bring back what was taken back. Nobody is mentioned. */

const TITLE_CHARS_MAX = 200;

/** Of the pull, and first line of the commit. */
export function titleOfReland({ release }: Rollback): string {
  return `Reland ${release.tag}`.slice(0, TITLE_CHARS_MAX);
}

/** What the commit says below its title, first that it takes back what took it back. Plain text. */
export function describeReland({ release, restoration, issue }: Rollback): string {
  const pull = restoration?.pull ?? null;
  return [
    ...(pull === null ? [] : [`Reverts #${pull.number}`]),
    `Bring back what ${release.tag} brought and ${restoration?.releasedTag ?? "a rollback"} took back.`,
    ...(issue === null ? [] : [issue.url]),
  ].join("\n\n");
}

/** Body of the pull. `repositoryUrl`: without a trailing slash. */
export function renderRelandPull(rollback: Rollback, repositoryUrl: string): string {
  const { release, restoration, pulls, issue, reason } = rollback;
  const link = (tag: string): string =>
    `[${inertText(tag)}](${repositoryUrl}/releases/tag/${encodeURIComponent(tag)})`;
  const out = restoration?.releasedTag ?? null;
  const what =
    `Brings back what ${link(release.tag)} brought${out === null ? "" : ` and ${link(out)} took back`}. ` +
    "**As it stands it has the same fault**: push the fix to this branch, then merge it. Smallbatch does not merge it.";
  const why = reason === "" ? [] : [`> ${inertText(reason)}`];
  const shown = (pulls?.shown ?? []).map(
    ({ number, title }) =>
      `- [${inertCode(`#${number}`)}](${repositoryUrl}/pull/${number})` +
      (title === null ? "" : ` ${inertText(title, 120)}`),
  );
  const left = (pulls?.count ?? 0) - shown.length;
  const list = [...shown, ...(left === 0 ? [] : [`- …and ${left} more`])];
  const where = issue === null ? [] : [`[What happened](${issue.url}).`];
  return [what, ...why, ...(list.length === 0 ? [] : [list.join("\n")]), ...where].join("\n\n");
}
