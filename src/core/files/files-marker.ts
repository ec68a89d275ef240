import { formatLine } from "../state.ts";
import type { Line, Sha } from "../state.ts";

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

/**
 * The line's own, else the last one of the repository: a squash lists several messages, oldest
 * first, and one commit may be for several lines. Null: none.
 */
export function readFilesTrailer(message: string, line: Line): FilesMarker | null {
  return choose(message.matchAll(TRAILER), line);
}

export function readFilesMarker(body: string, line: Line): FilesMarker | null {
  return choose(body.matchAll(COMMENT), line);
}

/** All that was written together with what `readFilesTrailer` gives, each line once. */
export function readFilesTrailers(message: string, line: Line): readonly FilesMarker[] {
  return together(message.matchAll(TRAILER), line);
}

/** As `readFilesTrailers`, of a pull. The first one is whose pull it is. */
export function readFilesMarkers(body: string, line: Line): readonly FilesMarker[] {
  return together(body.matchAll(COMMENT), line);
}

/** Component of a marker's line; empty for the whole repository. */
export function componentOf({ line }: FilesMarker): string {
  return decodeURIComponent(line.split("/")[2] ?? "");
}

function together(found: Iterable<RegExpExecArray>, line: Line): readonly FilesMarker[] {
  const all = readEach(found, line);
  const parent = prefer(all, line)?.parent;
  return [
    ...new Map(all.filter((own) => own.parent === parent).map((own) => [own.line, own])).values(),
  ];
}

function choose(found: Iterable<RegExpExecArray>, line: Line): FilesMarker | null {
  return prefer(readEach(found, line), line);
}

function prefer(all: readonly FilesMarker[], line: Line): FilesMarker | null {
  const own = formatLine(line);
  return all.findLast((marker) => marker.line === own) ?? all.at(-1) ?? null;
}

/** Of the repository, in order. */
function readEach(
  found: Iterable<RegExpExecArray>,
  { repositoryId }: Line,
): readonly FilesMarker[] {
  return [...found].flatMap(([, line = "", tag = "", parent = ""]) => {
    if (!line.startsWith(`${repositoryId}/`)) return [];
    try {
      const marker = { line, tag: decodeURIComponent(tag), parent };
      componentOf(marker);
      return [marker];
    } catch {
      return [];
    }
  });
}
