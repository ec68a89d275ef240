import { formatLine } from "./state.ts";
import type { Line, Sha } from "./state.ts";

/**
 * Hidden markers: how we know our own releases and comments again. They stand alone on their line;
 * text of others never does in what we write. Who wrote a comment must be asked as well.
 */

const RELEASE = /^<!-- smallbatch:release v1 line=(\S{1,600}) sha=([0-9a-f]{40}) -->[ \t]*\r?$/gm;
const RELEASED = /^<!-- smallbatch:released line=(\S{1,600}) tag=(\S{1,600}) -->[ \t]*\r?$/gm;

export function formatReleaseMarker(line: Line, sha: Sha): string {
  return `<!-- smallbatch:release v1 line=${formatLine(line)} sha=${sha} -->`;
}

export function formatReleasedMarker(line: Line, tag: string): string {
  return `<!-- smallbatch:released line=${formatLine(line)} tag=${encodeURIComponent(tag)} -->`;
}

/** Commit in the marker of a release's body; null where it carries none for this line. */
export function readMarker(body: string, line: Line): Sha | null {
  const found = [...body.matchAll(RELEASE)].find((match) => isSameLine(match[1], line));
  return found?.[2] ?? null;
}

/** Does this comment say that the pull or issue was released in `tag`? */
export function hasReleasedMarker(body: string, line: Line, tag: string): boolean {
  return [...body.matchAll(RELEASED)].some(
    (match) => isSameLine(match[1], line) && match[2] === encodeURIComponent(tag),
  );
}

/** The branch is left out: it may be renamed, and its releases stay. */
function isSameLine(written: string | undefined, line: Line): boolean {
  const own = formatLine(line).split("/");
  const other = String(written).split("/");
  return [0, 2, 3].every((part) => own[part] === other[part]) && own.length === other.length;
}
