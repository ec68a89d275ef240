import { describe, expect, it } from "@jest/globals";
import { parseCard } from "../../src/core/card-text.ts";
import { approvePull, labelPull } from "../../src/local-github/person.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const BY_AGENT = { body: "🤖 Generated with [Claude Code](https://claude.com/claude-code)" };

async function checkHeld(scenario: Scenario, sha: string, title: string): Promise<string> {
  await scenario.lookFor(MINUTE_MS);
  expect(scenario.check(sha)).toMatchObject({ title, conclusion: "neutral" });
  expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  return scenario.check(sha)?.summary ?? "";
}

async function checkReleased(scenario: Scenario, sha: string) {
  const { tags, releases } = await scenario.world();
  expect(tags["v1.4.3"]).toBe(sha);
  expect(scenario.check(sha)?.title).toBe("released in v1.4.3");
  return parseCard(releases[0]?.body ?? "");
}

describe("a pull that an agent wrote", () => {
  const policy = "version: 1\ngates: { agents: human-review }\n";

  it("waits for a review by somebody else, which may come after the merge", async () => {
    const scenario = await stage.open({ policy });
    const { number, sha } = await scenario.mergeGreen("fix: by an agent", BY_AGENT);
    const title = `held: #${number} needs a review (agents)`;
    const summary = await checkHeld(scenario, sha, title);
    expect(summary).toContain(
      `- #${number}, \`agents\`: it needs an approval by a person who may write here and is not ` +
        "`wilma` or `mona` (written with Claude).",
    );
    const { name } = scenario.place;
    expect(summary).toContain(`\`gh pr review ${number} --approve --repo acme/${name}\``);

    await approvePull(scenario.place, stage.people.mona, number);
    await checkHeld(scenario, sha, title);
    await approvePull(scenario.place, stage.people.ada, number);
    await scenario.look();
    const card = await checkReleased(scenario, sha);
    expect(card?.units[0]?.rules).toEqual([{ rule: "agents", verdict: "passed", by: ["ada"] }]);
    expect(card?.rules).toContainEqual({ rule: "gates", verdict: "1 passed" });
    expect(card?.overrides).toEqual([]);
  });

  it("is released where somebody with write vouches for it by label, and the card says who", async () => {
    const scenario = await stage.open({ policy });
    const { number, sha } = await scenario.mergeGreen("fix: by an agent", BY_AGENT);
    await labelPull(scenario.place, stage.people.mona, number, "release:reviewed");
    await checkHeld(scenario, sha, `held: #${number} needs a review (agents)`);
    await unlabel(scenario, number);
    await labelPull(scenario.place, stage.people.ada, number, "release:reviewed");
    await scenario.look();
    const card = await checkReleased(scenario, sha);
    const why = `label release:reviewed on #${number}`;
    expect(card?.overrides).toEqual([{ rule: "gates: agents", by: "ada", why, sha }]);
  });

  it("holds what was merged after it, and not the merge", async () => {
    const scenario = await stage.open({ policy });
    const { number } = await scenario.mergeGreen("fix: by an agent", BY_AGENT);
    const later = await scenario.mergeGreen("fix: by a person");
    await checkHeld(scenario, later.sha, `held: #${number} needs a review (agents)`);
    await approvePull(scenario.place, stage.people.ada, number);
    await scenario.look();
    await checkReleased(scenario, later.sha);
  });
});

describe("paths", () => {
  const policy = "version: 1\ngates: { paths: { 'infra/**': [ada] } }\n";

  it("ask for a review where a pull or a push touches them, and of nothing else", async () => {
    const scenario = await stage.open({ policy });
    const free = await scenario.mergeGreen("fix: elsewhere");
    await scenario.look();
    const card = await checkReleased(scenario, free.sha);
    expect(card?.units[0]?.rules).toMatchObject([
      { rule: "paths infra/**", verdict: "not-applicable" },
    ]);

    const touching = await scenario.mergeGreen("fix: the network", { path: "infra/net.tf" });
    const pushed = await scenario.commit("fix: pushed", { "infra/dns.tf": "x\n" });
    await scenario.status(pushed, "success");
    await scenario.look();
    const short = pushed.slice(0, 7);
    expect(scenario.check(pushed)?.title).toBe(
      `held: #${touching.number}, ${short} need reviews (paths infra/**)`,
    );
    await approvePull(scenario.place, stage.people.ada, touching.number);
    await scenario.look();
    expect(scenario.check(pushed)?.summary).toContain("revert it and bring it by one");
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2", "v1.4.3"]);

    const revert = `Revert "fix: pushed"\n\nThis reverts commit ${pushed}.`;
    const reverted = await scenario.commit(revert, { "infra/dns.tf": null });
    await scenario.status(reverted, "success");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.4"]).toBe(reverted);
  });
});

describe("a pull that its author merged", () => {
  it("waits for another person's approval", async () => {
    const scenario = await stage.open({ policy: "version: 1\ngates: { authorMayMerge: false }\n" });
    const { mona, ada } = stage.people;
    const { number, sha } = await scenario.mergeGreen("fix: alone", { by: mona });
    await checkHeld(scenario, sha, `held: #${number} needs a review (authorMayMerge)`);
    await approvePull(scenario.place, ada, number);
    await scenario.look();
    await checkReleased(scenario, sha);
  });
});

async function unlabel(scenario: Scenario, number: number): Promise<void> {
  const { apiUrl, owner, name } = scenario.place;
  const path = `/repos/${owner}/${name}/issues/${number}/labels/release:reviewed`;
  const headers = { authorization: `Bearer ${stage.people.mona.token}` };
  const answer = await fetch(`${apiUrl}${path}`, { method: "DELETE", headers });
  expect(answer.status).toBe(200);
}
