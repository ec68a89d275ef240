import { describe, expect, it } from "@jest/globals";
import { listCuts } from "../../src/core/newest-green.ts";
import { plan } from "../../src/core/plan.ts";
import type { CheckSeen, LineState } from "../../src/core/state.ts";
import { listWantedChecks } from "../../src/core/wanted-checks.ts";
import { actionsOf } from "../support/plans.ts";
import { policyOf } from "../support/policies.ts";
import {
  batchOf,
  check,
  commit,
  GREEN,
  RED,
  PENDING,
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
  sha,
  tag,
} from "../support/states.ts";

const text = (...lines: readonly string[]) =>
  ["version: 1", "head: newest-green", ...lines].map((line) => `${line}\n`).join("");

/** Pulls 2, 3 and 4, squashed; 4 is the head, with `checks`. */
function three(checks: readonly CheckSeen[], change: Partial<LineState> = {}): LineState {
  const state = batchOf(
    [{ title: "fix: a" }, { title: "feat: b" }, { title: "fix: c" }].map((own, at) => ({
      ...own,
      mergedAt: NOON - 3 * MINUTE + at * MINUTE,
    })),
    { policyFile: policyFile(text()), memory: memory({ settledContexts: ["ci/test"] }) },
  );
  return { ...state, head: head({ sha: sha(4), arrivedAt: NOON - MINUTE, checks }), ...change };
}

function wanted(state: LineState, now = NOON): readonly string[] {
  return listWantedChecks(state, policyOf(state.policyFile ?? policyFile()), now);
}

describe("a red head with newest-green", () => {
  const state = three(RED, { checksOf: { [sha(3)]: GREEN, [sha(2)]: GREEN } });
  const planned = plan(state, NOON);

  it("lets the newest green commit go, with only what is merged up to it", () => {
    expect(actionsOf(planned, "createTag")).toEqual([
      { kind: "createTag", tag: "v1.5.0", sha: sha(3) },
    ]);
    const [made] = actionsOf(planned, "publishRelease");
    expect(made?.body).toMatch(/feat: b \(#3\)/);
    expect(made?.body).not.toMatch(/fix: c/);
    expect(made?.card.units.map((unit) => unit.pull)).toEqual([2, 3]);
    expect(made?.card.rules).toContainEqual({
      rule: "head",
      verdict: "newest green: 1 change waits above it (1 check failed (ci/test))",
    });
  });

  it("says why not all of it, and on the head what holds the rest", () => {
    expect(planned.reason.text).toBe(
      "releasing v1.5.0 up to #3; 1 change waits: 1 check failed (ci/test)",
    );
    expect(actionsOf(planned, "writeCheck")).toMatchObject([
      { sha: sha(3), title: "released in v1.5.0" },
      {
        sha: sha(4),
        title: "held: 1 check failed (ci/test); v1.5.0 goes out up to #3, 1 change waits",
        conclusion: "neutral",
      },
    ]);
  });

  it("tells those whose work is in it, and nobody else", () => {
    const [told] = actionsOf(planned, "announce");
    expect(told?.comments.map(({ subject }) => subject.number)).toEqual([2, 3]);
  });

  it.each<[string, LineState, string | null]>([
    [
      "goes back as far as it must",
      three(RED, { checksOf: { [sha(3)]: RED, [sha(2)]: GREEN } }),
      "v1.4.3",
    ],
    ["takes no pending one", three(RED, { checksOf: { [sha(3)]: PENDING, [sha(2)]: RED } }), null],
    ["takes none without checks", three(RED, { checksOf: { [sha(3)]: [], [sha(2)]: [] } }), null],
    ["takes none whose checks are gone", three(RED, { checksOf: {} }), null],
    [
      "takes none that lacks an expected check",
      three(RED, { checksOf: { [sha(3)]: [check("lint")], [sha(2)]: GREEN } }),
      "v1.4.3",
    ],
    [
      "holds what is held there too",
      three(RED, {
        checksOf: { [sha(3)]: GREEN, [sha(2)]: GREEN },
        pulls: [2, 3, 4].map((number) => {
          return pull(number, number === 2 ? { labels: [label("release:hold", "write")] } : {});
        }),
      }),
      null,
    ],
  ])("%s", (_, own, tagged) => {
    const [made] = actionsOf(plan(own, NOON), "createTag");
    expect(made?.tag ?? null).toBe(tagged);
  });

  it("waits with the earlier commit for the hours of releases", () => {
    const shut = "schedule: { days: [tue], from: 09:00, to: 17:00, zone: UTC }";
    const held = plan({ ...state, policyFile: policyFile(text(shut)) }, NOON);
    expect(held.reason.code).toBe("checks-red");
    expect(held.wakeAt).toBe(NOON + 21 * HOUR);
  });

  it("has nothing to release where what is green only rides along", () => {
    const own = batchOf([{ title: "chore: a" }, { title: "fix: b" }], {
      policyFile: policyFile(text()),
      head: head({ sha: sha(3), checks: RED }),
      checksOf: { [sha(2)]: GREEN },
    });
    expect(plan(own, NOON)).toMatchObject({ reason: { code: "checks-red" }, wakeAt: null });
  });

  it("only observes where it may not release", () => {
    expect(plan({ ...state, canRelease: false }, NOON).reason.code).toBe("observes-only");
  });

  it("counts what waits", () => {
    const planned2 = plan(three(RED, { checksOf: { [sha(2)]: GREEN } }), NOON);
    expect(planned2.reason.text).toMatch(/up to #2; 2 changes wait: 1 check failed/);
  });
});

describe("a pending head with newest-green", () => {
  const checksOf = { [sha(3)]: GREEN };

  it("is waited for as long as the policy says, counted from the first change", () => {
    const held = plan(three(PENDING), NOON + 26 * MINUTE);
    expect(held.reason.code).toBe("checks-pending");
    expect(held.wakeAt).toBe(NOON + 27 * MINUTE);
    expect(wanted(three(PENDING), NOON + 27 * MINUTE - 1)).toEqual([]);
    expect(wanted(three(PENDING), NOON + 27 * MINUTE)).toEqual([sha(3), sha(2)]);
    const [made] = actionsOf(plan(three(PENDING, { checksOf }), NOON + 27 * MINUTE), "createTag");
    expect(made).toMatchObject({ tag: "v1.5.0", sha: sha(3) });
  });

  it("is looked at again soon where the checks below it were not read", () => {
    const planned = plan(three(PENDING), NOON + HOUR);
    expect(planned.reason.code).toBe("checks-pending");
    expect(planned.wakeAt).toBe(NOON + HOUR + MINUTE);
  });

  it("counts from the head where only a push from the future waits", () => {
    const pushed = [4, 3].map((number) => {
      return commit(number, { message: "fix: x", committedAt: NOON + 90 * HOUR });
    });
    const state = three(PENDING, { commits: pushed, commitCount: 2, pulls: [] });
    expect(wanted(state, NOON + 29 * MINUTE - 1)).toEqual([]);
    expect(wanted(state, NOON + 29 * MINUTE)).toEqual([sha(3)]);
  });
});

describe("checks of earlier commits", () => {
  it.each<[string, LineState, readonly string[]]>([
    ["are read where the head is red", three(RED), [sha(3), sha(2)]],
    ["are not read where it is green", three(GREEN), []],
    ["are not read unless the policy says so", three(RED, { policyFile: policyFile() }), []],
    [
      "are not read where files are written on the head",
      three(RED, { policyFile: policyFile(text("files: { package: on }")) }),
      [],
    ],
    ["are not read of an empty branch", three(RED, { head: null }), []],
    [
      "are not read of a channel",
      three(RED, { line: { repositoryId: 42, branch: "next", component: "", channel: "next" } }),
      [],
    ],
  ])("%s", (_, state, expected) => {
    expect(wanted(state)).toEqual(expected);
  });

  it("are those of at most twenty", () => {
    const many = batchOf(
      Array.from({ length: 30 }, () => ({ title: "fix: x" })),
      { policyFile: policyFile(text()) },
    );
    const red = { ...many, head: head({ sha: sha(31), checks: RED }) };
    expect(wanted(red)).toHaveLength(20);
    expect(wanted(red)[0]).toBe(sha(30));
  });

  it("leave nothing to go back to where the head is all there is", () => {
    const alone = lineState({ policyFile: policyFile(text()), head: head({ checks: RED }) });
    expect(wanted(alone)).toEqual([]);
    expect(plan(alone, NOON).reason.code).toBe("checks-red");
  });
});

const cuts = (state: LineState) => listCuts(state, {}).map(({ sha: at }) => at);

describe("where a batch may be cut", () => {
  it("is after the last commit of a rebased pull, never inside", () => {
    const rebased = pull(9, {
      mergeSha: sha(4),
      commitCount: 2,
      lastCommitHeadline: "fix: change 4 (#4)",
    });
    const state = lineState({
      head: head({ sha: sha(5) }),
      commits: [5, 4, 3, 2].map((number) => commit(number, number === 4 ? { pulls: [9] } : {})),
      pulls: [rebased],
    });
    expect(cuts(state)).toEqual([sha(4), sha(2)]);
  });

  it("is on the branch, and not inside what a merge brought", () => {
    const state = lineState({
      head: head({ sha: sha(6) }),
      commits: [
        commit(6, { parents: [sha(5)] }),
        commit(5, { parents: [sha(2), sha(4)], pulls: [9] }),
        commit(4, { parents: [sha(3)], pulls: [9] }),
        commit(3, { parents: [sha(1)], pulls: [9] }),
        commit(2, { parents: [sha(1)] }),
      ],
      pulls: [pull(9, { mergeSha: sha(5), commitCount: 2 })],
    });
    expect(cuts(state)).toEqual([sha(5), sha(2)]);
  });

  it("is nowhere where a pull's commits lie on both sides", () => {
    const spread = pull(9, { mergeSha: sha(4), commitCount: 2 });
    const state = lineState({
      head: head({ sha: sha(5) }),
      commits: [commit(5), commit(4, { pulls: [9] }), commit(3), commit(2, { pulls: [9] })],
      pulls: [spread],
    });
    expect(cuts(state)).toEqual([sha(4)]);
  });

  it("is never older than the last release, and nowhere without commits", () => {
    expect(cuts(lineState({ commits: [], commitCount: 0 }))).toEqual([]);
    const state = three(RED, { releases: [release("v1.4.2")], baseTag: tag("v1.4.2") });
    expect(cuts(state)).not.toContain(sha(1));
  });
});
