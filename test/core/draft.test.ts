import { describe, expect, it } from "@jest/globals";
import { judgeDraft } from "../../src/core/draft.ts";
import { plan } from "../../src/core/plan.ts";
import type { CheckSeen, LineState } from "../../src/core/state.ts";
import { listWantedChecks } from "../../src/core/wanted-checks.ts";
import { actionOf, kindsOf } from "../support/plans.ts";
import { policyOf } from "../support/policies.ts";
import {
  check,
  head,
  HOUR,
  label,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  pull,
  release,
  SECOND,
  sha,
  tag,
} from "../support/states.ts";

const policy = policyFile("version: 1\npublishWhen: [pack, build]\n");
const after = { startedAt: NOON + SECOND };
const green = (name: string, change: Partial<CheckSeen> = {}) =>
  check(name, { ...after, ...change });

describe("a draft made at noon", () => {
  it.each<[string, readonly CheckSeen[], number, object]>([
    [
      "is ready with all its checks",
      [green("pack"), green("build")],
      MINUTE / 2,
      { kind: "ready" },
    ],
    [
      "waits for those that have not begun",
      [green("pack")],
      0,
      { kind: "waiting", names: ["build"], isOverdue: false, wakeAt: NOON + 5 * MINUTE },
    ],
    [
      "waits for those that run, each once",
      [
        green("pack", { state: "pending" }),
        check("pack", { ...after, appId: 2, state: "pending" }),
      ],
      0,
      { kind: "waiting", names: ["build", "pack"], isOverdue: false, wakeAt: NOON + 5 * MINUTE },
    ],
    [
      "looks ever less often",
      [],
      20 * MINUTE,
      { kind: "waiting", names: ["build", "pack"], isOverdue: false, wakeAt: NOON + 40 * MINUTE },
    ],
    [
      "looks at the hour, to say that it is overdue",
      [],
      40 * MINUTE,
      { kind: "waiting", names: ["build", "pack"], isOverdue: false, wakeAt: NOON + HOUR },
    ],
    [
      "is overdue from the hour on, and waits",
      [green("pack")],
      HOUR,
      { kind: "waiting", names: ["build"], isOverdue: true, wakeAt: NOON + 2 * HOUR },
    ],
    [
      "is not held by another check whose name begins alike",
      [green("pack"), green("build"), green("build (18)", { state: "red" })],
      0,
      { kind: "ready" },
    ],
    [
      "names what failed, whatever else runs",
      [green("pack", { state: "pending" }), green("build", { state: "red" })],
      0,
      { kind: "failed", names: ["build"] },
    ],
    [
      "takes the newest run of a check",
      [green("pack"), check("build", { state: "red", startedAt: NOON }), green("build")],
      0,
      { kind: "ready" },
    ],
    [
      "takes the names exactly",
      [green("pack"), green("build (18)"), green("Build")],
      0,
      { kind: "waiting", names: ["build"], isOverdue: false, wakeAt: NOON + 5 * MINUTE },
    ],
    [
      "leaves checks from before it a minute to run again",
      [green("pack"), check("build", { startedAt: NOON - HOUR })],
      0,
      { kind: "waiting", names: ["build"], isOverdue: false, wakeAt: NOON + MINUTE },
    ],
    [
      "takes them when they have not",
      [check("pack", { startedAt: null }), check("build", { startedAt: NOON - HOUR })],
      MINUTE,
      { kind: "ready" },
    ],
  ])("%s", (_, checks, later, expected) => {
    const times = { draftedAt: NOON, now: NOON + later };
    expect(judgeDraft(checks, ["pack", "build"], times)).toEqual(expected);
  });

  it("is ready where the policy names no check", () => {
    expect(judgeDraft([], [], { draftedAt: NOON, now: NOON })).toEqual({ kind: "ready" });
  });
});

const DRAFT = release("v1.4.3", {
  id: 700,
  sha: sha(2),
  isDraft: true,
  publishedAt: null,
  draftedAt: NOON - 2 * MINUTE,
  checks: [],
});

/** The tag of pull 2 stands with its draft, and `checks` on its commit. */
function drafted(checks: readonly CheckSeen[], change: Partial<LineState> = {}): LineState {
  return lineState({
    policyFile: policy,
    unfinished: tag("v1.4.3", { sha: sha(2) }),
    releases: [DRAFT, release("v1.4.2")],
    head: head({ checks: [check("ci/test"), ...checks] }),
    ...change,
  });
}

describe("a line that publishes when checks are green", () => {
  it("tags and drafts, says so, and tells nobody", () => {
    const { actions, reason } = plan(lineState({ policyFile: policy }), NOON);
    expect(actions.map(({ kind }) => kind)).toEqual(["createTag", "draftRelease", "writeCheck"]);
    expect(actions[1]).toMatchObject({ tag: "v1.4.3", sha: sha(2), isPrerelease: false });
    expect(actions[2]).toMatchObject({
      title: "held: v1.4.3 is a draft, waiting for build, pack",
      conclusion: "neutral",
    });
    expect(reason.code).toBe("release");
  });

  it("drafts what was only tagged", () => {
    const intent = { tag: "v1.4.3", sha: sha(2) };
    const state = drafted([], { releases: [release("v1.4.2")], memory: memory({ intent }) });
    expect(kindsOf(plan(state, NOON))).toEqual(["draftRelease", "writeCheck"]);
  });

  it("publishes the oldest of its drafts, which nobody needs to remember", () => {
    const other = { ...DRAFT, id: 701 };
    const state = drafted([green("pack"), green("build")], {
      releases: [other, DRAFT, { ...DRAFT, id: 3, isOurs: false }, release("v1.4.2")],
    });
    const planned = plan(state, NOON);
    const [first] = planned.actions;
    expect(kindsOf(planned)).toEqual(["publishDraft", "writeCheck"]);
    expect(first).toMatchObject({ releaseId: 700, tag: "v1.4.3", sha: sha(2), isLatest: true });
    expect(actionOf(planned, "publishDraft")?.card.checks).toHaveLength(3);
  });

  it.each<[string, readonly CheckSeen[], string, string]>([
    ["waits", [green("pack")], "draft-waiting", "held: v1.4.3 is a draft, waiting for build"],
    [
      "does not go on with a red one",
      [green("build", { state: "red" })],
      "draft-failed",
      "held: v1.4.3 stays a draft: build failed",
    ],
  ])("%s", (_, checks, code, text) => {
    const planned = plan(drafted(checks), NOON);
    expect(planned.reason).toMatchObject({ code, text });
    expect(kindsOf(planned)).toEqual(["writeCheck"]);
  });

  it("says that a check is overdue, and what to press", () => {
    const { reason } = plan(drafted([]), NOON + HOUR);
    expect(reason.text).toBe(
      "held: v1.4.3 is still a draft: build, pack did not end within an hour",
    );
    expect(reason.detail).toMatch(
      /^It waits on\. Run it again on `\w{7}`, or publish \[the draft\]/,
    );
  });

  it("judges the tag's commit, not the head that went on", () => {
    const moved = { head: head({ sha: sha(3), checks: [green("pack"), green("build")] }) };
    expect(plan(drafted([], moved), NOON).reason.code).toBe("draft-waiting");
    const checksOf = { [sha(2)]: [green("pack"), green("build")] };
    expect(kindsOf(plan(drafted([], { ...moved, checksOf }), NOON))).toContain("publishDraft");
  });

  it("waits for nothing where it does not know when the draft was made", () => {
    const unknown = { ...DRAFT, draftedAt: null };
    const state = drafted([], { releases: [unknown] });
    expect(plan(state, NOON).reason.code).toBe("draft-overdue");
  });

  it("holds the line behind it, whatever is merged", () => {
    const held = pull(2, { labels: [label("release:hold", "write")] });
    expect(plan(drafted([], { pulls: [held] }), NOON).reason.code).toBe("draft-waiting");
  });
});

describe("checks below the head", () => {
  const own = policyOf(policy);
  const moved = { head: head({ sha: sha(3) }) };
  it.each<[string, LineState, readonly string[]]>([
    ["of a draft's tag are asked for", drafted([], moved), [sha(2)]],
    ["are those of the head where the tag stands there", drafted([]), []],
    ["are also those of a tag without any", drafted([], { ...moved, releases: [] }), [sha(2)]],
    ["are not asked for where all is finished", lineState(moved), []],
  ])("%s", (_, state, expected) => {
    expect(listWantedChecks(state, own, NOON)).toEqual(expected);
  });
});
