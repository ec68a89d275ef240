import { inertCode, inertText } from "../inert.ts";
import { renderClients } from "./installed-clients.ts";
import { quote, restoreBranch, restoreCommands } from "./restore-commands.ts";
import { renderRisk } from "./risk-words.ts";
import { renderBoxes } from "./rollback-box-text.ts";
import { renderHead, standingOf } from "./rollback-head.ts";
import type { Standing } from "./rollback-head.ts";
import { sayResume } from "./rollback-links.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import { formatRollbackMarker } from "./rollback-marker.ts";
import { renderSteps } from "./rollback-steps.ts";
import { renderTaken } from "./rollback-taken.ts";
import type { Restore, Rollback } from "./rollback.ts";

/**
 * The rollback issue as Markdown: what became of it and what to press, the steps, what else may go
 * wrong, and what goes with it. The same rollback gives the same text. Nobody is mentioned.
 */

export function titleOf({ release }: Rollback): string {
  return `Rollback of ${release.tag}`;
}

/** Without the hidden state, which is its last line. */
export function renderRollback(rollback: Rollback, place: RollbackPlace): string {
  const boxes = renderBoxes(rollback, place.offered ?? []);
  const parts = [
    formatRollbackMarker(place.repository.id),
    renderHead(rollback, place),
    "### Steps",
    renderSteps(rollback, place),
    ...renderByHand(rollback, place),
    ...(boxes.length === 0 ? [] : [boxes.join("\n")]),
    "### Risk",
    renderRisk(rollback, place),
    ...renderClients(rollback, place),
    "### What it takes back",
    ...renderTaken(rollback, place),
    "### What it does not take back",
    NOT_TAKEN,
  ];
  return `${parts.join("\n\n")}\n`;
}

const NOT_TAKEN = [
  "- Packages, images and pages that were published stay as they are, and whoever installed them " +
    "keeps them.",
  "- Code goes back, data does not: migrations that ran have run.",
].join("\n");

/** Where people may need git; folded where Smallbatch is at it. */
const BY_HAND: Readonly<Partial<Record<Standing, "open" | "folded">>> = {
  asked: "folded",
  holding: "folded",
  restoring: "folded",
  conflicted: "folded",
  manual: "folded",
  refused: "open",
  abandoned: "folded",
};

function renderByHand(rollback: Rollback, place: RollbackPlace): readonly string[] {
  const { restore, release, restoration } = rollback;
  const form = BY_HAND[standingOf(rollback)];
  if (restore === null || form === undefined) return [];
  const standing = standingOf(rollback);
  const lines =
    standing === "conflicted" && restoration !== null
      ? renderResolve(restoration.branch, place)
      : renderCommands(release.tag, restore, place);
  if (form === "open") return ["### Restore the code", ...lines];
  const what = standing === "conflicted" ? "Resolve it in a clone" : "Restore the code by hand";
  return [`<details><summary>${what}</summary>`, ...lines, "</details>"];
}

/** The conflict as git shows it: our branch, and what came later. */
function renderResolve(branch: string, { branch: onto }: RollbackPlace): readonly string[] {
  const [own, other] = [branch, `origin/${onto}`].map(quote);
  const commands = [
    "git fetch origin",
    `git switch --no-track --create ${own} ${quote(`origin/${branch}`)}`,
    `git merge ${other}`,
    "# Say which lines stay, then:",
    "git add --all && git commit --no-edit",
    `git push origin ${own}`,
  ];
  return [
    ["```sh", ...commands, "```"].join("\n"),
    "What the release brought goes; what came later stays. The pull request then takes your word for it.",
  ];
}

function renderCommands(tag: string, restore: Restore, place: RollbackPlace): readonly string[] {
  const { repository, branch } = place;
  const [from, to] = [branch, restoreBranch(tag)].map(encodeURIComponent);
  const open = `${repository.url}/compare/${from}...${to}?expand=1`;
  return [
    "In a clone without work of your own in it (write permission):",
    ["```sh", ...restoreCommands(tag, restore), "```"].join("\n"),
    `Then [open the pull request](${open}) into ${inertCode(branch)}. It undoes what ${inertText(tag)} brought on top ` +
      `of ${inertText(restore.before)}, and nothing that was merged later. Where later work changed the same ` +
      "lines, GitHub shows a conflict, and a person has to say which lines stay.",
    `When it is merged and green, ${sayResume(place)}: the next release carries it.`,
  ];
}
