import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { buildHistory } from "../../src/core/history.ts";
import { readMerges } from "../../src/core/merges.ts";
import { DEFAULT_POLICY } from "../../src/core/policy/policy-schema.ts";
import type { Policy } from "../../src/core/policy/policy-schema.ts";
import { replayPolicy } from "../../src/core/replay.ts";
import type { Actor } from "../../src/core/state.ts";
import { waitQuantiles } from "../../src/core/waiting.ts";
import { policyOf } from "../support/policies.ts";
import { ALICE, commit, HOUR, MINUTE, mainHistory, NOON, ROBOT, sha } from "../support/states.ts";

interface Made {
  readonly message: string;
  readonly author?: Actor;
  /** Hours after noon. */
  readonly hour: number;
  /** It was tagged so. */
  readonly tag?: string;
  /** Hours after noon; the commit's without it. */
  readonly tagHour?: number;
}

/** Commits 1, 2, 3 … in one line, oldest first; squashes get their number as pull. */
function mergesOf(made: readonly Made[]) {
  const commits = made
    .map(({ message, hour, author = ALICE }, at) =>
      commit(at + 1, {
        message,
        author,
        committedAt: NOON + hour * HOUR,
        parents: at === 0 ? [] : [sha(at)],
      }),
    )
    .toReversed();
  const tags = made.flatMap(({ tag, hour, tagHour }, at) =>
    tag === undefined ? [] : [{ name: tag, sha: sha(at + 1), at: NOON + (tagHour ?? hour) * HOUR }],
  );
  const history = mainHistory(commits, tags);
  return readMerges(history, null);
}

/** So many commits with one title, an hour between them. */
const alike = (count: number, from: number, title: string): readonly Made[] =>
  Array.from({ length: count }, (_, at) => ({
    message: `${title} (#${from + at})`,
    hour: from + at,
  }));

interface Question {
  readonly policy?: Partial<Policy>;
  readonly base?: string | null;
}

function replay(made: readonly Made[], { policy = {}, base = "1.0.0" }: Question = {}) {
  const endsAt = NOON + Math.max(...made.map(({ hour }) => hour)) * HOUR;
  const merges = mergesOf(made);
  return replayPolicy({ merges, policy: { ...DEFAULT_POLICY, ...policy }, base, endsAt });
}

/** Releases as `version at hour: numbers of its commits`, with `!` where a person let it go. */
function checkReleases(
  made: readonly Made[],
  expected: readonly string[],
  question: Question = {},
): void {
  const { releases } = replay(made, question);
  const shown = releases.map(({ version, at, merges, isByPerson }) => {
    const hour = Number(((at - NOON) / HOUR).toFixed(2));
    const numbers = merges.map(({ unit }) => Number.parseInt(unit.sha.slice(-6), 16));
    return `${version}${isByPerson ? "!" : ""} at ${hour}: ${numbers.join(" ")}`;
  });
  expect(shown).toEqual(expected);
}

describe("a policy, replayed", () => {
  it("releases merge by merge; what rides along waits for the next", () => {
    checkReleases(
      [
        { message: "fix: a (#1)", hour: 0 },
        { message: "docs: b (#2)", hour: 5 },
        { message: "feat: c (#3)", hour: 10 },
        { message: "ci: d (#4)", hour: 11 },
      ],
      ["1.0.1 at 0: 1", "1.1.0 at 10: 2 3"],
    );
  });

  it("begins with 0.1.0 where there is no version", () => {
    checkReleases([{ message: "feat: a", hour: 0 }], ["0.1.0 at 0: 1"], { base: null });
  });

  it("lets six releases follow each other, then one every two hours", () => {
    const made = Array.from({ length: 9 }, (_, at) => ({ message: "fix: a", hour: at / 10 }));
    const six = Array.from({ length: 6 }, (_, at) => `1.0.${at + 1} at ${at / 10}: ${at + 1}`);
    checkReleases(made, [...six, "1.0.7 at 2: 7 8 9"]);
    const next = { message: "fix: b", hour: 2 };
    checkReleases([...made, next], [...six, "1.0.7 at 2: 7 8 9 10"]);
  });

  it("knows the bucket of a line with many releases", () => {
    const made = Array.from({ length: 30 }, (_, at) => ({ message: "fix: a", hour: at * 24 }));
    expect(replay(made).releases).toHaveLength(30);
    const burst = Array.from({ length: 7 }, (_, at) => ({
      message: "fix: b",
      hour: 720 + at / 10,
    }));
    const { releases } = replay([...made, ...burst]);
    expect(releases).toHaveLength(37);
    expect(releases.at(-1)?.at).toBe(NOON + 722 * HOUR);
  });

  it("keeps what goes too far for whoever really released it", () => {
    checkReleases(
      [
        { message: "fix: a (#1)", hour: 0 },
        { message: "feat!: b (#2)", hour: 1 },
        { message: "fix: c (#3)", hour: 2, tag: "v2.0.0", tagHour: 9 },
        { message: "fix: d (#4)", hour: 3 },
        { message: "fix: e (#5)", hour: 12 },
      ],
      ["1.0.1 at 0: 1", "2.0.0! at 9: 2 3 4", "2.0.1 at 12: 5"],
    );
  });

  it("keeps a freeze, whoever let the rest go", () => {
    const freeze =
      "freezes: [{ from: 2026-03-02T12:30, to: 2026-03-02T20:00, zone: UTC, reason: x }]";
    checkReleases(
      [
        { message: "feat!: a", hour: 1, tag: "v2.0.0", tagHour: 2 },
        { message: "fix: b", hour: 3 },
      ],
      ["2.0.0! at 8: 1 2"],
      { policy: policyOf(`version: 1\n${freeze}`) },
    );
  });

  it("lets it go at once where the tag is the merge's own", () => {
    checkReleases([{ message: "feat: b", hour: 1, tag: "v1.1.0" }], ["1.1.0! at 1: 1"], {
      policy: { auto: "patch" },
    });
  });

  it("says what waits for a person at the end", () => {
    const made = [
      { message: "feat!: a", hour: 0 },
      { message: "fix: b", hour: 1 },
      { message: "docs: c", hour: 4 },
    ];
    checkReleases(made, []);
    const { waiting, waits } = replay(made);
    expect(waiting).toHaveLength(3);
    expect(waits).toEqual({ ended: [], open: [4 * HOUR, 3 * HOUR, 0] });
    const riding = replay([{ message: "docs: c", hour: 4 }]);
    expect(riding).toMatchObject({ releases: [], waiting: [], waits: { open: [0] } });
  });

  it("goes on when what was kept is taken back", () => {
    checkReleases(
      [
        { message: "feat!: a", hour: 0 },
        { message: "fix: b", hour: 1 },
        { message: `Revert "feat!: a"\n\nThis reverts commit ${sha(1)}.`, hour: 2 },
      ],
      ["1.0.1 at 2: 1 2 3"],
    );
  });

  it("releases nothing where all of a window was taken back", () => {
    checkReleases(
      [
        { message: "fix: a", hour: 0 },
        { message: `Revert "fix: a"\n\nThis reverts commit ${sha(1)}.`, hour: 1 },
        { message: "fix: b", hour: 9 },
      ],
      ["1.0.1 at 11: 1 2 3"],
      { policy: policyOf("version: 1\nwindow: { quiet: 2h, longest: 1d, most: 50 }") },
    );
  });

  it("keeps untyped work where that is the habit, and goes on when the habit changes", () => {
    const untyped = Array.from({ length: 11 }, (_, at) => ({
      message: `Do ${at} (#${at})`,
      hour: at,
    }));
    const typed = Array.from({ length: 10 }, (_, at) => ({
      message: `docs: ${at} (#${at + 11})`,
      hour: 20 + at,
    }));
    const kept = [...untyped, ...typed];
    const { releases } = replay(kept);
    expect(releases.map(({ merges }) => merges.length)).toEqual([...Array(10).fill(1), 11]);
    expect(releases.at(-1)).toMatchObject({ at: NOON + 29 * HOUR, isByPerson: false });
    const allowed = replay(kept, { policy: { untyped: "patch" } });
    expect(allowed.releases).toHaveLength(11);
  });

  it("takes the last 50 merges for the habit, and forgets those before", () => {
    const { list } = mergesOf([...alike(52, 1, "fix: it"), ...alike(30, 53, "Do it")]);
    // The 26th without a type makes it 24 of 50 that have one.
    expect(list.findIndex(({ isHabitUntyped }) => isHabitUntyped)).toBe(52 + 25);
  });

  it("lets the updates of bots ride along for a week", () => {
    const begin = { message: "docs: begin", hour: -1 };
    const bots = [2, 3].map((number) => ({
      message: `fix(deps): update x (#${number})`,
      hour: number,
      author: ROBOT,
    }));
    const fix = { message: "fix: a (#4)", hour: 10 };
    checkReleases([begin, ...bots, fix], ["1.0.1 at 10: 1 2 3 4"]);
    checkReleases([begin, ...bots], ["1.0.1 at 170: 1 2 3"]);
    checkReleases([begin, ...bots], ["1.0.1 at 2: 1 2", "1.0.2 at 3: 3"], {
      policy: { bots: "release" },
    });
  });

  it("makes every merge a patch where it says so; breaking ones wait", () => {
    checkReleases(
      [
        { message: "docs: a", hour: 0 },
        { message: "feat: b", hour: 1 },
        { message: "feat!: c", hour: 2, tag: "v2.0.0", tagHour: 5 },
        { message: "docs: d", hour: 3 },
      ],
      ["1.0.1 at 0: 1", "1.0.2 at 1: 2", "1.0.3! at 5: 3 4"],
      { policy: { versioning: "patch" } },
    );
  });

  it("keeps to its window, its hours and its freezes", () => {
    const made = [
      { message: "fix: a", hour: 0 },
      { message: "fix: b", hour: 1 },
      { message: "fix: c", hour: 6 },
    ];
    const checkWith = (text: string, expected: readonly string[]): void => {
      checkReleases(made, expected, { policy: policyOf(`version: 1\n${text}`) });
    };
    checkWith("window: { quiet: 2h, longest: 1d, most: 50 }", ["1.0.1 at 3: 1 2", "1.0.2 at 8: 3"]);
    checkWith("schedule: { days: [mon, tue], from: '16:00', to: '17:00', zone: UTC }", [
      "1.0.1 at 4: 1 2",
      "1.0.2 at 28: 3",
    ]);
    checkWith(
      "auto: none\nfreezes: [{ from: 2026-03-02T12:30, to: 2026-03-02T20:00, zone: UTC, reason: x }]",
      [],
    );
    checkWith("freezes: [{ from: 2026-03-02T12:30, to: 2026-03-02T20:00, zone: UTC, reason: x }]", [
      "1.0.1 at 0: 1",
      "1.0.2 at 8: 2 3",
    ]);
  });

  it("counts no commit that only names a version", () => {
    checkReleases(
      [
        { message: "fix: a", hour: 0 },
        { message: "1.0.1", hour: 1, tag: "v1.0.1" },
        { message: "Bumped v1.0.2", hour: 2 },
      ],
      ["1.0.1 at 0: 1"],
    );
  });

  it("has nothing to say of an empty history", () => {
    const history = buildHistory({
      commits: [],
      tags: [],
      branch: "main",
      fullName: null,
      scope: null,
      tagFormat: "v{version}",
    });
    expect(readMerges(history, null).list).toEqual([]);
  });
});

function checkTimes(hours: readonly number[], expected: readonly number[]): void {
  const { list } = mergesOf(hours.map((hour) => ({ message: "fix: a", hour })));
  expect(list.map(({ at }) => (at - NOON) / HOUR)).toEqual(expected);
}

describe("the time of a merge", () => {
  it("is never before the one before", () => {
    checkTimes([1, 5, 2, 6], [1, 5, 5, 6]);
  });

  it("is not that of a clock days ahead", () => {
    checkTimes([1, 900, 2, 3], [1, 2, 2, 3]);
    checkTimes([1, 2, 900], [1, 2, 900]);
    checkTimes([1, 900], [1, 900]);
    checkTimes([900, 1], [1, 1]);
  });

  it("of its release is the first stable tag's that holds it", () => {
    const { list } = mergesOf([
      { message: "fix: a", hour: 0, tag: "v2.0.0-rc.1" },
      { message: "fix: b", hour: 1, tag: "v1.1.0", tagHour: 8 },
      { message: "fix: c", hour: 2, tag: "v1.2.0", tagHour: 3 },
      { message: "fix: d", hour: 4 },
    ]);
    expect(list.map(({ releasedIn }) => releasedIn?.name ?? null)).toEqual([
      "v1.2.0",
      "v1.2.0",
      "v1.2.0",
      null,
    ]);
  });
});

describe("a replay", () => {
  it("is what judging every batch anew at every merge gives", () => {
    const messages = ["fix: a", "feat: a", "feat!: a", "docs: a", "Do it", "Do it (#N)", "revert"];
    messages.push("fix(deps): up (#N)", "fix(deps): up [security] (#N)");
    const row = fc.record({
      message: fc.constantFrom(...messages),
      minutes: fc.nat(400),
      back: fc.nat(4),
      isTagged: fc.boolean(),
      isBots: fc.boolean(),
    });
    const texts = fc.record({
      auto: fc.constantFrom("none", "patch", "minor", "major"),
      bots: fc.constantFrom("ride-along", "release"),
      versioning: fc.constantFrom("conventional", "patch"),
      others: fc.subarray([
        "untyped: patch",
        "window: { quiet: 30m, longest: 3h, most: 4 }",
        "schedule: { days: [mon, tue, wed], from: '09:00', to: '16:30', zone: Europe/Berlin }",
        "freezes: [{ from: 2026-03-02T15:00, to: 2026-03-04T10:00, zone: UTC, reason: x }]",
      ]),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), texts, (rows, { others, ...keys }) => {
        const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
        const policy = policyOf(["version: 1", ...lines, ...others].join("\n"));
        let hour = 0;
        const made = rows.map(({ message, minutes, back, isTagged, isBots }, at) => {
          hour += (minutes * MINUTE) / HOUR;
          const target = sha(Math.max(1, at - back));
          return {
            message:
              message === "revert"
                ? `Revert "x"\n\nThis reverts commit ${target}.`
                : message.replace("N", String(at)),
            hour,
            ...(isBots ? { author: ROBOT } : {}),
            ...(isTagged ? { tag: `v1.${at}.0` } : {}),
          };
        });
        const question = {
          policy: policy,
          base: "1.0.0",
          endsAt: NOON + hour * HOUR,
        };
        const merges = mergesOf(made);
        const eager = {
          ...merges,
          list: merges.list.map((merge) => ({ ...merge, isAsking: true, isRevert: true })),
        };
        const versions = (from: typeof merges) =>
          replayPolicy({ merges: from, ...question }).releases.map(
            ({ version, at, merges: own, isByPerson }) => [version, at, own.length, isByPerson],
          );
        expect(versions(merges)).toEqual(versions(eager));
      }),
      { numRuns: 300 },
    );
  });
});

describe("how long work waits", () => {
  it("is the median where everything was released", () => {
    expect(waitQuantiles({ ended: [4, 1, 3, 2, 5], open: [] }, [0.5])).toEqual([3]);
    expect(waitQuantiles({ ended: [1, 2, 3, 4], open: [] }, [0.5])).toEqual([2]);
    expect(waitQuantiles({ ended: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], open: [] }, [0.9])).toEqual([9]);
  });

  it("is told for many shares at once", () => {
    const waits = { ended: [1, 2, 3, 4], open: [9] };
    expect(waitQuantiles(waits, [0.1, 0.2, 0.5, 0.8, 0.9, 1])).toEqual([1, 1, 3, 4, null, null]);
    expect(waitQuantiles(waits, [])).toEqual([]);
  });

  it("counts what still waits as long as it was seen", () => {
    // Four at 1, one of them gone: 3/4. Two at 3, one of them gone: 3/8.
    expect(waitQuantiles({ ended: [1, 3], open: [2, 9] }, [0.5])).toEqual([3]);
    expect(waitQuantiles({ ended: [1], open: [5, 6] }, [0.5])).toEqual([null]);
    // At the same time the end comes first.
    expect(waitQuantiles({ ended: [1], open: [1] }, [0.5])).toEqual([1]);
    expect(waitQuantiles({ ended: [], open: [] }, [0.5])).toEqual([null]);
  });
});
