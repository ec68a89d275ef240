import { describe, expect, it } from "@jest/globals";
import type { Order } from "../../src/core/memory.ts";
import { ORDER_MS_MAX } from "../../src/core/order.ts";
import { plan } from "../../src/core/plan.ts";
import type { LineState } from "../../src/core/state.ts";
import { actionOf } from "../support/plans.ts";
import {
  batchOf,
  HOUR,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  sha,
  tag,
} from "../support/states.ts";

const URL = "https://github.com/acme/widgets/pull/2#issuecomment-7";

function order(change: Partial<Order> = {}): Order {
  return {
    how: "prepared",
    version: null,
    level: "major",
    base: "v1.4.2",
    by: "mona",
    url: URL,
    at: NOON - MINUTE,
    ...change,
  };
}

const ordered = (state: LineState, change: Partial<Order> = {}): LineState => ({
  ...state,
  memory: memory({ order: order(change) }),
});

const published = (state: LineState) => actionOf(plan(state, NOON), "publishRelease");

const BREAKING = batchOf([{ title: "feat!: rename everything" }, { title: "fix: after it" }]);
const DOCS = batchOf([{ title: "docs: explain" }]);
/** Six releases just now: the bucket is empty. */
const BURST: Partial<LineState> = {
  releases: [
    ...[1, 2, 3, 4, 5].map((at) => release(`v1.4.${at - 4}`, { publishedAt: NOON - at * MINUTE })),
    release("v1.4.2", { publishedAt: NOON - MINUTE / 2 }),
  ].map((made, at) => ({ ...made, tag: at === 5 ? "v1.4.2" : `v1.3.${at}`, checks: [] })),
};

describe("an order", () => {
  it("publishes what is prepared, with who, why and which rule on the card", () => {
    expect(plan(BREAKING, NOON).reason.code).toBe("level");
    const made = published(ordered(BREAKING));
    expect(made?.tag).toBe("v2.0.0");
    expect(made?.card.overrides).toEqual([
      { rule: "level", by: "mona", why: URL, sha: BREAKING.head?.sha },
    ]);
  });

  it("gives a patch to what only rides along", () => {
    expect(published(DOCS)).toBeNull();
    const made = published(ordered(DOCS, { level: "patch" }));
    expect([made?.tag, made?.card.level]).toEqual(["v1.4.3", "patch"]);
    expect(made?.card.overrides.map(({ rule }) => rule)).toEqual(["rides-along"]);
  });

  it("of nothing at all releases nothing", () => {
    const empty = lineState({ commits: [], commitCount: 0, pulls: [] });
    expect(published(ordered(empty, { how: "now" }))).toBeNull();
  });

  it("now passes the bucket, and an order without it does not", () => {
    const burst = { ...lineState(BURST) };
    expect(plan(burst, NOON).reason.code).toBe("bucket-empty");
    expect(plan(ordered(burst), NOON).reason.code).toBe("bucket-empty");
    const made = published(ordered(burst, { how: "now" }));
    expect(made?.card.overrides.map(({ rule }) => rule)).toEqual(["bucket"]);
  });

  it("releases for the first time, too", () => {
    const first = { ...DOCS, baseTag: null, tags: [], releases: [] };
    expect(published(ordered(first, { base: null }))?.tag).toBe("v0.1.0");
    expect(published(ordered(first))).toBeNull();
  });

  it("waits for green checks, whatever it says", () => {
    const pending = ordered(
      {
        ...BREAKING,
        head: {
          sha: String(BREAKING.head?.sha),
          arrivedAt: NOON,
          ourCheck: null,
          requiredContexts: [],
          checks: [
            {
              name: "ci",
              source: "status",
              state: "pending",
              appId: null,
              startedAt: 0,
              endedAt: null,
              url: null,
            },
          ],
        },
      },
      { how: "now" },
    );
    expect(plan(pending, NOON).reason.code).toBe("checks-pending");
  });

  it("gives the version that was said, also where nothing else was in the way", () => {
    const made = published(ordered(lineState(), { how: "as", version: "2.0.0" }));
    expect([made?.tag, made?.card.version, made?.isLatest]).toEqual(["v2.0.0", "2.0.0", true]);
    expect(made?.card.overrides.map(({ rule }) => rule)).toEqual(["version"]);
  });

  it("whose version somebody else took meanwhile is held", () => {
    const state = lineState({
      tags: [tag("v1.4.2"), tag("v2.0.0", { sha: sha(900), isAncestor: false })],
      policyFile: policyFile("version: 1\nbase: v1.4.2\n"),
    });
    const held = plan(ordered(state, { how: "as", version: "2.0.0" }), NOON);
    expect(held.reason.code).toBe("tag-taken");
  });

  it("does not cover what is more than was seen", () => {
    const held = plan(ordered(BREAKING, { level: "minor" }), NOON);
    expect(held.reason.code).toBe("level");
    expect(held.reason.detail).toMatch(/`\/release` by `mona` was about a minor release/);
    const now = plan(ordered(BREAKING, { level: "minor", how: "now" }), NOON);
    expect(now.reason.detail).toMatch(/`\/release now` by `mona` was about a minor release/);
    const joined = batchOf([{ title: "feat: one" }, { title: "fix: joins" }]);
    expect(published(ordered(joined, { level: "minor" }))?.tag).toBe("v1.5.0");
  });

  it.each([
    ["made for another base", { base: "v1.4.1" }, NOON],
    ["as old as a week", { at: NOON - ORDER_MS_MAX }, NOON],
  ])("%s is over", (_, change, now) => {
    expect(plan(ordered(BREAKING, change), now).reason.code).toBe("level");
  });

  it("is still on the card where a crash came between tag and release", () => {
    const crashed: LineState = {
      ...ordered(BREAKING, { how: "as", version: "2.0.0" }),
      unfinished: tag("v2.0.0", { sha: String(BREAKING.head?.sha) }),
    };
    const later = { ...crashed, memory: { ...crashed.memory, intent: null } };
    const made = actionOf(plan(later, NOON + HOUR), "publishRelease");
    expect(made).toMatchObject({ tag: "v2.0.0", card: { overrides: [{ rule: "version" }, {}] } });
  });

  it("lifts nothing on the card of what goes further, whose tag stands already", () => {
    const crashed: LineState = {
      ...ordered(BREAKING, { how: "as", version: "2.0.0", level: "minor" }),
      unfinished: tag("v2.0.0", { sha: String(BREAKING.head?.sha) }),
    };
    const made = actionOf(plan(crashed, NOON + HOUR), "publishRelease");
    expect(made).toMatchObject({ tag: "v2.0.0", card: { overrides: [] } });
  });

  it("releases nothing where the repository is only watched", () => {
    const watched = { ...BREAKING, policyFile: null };
    expect(published(ordered(watched, { how: "now" }))).toBeNull();
    expect(published(ordered({ ...BREAKING, canRelease: false }, { how: "now" }))).toBeNull();
  });
});
