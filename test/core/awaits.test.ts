import { describe, expect, it } from "@jest/globals";
import type { Awaited } from "../../src/core/action.ts";
import { quietUntil } from "../../src/core/awaits.ts";
import { plan } from "../../src/core/plan.ts";
import type { LineState } from "../../src/core/state.ts";
import {
  NOON,
  SECOND,
  check,
  head,
  lineState,
  memory,
  policyFile,
  release,
  sha,
  tag,
} from "../support/states.ts";

const pending = (name: string) => check(name, { state: "pending" });
const ONE = sha(1);
const TWO = sha(2);
/** A release of just now. */
const fresh = { publishedAt: NOON - SECOND };

function checkAwaits(change: Partial<LineState>, awaits: readonly Awaited[]): void {
  expect(plan(lineState(change), NOON).awaits).toEqual(awaits);
}

describe("after a look", () => {
  it("five seconds are quiet while checks run, and none where nothing is awaited", () => {
    expect(quietUntil([], NOON)).toBeNull();
    const awaits = [{ sha: ONE, contexts: ["ci"], isHead: true }];
    expect(quietUntil(awaits, NOON)).toBe(NOON + 5 * SECOND);
  });
});

describe("a line awaits", () => {
  it.each<[string, Partial<LineState>, readonly Awaited[]]>([
    ["nothing where its head is green", {}, []],
    [
      "checks of its head that run, each name once",
      { head: head({ checks: [pending("b"), pending("a"), check("c"), pending("a")] }) },
      [{ sha: TWO, contexts: ["a", "b"], isHead: true }],
    ],
    [
      "those that run where one is red already",
      { head: head({ checks: [pending("a"), check("b", { state: "red" })] }) },
      [{ sha: TWO, contexts: ["a"], isHead: true }],
    ],
    [
      "what a draft waits for on its tag's commit",
      {
        policyFile: policyFile("version: 1\npublishWhen: [build, pack]\n"),
        unfinished: tag("v1.4.3", { sha: ONE }),
        releases: [release("v1.4.3", { isDraft: true, publishedAt: null, draftedAt: NOON })],
        checksOf: { [ONE]: [check("pack", { startedAt: NOON })] },
      },
      [{ sha: ONE, contexts: ["build"], isHead: false }],
    ],
    [
      "nothing of a tag without a draft",
      { unfinished: tag("v1.4.3", { sha: ONE }), releases: [] },
      [],
    ],
    [
      "required ones that have not begun, beside those that run",
      { head: head({ checks: [pending("a")], requiredContexts: ["z"] }) },
      [{ sha: TWO, contexts: ["a", "z"], isHead: true }],
    ],
    [
      "those of the last settled head, beside those that run, for a minute",
      {
        head: head({ checks: [pending("a")], arrivedAt: NOON - SECOND }),
        memory: memory({ settledContexts: ["a", "b"] }),
      },
      [{ sha: TWO, contexts: ["a", "b"], isHead: true }],
    ],
    [
      "any first check",
      {
        head: head({ checks: [], arrivedAt: NOON - SECOND }),
        memory: memory({ settledContexts: [] }),
      },
      [{ sha: TWO, contexts: [], isHead: true }],
    ],
    [
      "its checks also where the policy is what holds it",
      { head: head({ checks: [pending("a")] }), policyFile: policyFile("version: 2\n") },
      [{ sha: TWO, contexts: ["a"], isHead: true }],
    ],
    [
      "its checks also where it is only watched",
      { head: head({ checks: [pending("a")] }), policyFile: null, startedAt: null },
      [{ sha: TWO, contexts: ["a"], isHead: true }],
    ],
    [
      "what the last release started",
      { releases: [release("v1.4.2", { checks: [check("ci/test"), pending("npm")], ...fresh })] },
      [{ sha: ONE, contexts: ["npm"], isHead: false }],
    ],
    [
      "nothing of a release whose tag is gone",
      { releases: [release("v1.4.2", { sha: null, checks: [pending("npm")], ...fresh })] },
      [],
    ],
    ["nothing before the first release", { releases: [], tags: [], baseTag: null }, []],
    ["nothing in an empty repository", { head: null }, []],
  ])("%s", (_what, change, awaits) => {
    checkAwaits(change, awaits);
  });

  it("both its head and its last release", () => {
    const checks = [pending("a")];
    const releases = [release("v1.4.2", { checks: [pending("npm")], ...fresh })];
    checkAwaits({ head: head({ checks }), releases }, [
      { sha: TWO, contexts: ["a"], isHead: true },
      { sha: ONE, contexts: ["npm"], isHead: false },
    ]);
  });
});
