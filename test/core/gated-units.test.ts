import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/core/action.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import type { UnitFiles } from "../../src/core/changes.ts";
import { plan } from "../../src/core/plan.ts";
import type { Pull } from "../../src/core/pull.ts";
import type { LineState } from "../../src/core/state.ts";
import {
  ALICE,
  batchOf,
  BOB,
  commit,
  headOf,
  head,
  label,
  NOON,
  policyFile,
  sha,
  tag,
} from "../support/states.ts";

const BY_AGENT = { body: "🤖 Generated with [Claude Code](https://claude.com/claude-code)" };
const AGENTS = policyFile("version: 1\ngates: { agents: human-review }\n");
const PATHS = policyFile('version: 1\ngates: { paths: { "infra/": [carol] } }\n');

function approved(number: number): Pick<Pull, "reviews"> {
  const at = NOON - 86_400_000;
  return {
    reviews: [{ author: BOB, state: "approved", sha: headOf(number), at, mayWrite: true }],
  };
}

function batch(changes: readonly Partial<Pull>[], change: Partial<LineState> = {}): LineState {
  const titled = changes.map((own, at) => ({ title: `fix: ${at}`, ...own }));
  return batchOf(titled, change);
}

function cardOf({ actions }: Plan): ReleaseCard | null {
  return actions.find((action) => action.kind === "publishRelease")?.card ?? null;
}

function touching(state: LineState, change: Partial<UnitFiles> = {}): LineState {
  const files = [{ path: "infra/net.tf", previousPath: null }];
  const unitFiles = state.commits.map((own) => ({
    pull: own.pulls[0] ?? null,
    sha: own.sha,
    files,
    isComplete: true,
    ...change,
  }));
  return { ...state, unitFiles };
}

describe("a batch with gates", () => {
  it("is held where one unit lacks a review, and names who could give it", () => {
    const state = batch([approved(2), BY_AGENT, BY_AGENT], { policyFile: AGENTS });
    const { reason, actions, wakeAt } = plan(state, NOON);
    expect(reason).toMatchObject({
      state: "held",
      code: "gate",
      text: "held: #3, #4 need reviews (agents)",
      blockedBy: ["#3", "#4"],
    });
    expect(reason.detail).toContain(
      "- #3, `agents`: it needs an approval by a person who may write",
    );
    expect(reason.detail).toContain("`gh pr review 3 --approve --repo acme/widgets`");
    expect(actions).toMatchObject([{ kind: "writeCheck", conclusion: "neutral" }]);
    expect(wakeAt).toBeNull();
  });

  it("is released where all have theirs, and the card says so of each", () => {
    const state = batch([{ ...approved(2), ...BY_AGENT }, {}], { policyFile: AGENTS });
    const card = cardOf(plan(state, NOON));
    expect(card?.units.map(({ rules }) => rules)).toEqual([
      [{ rule: "agents", verdict: "passed", by: ["bob"] }],
      [{ rule: "agents", verdict: "not-applicable", by: [] }],
    ]);
    expect(card?.rules.at(-1)).toEqual({ rule: "gates", verdict: "1 passed, 1 not-applicable" });
  });

  it("has nothing of them on its card without a policy for them", () => {
    const card = cardOf(plan(batch([BY_AGENT]), NOON));
    expect(card?.units[0]).not.toHaveProperty("rules");
    expect(card?.rules.map(({ rule }) => rule)).not.toContain("gates");
  });

  it("does not wait for what a revert took back, nor for the revert", () => {
    const state = batch(
      [
        { title: "feat: a", ...BY_AGENT },
        { title: 'Revert "feat: a"', body: "Reverts acme/widgets#2" },
        {},
      ],
      { policyFile: AGENTS },
    );
    expect(plan(state, NOON).reason.state).toBe("releasing");
  });

  it("is held by a push without a pull, with what to do about it", () => {
    const pushed = commit(3, { author: { id: 9, login: "claude", isBot: false } });
    const own = batch([{}], { policyFile: AGENTS, head: head({ sha: pushed.sha }) });
    const { reason } = plan({ ...own, commits: [pushed, ...own.commits], commitCount: 2 }, NOON);
    expect(reason.text).toBe(`held: ${pushed.sha.slice(0, 7)} needs a review (agents)`);
    expect(reason.detail).toContain("pushed without a pull request, where nobody could review it");
    expect(reason.detail).not.toContain("gh pr review");
  });

  it.each<[string, Partial<UnitFiles>, string]>([
    ["touches one", {}, "it touches `infra/net.tf`"],
    ["may touch one", { files: [], isComplete: false }, "nobody knows whether it touches"],
  ])("is held by a pull that %s of the paths", (_, change, text) => {
    const { reason } = plan(touching(batch([{}], { policyFile: PATHS }), change), NOON);
    expect(reason.text).toBe("held: #2 needs a review (paths infra/)");
    expect(reason.detail).toContain(text);
  });

  it("knows the files of a push without a pull by its commit", () => {
    const pushed = commit(3);
    const own = batch([{}], { policyFile: PATHS, head: head({ sha: pushed.sha }) });
    const pushes = { ...own, commits: [pushed], commitCount: 1, pulls: [] };
    expect(plan(touching(pushes), NOON).reason.detail).toContain("it touches `infra/net.tf`");
    const elsewhere = touching(pushes, { files: [{ path: "src/a.js", previousPath: null }] });
    expect(plan(elsewhere, NOON).reason.state).toBe("releasing");
  });

  it("is released with who vouched for it by label, which the card says", () => {
    const vouched = {
      ...label("release:reviewed", "write"),
      setBy: { login: "carol", at: NOON },
    };
    const state = batch([{ ...BY_AGENT, labels: [vouched] }], { policyFile: AGENTS });
    const card = cardOf(plan(state, NOON));
    expect(card?.units[0]?.rules).toEqual([{ rule: "agents", verdict: "passed", by: ["carol"] }]);
    const why = "label release:reviewed on #2";
    expect(card?.overrides).toEqual([{ rule: "gates: agents", by: "carol", why, sha: sha(2) }]);
  });

  it("is released where it touches none of the paths", () => {
    const files = [{ path: "src/a.js", previousPath: null }];
    const state = touching(batch([{}], { policyFile: PATHS }), { files });
    expect(plan(state, NOON).reason.state).toBe("releasing");
  });

  it("is held where nobody read the files", () => {
    const { reason } = plan(batch([{}], { policyFile: PATHS }), NOON);
    expect(reason.detail).toContain("nobody knows whether it touches `infra/`");
  });

  it("shows at most twenty rows", () => {
    const state = batch(
      Array.from({ length: 30 }, () => BY_AGENT),
      { policyFile: AGENTS },
    );
    const { reason } = plan(state, NOON);
    expect(reason.text).toBe("held: #2, #3, #4 and 27 more need reviews (agents)");
    expect(reason.detail?.match(/^- #/gm)).toHaveLength(20);
    expect(reason.detail).toContain("- …and 10 more");
  });

  it("says of a release that a crash left unfinished how they stood", () => {
    const state = batch([{ ...BY_AGENT, ...approved(2) }], {
      policyFile: AGENTS,
      unfinished: tag("v1.4.3", { sha: sha(2) }),
      tags: [tag("v1.4.3", { sha: sha(2) }), tag("v1.4.2")],
    });
    const card = cardOf(plan(state, NOON + 3_600_000));
    expect(card?.units[0]?.rules).toEqual([{ rule: "agents", verdict: "passed", by: ["bob"] }]);
  });

  it("asks for an approval before the merge where a pull is still open", () => {
    const alone = "version: 1\ngates: { agents: human-review, authorMayMerge: false }\n";
    const state = batch([{ ...BY_AGENT, isOpen: true }], {
      policyFile: policyFile(alone),
      canRelease: false,
    });
    const { reason } = plan(state, NOON);
    expect(reason.text).toBe("would be held: #2 needs a review (agents)");
    expect(reason.detail).toContain("who may write here and is not `alice` (written with Claude)");
    expect(reason.detail).toContain("#2 can be approved before it is merged. Merging goes on");
    expect(reason.detail).not.toContain("gh pr review");
  });

  it("only says so where a repository is watched", () => {
    const state = batch([{ author: ALICE, mergedBy: ALICE }], {
      policyFile: policyFile("version: 1\ngates: { authorMayMerge: false }\n"),
      canRelease: false,
    });
    expect(plan(state, NOON).reason.text).toBe("would be held: #2 needs a review (authorMayMerge)");
  });
});
