import { describe, expect, it } from "@jest/globals";
import { formatBox, nameBox, readBoxes } from "../../../src/core/desk/desk-box.ts";
import { describeLine } from "../../../src/core/desk/desk-line.ts";
import { judgeTick } from "../../../src/core/desk/desk-obey.ts";
import { renderReleases } from "../../../src/core/desk/desk-parts.ts";
import { renderDesk } from "../../../src/core/desk/desk.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState, ReleaseSeen } from "../../../src/core/state.ts";
import { DAY, lineState, memory, NOON, release, sha, tag } from "../../support/states.ts";

const EXTENT = { isAlone: true, lines: 50, releases: 10 };

function releasesOf(count: number, change: Partial<ReleaseSeen> = {}): ReleaseSeen[] {
  return Array.from({ length: count }, (_, at) => {
    const patch = count - at;
    return release(`v1.4.${patch}`, {
      id: patch,
      sha: sha(patch),
      isLatest: at === 0,
      publishedAt: NOON - (at + 1) * DAY,
      cardPulls: [patch],
      ...change,
    });
  });
}

function shown(state: LineState): string {
  const line = describeLine({ state, plan: plan(state, NOON) }, { fates: {}, now: NOON });
  return renderReleases([line], EXTENT).join("\n");
}

function stateWith(releases: readonly ReleaseSeen[], change: Partial<LineState> = {}): LineState {
  const tags = releases.map((own) => tag(own.tag, { sha: own.sha ?? sha(0) }));
  return lineState({ releases, tags, ...change });
}

describe("a box that takes a release back", () => {
  const box = { act: "rollback", line: "0123456789abcdef", batch: null, tag: "web@1 <2" } as const;

  it("is read back with its tag, whatever that is called", () => {
    const source = formatBox(box, "**Roll back web** (needs write)");
    expect(readBoxes(source)).toEqual([{ ...box, source, isTicked: false }]);
    expect(nameBox({ source })).toBe("Roll back web");
    const broken = source.replace(/tag=\S+/, "tag=%E0%A4%A");
    expect(readBoxes(broken)).toEqual([expect.not.objectContaining({ tag: expect.anything() })]);
    expect(readBoxes(source.replace("desk rollback", "desk retract"))).toEqual([]);
  });

  it("stands at the newest five releases, with what would go along", () => {
    const text = shown(stateWith(releasesOf(7)));
    const offered = [...text.matchAll(/\*\*Roll back (.+?)\*\*/g)].map(([, name]) => name);
    expect(offered).toEqual(["v1.4.7", "v1.4.6", "v1.4.5", "v1.4.4", "v1.4.3"]);
    expect(text).toContain("(needs write)\n  Latest goes to v1.4.6; 1 pull request goes with it.");
    expect(text).toContain(
      "  Latest goes to v1.4.2; 5 pull requests go with it; 4 later releases hold it too.",
    );
  });

  it("says what nobody knows, where Latest stays, and whose release it is", () => {
    const first = shown(stateWith(releasesOf(1, { cardPulls: null })));
    expect(first).toContain(
      "  no good release before it is known; nobody knows how many pull requests go with it.",
    );
    const line = describeLine(
      { state: stateWith(releasesOf(2)), plan: plan(lineState(), NOON) },
      { fates: {}, now: NOON },
    );
    const named = renderReleases([{ ...line, name: "web" }], EXTENT).join("\n");
    expect(named).toContain("**Roll back v1.4.2** of `web` (needs write)");
    const elsewhere = releasesOf(2, { isLatest: false });
    expect(shown(stateWith(elsewhere))).toContain("Latest stays where it is; 1 pull request");
  });

  it("stands at none that is taken back, has no tag, or where nothing is released", () => {
    const [newest, before] = releasesOf(2);
    if (newest === undefined || before === undefined) throw new Error("None");
    const banner = { as: "rolled-back", tag: "v1.4.2" } as const;
    const marked = shown(stateWith([{ ...newest, banner }, before]));
    expect(marked).not.toContain("Roll back v1.4.2");
    expect(shown(stateWith([{ ...newest, sha: null }, before]))).not.toContain("Roll back v1.4.2");
    expect(shown(stateWith([newest, before], { policyFile: null }))).not.toContain("Roll back");
    const affected = { as: "affected", tag: "v1.4.1" } as const;
    expect(shown(stateWith([{ ...newest, banner: affected }, before]))).toContain(
      "holds v1.4.1, which was rolled back",
    );
  });

  it("asks for the same as the comment, once for each tick", () => {
    const state = stateWith(releasesOf(2));
    const question = {
      state,
      by: { login: "wilma", permission: "write" },
      said: { url: "https://github.com/acme/widgets/issues/5", at: NOON, isTaken: false },
      pull: null,
      now: NOON,
    } as const;
    const decision = judgeTick(question, { ...box, tag: "v1.4.2" });
    if (decision.kind !== "rollBack") throw new Error(decision.kind);
    expect(decision.tag).toBe("v1.4.2");
    const issue = { number: 12, url: "https://github.com/acme/widgets/issues/12" };
    const going = memory({ rollbacks: decision.rollbacks.map((each) => ({ ...each, issue })) });
    const held = { ...state, memory: going };
    const line = describeLine({ state: held, plan: plan(held, NOON) }, { fates: {}, now: NOON });
    const view = { repository: held.repository, lines: [line], problems: [], news: [] };
    expect(renderDesk(view)).toContain(`Rolled back: [v1.4.2](${issue.url}).`);
    const known = memory({ rollbacks: decision.rollbacks });
    // Nothing to link to yet, and nothing that goes on.
    const ended = decision.rollbacks.map((each) => ({ ...each, issue, resumedAt: NOON }));
    for (const rollbacks of [decision.rollbacks, ended]) {
      const other = { ...state, memory: memory({ rollbacks }) };
      const said = describeLine(
        { state: other, plan: plan(other, NOON) },
        { fates: {}, now: NOON },
      );
      expect(said.rollbacks).toEqual([]);
    }
    const again = {
      ...question,
      state: { ...state, memory: known },
      said: { ...question.said, at: NOON + 1 },
    };
    expect(judgeTick(again, { ...box, tag: "v1.4.2" })).toMatchObject({
      kind: "answer",
      text: expect.stringContaining("is being rolled back already"),
    });
    const { tag: _, ...untold } = box;
    expect(judgeTick(question, untold).kind).toBe("elsewhere");
  });
});
