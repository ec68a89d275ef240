import { describe, expect, it } from "@jest/globals";
import type { Person } from "../../src/local-github/person.ts";
import type { Scenario } from "../support/scenario.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

async function relabel(
  { place }: Scenario,
  person: Person,
  number: number,
  { add, remove }: { readonly add?: string; readonly remove?: string },
): Promise<void> {
  const labels = `${place.apiUrl}/repos/${place.owner}/${place.name}/issues/${number}/labels`;
  const answer = await fetch(remove === undefined ? labels : `${labels}/${remove}`, {
    method: remove === undefined ? "POST" : "DELETE",
    headers: { authorization: `Bearer ${person.token}` },
    ...(add === undefined ? {} : { body: JSON.stringify({ labels: [add] }) }),
  });
  expect(answer.status).toBe(200);
}

const tags = async (scenario: Scenario): Promise<string[]> =>
  Object.keys((await scenario.world()).tags);

describe("a merged pull labelled release:hold", () => {
  it("holds the line until somebody takes the label off", async () => {
    const scenario = await stage.open();
    const { mona } = stage.people;
    const held = await scenario.mergeGreen("fix: needs another look");
    await relabel(scenario, mona, held.number, { add: "release:hold" });
    const after = await scenario.mergeGreen("fix: merged after it");
    await scenario.lookFor(HOUR_MS);
    expect(await tags(scenario)).toEqual(["v1.4.2"]);
    const said = scenario.check(after.sha);
    expect(said?.title).toMatch(
      new RegExp(
        `^held: #${held.number} is labelled release:hold by mona; 1 merged after it waits`,
      ),
    );
    expect(said?.conclusion).toBe("neutral");

    await relabel(scenario, mona, held.number, { remove: "release:hold" });
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(after.sha);
    expect(scenario.check(after.sha)?.title).toBe("released in v1.4.3");
  });
});

describe("a freeze", () => {
  const policy =
    "version: 1\nfreezes: [{ from: 2026-11-20, to: 2027-11-20, reason: a quiet year }]\n";

  it("holds, and a pull labelled security by somebody with write passes it", async () => {
    const scenario = await stage.open({ policy });
    const first = await scenario.mergeGreen("fix: waits");
    await scenario.look();
    expect(scenario.check(first.sha)?.title).toBe(
      `held: frozen until 2027-11-21 00:00 UTC (a quiet year); #${first.number} waits`,
    );
    const second = await scenario.mergeGreen("fix: close a hole");
    await scenario.look();
    expect(await tags(scenario)).toEqual(["v1.4.2"]);

    await relabel(scenario, stage.people.wilma, second.number, { add: "security" });
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(second.sha);
  });
});

describe("a window", () => {
  it("makes one release of merges that come close together", async () => {
    const scenario = await stage.open({ policy: "version: 1\nwindow: { quiet: 10m }\n" });
    await scenario.mergeGreen("fix: first");
    await scenario.lookFor(9 * MINUTE_MS);
    const second = await scenario.mergeGreen("fix: second");
    await scenario.lookFor(9 * MINUTE_MS);
    expect(await tags(scenario)).toEqual(["v1.4.2"]);
    await scenario.lookFor(2 * MINUTE_MS);
    const { releases } = await scenario.world();
    expect(releases.map(({ tag }) => tag)).toEqual(["v1.4.3", "v1.4.2"]);
    expect(releases[0]?.body).toContain(`(#${second.number})`);
  });
});

describe("a red head with newest-green", () => {
  it("is left behind, and released when it is mended", async () => {
    const scenario = await stage.open({ policy: "version: 1\nhead: newest-green\n" });
    const first = await scenario.mergeGreen("fix: green");
    const second = await scenario.merge("fix: red on top");
    await scenario.status(second.sha, "failure");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(first.sha);
    expect(scenario.check(first.sha)?.title).toBe("released in v1.4.3");
    expect(scenario.check(second.sha)?.title).toBe(
      `held: 1 check failed (ci/test); v1.4.3 goes out up to #${first.number}, 1 change waits`,
    );
    await scenario.lookFor(2 * MINUTE_MS);
    expect(scenario.check(second.sha)?.title).toBe("held: 1 check failed (ci/test)");
    expect(await scenario.comments(first.number)).toHaveLength(1);
    expect(await scenario.comments(second.number)).toEqual([]);

    await scenario.status(second.sha, "success");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.4"]).toBe(second.sha);
  });
});
