import { formatLine } from "./state.ts";
import type { Line, Sha } from "./state.ts";

/**
 * Hidden markers: how we know our own releases and comments again. They stand alone on their line;
 * text of others never does in what we write. Who wrote a comment must be asked as well.
 */

const RELEASE = /^<!-- smallbatch:release v1 line=(\S{1,600}) sha=([0-9a-f]{40}) -->[ \t]*\r?$/gm;
const RELEASED = /^<!-- smallbatch:released line=(\S{1,600}) tag=(\S{1,600}) -->[ \t]*\r?$/gm;

const TAKEN_BACK = /^<!-- smallbatch:taken-back line=(\S{1,600}) tag=(\S{1,600}) -->[ \t]*\r?$/gm;

export function formatReleaseMarker(line: Line, sha: Sha): string {
  return `<!-- smallbatch:release v1 line=${formatLine(line)} sha=${sha} -->`;
}

export function formatReleasedMarker(line: Line, tag: string): string {
  return `<!-- smallbatch:released line=${formatLine(line)} tag=${encodeURIComponent(tag)} -->`;
}

/** `tag`: of the release that takes it back. */
export function formatTakenBackMarker(line: Line, tag: string): string {
  return `<!-- smallbatch:taken-back line=${formatLine(line)} tag=${encodeURIComponent(tag)} -->`;
}

/** Of the one comment on a pull or issue that is edited in place. */
export const STATUS_MARKER = "<!-- smallbatch:status v1 -->";

export function hasStatusMarker(body: string): boolean {
  return body.split(/\r?\n/).some((line) => line.trimEnd() === STATUS_MARKER);
}

/**
 * Commit in the marker of a release's body; null where it carries none for this line. Branches are
 * renamed: `isOwnBranch` says whether one that is written there is this line's.
 */
export function readMarker(
  body: string,
  line: Line,
  isOwnBranch: (branch: string) => boolean = () => true,
): Sha | null {
  const found = [...body.matchAll(RELEASE)].find(
    (match) => isSameLine(match[1], line) && isOwnBranch(branchIn(match[1])),
  );
  return found?.[2] ?? null;
}

/** Is it a release of ours, of whichever line? */
export function isMarked(body: string): boolean {
  return body.search(RELEASE) >= 0;
}

function branchIn(written: string | undefined): string {
  try {
    return decodeURIComponent(String(String(written).split("/")[1]));
  } catch {
    return "";
  }
}

/**
 * Does this comment say that the pull or issue was released in `tag`, or by another line of the
 * repository? Nobody is told twice of one change.
 */
export function hasReleasedMarker(body: string, line: Line, tag: string): boolean {
  return [...body.matchAll(RELEASED)].some(([, written, other]) =>
    isSameLine(written, line)
      ? other === encodeURIComponent(tag)
      : String(written).split("/", 1)[0] === String(line.repositoryId),
  );
}

/** Does this comment say that `tag` took the pull or issue back? */
export function hasTakenBackMarker(body: string, line: Line, tag: string): boolean {
  return [...body.matchAll(TAKEN_BACK)].some(
    ([, written, other]) => isSameLine(written, line) && other === encodeURIComponent(tag),
  );
}

/** The branch is left out: it may be renamed, and its releases stay. */
function isSameLine(written: string | undefined, line: Line): boolean {
  const own = formatLine(line).split("/");
  const other = String(written).split("/");
  return [0, 2, 3].every((part) => own[part] === other[part]) && own.length === other.length;
}
