import { cleanText, FORMS } from "./clean-text.ts";
import type { Form } from "./clean-text.ts";
import { findBreaking, findInjection, findSecurity } from "./signals.ts";
import type { NoteSource, RawSource, SourceFile } from "./source.ts";

/** What of a pull is read at most. Characters are UTF-16 units. */
const TITLE_CHARS_MAX = 300;
const LABELS_MAX = 50;
const LABEL_CHARS_MAX = 100;
const BODY_CHARS_MAX = 20_000;
const COMMITS_MAX = 100;
const COMMIT_CHARS_MAX = 4_000;
const FILES_MAX = 300;
const PATH_CHARS_MAX = 400;
const PATCH_CHARS_MAX = 60_000;
/** Of all files together. */
const PATCHES_CHARS_MAX = 400_000;

/**
 * A pull as a reader sees it: visible text, without what looks like a secret, and what in it is a
 * signal. `isBreaking`: what `core/level` saw, in words. Cleaned again it is the same.
 */
export function cleanSource(
  raw: RawSource,
  level: { readonly isBreaking: readonly string[] },
): NoteSource {
  const hidden: string[] = [];
  const clean = (text: string, form: Form, max: number): string => {
    const cleaned = cleanText(text, form, max);
    if (cleaned.hidden !== "") hidden.push(cleaned.hidden);
    return cleaned.text;
  };
  const message = (text: string): string => {
    const end = text.search(/[\r\n]|$/);
    const head = clean(text.slice(0, end), FORMS.line, TITLE_CHARS_MAX);
    const body = clean(text.slice(end), FORMS.markdown, COMMIT_CHARS_MAX);
    return body === "" ? head : `${head}\n\n${body}`;
  };
  const source = {
    unit: raw.unit,
    pull: raw.pull,
    title: clean(raw.title, FORMS.line, TITLE_CHARS_MAX),
    body: clean(raw.body, FORMS.markdown, BODY_CHARS_MAX),
    labels: raw.labels
      .slice(0, LABELS_MAX)
      .map((label) => clean(label, FORMS.line, LABEL_CHARS_MAX)),
    commits: raw.commits.slice(0, COMMITS_MAX).map(message),
    files: cleanFiles(raw.files, clean),
    isTruncated:
      raw.isTruncated || raw.commits.length > COMMITS_MAX || raw.files.length > FILES_MAX,
  };
  return {
    ...source,
    signals: {
      breaking: findBreaking(source, level.isBreaking),
      security: findSecurity(source),
      injection: findInjection(raw, source, hidden),
    },
  };
}

function cleanFiles(
  files: readonly SourceFile[],
  clean: (text: string, form: Form, max: number) => string,
): readonly SourceFile[] {
  let left = PATCHES_CHARS_MAX;
  return files.slice(0, FILES_MAX).map((file) => {
    const max = Math.min(PATCH_CHARS_MAX, left);
    const patch = file.patch === null || max === 0 ? null : clean(file.patch, FORMS.diff, max);
    left -= patch?.length ?? 0;
    const { previousPath } = file;
    return {
      path: clean(file.path, FORMS.line, PATH_CHARS_MAX),
      previousPath: previousPath === null ? null : clean(previousPath, FORMS.line, PATH_CHARS_MAX),
      additions: file.additions,
      deletions: file.deletions,
      patch,
    };
  });
}
