import { inertCode } from "../inert.ts";
import type { Line, Sha } from "../state.ts";
import { renderEntry } from "./changelog-entry.ts";
import type { ChangelogEntry } from "./changelog-entry.ts";
import type { FilesCommit, LineTag } from "./files-action.ts";
import { formatFilesMarker, formatFilesTrailer } from "./files-marker.ts";

/** GitHub takes 256 characters as the title of a pull request. */
const TITLE_CHARS_MAX = 200;

/** What a commit with the files of these releases says. */
export function describeCommit(
  releases: readonly LineTag[],
  parent: Sha,
): Pick<FilesCommit, "releases" | "headline" | "message"> {
  const trailers = releases.map(({ line, tag }) => formatFilesTrailer(line, { tag, parent }));
  return {
    releases,
    headline: `chore(release): ${nameTags(releases)}`,
    message: `The files of ${nameTags(releases)}, on ${parent.slice(0, 7)}.\n\n${trailers.join("\n")}`,
  };
}

function nameTags(releases: readonly LineTag[]): string {
  const whole = releases.map(({ tag }) => tag).join(", ");
  const [first] = releases;
  if (first === undefined || releases.length === 1 || whole.length <= TITLE_CHARS_MAX) return whole;
  return `${first.tag} and ${releases.length - 1} more`;
}

/** The text of a release pull. */
export function renderPullBody(
  { releases, parent }: Pick<FilesCommit, "releases" | "parent">,
  entries: readonly ChangelogEntry[],
): string {
  const tags = releases.map(({ tag }) => inertCode(tag)).join(", ");
  const branches = new Set(releases.map(({ line }) => inertCode(line.branch)));
  const intro =
    `Merging this releases ${tags}. It is kept up to date with ` +
    `${[...branches].join(", ")} while nobody else commits to it; close it to release nothing.`;
  const lists = entries.map((entry) =>
    entries.length === 1
      ? renderEntry(entry)
      : `## ${inertCode(entry.tag)}\n\n${renderEntry(entry)}`,
  );
  const markers = releases.map(({ line, tag }) => formatFilesMarker(line, { tag, parent }));
  return [intro, ...lists, markers.join("\n")].join("\n\n");
}

/**
 * `smallbatch/release/main/after-v1.4.2/`: one branch after the other for the releases after one
 * base, because none is ever moved back or deleted by us.
 */
export function formatBranchFolder(line: Line, base: string | null): string {
  const after = base === null ? `first${line.component && `-${line.component}`}` : `after-${base}`;
  return `${formatBranchesFolder(line)}${after}/`;
}

/** Below it are all branches for release pulls of a branch. */
export function formatBranchesFolder({ branch }: Line): string {
  return `smallbatch/release/${branch}/`;
}
