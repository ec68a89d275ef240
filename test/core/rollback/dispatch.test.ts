import { describe, expect, it } from "@jest/globals";
import { describeDispatch, dispatchAt, isStale } from "../../../src/core/rollback/dispatch.ts";
import type { Dispatch } from "../../../src/core/rollback/dispatch.ts";
import { renderRollback } from "../../../src/core/rollback/rollback-issue.ts";
import { hearResumed, ISSUE_STEP } from "../../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { HOUR, lineState, MINUTE, NOON } from "../../support/states.ts";
import { ASKED, NO_RISK, PLACE, REPOSITORY, stopped } from "../../support/told-rollbacks.ts";

const ISSUE = { number: 61, url: `${REPOSITORY.url}/issues/61` };
const OPEN: Rollback = { ...stopped(), issue: ISSUE, risk: NO_RISK };
/** When the last release was marked. */
const STOPPED = NOON + 2_480;

const SENT: Dispatch = { tries: 1, at: NOON + MINUTE, end: "unknown", refused: null };

const rowOf = (dispatch: Dispatch) =>
  renderRollback({ ...OPEN, dispatch }, PLACE)
    .split("\n")
    .find((line) => line.includes("repository_dispatch"));

describe("what a team's workflows are told", () => {
  it("goes out when nobody is sent to the release, the issue stands and the risk is read", () => {
    expect(dispatchAt(OPEN)).toBe(STOPPED);
    expect(dispatchAt({ ...ASKED, issue: ISSUE, risk: NO_RISK })).toBeNull();
    expect(dispatchAt({ ...OPEN, issue: null })).toBeNull();
    const refused = { at: NOON, refused: "Issues are disabled" };
    const without = { ...OPEN, issue: null, steps: { ...OPEN.steps, [ISSUE_STEP]: refused } };
    expect(dispatchAt(without)).toBe(STOPPED);
    expect(dispatchAt({ ...OPEN, risk: null })).toBe(NOON + 2 * MINUTE);
    expect(dispatchAt(hearResumed(OPEN, NOON + MINUTE))).toBeNull();
  });

  it("goes out once more where no answer came, and never a third time", () => {
    expect(dispatchAt({ ...OPEN, dispatch: SENT })).toBe(NOON + 2 * MINUTE);
    expect(dispatchAt({ ...OPEN, dispatch: { ...SENT, tries: 2 } })).toBeNull();
    expect(dispatchAt({ ...OPEN, dispatch: { ...SENT, end: "taken" } })).toBeNull();
    expect(dispatchAt({ ...OPEN, dispatch: { ...SENT, end: "refused" } })).toBeNull();
  });

  it("is stale after an hour, but for one whose answer is waited for", () => {
    expect(isStale(OPEN, NOON + HOUR)).toBe(false);
    expect(isStale(OPEN, NOON + HOUR + 1)).toBe(true);
    expect(isStale({ ...OPEN, dispatch: SENT }, NOON + 2 * HOUR)).toBe(false);
  });

  it("has what a workflow needs, in ten properties, with the same id each time", () => {
    const own = { bad: ["1.4.3"], good: "1.4.2", isLockstep: true, registry: null } as const;
    const risk = {
      ...NO_RISK,
      packages: [
        { ecosystem: "npm", name: "@acme/w", ...own },
        { ecosystem: "actions", name: "action", ...own },
      ] as const,
    };
    const { line } = lineState();
    const at = { line, url: REPOSITORY.url };
    const told = describeDispatch({ ...OPEN, risk }, at);
    expect(told).toEqual({
      id: `${line.repositoryId}/503/${NOON}`,
      tag: "v1.4.3",
      good_tag: "v1.4.2",
      affected_tags: ["v1.4.4"],
      moves_latest: true,
      line: { branch: "main", component: "", channel: "stable" },
      packages: [
        {
          ecosystem: "npm",
          name: "@acme/w",
          versions: ["1.4.3"],
          good_version: "1.4.2",
          registry: null,
        },
        {
          ecosystem: "actions",
          name: "acme/widgets",
          versions: ["1.4.3"],
          good_version: "1.4.2",
          registry: null,
        },
      ],
      reason: "it burns",
      by: "wilma",
      issue: ISSUE,
    });
    expect(Object.keys(told)).toHaveLength(10);
    const bare = describeDispatch({ ...OPEN, good: null, risk: null }, at);
    expect(bare).toMatchObject({ good_tag: null, packages: [], id: told["id"] });
  });

  it("is a row of the steps", () => {
    const what = "Tell your workflows by `repository_dispatch`";
    expect(rowOf({ ...SENT, end: "taken" })).toBe(`  - [x] ${what} (12:01:00 UTC, after 1 min)`);
    expect(rowOf({ ...SENT, end: "taken", tries: 2 })).toContain(
      "; sent twice, because no answer came to the first",
    );
    expect(rowOf(SENT)).toContain(`  - [ ] ${what}: GitHub did not answer`);
    expect(rowOf({ ...SENT, end: "refused", refused: "Not Found" })).toContain(
      `${what}: **GitHub refused**, Not Found. Run them by hand`,
    );
  });
});
