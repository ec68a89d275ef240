import { formatLine } from "./state.ts";
import type { Line, Sha } from "./state.ts";

/**
 * How we know again what we wrote into the files of a repository: a trailer in the commit's
 * message, a hidden comment in the release pull's body. Who wrote them must be asked as well.
 */
export interface FilesMarker {
  readonly tag: string;
  /** Head of the branch that it was planned on. */
  readonly parent: Sha;
}

const WORDS = String.raw`line=(\S{1,600}) tag=(\S{1,600}) parent=([0-9a-f]{40})`;
const TRAILER = new RegExp(`^Smallbatch-Release: ${WORDS}[ \\t]*\\r?$`, "gm");
const COMMENT = new RegExp(`^<!-- smallbatch:files v1 ${WORDS} -->[ \\t]*\\r?$`, "gm");

function formatWords(line: Line, { tag, parent }: FilesMarker): string {
  return `line=${formatLine(line)} tag=${encodeURIComponent(tag)} parent=${parent}`;
}

/** Last line of a commit's message. */
export function formatFilesTrailer(line: Line, marker: FilesMarker): string {
  return `Smallbatch-Release: ${formatWords(line, marker)}`;
}

export function formatFilesMarker(line: Line, marker: FilesMarker): string {
  return `<!-- smallbatch:files v1 ${formatWords(line, marker)} -->`;
}

/** The last one for the line: a squash lists several messages, oldest first. Null: none. */
export function readFilesTrailer(message: string, line: Line): FilesMarker | null {
  return readLast(message.matchAll(TRAILER), line);
}

export function readFilesMarker(body: string, line: Line): FilesMarker | null {
  return readLast(body.matchAll(COMMENT), line);
}

function readLast(found: Iterable<RegExpExecArray>, line: Line): FilesMarker | null {
  const own = [...found].findLast((match) => match[1] === formatLine(line));
  const [, , tag, parent] = own ?? [];
  if (tag === undefined || parent === undefined) return null;
  try {
    return { tag: decodeURIComponent(tag), parent };
  } catch {
    return null;
  }
}
