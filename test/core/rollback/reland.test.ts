import { describe, expect, it } from "@jest/globals";
import { listOffered } from "../../../src/core/rollback/judge-box.ts";
import {
  describeReland,
  renderRelandPull,
  titleOfReland,
} from "../../../src/core/rollback/reland-words.ts";
import {
  dueReland,
  hearReland,
  judgeReland,
  offersReland,
  withReland,
} from "../../../src/core/rollback/reland.ts";
import type { Reland, RelandSeen } from "../../../src/core/rollback/reland.ts";
import { renderBoxes } from "../../../src/core/rollback/rollback-box-text.ts";
import type { BoxAsked } from "../../../src/core/rollback/rollback-box.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { restorationOf, rollbackOf } from "../../support/rollbacks.ts";
import { HOUR, MINUTE, NOON, sha } from "../../support/states.ts";

const ASKED: BoxAsked = {
  by: { id: 21, login: "mona" },
  permission: "maintain",
  at: NOON - MINUTE,
  refused: null,
};
const RELEASED = restorationOf({ state: "released", releasedTag: "v1.4.3" });
const MERGE = sha(2);
const TREE = sha(0x7e);
const NOTHING: RelandSeen = { before: TREE, branch: null, pull: null };

function askedOf(change: Partial<Rollback> = {}): Rollback {
  return rollbackOf({ restoration: RELEASED, boxes: { reland: ASKED }, ...change });
}

function begun(): Reland {
  const reland = dueReland(askedOf(), NOON);
  if (reland === null) throw new Error("None is due");
  return reland;
}

const judged = (reland: Reland, seen: Partial<RelandSeen>) =>
  judgeReland(reland, { seen: { ...NOTHING, ...seen }, mergedSha: MERGE, now: NOON });

function said(rollback: Rollback): string {
  return renderBoxes(rollback, []).join("\n");
}

describe("the box for a reland", () => {
  it("stands in the issue from when the rollback is released by a merge that is known", () => {
    expect(listOffered(rollbackOf({ restoration: RELEASED }), null)).toEqual(["reland"]);
    expect(offersReland(rollbackOf())).toBe(false);
    expect(offersReland(rollbackOf({ restoration: null }))).toBe(false);
    const unknown = { ...RELEASED, mergedSha: null };
    expect(offersReland(rollbackOf({ restoration: unknown }))).toBe(false);
    expect(listOffered(askedOf(), null)).toEqual([]);
  });

  it("begins one when somebody who may ticked it, and only once", () => {
    expect(dueReland(askedOf(), NOON)).toEqual({
      by: "mona",
      branch: "smallbatch/reland-v1.4.2",
      commit: null,
      pull: null,
      state: "asked",
      since: NOON,
      reason: null,
    });
    expect(dueReland(rollbackOf({ restoration: RELEASED }), NOON)).toBeNull();
    const refused = { reland: { ...ASKED, refused: "this needs the permission write." } };
    expect(dueReland(askedOf({ boxes: refused }), NOON)).toBeNull();
    expect(dueReland(askedOf({ restoration: restorationOf() }), NOON)).toBeNull();
    const goesOn = { ...begun(), commit: sha(5) };
    expect(dueReland(askedOf({ reland: goesOn }), NOON + HOUR)).toBe(goesOn);
    expect(dueReland(askedOf({ reland: { ...goesOn, state: "open" } }), NOON)).toBeNull();
  });
});

describe("a reland", () => {
  it("is a commit on the merge with the files from before it, a branch and a pull", () => {
    const first = judged(begun(), {});
    expect(first.act).toEqual({ kind: "commit", tree: TREE, parent: MERGE });
    const made = hearReland(first.reland, { kind: "commit", sha: sha(5) }, NOON);
    expect(judged(made, {}).act).toEqual({ kind: "branch", sha: sha(5) });
    expect(hearReland(made, { kind: "branch" }, NOON)).toBe(made);
    expect(hearReland(made, { kind: "moved" }, NOON)).toBe(made);
    const branch = { sha: sha(5), tree: TREE, parents: [MERGE] };
    expect(judged(made, { branch }).act).toEqual({ kind: "open" });
    const pull = { number: 99, url: "https://github.com/acme/widgets/pull/99" };
    const open = hearReland(made, { kind: "open", pull }, NOON + MINUTE);
    expect(open).toMatchObject({ pull, state: "open", since: NOON + MINUTE });
  });

  it("takes up what an interrupted pass left, and opens no second pull", () => {
    const branch = { sha: sha(6), tree: TREE, parents: [MERGE] };
    const found = judged(begun(), { branch });
    expect(found).toMatchObject({ act: { kind: "open" }, reland: { commit: sha(6) } });
    const pull = { number: 99, url: "https://github.com/acme/widgets/pull/99" };
    expect(judged(begun(), { branch, pull })).toMatchObject({
      act: null,
      reland: { state: "open", pull },
    });
  });

  it("is refused where a branch of others stands, or the merge is gone, and can be asked for again", () => {
    for (const branch of [
      { sha: sha(6), tree: sha(7), parents: [MERGE] },
      { sha: sha(6), tree: TREE, parents: [sha(8)] },
    ]) {
      const { act, reland } = judged(begun(), { branch });
      expect(act).toBeNull();
      expect(reland).toMatchObject({
        state: "refused",
        reason: expect.stringContaining("is not ours"),
      });
    }
    expect(judged(begun(), { before: null }).reland.reason).toBe(
      "the merge of the rollback is gone",
    );
    const refused = hearReland(begun(), { kind: "refused", words: "<b>No</b>" }, NOON);
    const after = withReland(askedOf({ said: "before" }), refused);
    expect(after.said).toBeNull();
    expect(after.boxes?.reland?.refused).toBe(String.raw`\<b\>No\</b\>`);
    expect(listOffered(after, null)).toEqual(["reland"]);
    const again = { ...after, boxes: { reland: { ...ASKED, at: NOON } } };
    expect(dueReland(again, NOON)).toMatchObject({ state: "asked", reason: null });
    // Nobody asked: there is no box to say it.
    expect(withReland(rollbackOf(), refused).boxes).toBeUndefined();
  });

  it("is told in the issue", () => {
    expect(said(askedOf())).toMatch(/^- `mona` ticked _Prepare the reland_ on .*\.$/);
    const pull = { number: 99, url: "https://github.com/acme/widgets/pull/99" };
    expect(said(askedOf({ reland: { ...begun(), pull, state: "open" } }))).toContain(
      ": [`#99`](https://github.com/acme/widgets/pull/99). Mend it there and merge it; Smallbatch does not.",
    );
  });

  it("says in its pull what it brings back, and that it has the same fault", () => {
    const url = "https://github.com/acme/widgets";
    const rollback = askedOf({ reason: "@otto broke it" });
    expect(titleOfReland(rollback)).toBe("Reland v1.4.2");
    expect(describeReland(rollback)).toBe(
      `Reverts #2\n\nBring back what v1.4.2 brought and v1.4.3 took back.\n\n${url}/issues/95`,
    );
    expect(renderRelandPull(rollback, url)).toBe(
      [
        `Brings back what [v1.4.2](${url}/releases/tag/v1.4.2) brought and [v1.4.3](${url}/releases/tag/v1.4.3) took back. ` +
          "**As it stands it has the same fault**: push the fix to this branch, then merge it. Smallbatch does not merge it.",
        "> `@otto` broke it",
        `- [\`#90\`](${url}/pull/90) feat: burn\n- [\`#91\`](${url}/pull/91)`,
        `[What happened](${url}/issues/95).`,
      ].join("\n\n"),
    );
    const bare = rollbackOf({ reason: "", pulls: null, issue: null, restoration: null });
    expect(describeReland(bare)).toBe("Bring back what v1.4.2 brought and a rollback took back.");
    expect(renderRelandPull(bare, url).split("\n\n")).toHaveLength(1);
    const many = rollbackOf({ pulls: { shown: [], count: 3 } });
    expect(renderRelandPull(many, url)).toContain("- …and 3 more");
  });
});
