import { hasBreakingBody, parseHeader } from "../conventional.ts";
import { judgeStockLabels, levelOfLabel } from "../level.ts";
import type { RawSource, SourceFile } from "./source.ts";
import { findSteering, spellHidden } from "./steering.ts";

/** What says that a pull breaks something. `seen`: what `core/level` saw, in words. */
export function findBreaking(source: RawSource, seen: readonly string[]): readonly string[] {
  const found = [...seen];
  if (parseHeader(source.title)?.isBreaking === true) found.push("`!` in the title");
  if (source.commits.some(hasBreakingBody)) found.push("`BREAKING CHANGE` in a commit");
  if (hasBreakingBody(`body\n\n${source.body}`)) found.push("`BREAKING CHANGE` in the description");
  for (const label of source.labels) {
    const isMajor = levelOfLabel(label) === "major" || judgeStockLabels([label])?.level === "major";
    if (isMajor) found.push(`label ${label}`);
  }
  return [...new Set(found)];
}

const ADVISORY = /\b(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})\b/gi;

const SECURITY_LABEL =
  /^(?:[\w ]+[:/] ?)?(?:security|vulnerability|cve)(?:[ -](?:fix|patch|update))?$/i;

/** `security: …`, `fix(security): …` or `[security] …`. */
const SECURITY_MARK =
  /^security\s*(?:\([^()]*\))?!?:|^\w+\([^()]*\bsecurity\b[^()]*\)!?:|\[security\]/i;

/** A vulnerability by name, which titles of documents and pipelines name as well. */
const SECURITY_WORDS =
  /\bvulnerabilit(?:y|ies)\b|\bsecurity (?:fix|patch|issue|hole|flaw|bug|advisory)/i;

/** What says that a pull closes a vulnerability. */
export function findSecurity(source: RawSource): readonly string[] {
  const texts = [source.title, source.body, ...source.commits, ...source.labels];
  const found = texts.flatMap((text) => text.match(ADVISORY) ?? []).map((id) => id.toUpperCase());
  for (const label of source.labels) if (SECURITY_LABEL.test(label)) found.push(`label ${label}`);
  const isWork = parseHeader(source.title)?.level !== "none";
  const isMarked = SECURITY_MARK.test(source.title);
  if (isMarked || (isWork && SECURITY_WORDS.test(source.title))) found.push("the title");
  return [...new Set(found)];
}

/** Files that hold strange texts on purpose, by folders and names in use everywhere. */
const TEST_DATA =
  /(?:^|\/)(?:tests?|testing|testsuite|testdata|specs?|__tests__|__snapshots__|snapshots?|fixtures?|e2e)\/|[._-](?:test|spec)s?\.\w+$|(?:^|\/)test_[^/]+$|\.snap(?:\.\w+)?$/i;

/** What looks written to steer a model, in what is shown and in what was hidden. */
export function findInjection(
  raw: RawSource,
  source: RawSource,
  hidden: readonly string[],
): readonly string[] {
  const data = raw.files.filter(({ path }) => TEST_DATA.test(path));
  const others = raw.files.filter(({ path }) => !TEST_DATA.test(path));
  return findSteering({
    raw: [...saidIn(raw), ...patchesOf(others)],
    shown: saidIn(source),
    diffs: patchesOf(source.files),
    // A model is never sent what nobody sees; in test data it counts where it can be read.
    hidden: [
      ...hidden,
      ...patchesOf(data)
        .map(spellHidden)
        .filter((text) => text !== ""),
    ],
  });
}

function saidIn({ title, body, commits, labels, files }: RawSource): readonly string[] {
  return [title, body, ...commits, ...labels, ...files.map(({ path }) => path)];
}

function patchesOf(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ patch }) => patch ?? []);
}
