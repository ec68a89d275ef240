import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/core/action.ts";
import { judgeBatch } from "../../src/core/batch.ts";
import type { FileList } from "../../src/core/changes.ts";
import {
  allPaths,
  beforeOf,
  hasLanded,
  isLost,
  isUndone,
  listSuspects,
  listUndoable,
  samplePaths,
} from "../../src/core/missing.ts";
import { plan } from "../../src/core/plan.ts";
import type { Pull } from "../../src/core/pull.ts";
import { joinUnits } from "../../src/core/units.ts";
import {
  batchOf,
  commit,
  headOf,
  HOUR,
  label,
  MINUTE,
  NOON,
  pull,
  release,
  SECOND,
  sha,
  tag,
} from "../support/states.ts";

const [A, B, C] = [sha(101), sha(102), sha(103)];

function files(count: number, isComplete = true): FileList {
  const list = Array.from({ length: count }, (_, at) => ({ path: `${at}`, previousPath: null }));
  return { files: list, isComplete };
}

/** A merged pull with its moment. */
function mergedAs(number: number, mergedAt: number): Pull {
  return pull(number, { mergedAt });
}

function releaseOf({ actions }: Plan) {
  return actions.find((action) => action.kind === "publishRelease");
}

describe("a pull whose files are compared", () => {
  it.each<[string, [head: string | null, before: string | null, own: string | null][], boolean]>([
    [
      "is undone where all are as before",
      [
        [A, A, B],
        [null, null, C],
      ],
      true,
    ],
    ["is undone where what it took away is back", [[A, A, null]], true],
    [
      "is there where one is not",
      [
        [A, A, B],
        [C, B, C],
      ],
      false,
    ],
    ["is there where one was changed again", [[C, A, B]], false],
    [
      "changed nothing in the first place",
      [
        [A, A, A],
        [null, null, null],
      ],
      false,
    ],
    ["is not judged without files", [], false],
  ])("%s", (_, stands, expected) => {
    const all = stands.map(([head, before, own]) => ({ head, before, own }));
    expect(isUndone(all)).toBe(expected);
  });

  it("is compared by three of its files first, and not at all where it has more than a hundred", () => {
    expect(samplePaths(files(100))).toEqual(["0", "1", "2"]);
    expect(allPaths(files(100))).toHaveLength(100);
    expect(samplePaths(files(101))).toEqual([]);
    expect(allPaths(files(3, false))).toEqual([]);
  });

  it("is compared with the commit before it, whatever the merge style", () => {
    const commits = [
      commit(9, { message: "last", parents: [sha(8)], pulls: [4] }),
      commit(8, { parents: [sha(7)], pulls: [4] }),
      commit(7, { parents: [sha(5), sha(6)], pulls: [3] }),
      commit(6, { parents: [sha(2)], pulls: [3] }),
      commit(5, { parents: [sha(2)], pulls: [2] }),
    ];
    const rebased = { commitCount: 2, lastCommitHeadline: "last" };
    const pulls = [
      pull(2, { mergeSha: sha(5) }),
      pull(3, { mergeSha: sha(7) }),
      pull(4, { mergeSha: sha(9), ...rebased }),
    ];
    const units = joinUnits(commits, pulls, "main");
    expect(units.map(({ kind }) => kind)).toEqual(["squash", "merge", "rebase"]);
    expect(units.map(beforeOf)).toEqual([sha(2), sha(5), sha(7)]);
  });

  it("has nothing before it where its commit is the first of all", () => {
    const [unit] = joinUnits([commit(2, { parents: [], pulls: [2] })], [pull(2)], "main");
    expect(unit === undefined ? "no unit" : beforeOf(unit)).toBeNull();
  });

  it("is compared only where it is a pull, and no listed revert explains it", () => {
    const state = batchOf([
      { title: "feat: rotate", headSha: headOf(2) },
      { title: 'Revert "feat: rotate"', body: "Reverts acme/widgets#2" },
      { title: "fix: stop" },
    ]);
    const pushed = commit(9, { message: "fix: pushed", pulls: [] });
    const batch = judgeBatch({ ...state, commits: [pushed, ...state.commits] }, {});
    expect(listUndoable(batch).map(({ unit }) => unit.pull.number)).toEqual([3, 4]);
  });

  it("has landed where all of it stands at the head", () => {
    expect(
      hasLanded([
        { head: A, own: A },
        { head: null, own: null },
      ]),
    ).toBe(true);
    expect(
      hasLanded([
        { head: A, own: A },
        { head: A, own: B },
      ]),
    ).toBe(false);
    expect(hasLanded([])).toBe(false);
  });
});

describe("a merge that is not in the batch", () => {
  const state = batchOf([{ title: "fix: in the batch" }]);
  const seen = {
    units: joinUnits(state.commits, state.pulls, "main"),
    baseTag: tag("v1.4.2"),
    startedAt: null,
    releases: [release("v1.4.2", { publishedAt: NOON - 3 * HOUR, cardPulls: [40] })],
  };
  const numbers = (change: Partial<Parameters<typeof listSuspects>[0]>) =>
    listSuspects({ others: [], ...seen, ...change }).map(({ number }) => number);

  it("is suspected where it is newer than the pull of the base", () => {
    const base = pull(39, { mergeSha: sha(1), mergedAt: NOON - 4 * HOUR });
    const others = [mergedAs(50, NOON - 3.5 * HOUR), mergedAs(38, NOON - 5 * HOUR), base];
    expect(numbers({ others })).toEqual([50]);
  });

  it("is suspected also where nobody knows what a release held", () => {
    const releases = [release("v1.4.2", { publishedAt: NOON - 3 * HOUR, cardPulls: null })];
    expect(numbers({ others: [mergedAs(40, NOON - 2 * HOUR)], releases })).toEqual([40]);
  });

  it("is suspected where it is newer than the release of the base, and in none", () => {
    const others = [
      mergedAs(50, NOON - 2 * HOUR),
      mergedAs(40, NOON - 2 * HOUR),
      mergedAs(51, NOON - 4 * HOUR),
    ];
    expect(numbers({ others })).toEqual([50]);
  });

  it("is suspected since the first merge of the batch, where that was before the release", () => {
    const others = [mergedAs(50, NOON - 2 * HOUR), mergedAs(51, NOON - HOUR / 2)];
    expect(numbers({ others, releases: [] })).toEqual([51]);
    const late = [release("v1.4.2", { publishedAt: NOON })];
    expect(numbers({ others, releases: late })).toEqual([51]);
  });

  it("is suspected since the start where there is no base, and never without a start", () => {
    const others = [mergedAs(50, NOON - 2 * HOUR), mergedAs(51, NOON - 4 * HOUR)];
    expect(numbers({ others, baseTag: null, startedAt: NOON - 3 * HOUR })).toEqual([50]);
    expect(numbers({ others, baseTag: null })).toEqual([]);
  });

  it("is one of the ten newest", () => {
    const others = Array.from({ length: 15 }, (_, own) => mergedAs(50 + own, NOON + own));
    expect(numbers({ others })).toEqual([64, 63, 62, 61, 60, 59, 58, 57, 56, 55]);
  });

  it.each([
    ["elsewhere", 0, true],
    ["reachable", HOUR, false],
    ["behind", 59 * SECOND, false],
    ["behind", 2 * MINUTE, true],
  ] as const)("and stands %s after %i ms is lost: %s", (place, age, expected) => {
    expect(isLost(place, mergedAs(50, NOON - age), NOON)).toBe(expected);
  });
});

describe("a release that lacks merged work", () => {
  const titles = [{ title: "feat: rotate" }, { title: "fix: stop" }];
  const lost = pull(9, { title: "fix: @lost `it`", mergeSha: sha(900) });
  const skipped = {
    labels: [{ ...label("release:skip", "write"), setBy: { login: "mona", at: NOON } }],
  };

  it("is held, and says what is missing and what to do", () => {
    const { reason, actions } = plan(
      { ...batchOf(titles), missing: { lost: [lost], undone: [2] } },
      NOON,
    );
    expect(reason).toMatchObject({
      state: "held",
      code: "missing",
      text: "held: #9, #2 were merged, but are missing",
      blockedBy: ["#9", "#2"],
    });
    expect(reason.detail).toContain(
      "- #9 (fix: `@lost` \\`it\\`): its merge `a0a0a0a` is not on `main` any more",
    );
    expect(reason.detail).toContain("- #2 (feat: rotate): each of its files is at `a0a0a0a` as it");
    expect(reason.detail).toContain("`release:skip` (write permission)");
    expect(actions).toMatchObject([{ kind: "writeCheck", conclusion: "neutral" }]);
  });

  it("goes out where somebody with write said so, and says what is not in it", () => {
    const state = batchOf([{ title: "feat: rotate", ...skipped }, { title: "fix: stop" }]);
    const missing = { lost: [{ ...lost, ...skipped }], undone: [2] };
    const made = releaseOf(plan({ ...state, missing }, NOON));
    expect(made?.tag).toBe("v1.4.3");
    const [before, after = ""] = (made?.body ?? "").split("### Merged, but not in this release");
    expect(before).not.toContain("rotate");
    expect(after).toContain("- fix: `@lost` \\`it\\` (#9)\n- feat: rotate (#2)");
    expect(made?.card.units.map(({ pull: number, isMissing }) => [number, isMissing])).toEqual([
      [2, true],
      [3, undefined],
    ]);
    expect(made?.card.overrides).toEqual([
      { rule: "missing", by: "mona", why: "label release:skip on #9", sha: sha(900) },
      { rule: "missing", by: "mona", why: "label release:skip on #2", sha: sha(2) },
    ]);
  });

  it("says of many how many more, and names nobody where no label of a person says so", () => {
    const many = Array.from({ length: 25 }, (_, at) =>
      pull(100 + at, { title: `fix: ${at}`, labels: [label("release:skip", "write")] }),
    );
    const made = releaseOf(plan({ ...batchOf(titles), missing: { lost: many, undone: [] } }, NOON));
    expect(made?.body).toContain("- fix: 19 (#119)\n- …and 5 more");
    expect(made?.card.overrides).toHaveLength(25);
    expect(made?.card.overrides[0]).toMatchObject({ by: "", why: "label release:skip on #100" });
  });

  it("names nobody for what no label leaves out any more when it is finished", () => {
    const state = batchOf(titles);
    const unfinished = tag("v1.5.0", { sha: String(state.head?.sha) });
    const made = releaseOf(
      plan({ ...state, unfinished, missing: { lost: [], undone: [2] } }, NOON),
    );
    expect(made?.tag).toBe("v1.5.0");
    expect(made?.card.units.map(({ isMissing }) => isMissing)).toEqual([true, undefined]);
    expect(made?.card.overrides).toEqual([]);
  });

  it("tells nobody whose work is missing that it was released", () => {
    const state = batchOf([{ title: "feat: rotate", ...skipped }, { title: "fix: stop" }]);
    const { actions } = plan({ ...state, missing: { lost: [], undone: [2] } }, NOON);
    const told = actions.flatMap((action) => (action.kind === "announce" ? action.comments : []));
    expect(told.map(({ subject }) => subject.number)).toEqual([3]);
  });

  it("is not held by a label of somebody who may not write, nor by what a revert explains", () => {
    const triage = { labels: [label("release:skip", "triage")] };
    const held = batchOf([{ title: "feat: rotate", ...triage }, { title: "fix: stop" }]);
    expect(plan({ ...held, missing: { lost: [], undone: [2] } }, NOON).reason.code).toBe("missing");
    const reverted = batchOf([
      { title: "feat: rotate", headSha: headOf(2) },
      { title: 'Revert "feat: rotate"', body: "Reverts acme/widgets#2" },
      { title: "fix: stop" },
    ]);
    const { reason } = plan({ ...reverted, missing: { lost: [], undone: [2] } }, NOON);
    expect(reason.state).toBe("releasing");
  });
});
