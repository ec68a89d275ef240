import { describe, expect, it } from "@jest/globals";
import type { PersonHold } from "../../../src/core/memory.ts";
import { plan } from "../../../src/core/plan.ts";
import type { Pull } from "../../../src/core/pull.ts";
import { isOver, listForward } from "../../../src/core/rollback/roll-forward.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { readRollsBack } from "../../../src/core/rollback/rolled-back.ts";
import type { LineState } from "../../../src/core/state.ts";
import { actionOf, actionsOf } from "../../support/plans.ts";
import { restorationOf, rollbackOf } from "../../support/rollbacks.ts";
import {
  batchOf,
  DAY,
  GREEN,
  head,
  HOUR,
  label,
  memory,
  MINUTE,
  NOON,
  PENDING,
  policyFile,
  RED,
  release,
  ROBOT,
  sha,
  tag,
} from "../../support/states.ts";

const OURS = { title: "fix: roll back v1.4.2", author: { ...ROBOT, login: "smallbatch[bot]" } };

const HOLD: PersonHold = {
  by: "wilma",
  reason: "v1.4.2 is rolled back: the API is on fire",
  url: "https://github.com/acme/widgets/pull/90#issuecomment-9",
  at: NOON - DAY,
  rollback: "v1.4.2",
};

/** Our merged pull, then these; the line is held by the rollback. */
function stateOf(
  {
    rollbacks = [rollbackOf()],
    pulls = [],
    hold = HOLD,
  }: {
    readonly rollbacks?: readonly Rollback[];
    readonly pulls?: readonly (Partial<Pull> & { readonly title: string; message?: string })[];
    readonly hold?: PersonHold | null;
  } = {},
  change: Partial<LineState> = {},
): LineState {
  return batchOf([OURS, ...pulls], {
    releases: [release("v1.4.2", { isLatest: false, isPrerelease: true }), release("v1.4.1")],
    memory: memory({ rollbacks, hold, settledContexts: ["ci/test"] }),
    ...change,
  });
}

const published = (state: LineState) => actionOf(plan(state, NOON), "publishRelease");
const reasonOf = (state: LineState) => plan(state, NOON).reason;

function seen(restoration: Rollback["restoration"], pulls?: readonly Pull[]): number {
  const state = stateOf({ rollbacks: [rollbackOf({ restoration })] });
  return listForward({ ...state, ...(pulls && { pulls }) }).length;
}

describe("rolling forward", () => {
  it("releases what undoes the release, past the hold of that rollback", () => {
    const made = published(stateOf());
    expect(made).toMatchObject({ tag: "v1.4.3", sha: sha(2), isLatest: true });
    expect(made?.card).toMatchObject({
      level: "patch",
      rollsBack: [
        { tag: "v1.4.2", pulls: [90, 91], by: "wilma", reason: "the API is on fire", issue: 95 },
      ],
    });
    expect(made?.card.rules).toContainEqual({
      rule: "rollback",
      verdict: "takes v1.4.2 back, past hold",
    });
  });

  it("waits while the pull is not merged, whatever was merged besides", () => {
    const waiting = { state: "waiting", mergedSha: null } as const;
    for (const restoration of [null, restorationOf({ ...waiting, pull: null })]) {
      const rollbacks = [rollbackOf({ restoration })];
      expect(reasonOf(stateOf({ rollbacks })).code).toBe("hold-person");
    }
    const open = stateOf({ rollbacks: [rollbackOf({ restoration: restorationOf(waiting) })] });
    // What it would be if our pull were merged, as its check tells.
    const foreseen = { ...open, pulls: open.pulls.map((each) => ({ ...each, isOpen: true })) };
    expect(published(foreseen)?.tag).toBe("v1.4.3");
    // As a pull of another branch, it says nothing of this one.
    const elsewhere = open.pulls.map((each) => ({ ...each, baseBranch: "next" }));
    expect(listForward({ ...open, pulls: elsewhere })).toEqual([]);
  });

  it("sees the merge by the pull itself, by the commit that is kept, or that nothing is to undo", () => {
    expect(seen(restorationOf({ state: "manual", mergedSha: null }))).toBe(1);
    expect(seen(restorationOf({ pull: null }), [])).toBe(1);
    expect(seen(restorationOf({ pull: null, mergedSha: null }))).toBe(1);
    expect(seen(restorationOf({ pull: null, mergedSha: sha(77) }))).toBe(0);
    expect(seen(restorationOf({ state: "released" }))).toBe(0);
  });

  it("does not go where somebody took our pull back before it was released", () => {
    const revert = { title: 'Revert "fix: roll back v1.4.2"', body: "Reverts #2" };
    const state = stateOf({ pulls: [revert] });
    expect(listForward(state)).toEqual([]);
    expect(reasonOf(state).code).toBe("cancelled-out");
  });

  it("waits for a person's own hold, and says what waits", () => {
    const hold = { by: "mona", reason: "the fair", url: null, at: NOON - HOUR };
    const { code, text, detail } = reasonOf(stateOf({ hold }));
    expect(code).toBe("hold-person");
    expect(text).toContain("held: by mona");
    expect(detail).toContain(
      "The code of `v1.4.2` is undone on the branch, and its release waits for this hold.",
    );
  });

  it("waits for the other rollbacks of the line, and carries them all", () => {
    const other = rollbackOf({
      release: { id: 501, tag: "v1.4.1" },
      restoration: restorationOf({ pull: null, mergedSha: null, state: "conflicted" }),
      issue: { number: 96, url: "https://github.com/acme/widgets/issues/96" },
    });
    const state = stateOf({ rollbacks: [other, rollbackOf()] });
    expect(reasonOf(state).code).toBe("hold-person");
    expect(reasonOf(state).detail).toContain(
      "its release waits for the rollback of [v1.4.1](https://github.com/acme/widgets/issues/96)",
    );
    const unsaid = { ...other, issue: null };
    expect(reasonOf(stateOf({ rollbacks: [unsaid, rollbackOf()] })).detail).toContain(
      "waits for the rollback of v1.4.1.",
    );
    const pulls = [{ title: "fix: roll back v1.4.1", author: OURS.author }];
    const merged = {
      ...other,
      restoration: restorationOf({ pull: { number: 3, url: "" }, mergedSha: sha(3) }),
    };
    const made = published(stateOf({ rollbacks: [merged, rollbackOf()], pulls }));
    expect(made?.card.rollsBack?.map((each) => each.tag)).toEqual(["v1.4.1", "v1.4.2"]);
    const ended = { ...other, resumedAt: NOON - DAY };
    expect(published(stateOf({ rollbacks: [ended, rollbackOf()] }))?.tag).toBe("v1.4.3");
  });

  it("does not pass a hold of a rollback that nobody knows", () => {
    expect(reasonOf(stateOf({ hold: { ...HOLD, rollback: "v1.4.0" } })).code).toBe("hold-person");
    expect(reasonOf(stateOf({ rollbacks: [] })).code).toBe("hold-person");
  });

  it("passes freeze, schedule and an empty bucket, and the card says so", () => {
    const policy = policyFile(
      [
        "version: 1",
        "freezes: [{ reason: the fair, from: 2026-03-01, to: 2026-03-09 }]",
        "schedule: { zone: UTC, days: [sat], from: 09:00, to: 17:00 }",
        "",
      ].join("\n"),
    );
    const releases = Array.from({ length: 8 }, (_, at) =>
      release(`v1.3.${9 - at}`, { id: 300 + at, publishedAt: NOON - (at + 1) * MINUTE }),
    );
    const busy = { policyFile: policy, releases: [...stateOf().releases, ...releases] };
    const made = published(stateOf({}, busy));
    expect(made?.card.rules).toContainEqual({
      rule: "rollback",
      verdict: "takes v1.4.2 back, past hold, schedule, bucket",
    });
    expect(made?.card.rules).toContainEqual({
      rule: "freeze",
      verdict: '"the fair" passed by #2 (rollback)',
    });
    const without = { rollbacks: [], hold: null };
    expect(reasonOf(stateOf(without, busy)).code).toBe("frozen");
  });

  it("goes only when the checks are green, at the newest commit that has it", () => {
    expect(reasonOf(stateOf({}, { head: head({ checks: RED }) })).code).toBe("checks-red");
    expect(reasonOf(stateOf({}, { head: head({ checks: PENDING }) })).code).toBe("checks-pending");
    const pulls = [{ title: "fix: one more" }, { title: "fix: break the tests" }];
    const red = { head: head({ sha: sha(4), checks: RED }) };
    const checksOf = { [sha(3)]: RED, [sha(2)]: GREEN };
    const made = published(stateOf({ pulls }, { ...red, checksOf }));
    expect(made).toMatchObject({ tag: "v1.4.3", sha: sha(2) });
    // Without a rollback the policy has to ask for it, and below its merge nothing goes out.
    const usual = { rollbacks: [], hold: null };
    expect(published(stateOf({ ...usual, pulls }, { ...red, checksOf }))).toBeNull();
    const late = rollbackOf({
      restoration: restorationOf({ pull: { number: 4, url: "" }, mergedSha: sha(4) }),
    });
    const resumed = { ...late, resumedAt: NOON - HOUR };
    const below = stateOf({ rollbacks: [resumed], hold: null, pulls }, { ...red, checksOf });
    expect(published(below)).toBeNull();
    const asked = { ...red, checksOf, policyFile: policyFile("version: 1\nhead: newest-green\n") };
    expect(published(stateOf({ ...usual, pulls }, asked))?.sha).toBe(sha(2));
  });

  it("is a patch at least, whatever our pull is called by now, and prepared where it is more", () => {
    const skip = { labels: [label("release:skip", "write")] };
    expect(published(batchWith({ ...OURS, ...skip }))?.tag).toBe("v1.4.3");
    expect(published(batchWith({ ...OURS, title: "docs: undo the mess" }))?.tag).toBe("v1.4.3");
    const minor = { labels: [label("release:minor", "write")] };
    expect(published(batchWith({ ...OURS, ...minor }))?.tag).toBe("v1.5.0");
    expect(published(stateOf({ pulls: [{ title: "feat: more" }] }))?.tag).toBe("v1.5.0");
    const { state, code, text } = reasonOf(stateOf({ pulls: [{ title: "feat!: no more" }] }));
    expect([state, code]).toEqual(["prepared", "level"]);
    expect(text).toContain("v2.0.0 is breaking (#3)");
  });

  it("still goes after a person resumed, and then says what it undoes", () => {
    const resumed = rollbackOf({ resumedAt: NOON - HOUR });
    const made = published(stateOf({ rollbacks: [resumed], hold: null }));
    expect(made?.card.rules).toContainEqual({ rule: "rollback", verdict: "takes v1.4.2 back" });
  });

  it("is over when it is released, or when a person let releases go", () => {
    expect(isOver(rollbackOf())).toBe(false);
    expect(isOver(rollbackOf({ restoration: null }))).toBe(false);
    expect(isOver(rollbackOf({ resumedAt: NOON }))).toBe(true);
    expect(isOver(rollbackOf({ restoration: restorationOf({ state: "released" }) }))).toBe(true);
  });
});

function batchWith(own: Partial<Pull> & { readonly title: string }): LineState {
  const { memory: kept, releases } = stateOf();
  return batchOf([own], { memory: kept, releases });
}

describe("what a release says of what it takes back", () => {
  it("stands first in the notes: release, pulls and reason, nobody is mentioned, nothing is active", () => {
    const rollback = rollbackOf({ reason: "@otto <b>broke</b> it, see #7" });
    const body = published(
      stateOf({ rollbacks: [rollback], pulls: [{ title: "fix: more" }] }),
    )?.body;
    const lines = body?.split("\n") ?? [];
    expect(lines.slice(1, 6)).toEqual([
      "<!-- smallbatch:rolls-back v1 tag=v1.4.2 pulls=90,91 -->",
      "",
      "### Rolled back",
      "",
      expect.stringMatching(/^- \[v1\.4\.2\]\(https:\S+\/v1\.4\.2\): /),
    ]);
    expect(lines[5]).toContain(
      "Undone: [`#90`](https://github.com/acme/widgets/pull/90) (feat: burn)",
    );
    expect(lines[5]).toContain("[What happened](https://github.com/acme/widgets/issues/95).");
    expect(lines[5]).not.toMatch(/(?<!`)@otto|<b>|(?<![`&])#7/);
    expect(body).not.toContain("- fix: roll back v1.4.2");
    expect(body).toContain("### Fixes\n\n- fix: more (#3)");
  });

  it("needs neither reason, pulls nor issue, and counts pulls that are not named", () => {
    const bare = rollbackOf({ reason: "", pulls: null, issue: null });
    const body = published(stateOf({ rollbacks: [bare] }))?.body ?? "";
    expect(body).toContain("\n- [v1.4.2](https://github.com/acme/widgets/releases/tag/v1.4.2).\n");
    expect(readRollsBack(body)).toEqual([{ tag: "v1.4.2", pulls: [] }]);
    expect(body).not.toContain("No change of its own");
    const card = published(stateOf({ rollbacks: [bare] }))?.card;
    expect(card?.rollsBack).toMatchObject([{ reason: "", pulls: [], issue: null }]);
    const many = rollbackOf({
      pulls: { shown: [{ number: 90, title: null, author: null }], count: 30 },
    });
    expect(published(stateOf({ rollbacks: [many] }))?.body).toContain(
      "Undone: [`#90`](https://github.com/acme/widgets/pull/90), 29 more.",
    );
  });

  it("is read back from the notes, and only as we write it", () => {
    const body = published(stateOf())?.body ?? "";
    expect(readRollsBack(body)).toEqual([{ tag: "v1.4.2", pulls: [90, 91] }]);
    expect(readRollsBack("<!-- smallbatch:rolls-back v1 tag=%E0%A4%A pulls=1 -->")).toEqual([]);
    expect(readRollsBack(`> ${body.split("\n")[1]}`)).toEqual([]);
  });

  it("stands in the check, the same when it is made and when it is looked at again", () => {
    const state = stateOf();
    const [check] = actionsOf(plan(state, NOON), "writeCheck");
    expect(check?.title).toBe("released in v1.4.3, which takes v1.4.2 back");
    const made = release("v1.4.3", {
      sha: sha(2),
      publishedAt: NOON,
      rollsBack: [{ tag: "v1.4.2", pulls: [90, 91] }],
    });
    const after: LineState = {
      ...state,
      head: head({
        ourCheck: { id: 1, title: check?.title ?? "", externalId: check?.externalId ?? "" },
      }),
      commits: [],
      commitCount: 0,
      baseTag: tag("v1.4.3", { sha: sha(2) }),
      tags: [tag("v1.4.3", { sha: sha(2) }), ...state.tags],
      releases: [made, ...state.releases],
      memory: memory({}),
    };
    expect(plan(after, NOON + MINUTE)).toMatchObject({
      actions: [],
      reason: { state: "released" },
    });
  });

  it("tells nobody at once: the next look knows whose work went back", () => {
    expect(actionsOf(plan(stateOf({ pulls: [{ title: "fix: a" }] }), NOON), "announce")).toEqual(
      [],
    );
    const usual = stateOf({ rollbacks: [], hold: null, pulls: [{ title: "fix: a" }] });
    expect(actionsOf(plan(usual, NOON), "announce")).toHaveLength(1);
  });
});

const landed = (change: Partial<Rollback>) =>
  rollbackOf({
    restoration: restorationOf({ state: "released", releasedTag: "v1.4.3" }),
    reland: {
      by: "mona",
      branch: "reland-v1.4.2",
      commit: sha(0xc0_0002),
      pull: { number: 2, url: "https://github.com/acme/widgets/pull/2" },
      state: "open",
      since: NOON - HOUR,
      reason: null,
    },
    ...change,
  });

describe("a reland", () => {
  it("is what the release was that it brings back", () => {
    const tagOf = (rollback: Rollback) => {
      const { memory: kept } = stateOf({ rollbacks: [rollback], hold: null });
      return published(batchOf([{ title: "Reland it" }], { memory: kept }))?.tag;
    };
    expect(tagOf(landed({}))).toBe("v1.4.3");
    expect(tagOf(landed({ restore: { before: "v1.3.9", path: null, others: [] } }))).toBe("v1.5.0");
    expect(tagOf(landed({ restore: null }))).toBe("v1.4.3");
    const { memory: kept } = stateOf({ rollbacks: [landed({})], hold: null });
    const back = { title: 'Revert "Reland it"', body: "Reverts #2" };
    expect(reasonOf(batchOf([{ title: "Reland it" }, back], { memory: kept })).code).toBe(
      "cancelled-out",
    );
    expect(tagOf(landed({ release: { id: 1, tag: "nightly" } }))).toBe("v1.4.3");
  });
});
