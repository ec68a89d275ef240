import { describe, expect, it } from "@jest/globals";
import { readRollbackBoxes } from "../../src/core/rollback/rollback-box.ts";
import type { Person } from "../../src/local-github/person.ts";
import type { Issue } from "../../src/local-github/world.ts";
import { act, openHearing, say } from "../support/hearing.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const TEXT = "@my-agent please fix {sha} of {tag}, see {issue}";
const POLICY = `version: 1\nrollback:\n  agent: "${TEXT}"\n`;

/** v1.4.3 was released and is rolled back. */
async function openRolledBack(policy = POLICY) {
  const opened = await openHearing(stage, { desk: true, policy });
  const { scenario, look } = opened;
  const pull = await scenario.mergeGreen("fix: set it on fire, says @otto");
  await look();
  await scenario.lookFor(5 * MINUTE_MS);
  await say(scenario, stage.people.wilma, pull.number, "/rollback v1.4.3 it burns");
  await look();
  return { ...opened, pull };
}

function issueOf({ repository }: Scenario): Issue {
  const issue = stage.github.github.data.issues.find(
    ({ repositoryId, title }) => repositoryId === repository.id && title === "Rollback of v1.4.3",
  );
  if (issue === undefined) throw new Error("There is no rollback issue");
  return issue;
}

/** As a browser does it: the whole text with one more tick. */
async function tick(scenario: Scenario, by: Person, from = "[ ]"): Promise<void> {
  const { number, body } = issueOf(scenario);
  const [before, after] = from === "[ ]" ? ["- [ ] <", "- [x] <"] : ["- [x] <", "- [ ] <"];
  const edited = (body ?? "").replace(`${before}!-- smallbatch:rollback-box`, () => {
    return `${after}!-- smallbatch:rollback-box`;
  });
  await act(scenario, by, ["PATCH", `issues/${number}`], { body: edited });
}

const boxesOf = (scenario: Scenario) => readRollbackBoxes(issueOf(scenario).body ?? "");

describe("the box that asks an agent for a fix", () => {
  it("posts the policy's words once, whoever ticks again, and nothing of contributors", async () => {
    const { scenario, look, pull, hearing, store } = await openRolledBack();
    const { number } = issueOf(scenario);
    expect(boxesOf(scenario)).toEqual([{ act: "agent", tag: "v1.4.3", isTicked: false }]);
    await tick(scenario, stage.people.wilma);
    await look();
    const [comment = "", ...more] = await scenario.comments(number);
    expect(more).toEqual([]);
    const { owner, name } = scenario.place;
    const [words = ""] = comment.split("\n");
    expect(words.replace(/http\S+(?=\/acme\/)/, "")).toBe(
      `@my-agent please fix ${pull.sha} of \`v1.4.3\`, see /${owner}/${name}/issues/${number}`,
    );
    expect(comment).not.toContain("otto");
    expect(boxesOf(scenario)).toEqual([]);
    expect(issueOf(scenario).body).toContain("`wilma` ticked _Ask an agent for a fix_");

    // Everything that was told is told again.
    for (const { interpretation } of hearing.all) store.hear(interpretation);
    await look();
    expect(await scenario.comments(number)).toHaveLength(1);
  });

  it("is not there without words in the policy, and a forged one does nothing", async () => {
    const { scenario, look } = await openRolledBack("version: 1\n");
    const { number, body } = issueOf(scenario);
    expect(boxesOf(scenario)).toEqual([]);
    const forged = "- [x] <!-- smallbatch:rollback-box v1 agent tag=v1.4.3 --> words";
    await act(scenario, stage.people.mona, ["PATCH", `issues/${number}`], {
      body: `${body ?? ""}\n${forged}\n`,
    });
    await look();
    expect(await scenario.comments(number)).toEqual([]);
    expect(issueOf(scenario).body).toContain("nothing was done: it is not to be had now");
  });

  it("does nothing for a tick taken back, nor for who may not when it is read", async () => {
    const { scenario, look } = await openRolledBack();
    const { number } = issueOf(scenario);
    await tick(scenario, stage.people.wilma);
    await tick(scenario, stage.people.wilma, "[x]");
    await look();
    expect(await scenario.comments(number)).toEqual([]);
    await tick(scenario, stage.people.wilma);
    const wilma = stage.github.github.accountByLogin("wilma");
    scenario.repository.collaborators[wilma?.id ?? 0] = "read";
    await look();
    expect(await scenario.comments(number)).toEqual([]);
    expect(issueOf(scenario).body).toContain("nothing was done: this needs the permission write");
    stage.clock.advance(1_000);
    await tick(scenario, stage.people.mona);
    await look();
    expect(await scenario.comments(number)).toHaveLength(1);
  });
});
