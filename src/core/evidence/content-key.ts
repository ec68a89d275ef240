import { digest } from "../digest.ts";
import type { DraftStyle } from "./draft-style.ts";
import type { NoteSource, SourceFile } from "./source.ts";
import type { DraftUnit } from "./unit-draft.ts";

/**
 * What a draft is paid for, once: what the unit says and changes, what signals it carries, and how
 * the line is to be. The same while the pull is open and when it is merged, and whatever is merged
 * below it: places in files, commit messages and labels without a signal do not count.
 */
export function contentKeyOf(source: NoteSource, style: DraftStyle): string {
  const { unit, title, body, files, isTruncated, signals } = source;
  const isWhole = style.sends === "diffs";
  return digest([
    unit,
    title,
    body,
    [signals.breaking, signals.security, signals.injection].map(({ length }) => length > 0),
    isWhole ? [files.map(fileOf), isTruncated] : [],
    styleValues(style),
  ]);
}

function fileOf({ path, previousPath, additions, deletions, patch }: SourceFile): unknown[] {
  return [path, previousPath, additions, deletions, patch?.replaceAll(/^@@ [^@]* @@.*$/gm, "@@")];
}

/**
 * The same for the same commit of a pull: where it is, the content is too, and need not be read.
 * Another one says nothing.
 */
export function seenKeyOf(unit: DraftUnit, style: DraftStyle): string {
  const { unit: name, title, body, labels, sha, isBreaking } = unit;
  return digest([name, title, body, labels.toSorted(), sha, isBreaking, styleValues(style)]);
}

function styleValues({ sends, model, language, audience, tone }: DraftStyle): readonly string[] {
  return [sends, model, language, audience, tone];
}
