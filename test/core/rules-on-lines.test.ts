import { describe, expect, it } from "@jest/globals";
import type { UnitFiles } from "../../src/core/changes.ts";
import { plan } from "../../src/core/plan.ts";
import type { CheckSeen, LineState } from "../../src/core/state.ts";
import { listWantedChecks } from "../../src/core/wanted-checks.ts";
import { actionOf, kindsOf } from "../support/plans.ts";
import { policyOf } from "../support/policies.ts";
import {
  batchOf,
  check,
  GREEN,
  RED,
  head,
  label,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  sha,
  tag,
} from "../support/states.ts";

/** Rules of the policy on other lines than the default one. */

const LINES = `version: 1
components: [{ name: core, path: packages/core }]
channels: [next]
`;

interface Merged {
  readonly title: string;
  /** Left out: `packages/core/a.js`. */
  readonly path?: string;
  readonly labels?: Parameters<typeof label>[];
}

/** Pulls 2, 3, ... of the component `core`, whose last release is 1.2.0. */
function onCore(merged: readonly Merged[], text = "", change: Partial<LineState> = {}): LineState {
  const base = tag("core-v1.2.0", { sha: sha(1) });
  const state = batchOf(
    merged.map(({ title, labels = [] }, at) => ({
      title,
      labels: labels.map((own) => label(...own)),
      mergedAt: NOON - 10 * MINUTE + at * MINUTE,
    })),
    { policyFile: policyFile(LINES + text), memory: memory({ settledContexts: ["ci/test"] }) },
  );
  const unitFiles = merged.map(({ path = "packages/core/a.js" }, at): UnitFiles => {
    const files = [{ path, previousPath: null }];
    return { pull: at + 2, sha: sha(at + 2), files, isComplete: true };
  });
  const line = { ...state.line, component: "core" };
  const own = { line, unitFiles, tags: [base], baseTag: base, releases: [], ...change };
  return { ...state, ...own };
}

/** The same pulls, merged into the channel `next` after v1.4.2. */
function onNext(merged: readonly Merged[], text = "", change: Partial<LineState> = {}): LineState {
  const state = onCore(merged, text);
  const base = tag("v1.4.2", { sha: sha(1) });
  return {
    ...state,
    line: { ...state.line, component: "", branch: "next", channel: "next" },
    policyFile: policyFile(`version: 1\nchannels: [next]\n${text}`),
    pulls: state.pulls.map((own) => ({ ...own, baseBranch: "next" })),
    unitFiles: [],
    tags: [base],
    baseTag: base,
    ...change,
  };
}

const headWith = (number: number, checks: readonly CheckSeen[]) =>
  ({ head: head({ sha: sha(number), arrivedAt: NOON - 5 * MINUTE, checks }) }) as const;

function wanted(state: LineState): readonly string[] {
  return listWantedChecks(state, policyOf(state.policyFile ?? policyFile()), NOON);
}

const GREEN_BELOW = "head: newest-green\n";

describe("newest-green", () => {
  const merged = [
    { title: "fix: a" },
    { title: "feat: b", path: "docs/b.md" },
    { title: "feat: c" },
  ];

  it("lets a component go from a green commit below a red head, whoever's commit that is", () => {
    const red = headWith(4, RED);
    expect(wanted(onCore(merged, GREEN_BELOW, red))).toEqual([sha(3), sha(2)]);
    const checksOf = { [sha(3)]: GREEN, [sha(2)]: GREEN };
    const planned = plan(onCore(merged, GREEN_BELOW, { ...red, checksOf }), NOON);
    expect(actionOf(planned, "createTag")).toMatchObject({ tag: "core-v1.2.1", sha: sha(3) });
    const card = actionOf(planned, "publishRelease")?.card;
    expect(card?.units.map((unit) => unit.pull)).toEqual([2]);
  });

  it("is not asked for where nothing of the component waits below the head", () => {
    const later = [{ title: "docs: a", path: "docs/a.md" }, { title: "fix: b" }];
    const red = { ...headWith(3, RED), checksOf: { [sha(2)]: GREEN } };
    const planned = plan(onCore(later, GREEN_BELOW, red), NOON);
    expect([planned.reason.code, actionOf(planned, "createTag")]).toEqual(["checks-red", null]);
  });

  it("leaves channels on their head", () => {
    const red = { ...headWith(4, RED), checksOf: { [sha(2)]: GREEN } };
    const state = onNext(merged, GREEN_BELOW, red);
    expect([wanted(state), plan(state, NOON).reason.code]).toEqual([[], "checks-red"]);
  });

  it("leaves a component whose files are written on its head", () => {
    const red = { ...headWith(4, RED), checksOf: { [sha(2)]: GREEN } };
    const state = onCore(merged, `${GREEN_BELOW}files: { package: on }\n`, red);
    expect([wanted(state), plan(state, NOON).reason.code]).toEqual([[], "checks-red"]);
  });
});

const DRAFT = "publishWhen: [build]\n";
const ONE = [{ title: "feat: a" }];

describe("draft first", () => {
  it.each<[string, LineState, string, boolean]>([
    ["a component", onCore(ONE, DRAFT, headWith(2, GREEN)), "core-v1.3.0", false],
    ["a channel", onNext(ONE, DRAFT, headWith(2, GREEN)), "v1.5.0-next.1", true],
  ])(
    "drafts a release of %s, and publishes it when its check is green",
    (_, state, name, isPre) => {
      const drafted = plan(state, NOON);
      expect(kindsOf(drafted).filter((kind) => kind !== "writeCheck")).toEqual([
        "createTag",
        "draftRelease",
      ]);
      expect(actionOf(drafted, "draftRelease")).toMatchObject({ tag: name, isPrerelease: isPre });

      const made = tag(name, { sha: sha(2) });
      const draft = release(name, { id: 7, isDraft: true, isOurs: true, draftedAt: NOON });
      const standing = (checks: readonly CheckSeen[]): LineState => ({
        ...state,
        ...headWith(2, checks),
        tags: [...state.tags, made],
        releases: [{ ...draft, publishedAt: null }],
        unfinished: made,
        memory: memory({ intent: { tag: name, sha: sha(2), draftId: 7 } }),
      });
      const waiting = plan(standing(GREEN), NOON + 2 * MINUTE);
      expect(waiting.reason.text).toBe(`held: ${name} is a draft, waiting for build`);
      const build = check("build", { startedAt: NOON + MINUTE });
      const done = actionOf(plan(standing([...GREEN, build]), NOON + 2 * MINUTE), "publishDraft");
      expect(done).toMatchObject({ tag: name, releaseId: 7, isLatest: !isPre });
    },
  );
});

describe("release:skip", () => {
  const skip: Merged["labels"] = [["release:skip", "write"]];

  it.each<[string, (merged: readonly Merged[]) => LineState, string]>([
    ["a component", (merged) => onCore(merged), "core-v1.2.1"],
    [
      "a component where every merge is a patch",
      (merged) => onCore(merged, "versioning: patch\n"),
      "core-v1.2.1",
    ],
    ["a channel", (merged) => onNext(merged), "v1.4.3-next.1"],
  ])("on a change of %s rides along with the next one", (_, stateOf, name) => {
    const alone = plan(
      { ...stateOf([{ title: "feat: a", labels: skip }]), ...headWith(2, GREEN) },
      NOON,
    );
    expect([alone.reason.state, alone.reason.text]).toEqual([
      "rides-along",
      "rides along: release:skip only",
    ]);
    expect(actionOf(alone, "createTag")).toBeNull();

    const both = [{ title: "feat: a", labels: skip }, { title: "fix: b" }];
    const next = plan({ ...stateOf(both), ...headWith(3, GREEN) }, NOON);
    expect(actionOf(next, "createTag")?.tag).toBe(name);
    const units = actionOf(next, "publishRelease")?.card.units;
    expect(units?.map((unit) => unit.pull)).toEqual([2, 3]);
  });

  it("counts for each component on its own", () => {
    const cli = "packages/core }, { name: cli, path: packages/cli }";
    const text = LINES.replace("packages/core }", cli);
    const merged = [
      { title: "feat: a", labels: skip, path: "packages/cli/a.js" },
      { title: "fix: b" },
    ];
    const state = onCore(merged, "", { ...headWith(3, GREEN), policyFile: policyFile(text) });
    const card = actionOf(plan(state, NOON), "publishRelease")?.card;
    expect(card?.units.map((unit) => unit.pull)).toEqual([3]);
  });
});
