import { describe, expect, it } from "@jest/globals";
import { judgeChannel, lastPrerelease } from "../../src/core/channel.ts";
import { plan } from "../../src/core/plan.ts";
import type { Pull } from "../../src/core/pull.ts";
import type { LineState } from "../../src/core/state.ts";
import { batchOf, commit, head, NOON, policyFile, pull, sha, tag } from "../support/states.ts";

const LINE = { repositoryId: 42, branch: "next", component: "", channel: "next" };

type Change = Partial<Pull> & { readonly title: string; readonly message?: string };

/** A channel after v1.4.2 (commit 1); `tags`: names by the number of the commit, from 2. */
function channel(
  changes: readonly Change[],
  tags: Readonly<Record<string, number>> = {},
): LineState {
  const own = changes.map((change) => ({ ...change, baseBranch: "next" }));
  return batchOf(own, {
    line: LINE,
    policyFile: policyFile("version: 1\nchannels: [next]\n"),
    tags: [
      ...Object.entries(tags).map(([name, at]) => tag(name, { sha: sha(at), isAncestor: null })),
      tag("v1.4.2"),
    ],
  });
}

function judge(state: LineState): string {
  const { version, batch, previous } = judgeChannel(state, "1.4.2", {
    format: "v{version}",
    rules: {},
  });
  const units = batch.units.map(({ unit }) => unit.title).join(", ");
  return `${version} after ${previous?.name ?? "the base"}: ${units} (${batch.level})`;
}

describe("the next prerelease of a channel", () => {
  const feat = { title: "feat: a" };
  const fix = { title: "fix: b" };
  const breaking = { title: "feat!: c" };
  const revert = { title: 'Revert "feat: a"', body: "Reverts acme/widgets#2" };

  it.each<[string, readonly Change[], Readonly<Record<string, number>>, string]>([
    ["begins with 1", [feat], {}, "1.5.0-next.1 after the base: feat: a (minor)"],
    [
      "counts, and carries what is new",
      [feat, fix],
      { "v1.5.0-next.1": 2 },
      "1.5.0-next.2 after v1.5.0-next.1: fix: b (patch)",
    ],
    [
      "begins again where the version rises",
      [fix, breaking],
      { "v1.4.3-next.4": 2 },
      "2.0.0-next.1 after v1.4.3-next.4: feat!: c (major)",
    ],
    [
      "never falls back behind what was released",
      [feat, revert],
      { "v1.5.0-next.1": 2 },
      '1.5.0-next.2 after v1.5.0-next.1: Revert "feat: a" (patch)',
    ],
    [
      "counts on after a number that stands elsewhere",
      [feat],
      { "v1.5.0-next.7": 99 },
      "1.5.0-next.8 after the base: feat: a (minor)",
    ],
    [
      "begins with 1 after a prerelease without a number",
      [feat, fix],
      { "v1.5.0-next": 2 },
      "1.5.0-next.1 after v1.5.0-next: fix: b (patch)",
    ],
    [
      "knows nothing of other channels",
      [feat],
      { "v1.5.0-beta.3": 2 },
      "1.5.0-next.1 after the base: feat: a (minor)",
    ],
    [
      "rides along with nothing but documentation",
      [feat, { title: "docs: d" }],
      { "v1.5.0-next.1": 2 },
      "1.5.0-next.2 after v1.5.0-next.1: docs: d (none)",
    ],
    [
      "has nothing after its last tag",
      [feat],
      { "v1.5.0-next.1": 2 },
      "1.5.0-next.2 after v1.5.0-next.1:  (none)",
    ],
  ])("%s", (_, changes, tags, expected) => {
    expect(judge(channel(changes, tags))).toBe(expected);
  });

  it.each<[string, Readonly<Record<string, number>>, string | null]>([
    ["the newest on the branch", { "v1.5.0-next.2": 3, "v1.5.0-next.1": 2 }, "v1.5.0-next.2"],
    ["none on another branch", { "v1.5.0-next.7": 99 }, null],
    ["none before the stable release", { "v1.4.2-next.1": 2 }, null],
  ])("follows %s", (_, tags, expected) => {
    const last = lastPrerelease(channel([feat, fix], tags), "1.4.2", "v{version}");
    expect(last?.name ?? null).toBe(expected);
  });

  it("is published as a prerelease, whatever level it has, and tells nobody", () => {
    const { actions } = plan(channel([breaking]), NOON);
    expect(actions.find(({ kind }) => kind === "publishRelease")).toMatchObject({
      tag: "v2.0.0-next.1",
      isPrerelease: true,
      isLatest: false,
    });
    expect(actions.filter(({ kind }) => kind === "announce")).toEqual([]);
  });

  it("brings checks of the batch up to date, and leaves those of earlier prereleases", () => {
    const own = channel([feat, fix, fix], { "v1.5.0-next.1": 2 });
    const says = ["", "smallbatch:1:checks-pending:1", "smallbatch:1:released:1"];
    const commits = own.commits.map((each, at) => {
      const ourCheck = { id: at, title: "", externalId: says[at] ?? "" };
      return { ...each, ourCheck: at === 0 ? null : ourCheck };
    });
    const { actions } = plan({ ...own, commits }, NOON);
    const checks = actions.filter((action) => action.kind === "writeCheck");
    expect(checks.map((action) => action.sha)).toEqual([sha(4), sha(3)]);
    expect(checks[1]?.title).toBe("released in v1.5.0-next.2");
  });

  it("waits where the stable line has its version already", () => {
    const own = channel([fix]);
    const elsewhere = tag("v1.4.3", { sha: sha(99), isAncestor: false });
    const state = { ...own, tags: [elsewhere, ...own.tags] };
    const { reason } = plan(state, NOON);
    expect(reason).toMatchObject({
      code: "channel-behind",
      text: "held: 1.4.3-next.1 would come after v1.4.3, which is released already",
    });
    expect(reason.detail).toContain("Merge `main` into `next`");
  });
});

describe("a channel that comes to the default branch", () => {
  it("brings each pull that was merged into it", () => {
    const side = { baseBranch: "next" };
    const state = batchOf([], {
      policyFile: policyFile("version: 1\nchannels: [next]\n"),
      tags: [tag("v1.5.0-next.1", { sha: sha(3) }), tag("v1.4.2")],
      commits: [
        commit(5, { parents: [sha(1), sha(4)], message: "Merge pull request #9 from acme/next" }),
        commit(4, { message: "fix: b (#8)", pulls: [8] }),
        commit(3, { message: "feat: a (#7)", pulls: [7] }),
      ],
      commitCount: 3,
      pulls: [
        pull(9, { title: "Release next", mergeSha: sha(5) }),
        pull(8, { ...side, title: "fix: b", mergeSha: sha(4) }),
        pull(7, { ...side, title: "feat: a", mergeSha: sha(3) }),
      ],
    });
    const { version, actions } = plan({ ...state, head: head({ sha: sha(5) }) }, NOON);
    expect(version).toBe("1.5.0");
    const [release] = actions.filter((action) => action.kind === "publishRelease");
    expect(release?.card.units.map((unit) => unit.pull)).toEqual([7, 8, 9]);
    const [told] = actions.filter((action) => action.kind === "announce");
    expect(told?.comments.map(({ subject }) => subject.number)).toEqual([7, 8, 9]);
  });
});

describe("a channel", () => {
  it("is planned after its last prerelease, and says which that was", () => {
    const { actions, version } = plan(
      channel([{ title: "feat: a" }, { title: "fix: b" }], { "v1.5.0-next.1": 2 }),
      NOON,
    );
    const made = actions.find((action) => action.kind === "publishRelease");
    expect(version).toBe("1.5.0-next.2");
    expect(made?.card.previousTag).toBe("v1.5.0-next.1");
  });

  it("releases nothing for documentation alone", () => {
    const state = channel([{ title: "feat: a" }, { title: "docs: b" }], { "v1.5.0-next.1": 2 });
    expect(plan(state, NOON)).toMatchObject({
      actions: [{ kind: "writeCheck", title: "rides along: docs only" }],
    });
  });
});
