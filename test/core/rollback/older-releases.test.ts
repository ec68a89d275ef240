import { describe, expect, it } from "@jest/globals";
import { judgeAsked } from "../../../src/core/obey.ts";
import type { Decision } from "../../../src/core/question.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import type { LineState, ReleaseSeen } from "../../../src/core/state.ts";
import { DAY, lineState, NOON, policyFile, release, sha, tag } from "../../support/states.ts";

const versions = (from: number, to: number, prefix = "v1.4."): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `${prefix}${from + at}`);

const released = (name: string, change: Partial<ReleaseSeen> = {}): ReleaseSeen =>
  release(name, { sha: sha(Number(name.split(".").at(-1)) + 1), publishedAt: NOON, ...change });

/** v1.4.0 to v1.4.60, of which the newest 20 releases were read. */
function longState(change: Partial<LineState> = {}): LineState {
  return lineState({
    tags: versions(0, 60).map((name, at) => tag(name, { sha: sha(at + 1), isAncestor: null })),
    baseTag: tag("v1.4.60"),
    releases: versions(41, 60)
      .toReversed()
      .map((name) => released(name, { isLatest: name === "v1.4.60" })),
    releasesKnownSince: NOON - DAY,
    ...change,
  });
}

function judge(state: LineState, named: string, older?: readonly ReleaseSeen[]): Decision {
  const question = {
    state,
    by: { login: "wilma", permission: "write" as const },
    said: { url: "https://github.com/acme/widgets/issues/1", at: NOON, isTaken: false },
    pull: null,
    now: NOON,
    ...(older === undefined ? {} : { older }),
  };
  return judgeAsked(question, { kind: "rollback", tag: named, reason: "" });
}

function unreadOf(state: LineState, named: string): readonly string[] {
  const decision = judge(state, named);
  return decision.kind === "read" ? decision.tags : [decision.kind];
}

function rollbackOf(decision: Decision): Rollback | undefined {
  return decision.kind === "rollBack" ? decision.rollbacks.at(-1) : undefined;
}

describe("/rollback of a release that is not among the newest 20", () => {
  it("asks for it, for those before it, and for no later one that is too old to be marked", () => {
    expect(unreadOf(longState(), "v1.4.30")).toEqual(["v1.4.30", ...versions(22, 29)]);
    expect(unreadOf(longState(), "1.4.30")).toEqual(["v1.4.30", ...versions(22, 29)]);
    expect(unreadOf(longState(), "v1.4.0")).toEqual(["v1.4.0"]);
  });

  it("asks for the later ones where fewer than 20 were read", () => {
    const state = longState({ releases: [released("v1.4.60")] });
    expect(unreadOf(state, "v1.4.57")).toEqual([
      "v1.4.57",
      ...versions(49, 56),
      "v1.4.58",
      "v1.4.59",
    ]);
  });

  it("asks for nothing where it and one before it were read, or where all were", () => {
    expect(unreadOf(longState(), "v1.4.60")).toEqual(["rollBack"]);
    expect(unreadOf(longState(), "v1.4.42")).toEqual(["rollBack"]);
    expect(unreadOf(longState({ releasesKnownSince: null }), "v1.4.3")).toEqual(["elsewhere"]);
  });

  it("asks for what is before the oldest one that was read", () => {
    expect(unreadOf(longState(), "v1.4.41")).toEqual(versions(33, 40));
  });

  it("asks by its name where not even its tag was read, and leaves names of other lines alone", () => {
    expect(unreadOf(longState(), "v0.9.1")).toEqual(["v0.9.1"]);
    expect(unreadOf(longState(), "0.9.1")).toEqual(["0.9.1", "v0.9.1"]);
    expect(unreadOf(longState(), "nightly")).toEqual(["elsewhere"]);
    expect(unreadOf(longState({ baseTag: null }), "v0.9.1")).toEqual(["v0.9.1"]);
    const named = policyFile('version: 1\ntag: "rel-{version}"\n');
    expect(unreadOf(longState({ policyFile: named }), "0.9.1")).toEqual(["rel-0.9.1"]);
    const policy = policyFile("version: 1\ncomponents: [{ name: web, path: web }]\n");
    expect(unreadOf(longState({ policyFile: policy }), "web-v1.0.0")).toEqual(["elsewhere"]);
  });

  it("takes it back to the last good one, with Latest, and marks the newest 20 that hold it", () => {
    const older = [
      released("v1.4.30", { id: 30 }),
      released("v1.4.29", { id: 29, sha: null }),
      released("v1.4.28", { id: 28, banner: { as: "rolled-back", tag: "v1.4.28" } }),
      released("v1.4.27", { id: 27 }),
      released("v1.4.60", { isLatest: true }),
    ];
    const rollback = rollbackOf(judge(longState(), "1.4.30", older));
    expect(rollback).toMatchObject({
      release: { tag: "v1.4.30" },
      good: { id: 27, tag: "v1.4.27" },
      movesLatest: true,
      restore: { before: "v1.4.29" },
      unmarked: 10,
    });
    expect(rollback?.affected.map(({ tag: name }) => name)).toEqual(versions(41, 60));
  });

  it("says what it does not know: nothing before it, and no Latest to move", () => {
    const rollback = rollbackOf(judge(longState(), "v0.9.1", [released("v0.9.1")]));
    expect(rollback).toMatchObject({ good: null, restore: null, unmarked: 41 });
    const stranger = released("v0.9.1", {
      body: `<!-- smallbatch:release v1 line=7/1.x// sha=${sha(1)} -->`,
    });
    expect(judge(longState(), "v0.9.1", [stranger]).kind).toBe("elsewhere");
  });

  it("counts later prereleases for a prerelease alone, and leaves tags of other branches out", () => {
    const tags = [
      ...versions(0, 60).map((name) => tag(name, { isAncestor: null })),
      tag("v1.5.0-rc.1"),
      tag("v1.4.61", { isAncestor: false }),
    ];
    const rollback = rollbackOf(judge(longState({ tags }), "v1.4.40", [released("v1.4.40")]));
    expect(rollback).not.toHaveProperty("unmarked");
    const next = longState({ tags: [tag("v1.4.0-rc.2"), tag("v1.4.0-rc.1")] });
    expect(unreadOf(next, "v1.4.0-rc.2")).toEqual(["v1.4.0-rc.2", "v1.4.0-rc.1"]);
    const early = released("v1.4.0-rc.1", { isPrerelease: true });
    expect(rollbackOf(judge(longState({ tags }), "v1.4.0-rc.1", [early]))?.unmarked).toBe(42);
  });
});

describe("the tag that the code goes back to", () => {
  it("is the one before on the line, also without a release, and none of another branch", () => {
    const releases = [released("v1.4.3", { isLatest: true }), released("v1.4.1")];
    const state = lineState({ releases, tags: ["v1.4.3", "v1.4.2"].map((name) => tag(name)) });
    expect(rollbackOf(judge(state, "v1.4.3"))).toMatchObject({
      good: { tag: "v1.4.1" },
      restore: { before: "v1.4.2" },
    });
    const stray = [tag("v1.4.3"), tag("v1.4.2", { isAncestor: false }), tag("v1.4.2-rc.1")];
    expect(rollbackOf(judge({ ...state, tags: stray }, "v1.4.3"))?.restore?.before).toBe("v1.4.1");
    const gone = [released("v1.4.3"), released("v1.4.2", { sha: null }), released("v1.4.1")];
    expect(
      rollbackOf(judge({ ...state, tags: [tag("v1.4.3")], releases: gone }, "v1.4.3")),
    ).toMatchObject({ restore: { before: "v1.4.1" } });
  });
});
