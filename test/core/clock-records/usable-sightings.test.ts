import { describe, expect, it } from "@jest/globals";
import {
  formatProduction,
  isProduction,
  parseProduction,
  seeDeployment,
} from "../../../src/core/clock-records/deployment-sighting.ts";
import { judgePublished } from "../../../src/core/clock-records/published.ts";
import {
  releasesOfTags,
  seeRelease,
  seeWithdrawn,
} from "../../../src/core/clock-records/release-sighting.ts";
import type { CheckSeen } from "../../../src/core/state.ts";
import { cardOf } from "../../support/cards.ts";
import { shaOf } from "../../support/clock-reads.ts";

const AT = 1_000;

function check(name: string, change: Partial<CheckSeen> = {}): CheckSeen {
  const times = { startedAt: 600, endedAt: 700, url: null };
  return { name, source: "check_run", state: "green", appId: 1, ...times, ...change };
}

const judge = (checks: readonly CheckSeen[], cardChecks: readonly string[] | null = null) =>
  judgePublished({ cardChecks, publishedAt: 500, checks });

describe("what publishing started", () => {
  it("is green when the last of it is, and not before", () => {
    expect(judge([])).toEqual({ checks: "none", checksAt: null });
    expect(judge([check("test", { startedAt: 400, endedAt: 450 })])).toMatchObject({
      checks: "none",
    });
    const image = check("image", { endedAt: 900 });
    expect(judge([check("npm"), image])).toEqual({ checks: "green", checksAt: 900 });
    const waiting = check("npm", { state: "pending", endedAt: null });
    expect(judge([waiting, image])).toMatchObject({ checks: "pending", checksAt: null });
    const red = check("npm", { state: "red" });
    expect(judge([waiting, red, check("other")])).toMatchObject({ checks: "red", checksAt: null });
  });

  it("is timed by what is known", () => {
    expect(judge([check("npm", { endedAt: null })])).toMatchObject({ checksAt: 600 });
    const unknown = check("npm", { startedAt: null, endedAt: null });
    expect(judge([unknown], [])).toMatchObject({ checks: "green", checksAt: 0 });
    expect(judge([check("test")], ["test"])).toMatchObject({ checks: "none" });
  });

  it("comes with the release, and so do pulls that somebody let pass", () => {
    const own = { sha: shaOf("e"), isPrerelease: false, publishedAt: 500, committedAt: 400 };
    const release = { ...own, tag: "v1.4.2", actorId: 9, isTagOnly: false };
    const known = { at: AT, carries: [], isBackfill: false };
    const by = { rule: "size", by: "mona", why: "", sha: shaOf("a") };
    const card = cardOf({ overrides: [by, { ...by, pull: 7 }, { ...by, pull: 7 }] });
    const checks = [check("npm")];
    expect(seeRelease({ ...release, checks, card }, known).record).toMatchObject({
      checks: "green",
      checksAt: 700,
      overrides: 3,
      excepted: [7, 7],
    });
    expect(seeRelease({ ...release, checks: [], card: null }, known).record).toMatchObject({
      checks: "none",
      excepted: [],
      withdrawnAt: null,
    });
    expect(seeWithdrawn("v1.4.2", AT)).toEqual({
      at: AT,
      isWhole: false,
      record: { tag: "v1.4.2", withdrawnAt: AT },
    });
  });
});

describe("tags without releases", () => {
  it("are releases where they have a version and a time of their own", () => {
    const tag = { name: "v1.4.2", sha: shaOf("a"), taggedAt: 500, committedAt: 400 };
    expect(
      releasesOfTags([
        tag,
        { ...tag, name: "v2.0.0-rc.1" },
        { ...tag, name: "nightly" },
        { ...tag, taggedAt: null },
        { ...tag, committedAt: null },
      ]),
    ).toMatchObject([
      { tag: "v1.4.2", publishedAt: 500, isPrerelease: false, isTagOnly: true },
      { tag: "v2.0.0-rc.1", isPrerelease: true },
    ]);
  });
});

const status = (state: string, at: number) => ({ state, at });

describe("a deployment", () => {
  it.each([
    ["production", true],
    ["Production – shop", true],
    ["prod-eu", true],
    ["shop/live", true],
    ["preview", false],
    ["pre-production", false],
    ["staging (prod data)", false],
    ["reproduction", false],
    ["", false],
  ])("to %j is to production: %j", (environment, expected) => {
    expect(isProduction(environment, null)).toBe(expected);
  });

  it.each<[string, readonly string[], boolean]>([
    ["shop", ["Shop", "fleet"], true],
    ["SHOP", ["shop"], true],
    ["production", ["shop"], false],
    ["shop-eu", ["shop"], false],
    ["production", [], false],
  ])("to %j, where the policy names %j: %j", (environment, names, expected) => {
    expect(isProduction(environment, names)).toBe(expected);
  });

  it("is judged by the same where the same names stand in another order", () => {
    expect(formatProduction(["b", "A"])).toBe(formatProduction(["a", "B"]));
    const others = [["a"], ["b"], [], null].map(formatProduction);
    expect(new Set(others).size).toBe(4);
    expect(parseProduction(formatProduction(["B", "a"]))).toEqual(["a", "b"]);
    expect(parseProduction(formatProduction(null))).toBeNull();
  });

  const deployment = { id: 5, sha: shaOf("a"), environment: "production", createdAt: 100 };
  it("says when it first arrived, whatever took its place", () => {
    const statuses = [status("QUEUED", 100), status("SUCCESS", 150), status("INACTIVE", 900)];
    expect(seeDeployment({ ...deployment, statuses }, AT, null)).toEqual({
      deployments: [
        { at: AT, isWhole: true, record: { ...deployment, succeededAt: 150, failedAt: null } },
      ],
      feedback: [],
    });
    expect(seeDeployment({ ...deployment, environment: "staging", statuses }, AT, null)).toEqual({
      deployments: [],
      feedback: [],
    });
  });

  it("is feedback where it failed", () => {
    const statuses = [status("ERROR", 140), status("FAILURE", 130)];
    expect(seeDeployment({ ...deployment, statuses }, AT, null)).toMatchObject({
      deployments: [{ record: { succeededAt: null, failedAt: 130 } }],
      feedback: [
        {
          isWhole: false,
          record: {
            key: "deployment/5",
            kind: "deployment",
            openedAt: 130,
            reporter: "internal",
            claim: { by: "deployment", sha: shaOf("a") },
          },
        },
      ],
    });
  });
});
