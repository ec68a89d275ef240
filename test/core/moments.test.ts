import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import type { Plan } from "../../src/core/action.ts";
import { plan } from "../../src/core/plan.ts";
import type { Label, Pull } from "../../src/core/pull.ts";
import type { LineState } from "../../src/core/state.ts";
import { actionOf } from "../support/plans.ts";
import {
  batchOf,
  check,
  DAY,
  head,
  HOUR,
  label,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  ROBOT,
  SECOND,
  sha,
} from "../support/states.ts";

/** Monday, 2 March 2026, 12:00 UTC is 13:00 in Berlin. */
const FREEZE = "freezes: [{ from: 2026-03-01, to: 2026-03-04, reason: spring sale }]";
const SHUT = "schedule: { days: [tue], from: 09:00, to: 17:00, zone: Europe/Berlin }";
const OPENS_IN = 20 * HOUR;
const WINDOW = "window: { quiet: 10m, longest: 4h, most: 20 }";
const NPM: Partial<Pull> & { title: string } = {
  title: "fix(deps): update lodash",
  author: ROBOT,
  mergedAt: NOON - DAY,
};

const policy = (...lines: readonly string[]) =>
  policyFile(["version: 1", ...lines].map((line) => `${line}\n`).join(""));

function fixes(count: number, change: Partial<LineState> = {}): LineState {
  return batchOf(
    Array.from({ length: count }, (_, at) => ({ title: `fix: ${at}` })),
    change,
  );
}

function labelled(name: string, permission: Label["setterPermission"], setter: string | null) {
  return batchOf([
    { title: "fix: before" },
    {
      title: "fix: held",
      labels: [
        { ...label(name, permission), setBy: setter === null ? null : { login: setter, at: NOON } },
      ],
    },
    { title: "fix: after" },
  ]);
}

const tagOf = (planned: Plan) => actionOf(planned, "createTag")?.tag ?? null;

function checkHeld(
  state: LineState,
  said: { code: string; text: string | RegExp; wakeIn: number | null },
): Plan {
  const planned = plan(state, NOON);
  expect(planned.reason).toMatchObject({ code: said.code });
  expect(planned.reason.text).toMatch(said.text);
  expect(planned.wakeAt).toBe(said.wakeIn === null ? null : NOON + said.wakeIn);
  expect(planned.actions.map(({ kind }) => kind)).toEqual(["writeCheck"]);
  return planned;
}

describe("a freeze", () => {
  it("holds, names its reason and its end, and shows the batch that grows", () => {
    const planned = checkHeld(fixes(5, { policyFile: policy(FREEZE) }), {
      code: "frozen",
      text: "held: frozen until 2026-03-05 00:00 UTC (spring sale); 5 changes wait (#2, #3, #4 and 2 more)",
      wakeIn: 2 * DAY + 12 * HOUR,
    });
    expect(planned.reason.detail).toMatch(/the batch has 5 changes, the first of 2026-03-02 11:00/);
    expect(planned.reason.detail).toMatch(/Only a security update or a rollback passes it/);
  });

  it("says so of one change, and where nothing passes it", () => {
    const frozen = FREEZE.replace("spring sale", "spring sale, passes: []");
    const planned = checkHeld(fixes(1, { policyFile: policy(frozen) }), {
      code: "frozen",
      text: /spring sale\); #2 waits$/,
      wakeIn: 2 * DAY + 12 * HOUR,
    });
    expect(planned.reason.detail).toMatch(/the batch has 1 change.*Nothing passes this freeze/);
  });

  it.each([
    ["alone", [], '"spring sale" passed by #2 (security)'],
    [
      "with another",
      [{ title: "feat: b" }],
      '"spring sale" passed by #2 (security), 1 other with it',
    ],
    [
      "with others",
      [{ title: "feat: b" }, { title: "fix: c" }],
      '"spring sale" passed by #2 (security), 2 others with it',
    ],
  ])("is passed by a security update %s, and the card says so", (_, others, verdict) => {
    const state = batchOf([{ ...NPM, title: `${NPM.title} [SECURITY]` }, ...others]);
    const planned = plan({ ...state, policyFile: policy(FREEZE) }, NOON);
    const made = actionOf(planned, "publishRelease");
    expect(made?.kind === "publishRelease" && made.card.rules).toContainEqual({
      rule: "freeze",
      verdict,
    });
  });
});

describe("the hours of releases", () => {
  it("hold until they begin", () => {
    checkHeld(fixes(1, { policyFile: policy(SHUT) }), {
      code: "schedule-closed",
      text: "held: outside the hours of releases until 2026-03-03 09:00 Europe/Berlin",
      wakeIn: OPENS_IN,
    });
    expect(tagOf(plan(fixes(1, { policyFile: policy(SHUT) }), NOON + OPENS_IN))).toBe("v1.4.3");
  });

  it("hold a security update too", () => {
    const state = batchOf([{ ...NPM, title: `${NPM.title} [SECURITY]` }]);
    expect(plan({ ...state, policyFile: policy(SHUT) }, NOON).reason.code).toBe("schedule-closed");
  });
});

describe("a window", () => {
  it("holds until nothing was merged for a while", () => {
    const state = fixes(3, { policyFile: policy(WINDOW) });
    checkHeld(state, {
      code: "window-open",
      text: "held: 3 changes wait (#2, #3, #4) for more, until 2026-03-02 12:09 UTC if nothing is merged",
      wakeIn: 9 * MINUTE,
    });
    expect(tagOf(plan(state, NOON + 9 * MINUTE))).toBe("v1.4.3");
  });

  it("does not hold a security update", () => {
    const state = batchOf([{ ...NPM, title: `${NPM.title} [SECURITY]` }]);
    expect(tagOf(plan({ ...state, policyFile: policy(WINDOW) }, NOON))).toBe("v1.4.3");
  });
});

describe("the label release:hold", () => {
  it("holds from its pull on, and says who set it", () => {
    const planned = checkHeld(labelled("release: Hold", "write", "alice"), {
      code: "hold-label",
      text: "held: #3 is labelled release:hold by alice; 1 merged after it waits since 2026-03-02 11:01 UTC",
      wakeIn: null,
    });
    expect(planned.reason.blockedBy).toEqual(["#3", "#4"]);
    expect(planned.reason.detail).toMatch(/take `release:hold` off/);
  });

  it("need not say who where nobody knows", () => {
    checkHeld(labelled("release:hold", "admin", null), {
      code: "hold-label",
      text: /^held: #3 is labelled release:hold; 1 merged/,
      wakeIn: null,
    });
  });

  it.each([["triage"], [null]] as const)("by somebody with %s holds nothing", (permission) => {
    expect(tagOf(plan(labelled("release:hold", permission, "eve"), NOON))).toBe("v1.4.3");
  });

  it("on work that was taken back holds nothing", () => {
    const state = batchOf([
      { title: "feat: a", labels: [label("release:hold", "write")] },
      { title: 'Revert "feat: a"', body: "Reverts acme/widgets#2" },
      { title: "fix: c" },
    ]);
    expect(tagOf(plan(state, NOON))).toBe("v1.4.3");
  });
});

describe("updates by dependency bots", () => {
  it("ride along, and are released a week after the first of them", () => {
    const state = batchOf([NPM, { ...NPM, mergedAt: NOON }]);
    const planned = checkHeld(state, {
      code: "bots-ride-along",
      text: "rides along: 2 dependency updates by bots (#2, #3)",
      wakeIn: 6 * DAY,
    });
    expect(planned.reason).toMatchObject({ state: "rides-along", blockedBy: [] });
    expect(planned.reason.detail).toMatch(/by itself at 2026-03-08 12:00 UTC at the latest/);
    expect(tagOf(plan(state, NOON + 6 * DAY))).toBe("v1.4.3");
  });

  it("would ride along where Smallbatch only watches", () => {
    const planned = plan(batchOf([NPM], { policyFile: null }), NOON);
    expect(planned.reason).toMatchObject({
      state: "watched",
      text: "would ride along: a dependency update by bots (#2)",
    });
  });

  it.each([
    ["the policy says so", batchOf([NPM], { policyFile: policy("bots: release") }), "v1.4.3"],
    ["somebody asks", batchOf([NPM], { memory: memory({ order: orderFor("patch") }) }), "v1.4.3"],
    ["a feature comes", batchOf([NPM, { title: "feat: b" }]), "v1.5.0"],
  ])("are released at once where %s", (_, state, tag) => {
    expect(tagOf(plan(state, NOON))).toBe(tag);
  });

  it("without a type are no untyped work", () => {
    const recentMerges = Array.from({ length: 10 }, () => ({ title: "Do it", labels: [] }));
    const bump = { ...NPM, title: "Bump lodash from 1.0.0 to 1.0.1" };
    expect(plan(batchOf([bump], { recentMerges }), NOON).reason.code).toBe("bots-ride-along");
    const typed = batchOf([bump, { title: "fix: b" }], { recentMerges });
    expect(tagOf(plan(typed, NOON))).toBe("v1.4.3");
  });
});

function orderFor(level: "patch" | "minor") {
  return {
    how: "now",
    by: "mona",
    url: "https://github.com/acme/widgets/pull/2#issuecomment-1",
    at: NOON - MINUTE,
    base: "v1.4.2",
    level,
    version: null,
  } as NonNullable<LineState["memory"]["order"]>;
}

describe("somebody who asks for a release now", () => {
  const asked = { memory: memory({ order: orderFor("patch") }) };

  it("passes window, schedule and bucket, and the card says which", () => {
    const full = Array.from({ length: 7 }, (_, at) =>
      release(at === 0 ? "v1.4.2" : `v1.3.${at}`, { publishedAt: NOON - at * SECOND, checks: [] }),
    );
    const state = fixes(1, { ...asked, releases: full, policyFile: policy(SHUT, WINDOW) });
    const made = actionOf(plan(state, NOON), "publishRelease");
    const card = made?.kind === "publishRelease" ? made.card : null;
    expect(card?.overrides.map(({ rule }) => rule)).toEqual(["schedule", "window", "bucket"]);
    expect(card?.rules).toContainEqual({ rule: "bucket", verdict: "empty" });
  });

  it("does not pass a freeze, nor a hold", () => {
    const frozen = fixes(1, { ...asked, policyFile: policy(FREEZE) });
    expect(plan(frozen, NOON).reason.code).toBe("frozen");
    const held = { ...labelled("release:hold", "write", "alice"), ...asked };
    expect(plan(held, NOON).reason.code).toBe("hold-label");
  });
});

describe("of several reasons", () => {
  const red = head({ checks: [check("ci/test", { state: "red" })] });
  const pending = head({ checks: [check("ci/test", { state: "pending" })] });
  const publishing = [
    release("v1.4.2", {
      publishedAt: NOON - MINUTE,
      checks: [check("npm", { startedAt: NOON, state: "pending" })],
    }),
  ];
  const all = policy(FREEZE, SHUT, WINDOW);
  const breaking = { title: "feat!: b", labels: [label("release:hold", "write")] };
  it.each<[string, LineState]>([
    ["hold-label", batchOf([breaking], { head: red, releases: publishing, policyFile: all })],
    ["level", batchOf([{ title: "feat!: b" }], { head: red, policyFile: all })],
    ["frozen", fixes(1, { head: red, releases: publishing, policyFile: all })],
    ["checks-red", fixes(1, { head: red, releases: publishing, policyFile: policy(SHUT, WINDOW) })],
    [
      "schedule-closed",
      fixes(1, { head: pending, releases: publishing, policyFile: policy(SHUT, WINDOW) }),
    ],
    ["window-open", fixes(1, { head: pending, releases: publishing, policyFile: policy(WINDOW) })],
    ["publish-running", fixes(1, { head: pending, releases: publishing })],
    ["checks-pending", fixes(1, { head: pending })],
  ])("%s is read first", (code, state) => {
    const { reason } = plan({ ...state, head: { ...(state.head ?? red), sha: sha(2) } }, NOON);
    expect(reason.code).toBe(code);
  });

  it("the one that holds still waits for checks, and hears of them", () => {
    const planned = plan(fixes(1, { head: pending, policyFile: policy(FREEZE) }), NOON);
    expect(planned.awaits).toEqual([{ sha: sha(2), contexts: ["ci/test"], isHead: true }]);
    const green = plan(fixes(1, { policyFile: policy(FREEZE) }), NOON);
    expect(green.settledContexts).toEqual(["ci/test"]);
  });
});

describe("whatever holds a line", () => {
  it("says when it ends, and has ended then, or waits for a person", () => {
    const line = fc.constantFrom(FREEZE, SHUT, WINDOW, "bots: release", "checks: required");
    const unit = fc.constantFrom<Partial<Pull> & { title: string }>(
      { title: "fix: a" },
      { title: "feat: b" },
      { title: "chore: c" },
      NPM,
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(line),
        fc.array(unit, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 3 * DAY }),
        (lines, units, later) => {
          const state = batchOf(units, { policyFile: policy(...lines) });
          const waits: number[] = [];
          let now = NOON + later;
          let planned = plan(state, now);
          while (planned.wakeAt !== null && waits.length < 10) {
            waits.push(planned.wakeAt - now);
            now = planned.wakeAt;
            planned = plan(state, now);
          }
          expect(waits.filter((ms) => ms <= 0 || ms > 8 * DAY)).toEqual([]);
          expect(tagOf(planned) ?? planned.reason.code).toMatch(/^v1\.|^rides-along$/);
        },
      ),
      { numRuns: 150 },
    );
  });
});
