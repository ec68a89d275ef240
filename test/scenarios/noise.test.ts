import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";
import type { WorldEvent } from "../../src/local-github/world-event.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { say } from "../support/hearing.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const DAY_MS = 24 * HOUR_MS;

/** What GitHub notifies those of who watch all of a repository. Edits, checks and reactions are none. */
const NOTIFYING = new Set([
  "issues.opened",
  "issues.closed",
  "issues.reopened",
  "issue_comment.created",
  "pull_request.opened",
  "pull_request.closed",
  "release.published",
]);

/** What our bot did, each with what it was about. */
function watchBot(scene: DeskScene): () => readonly string[] {
  const { github } = stage.github;
  const bot = github.data.accounts.find(({ login }) => login === "smallbatch[bot]");
  const seen: string[] = [];
  github.onEvent(({ name, action, repositoryId, senderId, detail }: WorldEvent) => {
    if (repositoryId !== scene.scenario.repository.id || senderId !== bot?.id) return;
    const about = detail.issue?.title === "Release desk" ? " on the desk" : "";
    seen.push(`${name}.${action}${about}`);
  });
  return () => seen;
}

const TITLES = [
  "fix: keep the colour",
  "feat: rotate",
  "docs: explain",
  "fix: round the corner",
  "chore: tidy",
  "perf: draw faster",
];

/** 60 merges in five days, from one an hour to a burst, with what goes wrong in such a week. */
async function playWeek(scene: DeskScene): Promise<void> {
  const { scenario } = scene;
  const { ada, mona, wilma } = stage.people;
  for (let day = 0; day < 5; day += 1) {
    for (let merge = 0; merge < 12; merge += 1) {
      const title = TITLES[(day * 12 + merge) % TITLES.length] ?? "";
      await scenario.mergeGreen(title);
      // The last ones of a day come at once.
      if (merge >= 8 && merge < 11) continue;
      stage.clock.advance(50 * MINUTE_MS);
      await scene.rest();
    }
    if (day === 1) {
      await scenario.mergeGreen("feat!: rename everything");
      await scene.rest();
    }
    if (day === 2) await scene.tick(wilma, "publish");
    if (day === 3) await scene.tick(mona, "publish");
    if (day === 3) await scene.tick(wilma, "hold");
    await scene.rest();
    if (day === 3) await say(scenario, ada, scene.desk().number, "/resume");
    await scene.rest();
    stage.clock.advance(DAY_MS - 9 * HOUR_MS);
    await scene.rest();
  }
}

it("of a busy week stays within its budget, which docs/desk.md tells", async () => {
  const scene = await DeskScene.open(stage);
  const done = watchBot(scene);
  await playWeek(scene);
  const notifying = done().filter((each) => NOTIFYING.has(each.split(" ")[0] ?? ""));
  const own = notifying.filter((each) => each.endsWith(" on the desk"));
  const told = notifying.filter((each) => each === "issue_comment.created").length;
  const released = notifying.filter((each) => each === "release.published").length;
  const edits = done().filter((each) => each === "issues.edited on the desk").length;
  // The desk: that it was opened, and what waited for a day.
  expect(own).toEqual(["issues.opened on the desk", "issue_comment.created on the desk"]);
  expect(edits).toBeGreaterThan(20);
  const total = notifying.length;
  process.stdout.write(`A busy week: ${total} notifications, ${edits} edits of the desk\n`);
  const page = readFileSync(path.join(import.meta.dirname, "../../docs/desk.md"), "utf8");
  expect(page).toContain(
    `${total} notifications: ${released} releases, ${told} comments on pull requests, and ${own.length} of the desk`,
  );
});
