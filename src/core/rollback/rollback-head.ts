import { formatDay } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import { WHY } from "./restoration-words.ts";
import type { Restoration } from "./restoration.ts";
import { restoreBranch } from "./restore-commands.ts";
import { isOver } from "./roll-forward.ts";
import { linkPull, linkRelease, linkReleaseForm, sayResume } from "./rollback-links.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import { listSteps, stateOf } from "./rollback.ts";
import type { Rollback } from "./rollback.ts";

/**
 * The first three lines of the rollback issue: what has become of it, what to press, and who asked
 * for it. They are read at night, on a phone.
 */

/** How a rollback stands, with what comes after it was `asked` told apart. */
export type Standing = "asked" | "holding" | "resumed" | Restoration["state"];

export function standingOf(rollback: Rollback): Standing {
  const { restoration } = rollback;
  const state = stateOf(rollback);
  // Once the code is back, that releases go again is what follows of itself.
  if (restoration?.state === "merged" || restoration?.state === "released") {
    return restoration.state;
  }
  return state === "holding" && restoration !== null ? restoration.state : state;
}

export function renderHead(rollback: Rollback, place: RollbackPlace): string {
  const { by, url, at, reason } = rollback;
  const why = reason === "" ? "" : `: ${inertText(reason)}`;
  return [
    sayOutcome(rollback, place),
    `**To do:** ${sayToDo(rollback, place)}`,
    `${inertCode(by)} [asked for it](${url}) on ${formatDay(at)}${why}`,
  ].join("\n\n");
}

function sayOutcome(rollback: Rollback, place: RollbackPlace): string {
  const tag = linkRelease(rollback.release.tag, place);
  const branch = inertCode(place.branch);
  const latest = sayLatest(rollback, place);
  switch (standingOf(rollback)) {
    case "asked":
      return `**${tag} is being rolled back.** Nothing more is released by itself.`;
    case "merged":
      return `**${tag} is rolled back, and its code is undone on ${branch}.** ${latest} The release that carries it comes next.`;
    case "released":
      return `**${tag} is rolled back, and ${sayReleased(rollback, place)} is out without it.**`;
    case "resumed":
      return `**${tag} was rolled back.** Releases go on since ${formatDay(Number(rollback.resumedAt))}, by a person's word.`;
    case "abandoned":
      return `**${tag} is rolled back, and nobody finished restoring its code.** ${latest} Nothing more is released by itself.`;
    case "holding":
    case "restoring":
    case "conflicted":
    case "waiting":
    case "manual":
    case "refused":
      return `**${tag} is rolled back.** ${latest} Its code is still on ${branch}, and nothing more is released by itself.`;
  }
}

function sayReleased({ restoration }: Rollback, place: RollbackPlace): string {
  const tag = restoration?.releasedTag ?? null;
  return tag === null ? "a new release" : linkRelease(tag, place);
}

/** What people get who ask for the newest release, as far as anybody knows. */
function sayLatest({ good, movesLatest, steps }: Rollback, place: RollbackPlace): string {
  if (good === null) return "No good release before it is known, so Latest was not moved.";
  const tag = linkRelease(good.tag, place);
  if (!movesLatest) return "Latest is none of these releases, and stays.";
  const end = steps["latest"];
  if (end === undefined) return `Latest goes to ${tag}.`;
  return end.refused === null
    ? `Latest is ${tag} again.`
    : `**Latest could not be moved to ${tag}.**`;
}

function sayToDo(rollback: Rollback, place: RollbackPlace): string {
  const first = sayUrgent(rollback, place);
  const then = sayNext(rollback, place);
  return first === null ? then : `**first** ${first} Then: ${then}`;
}

/** People still get the bad release. Null: they do not, as far as it is in our hands. */
function sayUrgent(rollback: Rollback, place: RollbackPlace): string | null {
  const { good, steps, release } = rollback;
  const refused = steps["latest"]?.refused ?? null;
  if (isOver(rollback) || refused === null || good === null) return null;
  const form = linkReleaseForm(`open the form of ${inertText(good.tag)}`, good.tag, place);
  return (
    `GitHub refused to move Latest: ${form}, tick **Set as the latest release** and press **Update release**, ` +
    `or say ${inertCode(`/rollback ${release.tag}`)} here to let it be tried again.`
  );
}

function sayNext(rollback: Rollback, place: RollbackPlace): string {
  const { restoration, release } = rollback;
  const standing = standingOf(rollback);
  if (standing === "asked") return "nothing. The steps below take some seconds.";
  if (standing === "resumed") return sayResumed(rollback);
  if (restoration === null) {
    return rollback.restore === null
      ? sayByHand(rollback, place)
      : "nothing. A pull request that restores the code comes next.";
  }
  const branch = inertCode(place.branch);
  const pull = linkOwnPull(restoration, place);
  const why = sayReason(restoration);
  const empty = restoration.reason === WHY.nothing ? " The branch held none of it any more." : "";
  switch (restoration.state) {
    case "restoring":
      return `nothing. The pull request that restores the code is being made${why}.`;
    case "conflicted":
      return `resolve ${pull}, which conflicts with ${sayInTheWay(restoration, place)}. ${sayConflict(restoration, release.tag)}`;
    case "waiting":
      return isPassing(restoration)
        ? `nothing. ${pull} is merged by itself when its checks are green${why}.`
        : `look at ${pull}${why}. It is merged by itself when that is mended.`;
    case "manual":
      return `see to ${pull}, which is left to people${why}. When it is merged, the release follows by itself; to give it up, ${sayResume(place)}.`;
    case "merged":
      return isHeld(restoration)
        ? `look at its release, which is ${sayPlain(restoration)}. Where it waits for a person, \`/release\` lets it go.`
        : `nothing.${empty} The release is made when its checks are green.`;
    case "released":
      return sayReland(rollback, place);
    case "abandoned":
      return restoration.pull === null
        ? sayByHand(rollback, place)
        : `merge ${pull} after all, and the release follows by itself; or give it up and let releases go with that code in them: ${sayResume(place)}.`;
    case "refused":
      return `restore the code into ${branch} by hand, as below, or say ${inertCode(`/rollback ${release.tag}`)} here to let it be tried again. It could not be done${why}.`;
  }
}

/** What is left is with who installed it, and with who wants it back. */
function sayReland({ reland, risk, release }: Rollback, place: RollbackPlace): string {
  const tag = inertText(release.tag);
  const pull = reland?.pull ?? null;
  if (reland?.state === "open" && pull !== null) {
    return `mend ${linkPull(pull.number, place)}, which brings back what ${tag} brought, and merge it when it is right. Smallbatch does not merge it.`;
  }
  const clients =
    (risk?.packages ?? []).length === 0
      ? ""
      : ` Whoever installed ${tag} keeps it until they are led back: _Installed clients_ below has the commands.`;
  return `nothing.${clients}`;
}

/** Waits that end without anybody. */
const PASSING = [
  WHY.queued,
  WHY.unknown,
  WHY.awaited([]),
  ...[WHY.running([""]), WHY.awaited([""])].map((words) => words.trim()),
];

function isPassing({ reason }: Restoration): boolean {
  return reason === null || PASSING.some((words) => reason.startsWith(words));
}

/** Its release is; by the words of the plan. */
function isHeld({ reason }: Restoration): boolean {
  return /^(?:held|prepared): /.test(reason ?? "");
}

function sayResumed({ restoration }: Rollback): string {
  const left = restoration?.pull ?? null;
  const open =
    left === null ? "" : " The pull request that would have restored it can still be merged.";
  return `nothing, if its code was restored by hand. If not, what is released since holds it: revert it by a pull request of your own.${open}`;
}

function sayByHand({ restore }: Rollback, place: RollbackPlace): string {
  return restore === null
    ? `mend it by a new change: it is the first release that is known of its line, and there is no tag to go back to. Then ${sayResume(place)}.`
    : `restore the code by hand, as below, and merge that pull request. Then ${sayResume(place)}.`;
}

function linkOwnPull({ pull }: Restoration, place: RollbackPlace): string {
  return pull === null ? "the pull request" : linkPull(pull.number, place);
}

/** `: somebody closed it`; empty where there is nothing to say. */
function sayReason(restoration: Restoration): string {
  return restoration.reason === null ? "" : `: ${sayPlain(restoration)}`;
}

function sayPlain({ reason }: Restoration): string {
  return inertText(String(reason), 600).replace(/\.$/, "");
}

function sayInTheWay({ inTheWay }: Restoration, place: RollbackPlace): string {
  return inTheWay.length === 0
    ? "work that was merged later"
    : `what was merged later: ${inTheWay.map((number) => linkPull(number, place)).join(", ")}`;
}

/** GitHub's button first; where it refuses (files that were moved, binaries), a clone. */
function sayConflict({ pull, branch }: Restoration, tag: string): string {
  const name = inertCode(branch === "" ? restoreBranch(tag) : branch);
  const where =
    pull === null ? `on ${name}` : `[on GitHub](${pull.url}/conflicts), or on ${name} in a clone`;
  return (
    `Say which lines stay, ${where}; press **Ready for review**, and merge it. ` +
    "The release follows by itself."
  );
}

/** Did every step that keeps people from the release end as it should? */
export function isStopped(rollback: Rollback): boolean {
  return listSteps(rollback).every(({ key }) => rollback.steps[key]?.refused === null);
}
