import { pluralOf } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import { linkPull, linkRelease } from "./rollback-links.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import type { Pulls, Rollback } from "./rollback.ts";

/** What goes with a release that is rolled back. Authors are named, and not mentioned. */

export function renderTaken(rollback: Rollback, place: RollbackPlace): readonly string[] {
  const { release, affected, unmarked, pulls, loses, restore } = rollback;
  const compare =
    restore === null
      ? ""
      : ` [See the change](${place.repository.url}/compare/${encodeURIComponent(restore.before)}...${encodeURIComponent(release.tag)}).`;
  const own = `What ${inertText(release.tag)} brought.${compare}`;
  const later = affected.map(({ tag }) => linkRelease(tag, place)).join(", ");
  const isMany = affected.length > 1;
  const lost =
    `${later} ${isMany ? "were" : "was"} released later and ${isMany ? "hold" : "holds"} it too${sayUnmarked(unmarked)}. ` +
    "Until the next release, whoever takes Latest goes without what was added there:";
  return [
    own,
    renderPulls(pulls, place),
    ...(affected.length === 0 ? [] : [lost, renderPulls(loses, place)]),
  ];
}

function sayUnmarked(count = 0): string {
  return count === 0
    ? ""
    : `; ${pluralOf(count, "older one", "older ones")} may too, and nothing says so there`;
}

function renderPulls(pulls: Pulls, place: RollbackPlace): string {
  if (pulls === null) return "- Nobody knows which pull requests: it was not made by Smallbatch.";
  if (pulls.count === 0) return "- No pull requests.";
  const rows = pulls.shown.map(({ number, title, author }) => {
    const words = title === null ? "" : ` ${inertText(title, 120)}`;
    return `- ${linkPull(number, place)}${words}${author === null ? "" : `, by ${inertCode(author)}`}`;
  });
  const left = pulls.count - pulls.shown.length;
  return [
    ...rows,
    ...(left === 0 ? [] : [`- …and ${pluralOf(left, "pull request", "pull requests")} more`]),
  ].join("\n");
}
