import { headline } from "./conventional.ts";
import { parseTag } from "./version.ts";

/** The commit that a release tool, or a person, makes to write a version into files. */
export interface ReleaseCommit {
  /** Null where the message names none (`Version Packages`). */
  readonly version: string | null;
}

/** What says more than a version is work. */
const TITLE_CHARS_MAX = 120;
/** Most titles are none of these, and are not looked at closely. */
const MAY_RELEASE =
  /^\W*(?:(?:chore|build|ci|release|docs)(?:\([^)]{0,100}\))?!?: *)?\W*(?:v?\d|releas|bump|version|prepar|publish|cut |tag |(?:set|update|new) (?:the |package |version))/i;
const TYPE = /^(?:chore|build|ci|release|docs)(?:\([^)]{0,100}\))?!?: */i;
/** What stands behind: the pull's number, a word to continuous integration, ornaments. */
const TAIL = /(?:\(#\d{1,9}\)|\[[\w ]{1,30}\]|[ .!:*_`"'\p{Extended_Pictographic}])+$/u;
const VERSION =
  /^(?:(?:releas(?:e|ed|ing)|bump(?:ed|s|ing)?|versions?|prepar(?:e|ed|ing)|publish(?:ed|ing)?|cut|tag|(?:set|update|new)(?: the)?(?: package)? version|for|to|the|of|package(?:\.json)?|from v?\d[\w.+-]*)[:,]?\s+)*["'`]?v?(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)$/i;
const VERSION_PACKAGES = /^version packages(?: \([\w.-]+\))?$/i;

/**
 * Does a commit only say which version is released (`1.2.3`, `chore(main): release 1.2.3`, `Bumped
 * v1.2.3`)? It is no work, and with Smallbatch there is none. Null for everything else.
 */
export function readReleaseCommit(message: string): ReleaseCommit | null {
  const first = headline(message).slice(0, TITLE_CHARS_MAX);
  if (!MAY_RELEASE.test(first)) return null;
  const title = first.replaceAll(/\s+/g, " ").replace(TYPE, "").replace(TAIL, "");
  const version = parseTag(VERSION.exec(title)?.[1] ?? "", "{version}");
  if (version !== null) return { version };
  return VERSION_PACKAGES.test(title) ? { version: null } : null;
}
