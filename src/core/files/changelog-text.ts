import { compareVersions, parseTag } from "../version.ts";

/** A heading of a changelog that names a version. Offsets of its line's begin. */
interface VersionHeading {
  readonly at: number;
  readonly line: string;
  readonly version: string;
}

const HEADING_VERSION = /(?<![\w.])v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?![\d.]*\d)/;

/** What a changelog begins with that did not exist. */
const NEW_CHANGELOG = "# Changelog\n\n";

/** Headings of any level whose text names a version, outside of fenced code. */
function findHeadings(text: string): readonly VersionHeading[] {
  const headings: VersionHeading[] = [];
  const lines = text.split("\n");
  let at = 0;
  let fence: string | null = null;
  for (const [index, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (mark !== null && fence === null) fence = mark;
    else if (mark !== null && fence !== null && mark.startsWith(fence)) fence = null;
    const isUnderlined =
      /^ {0,3}(?:-{3,}|={3,})[ \t]*\r?$/.test(lines[index + 1] ?? "") && line.trim() !== "";
    if (fence === null && (isUnderlined || /^ {0,3}#{1,6}[ \t]/.test(line))) {
      const version = HEADING_VERSION.exec(line)?.[1];
      if (version !== undefined) headings.push({ at, line, version });
    }
    at += line.length + 1;
  }
  return headings;
}

export function hasSection(text: string, version: string): boolean {
  return findHeadings(text).some((heading) => heading.version === version);
}

/** `[1.5.0](https://github.com/acme/widgets/compare/v1.4.2...v1.5.0)` */
const COMPARISON = /\/compare\/([^\s()]+)\.\.\.([^\s()]+)\)/;

/**
 * Versions whose sections a release pull left behind: each compares a tag that never was with one
 * that is not the last release any more, because somebody released by hand in between. None is
 * below the next version: about history that no tag proves nothing is known. `olderTags`: those of
 * the line before its last release.
 */
export function findLeftBehind(
  text: string,
  next: string,
  olderTags: readonly string[],
): readonly string[] {
  return findHeadings(text).flatMap(({ line, version }) => {
    const [, from = "", to = ""] = COMPARISON.exec(line) ?? [];
    const isLeft = olderTags.includes(from) && !olderTags.includes(to);
    // `2026.01.05` is none.
    const read = parseTag(version, "{version}");
    return isLeft && read !== null && compareVersions(read, next) >= 0 ? [version] : [];
  });
}

/** Take out the sections of versions that were never released; everything else stays. */
function withoutSections(text: string, versions: readonly string[]): string {
  const headings = findHeadings(text);
  const gone = headings.findLast(({ version }) => versions.includes(version));
  if (gone === undefined) return text;
  const next = headings[headings.indexOf(gone) + 1]?.at ?? text.length;
  return withoutSections(text.slice(0, gone.at) + text.slice(next), versions);
}

/** Before the newest version's heading; without one, after what stands there. */
function findPlace(text: string): number {
  return findHeadings(text)[0]?.at ?? text.length;
}

export interface Insertion {
  /** Text of the changelog; null where there is none yet. */
  readonly text: string | null;
  readonly version: string;
  /** Versions whose sections we wrote, and that were never released: taken out. */
  readonly replaces: readonly string[];
}

function split({ text, replaces }: Insertion): readonly [string, string] {
  const kept = withoutSections(text ?? NEW_CHANGELOG, replaces);
  const place = findPlace(kept);
  return [kept.slice(0, place), kept.slice(place)];
}

/** Line ends of the changelog, and one blank line on each side. `section` ends in no blank. */
function fit(section: string, [before, after]: readonly [string, string]): string {
  const eol = `${before}${after}`.includes("\r\n") ? "\r\n" : "\n";
  const gap =
    before === "" || /\n\r?\n$/.test(before) ? "" : before.endsWith("\n") ? eol : eol + eol;
  return `${gap}${section.trim().replaceAll(/\r?\n/g, eol)}${eol}${after === "" ? "" : eol}`;
}

/**
 * The changelog with the section of a new version above the newest one's. Every byte that stood
 * there stays, what stands under the title (or under "Unreleased") too.
 */
export function insertSection(insertion: Insertion, section: string): string {
  const parts = split(insertion);
  return parts[0] + fit(section, parts) + parts[1];
}

/** Is `after` the changelog with nothing but one section of the version put into it? */
export function isOnlyInserted(insertion: Insertion, after: string): boolean {
  const [head, tail] = split(insertion);
  if (after.length <= head.length + tail.length) return false;
  if (!after.startsWith(head) || !after.endsWith(tail)) return false;
  const headings = findHeadings(after.slice(head.length, after.length - tail.length));
  return headings.length === 1 && headings[0]?.version === insertion.version;
}
