import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/core/action.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import { planLinked } from "../../src/core/linked.ts";
import { plan } from "../../src/core/plan.ts";
import { DEFAULT_POLICY } from "../../src/core/policy/policy-schema.ts";
import type { Policy } from "../../src/core/policy/policy-schema.ts";
import type { LineState } from "../../src/core/state.ts";
import { actionOf } from "../support/plans.ts";
import {
  batchOf,
  check,
  head,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  sha,
  tag,
} from "../support/states.ts";

const NEXT = { repositoryId: 42, branch: "next", component: "", channel: "next" };

/** Pulls 2 and 3 in a channel; a crash left the tag of the second without its release. */
function interrupted(name: string, change: Partial<LineState> = {}): LineState {
  const own = { baseBranch: "next" };
  const unfinished = tag(name, { sha: sha(3) });
  const { tags = [tag("v1.4.2")] } = change;
  return batchOf(
    [
      { title: "feat: a", ...own },
      { title: "fix: b", ...own },
    ],
    {
      line: NEXT,
      policyFile: policyFile("version: 1\nchannels: [next]\n"),
      unfinished,
      memory: memory({ intent: { tag: name, sha: sha(3) } }),
      ...change,
      tags: [unfinished, ...tags],
    },
  );
}

function cardOf(state: LineState): Partial<ReleaseCard> | null {
  return actionOf(plan(state, NOON), "publishRelease")?.card ?? null;
}

const pullsOf = (state: LineState) => cardOf(state)?.units?.map(({ pull }) => pull);

describe("a prerelease that a crash left without its release", () => {
  it("is finished with what came since the prerelease before it", () => {
    const state = interrupted("v1.5.0-next.2", {
      tags: [tag("v1.5.0-next.1", { sha: sha(2) }), tag("v1.4.2")],
    });
    expect(cardOf(state)).toMatchObject({ version: "1.5.0-next.2", previousTag: "v1.5.0-next.1" });
    expect(pullsOf(state)).toEqual([3]);
  });

  it("is finished with all since the stable release where it is the first", () => {
    const state = interrupted("v1.5.0-next.1");
    expect(cardOf(state)).toMatchObject({ version: "1.5.0-next.1", previousTag: "v1.4.2" });
    expect(pullsOf(state)).toEqual([2, 3]);
  });

  it("is finished where nothing was released before", () => {
    const state = interrupted("v0.1.0-next.1", { tags: [], releases: [], baseTag: null });
    expect(cardOf(state)).toMatchObject({ version: "0.1.0-next.1", previousTag: null });
    expect(pullsOf(state)).toEqual([2, 3]);
  });

  it("carries nothing that was merged after it", () => {
    const state = interrupted("v1.5.0-next.1");
    const early = tag("v1.5.0-next.1", { sha: sha(2) });
    const intent = { tag: early.name, sha: early.sha };
    expect(pullsOf({ ...state, unfinished: early, memory: memory({ intent }) })).toEqual([2]);
  });
});

const COMPONENTS = [
  { name: "core", path: "packages/core" },
  { name: "cli", path: "packages/cli" },
];
const LINKED: Policy = { ...DEFAULT_POLICY, components: COMPONENTS, linked: [["core", "cli"]] };
const TEXT = `version: 1
components:
  - { name: core, path: packages/core }
  - { name: cli, path: packages/cli }
linked: [[core, cli]]
`;

/** A component at 1.3.0 with one fix of its own, on the head. */
function component(name: string, change: Partial<LineState> = {}): LineState {
  const baseTag = tag(`${name}-v1.3.0`);
  const path = `packages/${name}/a.js`;
  return batchOf([{ title: "fix: a" }], {
    line: { repositoryId: 42, branch: "main", component: name, channel: "stable" },
    policyFile: policyFile(TEXT),
    tags: [baseTag],
    releases: [release(baseTag.name)],
    baseTag,
    unitFiles: [{ pull: 2, sha: sha(2), files: [{ path, previousPath: null }], isComplete: true }],
    ...change,
  });
}

function planBoth(core: LineState, cli: LineState) {
  return planLinked([core, cli], LINKED, NOON).map(({ plan: own }) => own);
}

function cardIn(planned: Plan): ReleaseCard | null {
  return actionOf(planned, "publishRelease")?.card ?? null;
}

/** The tag of `core` stands on the head; its release is missing. */
function halfDone(version: string): LineState {
  const unfinished = tag(`core-v${version}`, { sha: sha(2) });
  const intent = { tag: unfinished.name, sha: unfinished.sha };
  const tags = [unfinished, tag("core-v1.3.0")];
  return component("core", { tags, unfinished, memory: memory({ intent }) });
}

/** `core` was released as 1.3.1 from the head; `cli` was not. */
const DONE = component("core", {
  tags: [tag("core-v1.3.1", { sha: sha(2) })],
  baseTag: tag("core-v1.3.1", { sha: sha(2) }),
  commits: [],
  commitCount: 0,
});

describe("linked components of which one was interrupted", () => {
  it("finish it at the level that its version has for it, and the others follow", () => {
    const [core, cli] = planBoth(halfDone("1.4.0"), component("cli"));
    expect(core && cardIn(core)).toMatchObject({ tag: "core-v1.4.0", level: "minor" });
    expect(cli && cardIn(cli)).toMatchObject({ tag: "cli-v1.4.0", sha: sha(2) });
  });

  it("know the level of a first version", () => {
    const { tags, ...first } = halfDone("0.1.0");
    const alone = tags.filter(({ name }) => name === "core-v0.1.0");
    const none = { baseTag: null, releases: [], tags: [] };
    const [core] = planBoth({ ...first, ...none, tags: alone }, component("cli", none));
    expect(core && cardIn(core)).toMatchObject({ tag: "core-v0.1.0", previousTag: null });
  });

  it("follow on the head with its checks, as far as it is the same commit", () => {
    const [, cli] = planBoth(DONE, component("cli"));
    expect(cli && cardIn(cli)).toMatchObject({
      tag: "cli-v1.3.1",
      sha: sha(2),
      checks: [{ name: "ci/test", state: "green" }],
      rules: [{ rule: "linked", verdict: "released together with core" }],
    });
    const moved = { head: head({ sha: sha(3), checks: [check("later")] }) };
    const [, behind] = planBoth(DONE, component("cli", moved));
    expect(behind && cardIn(behind)).toMatchObject({ sha: sha(2), checks: [] });
  });

  it("wait an hour after GitHub refused the tag", () => {
    const refusal = {
      tag: "cli-v1.3.1",
      sha: sha(2),
      message: "No.",
      url: null,
      at: NOON - MINUTE,
    };
    const [, cli] = planBoth(DONE, component("cli", { memory: memory({ refusal }) }));
    expect(cli?.reason.state).toBe("held");
    expect(cli?.wakeAt).toBe(NOON + 59 * MINUTE);
  });

  it("begin together where none of them was ever released", () => {
    const none = { tags: [], baseTag: null, releases: [] };
    const made = planBoth(component("core", none), component("cli", none)).map(cardIn);
    expect(made.map((card) => card?.tag)).toEqual(["core-v0.1.0", "cli-v0.1.0"]);
  });
});
