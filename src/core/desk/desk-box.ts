import { digest } from "../digest.ts";
import { formatLine } from "../state.ts";
import type { Line, Sha } from "../state.ts";

/**
 * Boxes of the desk: one action each, on one line. Each is a line of its own with a hidden marker
 * that names what it was drawn for, so that a tick on an old one is known as such.
 */

/** What a box does. `release` is `/release now`, `publish` is `/release`. */
export type DeskAct = "publish" | "release" | "hold" | "resume" | "rollback";

export interface DeskBox {
  readonly act: DeskAct;
  /** `keyOfLine` of the line that it is about. */
  readonly line: string;
  /** What would be released, and the head it was drawn for; null: it is about no batch. */
  readonly batch: { readonly version: string; readonly sha: Sha } | null;
  /** Tag of the release that it is about. Absent: it is about none. */
  readonly tag?: string;
}

/** A box as it stands in a body. `source`: its line without the tick; equal means the same box. */
export interface BoxSeen extends DeskBox {
  readonly source: string;
  readonly isTicked: boolean;
}

const BOX =
  /^- \[([ xX])\] (<!-- smallbatch:desk (publish|release|hold|resume|rollback) line=([0-9a-f]{16})(?: version=(\d[\w.+-]{0,99}) sha=([0-9a-f]{40}))?(?: tag=([\w.!~*'()%-]{1,600}))? --> .{1,400})$/;

/** 16 hexadecimal digits: the line in a marker, whatever its branch is called. */
export function keyOfLine(line: Line): string {
  return digest([formatLine(line)]);
}

/** `text` is Markdown of one line. */
export function formatBox({ act, line, batch, tag }: DeskBox, text: string): string {
  const of =
    (batch === null ? "" : ` version=${batch.version} sha=${batch.sha}`) +
    (tag === undefined ? "" : ` tag=${encodeURIComponent(tag)}`);
  return `- [ ] <!-- smallbatch:desk ${act} line=${line}${of} --> ${text}`;
}

/** The boxes of a body, in order. Editors in browsers write `\r\n`. */
export function readBoxes(body: string): readonly BoxSeen[] {
  return body.split("\n").flatMap((written): BoxSeen[] => {
    const [, mark = "", rest = "", act, line = "", version, sha, named] =
      BOX.exec(written.trimEnd()) ?? [];
    if (!isAct(act)) return [];
    const batch = version === undefined || sha === undefined ? null : { version, sha };
    const tag = named === undefined ? null : decode(named);
    const of = tag === null ? {} : { tag };
    return [{ act, line, batch, ...of, source: `- [ ] ${rest}`, isTicked: mark !== " " }];
  });
}

/** Null: nobody of ours wrote it. */
function decode(written: string): string | null {
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

const ACTS: readonly string[] = ["publish", "release", "hold", "resume", "rollback"];

function isAct(act: string | undefined): act is DeskAct {
  return act !== undefined && ACTS.includes(act);
}

/** The lines of boxes that are ticked, each once. */
export function listTicked(body: string): readonly string[] {
  return [...new Set(readBoxes(body).flatMap((box) => (box.isTicked ? [box.source] : [])))];
}

/** The body with these boxes ticked. */
export function tickBoxes(body: string, sources: readonly string[]): string {
  return body
    .split("\n")
    .map((line) => (sources.includes(line) ? line.replace("- [ ]", "- [x]") : line))
    .join("\n");
}

/** What a box says, for a sentence about who ticked it: `Publish v2.0.0`. Untrusted text. */
export function nameBox({ source }: Pick<BoxSeen, "source">): string {
  const [, label = "a box"] = /--> \*\*(.+?)\*\*/.exec(source) ?? [];
  return label;
}
