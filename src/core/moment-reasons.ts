import type { Reason } from "./action.ts";
import type { BatchUnit } from "./batch.ts";
import type { Freeze } from "./freeze.ts";
import { inertText, plainLine } from "./inert.ts";
import type { Label } from "./pull.ts";
import { held, listNames, mergedAfter, waitingSince } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import { formatInstant } from "./release-card.ts";
import type { Instant } from "./state.ts";
import { nameUnit } from "./units.ts";
import { formatWallTime } from "./zone.ts";

/** `2026-12-21 09:12 UTC` */
export function formatMinute(at: Instant): string {
  return `${formatInstant(at).slice(0, 16).replace("T", " ")} UTC`;
}

/** `3 changes wait (#12, #13, #14)` */
function describeBatch(standing: readonly BatchUnit[]): string {
  const names = listNames(standing.map(({ unit }) => nameUnit(unit)));
  return standing.length === 1 ? `${names} waits` : `${standing.length} changes wait (${names})`;
}

function standingOf(units: readonly BatchUnit[]): readonly BatchUnit[] {
  return units.filter(({ cancelledBy }) => cancelledBy === null);
}

export function holdForLabel(
  units: readonly BatchUnit[],
  { first, label }: { readonly first: BatchUnit; readonly label: Label },
): Hold {
  const name = nameUnit(first.unit);
  const later = mergedAfter(units, first);
  const by = label.setBy?.login === undefined ? "" : ` by ${label.setBy.login}`;
  const what = `${name} is labelled release:hold${by}${waitingSince(first, later)}`;
  const detail =
    `Nothing is released from ${name} on while the label stands. To go on, take \`release:hold\` ` +
    "off that pull request (write permission).";
  return held("hold-label", what, [name, ...later.map(({ unit }) => nameUnit(unit))], detail);
}

/** `security updates` */
const PASSING: Readonly<Record<Freeze["passes"][number], string>> = {
  security: "a security update",
  rollback: "a rollback",
};

export function holdForFreeze(
  { freeze, zone, endsAt }: { freeze: Freeze; zone: string; endsAt: Instant },
  units: readonly BatchUnit[],
): Hold {
  const standing = standingOf(units);
  const until = formatWallTime(endsAt, zone);
  const since = formatMinute(Math.min(...standing.map(({ unit }) => unit.at)));
  const passing = freeze.passes.map((name) => PASSING[name]).join(" or ");
  const passes =
    passing === ""
      ? "Nothing passes this freeze."
      : `Only ${passing} passes it, and takes everything along that was merged before.`;
  const detail =
    `Frozen until ${until}: ${inertText(freeze.reason)}. Merging goes on; the batch has ` +
    `${standing.length === 1 ? "1 change" : `${standing.length} changes`}, the first of ${since}. ` +
    `${passes} To release earlier, end the freeze in \`.github/smallbatch.yml\`.`;
  const what = `frozen until ${until} (${plainLine(freeze.reason, 40)}); ${describeBatch(standing)}`;
  return held("frozen", what, ["freezes"], detail);
}

export function holdForSchedule(zone: string, opensAt: Instant): Hold {
  const at = formatWallTime(opensAt, zone);
  const detail =
    "Releases are cut only within the hours of `schedule` in `.github/smallbatch.yml`. What is " +
    `merged until then is released together at ${at}.`;
  return held("schedule-closed", `outside the hours of releases until ${at}`, [], detail);
}

export function holdForWindow(units: readonly BatchUnit[], closesAt: Instant): Hold {
  const standing = standingOf(units);
  const at = formatMinute(closesAt);
  const what = `${describeBatch(standing)} for more, until ${at} if nothing is merged`;
  const detail =
    "The `window` of `.github/smallbatch.yml` releases merges together that come close to each " +
    `other: these at ${at}, if nothing else is merged before.`;
  return held("window-open", what, [], detail);
}

/** Why a batch of dependency updates cuts no release yet, and when it does at the latest. */
export function botsRideReason(
  units: readonly BatchUnit[],
  { isActing, ridesUntil }: { readonly isActing: boolean; readonly ridesUntil: Instant },
): Reason {
  const asking = standingOf(units).filter(({ level }) => level !== "none");
  const names = asking.map(({ unit }) => nameUnit(unit));
  const what = asking.length === 1 ? "a dependency update" : `${asking.length} dependency updates`;
  return {
    state: isActing ? "rides-along" : "watched",
    code: "bots-ride-along",
    text: `${isActing ? "rides along" : "would ride along"}: ${what} by bots (${listNames(names)})`,
    detail:
      "It is in the next release that something else asks for, and is released by itself at " +
      `${formatMinute(ridesUntil)} at the latest. Security updates are released at once. To ` +
      "release all of them at once, write `bots: release` in `.github/smallbatch.yml`.",
    blockedBy: [],
  };
}
