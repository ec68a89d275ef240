import { parseHeader } from "../conventional.ts";
import { inertCode, inertText } from "../inert.ts";
import { SECTIONS, referenceOf, sectionOf, titleOf } from "../notes.ts";
import type { Cut } from "../release-card.ts";
import { formatInstant } from "../release-card.ts";
import type { Instant, LineState } from "../state.ts";
import type { Unit } from "../units.ts";

/** One release for a changelog: every unit once, and nothing of other people's text is active. */
export interface ChangelogEntry {
  readonly version: string;
  readonly tag: string;
  /** Null for the first release. */
  readonly previousTag: string | null;
  /** `2026-11-27`, UTC. */
  readonly date: string;
  /** `https://github.com/acme/widgets` */
  readonly url: string;
  /** Sections in order, none empty; each line is Markdown without a bullet. */
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** GitHub takes 65,536 characters as the body of a pull request. */
const BODY_CHARS_MAX = 60_000;

export function makeEntry(state: LineState, cut: Cut, now: Instant): ChangelogEntry {
  const { url } = state.repository;
  const sections = SECTIONS.map((title) => ({
    title,
    lines: cut.batch.units
      .filter((judged) => sectionOf(judged) === title)
      .map(({ unit, cancelledBy, cancels }) => {
        const others = cancelledBy === null ? cancels : [cancelledBy];
        const verb = cancelledBy === null ? "takes back" : "taken back by";
        const fate = others.map((other) => linkTo(other, url)).join(", ");
        const tail = others.length === 0 ? "" : `, ${verb} ${fate}`;
        return `${wordsOf(unit, title)} (${linkTo(unit, url)})${tail}`;
      }),
  })).filter(({ lines }) => lines.length > 0);
  const { version, tag, previousTag } = cut;
  return { version, tag, previousTag, date: formatInstant(now).slice(0, 10), url, sections };
}

const TYPED = new Set(["Features", "Fixes", "Performance"]);

/** Without the type where the section says it; the scope stays, in front. */
function wordsOf(unit: Unit, section: string): string {
  const [, scope, subject] = /^[\w-]+(?:\(([^()]*)\))?: +(\S.*)$/.exec(unit.title) ?? [];
  const isPlain = subject === undefined || !TYPED.has(section) || parseHeader(unit.title) === null;
  if (isPlain) return titleOf(unit);
  const words = titleOf({ ...unit, title: subject });
  return scope === undefined || scope.trim() === "" ? words : `**${inertText(scope)}:** ${words}`;
}

/** In a file, unlike on a release's page, GitHub makes no link of `#12`. */
function linkTo(unit: Unit, url: string): string {
  const { pull } = unit;
  return pull === null ? referenceOf(unit, url) : `[#${pull.number}](${url}/pull/${pull.number})`;
}

/** The entry as the body of a pull request, cut at its limit. */
export function renderEntry({ sections, previousTag, tag, url }: ChangelogEntry): string {
  const parts = sections.map(
    ({ title, lines }) => `### ${title}\n\n${lines.map((line) => `- ${line}`).join("\n")}`,
  );
  const text = parts.join("\n\n");
  const cut = text.lastIndexOf("\n", BODY_CHARS_MAX);
  const shown = text.length <= BODY_CHARS_MAX ? text : `${text.slice(0, cut)}\n\n…and more.`;
  if (previousTag === null) return shown;
  // The tag does not stand yet: only what was released before can be linked.
  const before = `${url}/releases/tag/${encodeURIComponent(previousTag)}`;
  return `${shown}\n\nAll since [${inertCode(previousTag)}](${before}), for ${inertCode(tag)}.`;
}
