import { pluralOf, formatDay } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import { formatInstant } from "../release-card.ts";
import type { Instant } from "../state.ts";
import { restoreBranch, restoreCommands } from "./restore-commands.ts";
import { renderBoxes } from "./rollback-box-text.ts";
import type { RollbackAct } from "./rollback-box.ts";
import { formatRollbackMarker } from "./rollback-marker.ts";
import { ISSUE_STEP, listSteps, stateOf } from "./rollback.ts";
import type { Pulls, Restore, Rollback, Step } from "./rollback.ts";

/**
 * The rollback issue as Markdown: what was done when, what GitHub refused, and what is left to do. The
 * same rollback gives the same text. Nobody is mentioned.
 */

/** Where the release stands: for links, and for who may say `/resume` where. */
export interface RollbackPlace {
  readonly repository: {
    readonly id: number;
    readonly url: string;
    readonly defaultBranch: string;
  };
  readonly branch: string;
  /** Boxes to be had now; absent: none. */
  readonly offered?: readonly RollbackAct[];
}

export function titleOf({ release }: Rollback): string {
  return `Rollback of ${release.tag}`;
}

/** Without the hidden state, which is its last line. */
export function renderRollback(rollback: Rollback, place: RollbackPlace): string {
  const { repository, offered = [] } = place;
  const boxes = renderBoxes(rollback, offered);
  const parts = [
    formatRollbackMarker(repository.id),
    summarize(rollback, place),
    "### Steps",
    renderSteps(rollback, place),
    ...(rollback.resumedAt === null ? renderRestore(rollback, place) : []),
    ...(boxes.length === 0 ? [] : [boxes.join("\n")]),
    "### What it takes back",
    ...renderTaken(rollback, place),
    "### What it does not take back",
    NOT_TAKEN,
  ];
  return `${parts.join("\n\n")}\n`;
}

const NOT_TAKEN = [
  "- Packages, images and pages that were published stay as they are, and whoever installed them " +
    "keeps them. Point people back where you publish, for example by `npm dist-tag` and " +
    "`npm deprecate`.",
  "- Code goes back, data does not: migrations that ran have run.",
].join("\n");

function summarize(rollback: Rollback, place: RollbackPlace): string {
  const { release, by, url, at, reason, resumedAt } = rollback;
  const tag = linkRelease(release.tag, place);
  const head = {
    asked: `**${tag} is being rolled back, and nothing more is released by itself.**`,
    holding: `**${tag} is rolled back, and nothing more is released by itself.** Its code is still on the branch.`,
    resumed: `**${tag} was rolled back.** Releases go on since ${formatDay(resumedAt ?? at)}.`,
  }[stateOf(rollback)];
  const why = reason === "" ? "" : `: ${inertText(reason)}`;
  return `${head}\n\n${inertCode(by)} [asked for it](${url}) on ${formatDay(at)}${why}`;
}

function renderSteps(rollback: Rollback, place: RollbackPlace): string {
  const { good, movesLatest, resumedAt, at } = rollback;
  const steps = listSteps(rollback);
  const rows = steps.map((step) => renderStep(step, rollback, place));
  const latest = movesLatest ? [] : [`- [x] Latest stays where it is: ${sayLatest(good !== null)}`];
  const isRestored = resumedAt !== null;
  return [
    `- [x] Hold automatic releases of this line${when(at, at)}`,
    ...latest,
    ...rows,
    ...(isRestored ? [] : ["- [ ] Restore the code: by you, as below"]),
    isRestored
      ? `- [x] Let releases go again (${formatDay(resumedAt)})`
      : "- [ ] Let releases go again: by `/resume`, when the code is restored",
  ].join("\n");
}

function sayLatest(isKnown: boolean): string {
  return isKnown
    ? "it is none of these releases"
    : "no good release before it is known among the newest 20";
}

function renderStep(step: Step, rollback: Rollback, place: RollbackPlace): string {
  const end = rollback.steps[step.key];
  const what =
    step.kind === "latest"
      ? `Make ${linkRelease(step.release.tag, place)} Latest`
      : step.as === "rolled-back"
        ? `Mark ${linkRelease(step.release.tag, place)} as a prerelease that was rolled back`
        : `Say on ${linkRelease(step.release.tag, place)} that it holds ${inertText(rollback.release.tag)}`;
  if (end === undefined) return `- [ ] ${what}`;
  if (end.refused === null) return `- [x] ${what}${when(end.at, rollback.at)}`;
  const by = byHand(step);
  const again = `say ${inertCode(`/rollback ${rollback.release.tag}`)} again to try once more`;
  return `- [ ] ${what}: **GitHub refused**, ${inertText(end.refused, 600)}. ${by}, or ${again}.`;
}

function byHand(step: Step): string {
  const name = inertCode(
    `gh release edit ${step.release.tag} ${step.kind === "latest" ? "--latest" : "--prerelease"}`,
  );
  const isEdit = step.kind === "mark" && step.as === "affected";
  return isEdit ? "Edit its notes by hand" : `By hand: ${name}`;
}

/** ` (03:12:05 UTC, after 2.4 s)` */
function when(end: Instant, from: Instant): string {
  const seconds = Math.max(0, Math.round((end - from) / 100) / 10);
  const after = end === from ? "" : `, after ${seconds} s`;
  return ` (${formatInstant(end).slice(11, 19)} UTC${after})`;
}

function renderRestore(rollback: Rollback, place: RollbackPlace): readonly string[] {
  const { restore, release } = rollback;
  if (restore === null) {
    const text =
      `${inertText(release.tag)} is the first release that is known of its line, so there is no tag to go ` +
      "back to. Mend it by a new change, and let releases go again by `/resume`.";
    return ["### Restore the code", text];
  }
  return ["### Restore the code", ...renderCommands(release.tag, restore, place)];
}

function renderCommands(tag: string, restore: Restore, place: RollbackPlace): readonly string[] {
  const { repository, branch } = place;
  const [from, to] = [branch, restoreBranch(tag)].map(encodeURIComponent);
  const open = `${repository.url}/compare/${from}...${to}?expand=1`;
  const where =
    branch === repository.defaultBranch
      ? "comment `/resume` here, or tick that box on the release desk"
      : `comment \`/resume\` on it, or tick that box of ${inertCode(branch)} on the release desk`;
  return [
    "In a clone without work of your own in it (write permission):",
    ["```sh", ...restoreCommands(tag, restore), "```"].join("\n"),
    `Then [open the pull request](${open}) into ${inertCode(branch)}. It undoes what ${inertText(tag)} brought on top ` +
      `of ${inertText(restore.before)}, and nothing that was merged later. Where later work changed the same ` +
      "lines, GitHub shows a conflict, and a person has to say which lines stay.",
    `When it is merged and green, ${where}: the next release carries it.`,
  ];
}

function renderTaken(rollback: Rollback, place: RollbackPlace): readonly string[] {
  const { release, affected, pulls, loses, restore } = rollback;
  const compare =
    restore === null
      ? ""
      : ` [See the change](${place.repository.url}/compare/${encodeURIComponent(restore.before)}...${encodeURIComponent(release.tag)}).`;
  const own = `What ${inertText(release.tag)} brought.${compare}`;
  const later = affected.map(({ tag }) => linkRelease(tag, place)).join(", ");
  const isMany = affected.length > 1;
  const lost =
    `${later} ${isMany ? "were" : "was"} released later and ${isMany ? "hold" : "holds"} it too. ` +
    "Until the next release, whoever takes Latest goes without what was added there:";
  return [
    own,
    renderPulls(pulls, place),
    ...(affected.length === 0 ? [] : [lost, renderPulls(loses, place)]),
  ];
}

function renderPulls(pulls: Pulls, { repository }: RollbackPlace): string {
  if (pulls === null) return "- Nobody knows which pull requests: it was not made by Smallbatch.";
  if (pulls.count === 0) return "- No pull requests.";
  const rows = pulls.shown.map(({ number, title, author }) => {
    const name = `[${inertCode(`#${number}`)}](${repository.url}/pull/${number})`;
    const words = title === null ? "" : ` ${inertText(title, 120)}`;
    return `- ${name}${words}${author === null ? "" : `, by ${inertCode(author)}`}`;
  });
  const left = pulls.count - pulls.shown.length;
  return [
    ...rows,
    ...(left === 0 ? [] : [`- …and ${pluralOf(left, "pull request", "pull requests")} more`]),
  ].join("\n");
}

function linkRelease(tag: string, { repository }: RollbackPlace): string {
  return `[${inertText(tag)}](${repository.url}/releases/tag/${encodeURIComponent(tag)})`;
}

/** What is answered to who asked for it. Markdown. */
export function tellRollback(rollback: Rollback, place: RollbackPlace): string {
  const { release, good, movesLatest, issue } = rollback;
  const refused = Object.values(rollback.steps).filter((end) => end.refused !== null);
  const latest =
    movesLatest && good !== null && rollback.steps["latest"]?.refused === null
      ? ` Latest is ${linkRelease(good.tag, place)}.`
      : "";
  const trouble =
    refused.length === 0 ? "" : ` **GitHub refused ${pluralOf(refused.length, "step", "steps")}.**`;
  const where =
    issue === null
      ? ` GitHub refused to open an issue for it: ${inertText(rollback.steps[ISSUE_STEP]?.refused ?? "it did not say why")}.`
      : ` [What was done, and what is left to do](${issue.url}).`;
  return (
    `${linkRelease(release.tag, place)} is rolled back, and nothing more is released by itself until ` +
    `somebody says \`/resume\`.${latest}${trouble}${where}`
  );
}
