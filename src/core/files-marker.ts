import { formatLine } from "./state.ts";
import type { Line, Sha } from "./state.ts";

/**
 * How we know again what we wrote into the files of a repository: a trailer in the commit's
 * message, a hidden comment in the release pull's body. Who wrote them must be asked as well.
 */
export interface FilesMarker {
  /** As `formatLine` writes it. */
  readonly line: string;
  readonly tag: string;
  /** Head of the branch that it was planned on. */
  readonly parent: Sha;
}

type Planned = Omit<FilesMarker, "line">;

const WORDS = String.raw`line=(\S{1,600}) tag=(\S{1,600}) parent=([0-9a-f]{40})`;
const TRAILER = new RegExp(`^Smallbatch-Release: ${WORDS}[ \\t]*\\r?$`, "gm");
const COMMENT = new RegExp(`^<!-- smallbatch:files v1 ${WORDS} -->[ \\t]*\\r?$`, "gm");

function formatWords(line: Line, { tag, parent }: Planned): string {
  return `line=${formatLine(line)} tag=${encodeURIComponent(tag)} parent=${parent}`;
}

/** Last line of a commit's message. */
export function formatFilesTrailer(line: Line, marker: Planned): string {
  return `Smallbatch-Release: ${formatWords(line, marker)}`;
}

export function formatFilesMarker(line: Line, marker: Planned): string {
  return `<!-- smallbatch:files v1 ${formatWords(line, marker)} -->`;
}

/** The last one of the repository: a squash lists several messages, oldest first. Null: none. */
export function readFilesTrailer(message: string, { repositoryId }: Line): FilesMarker | null {
  return readLast(message.matchAll(TRAILER), `${repositoryId}/`);
}

export function readFilesMarker(body: string, { repositoryId }: Line): FilesMarker | null {
  return readLast(body.matchAll(COMMENT), `${repositoryId}/`);
}

/** `start`: what the line begins with. */
function readLast(found: Iterable<RegExpExecArray>, start: string): FilesMarker | null {
  const [, line, tag, parent] = [...found].findLast((match) => match[1]?.startsWith(start)) ?? [];
  if (line === undefined || tag === undefined || parent === undefined) return null;
  try {
    return { line, tag: decodeURIComponent(tag), parent };
  } catch {
    return null;
  }
}
