import { formatDay } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import { formatInstant } from "../release-card.ts";
import type { Instant } from "../state.ts";
import type { Restoration } from "./restoration.ts";
import { isStopped, standingOf } from "./rollback-head.ts";
import {
  formatLength,
  linkPull,
  linkRelease,
  linkReleaseForm,
  sayResume,
} from "./rollback-links.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import { milestonesOf } from "./rollback-times.ts";
import type { Milestones } from "./rollback-times.ts";
import { listSteps } from "./rollback.ts";
import type { Rollback, Step } from "./rollback.ts";

/** The five steps of the rollback issue, which tick themselves, with the time that each took. */

export function renderSteps(rollback: Rollback, place: RollbackPlace): string {
  const times = milestonesOf(rollback);
  const isResumed = standingOf(rollback) === "resumed";
  return [
    ...renderStop(rollback, place, times),
    ...(isResumed && times.merged === null
      ? [
          `- [x] **Let releases go again**: by a person's word, ${formatDay(Number(rollback.resumedAt))}`,
        ]
      : [
          renderRestore(rollback, place, times),
          renderMerge(rollback, place, times),
          renderForward(rollback, place, times),
          renderLearn(times),
        ]),
  ].join("\n");
}

function renderStop(
  rollback: Rollback,
  place: RollbackPlace,
  { asked, stopped }: Milestones,
): readonly string[] {
  const { movesLatest, good } = rollback;
  const latest = movesLatest
    ? []
    : [`  - [x] Latest stays where it is: ${sayLatestStays(good !== null)}`];
  return [
    row("Stop", isStopped(rollback), "nobody gets it any more", [asked, stopped]),
    `  - [x] Hold automatic releases of this line (${sayClock(asked)})`,
    ...latest,
    ...renderMarks(rollback, place),
    ...renderDispatch(rollback),
  ];
}

function renderDispatch({ dispatch, at }: Rollback): readonly string[] {
  if (dispatch === undefined) return [];
  const what = "Tell your workflows by `repository_dispatch`";
  const twice = dispatch.tries > 1 ? "; sent twice, because no answer came to the first" : "";
  if (dispatch.end === "taken") return [`  - [x] ${what}${sayWhen(dispatch.at, at)}${twice}`];
  const said =
    dispatch.end === "unknown"
      ? "GitHub did not answer, so nobody knows whether they ran"
      : `**GitHub refused**, ${inertText(String(dispatch.refused), 600)}`;
  return [`  - [ ] ${what}: ${said}. Run them by hand where they did not.`];
}

function sayLatestStays(isKnown: boolean): string {
  return isKnown ? "it is none of these releases" : "no good release before it is known";
}

/** The later releases in one row, where nothing is wrong with any of them. */
function renderMarks(rollback: Rollback, place: RollbackPlace): readonly string[] {
  const steps = listSteps(rollback);
  const later = steps.filter((step) => step.kind === "mark" && step.as === "affected");
  const ends = later.map(({ key }) => rollback.steps[key]);
  const last = ends.at(-1);
  const isQuiet = ends.every((end) => end?.refused === null);
  if (later.length < 2 || last === undefined || !isQuiet) {
    return steps.map((step) => renderMark(step, rollback, place));
  }
  const names = later.map(({ release }) => linkRelease(release.tag, place)).join(", ");
  const said = `Say on ${names} that they hold ${inertText(rollback.release.tag)}`;
  return [
    ...steps
      .filter((step) => !later.includes(step))
      .map((step) => renderMark(step, rollback, place)),
    `  - [x] ${said}${sayWhen(last.at, rollback.at)}`,
  ];
}

function renderMark(step: Step, rollback: Rollback, place: RollbackPlace): string {
  const end = rollback.steps[step.key];
  const tag = linkRelease(step.release.tag, place);
  const what =
    step.kind === "latest"
      ? `Make ${tag} Latest`
      : step.as === "rolled-back"
        ? `Mark ${tag} as a prerelease that was rolled back`
        : `Say on ${tag} that it holds ${inertText(rollback.release.tag)}`;
  if (end === undefined) return `  - [ ] ${what}`;
  if (end.refused === null) return `  - [x] ${what}${sayWhen(end.at, rollback.at)}`;
  const again = `say ${inertCode(`/rollback ${rollback.release.tag}`)} to let it be tried again`;
  const said = inertText(end.refused, 600);
  return `  - [ ] ${what}: **GitHub refused**, ${said}. ${sayByHand(step, place)}, or ${again}.`;
}

function sayByHand(step: Step, place: RollbackPlace): string {
  const { tag } = step.release;
  const form = linkReleaseForm("its form", tag, place);
  if (step.kind === "mark" && step.as === "affected") return `By hand: write it there by ${form}`;
  const flag = step.kind === "latest" ? "--latest" : "--prerelease";
  return `By hand: ${inertCode(`gh release edit ${tag} ${flag}`)}, or ${form}`;
}

function renderRestore(
  { restoration, restore }: Rollback,
  place: RollbackPlace,
  { stopped, restored }: Milestones,
): string {
  const pull = restoration?.pull ?? null;
  const conflicts = restoration?.state === "conflicted" ? ", which conflicts with later work" : "";
  const what =
    pull !== null
      ? `the code, by ${linkPull(pull.number, place)}${conflicts}`
      : restore === null
        ? "the code, by a new change: there is no tag before it"
        : "the code, by a pull request";
  return row("Restore", restored !== null, what, [stopped, restored]);
}

/** Where Smallbatch merges, as far as is known. */
const BY_US: ReadonlySet<Restoration["state"]> = new Set(["restoring", "waiting"]);

function renderMerge(
  { restoration, restore }: Rollback,
  place: RollbackPlace,
  { restored, merged }: Milestones,
): string {
  const branch = inertCode(place.branch);
  const sha = restoration?.mergedSha ?? null;
  const commit =
    sha === null
      ? ""
      : ` as [${inertCode(sha.slice(0, 7))}](${place.repository.url}/commit/${sha})`;
  const who =
    merged !== null
      ? ""
      : restore !== null && BY_US.has(restoration?.state ?? "restoring")
        ? ", when its checks are green"
        : ", by a person";
  return row("Merge", merged !== null, `it into ${branch}${commit}${who}`, [restored, merged]);
}

function renderForward(
  { restoration, restore }: Rollback,
  place: RollbackPlace,
  { merged, released }: Milestones,
): string {
  const tag = restoration?.releasedTag ?? null;
  const what =
    tag !== null
      ? `by ${linkRelease(tag, place)}`
      : restore === null
        ? `by a new release: ${sayResume(place)}, when the code is restored`
        : "by a new release, which lets the others go again";
  return row("Roll forward", released !== null, what, [merged, released]);
}

function renderLearn({ released, asked }: Milestones): string {
  const total = released === null ? "" : ` · ${formatLength(released - asked)} in all`;
  const isDone = released !== null;
  return `- [${isDone ? "x" : " "}] **Learn**: it counts for the brake and is a case of ${inertCode("smallbatch cases")}; this issue closes${total}`;
}

/** `- [x] **Stop**: nobody gets it any more · 2.4 s` */
function row(
  name: string,
  isDone: boolean,
  what: string,
  [from, to]: readonly [Instant | null, Instant | null],
): string {
  const took = !isDone || from === null || to === null ? "" : ` · ${formatLength(to - from)}`;
  return `- [${isDone ? "x" : " "}] **${name}**: ${what}${took}`;
}

function sayClock(at: Instant): string {
  return `${formatInstant(at).slice(11, 19)} UTC`;
}

/** ` (03:12:05 UTC, after 2.4 s)` */
function sayWhen(end: Instant, from: Instant): string {
  const after = end <= from ? "" : `, after ${formatLength(end - from)}`;
  return ` (${sayClock(end)}${after})`;
}
