import { describe, expect, it } from "@jest/globals";
import { formatBox, nameBox, readBoxes } from "../../../src/core/desk/desk-box.ts";
import { describeLine } from "../../../src/core/desk/desk-line.ts";
import { judgeTick } from "../../../src/core/desk/desk-obey.ts";
import { listOffered } from "../../../src/core/desk/desk-offers.ts";
import type { RisksKept } from "../../../src/core/desk/desk-offers.ts";
import { renderReleases } from "../../../src/core/desk/desk-parts.ts";
import { renderDesk } from "../../../src/core/desk/desk.ts";
import { plan } from "../../../src/core/plan.ts";
import {
  commitsOf,
  keepLater,
  keepRelease,
  riskPlaceOf,
  wantRisk,
} from "../../../src/core/rollback/risk-kept.ts";
import type { RiskKept } from "../../../src/core/rollback/risk-kept.ts";
import type { LineState, ReleaseSeen } from "../../../src/core/state.ts";
import { openSubject } from "../../../src/core/subject-of.ts";
import { DAY, lineState, memory, NOON, release, sha, tag } from "../../support/states.ts";

/** Nothing was merged since. */
const IDLE = { commits: [], commitCount: 0 };

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

type Extent = Parameters<typeof renderReleases>[1];

function shown(state: LineState, risks: RisksKept = {}, extent: Partial<Extent> = {}): string {
  const line = describeLine({ state, plan: plan(state, NOON) }, { fates: {}, risks, now: NOON });
  return renderReleases([line], { ...EXTENT, ...extent }).join("\n\n");
}

/** As it was read: of each release these files. */
function risksOf(state: LineState, paths: readonly string[]): RisksKept {
  const subject = openSubject(state, NOON);
  if (subject === null) throw new Error("Nothing to judge by");
  return Object.fromEntries(
    listOffered(subject).map(({ foreseen }): [string, RiskKept] => {
      const at = commitsOf(state, foreseen);
      const want = wantRisk(state, foreseen, undefined);
      if (at === null || want === null) throw new Error(`No tag ${foreseen.release.tag}`);
      const files = paths.map((path) => ({ path, previousPath: null }));
      const list = { files, isComplete: true };
      const read = { at, batch: at.before === null ? null : list, manifests: [], workflows: [] };
      const own = keepRelease(read, foreseen, riskPlaceOf(state));
      const all = want.later.reduce((kept, change) => keepLater(kept, change, list), own);
      return [foreseen.release.tag, all];
    }),
  );
}

/** What the link to an issue fills in below the hint. */
function bodyOf(text: string, of: string): string {
  const [, url = ""] = new RegExp(`\\((\\S+Roll%20back%20${of}&\\S+)\\)`).exec(text) ?? [];
  return new URL(url).searchParams.get("body")?.split("\n\n")[2] ?? "";
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
    expect(text).toContain(
      "(needs write)\n  Latest goes to v1.4.6; 1 pull request goes with it. [",
    );
    expect(text).toContain("<summary>Risk: which files it changed is not read yet</summary>");
    expect(text).toContain(
      "  Latest goes to v1.4.2; 5 pull requests go with it; 4 later releases hold it too.",
    );
  });

  it("has the risk folded below it, in the words of the issue and without a link to a pull", () => {
    const state = stateWith(releasesOf(3), IDLE);
    const text = shown(state, risksOf(state, ["db/migrate/1.rb", "a.ts"]));
    const [first = "", rest = ""] = text.split("<details><summary>2 releases before it</summary>");
    expect(first).toContain(
      "</summary>\n\n- **Database:** it changed 1 migration (`db/migrate/1.rb`). Where they ran",
    );
    expect(first).toMatch(/by an issue\]\(\S+\)\n\n<details><summary>Risk: 1 migration<\/summary>/);
    expect(rest).toContain(
      "<summary>Risk: 1 migration; 2 files of 2 changed again since; 1 pull request lost until the next release</summary>",
    );
    expect(rest).toContain("2 files of its 2 (`db/migrate/1.rb`, `a.ts`) were changed again by");
    expect(rest).toContain("`#3` (in [v1.4.3](");
    expect(rest).not.toContain("/pull/3");
    // Of the first one there is nothing to go back to, and nothing to fold.
    expect(rest).toContain(
      "2 later releases hold it too. It is the first release that is known of its line: there is no code to go back to. [With",
    );
    expect(rest.split("\n- [**v1.4.1**]")[1]).not.toContain("<summary>");
  });

  it("says the sum of the risk where there is no room for all of it", () => {
    const state = stateWith(releasesOf(3), IDLE);
    const risks = risksOf(state, ["db/migrate/1.rb"]);
    const text = shown(state, risks, { riskChars: 250 });
    expect(text.match(/<summary>Risk: /g)).toHaveLength(1);
    expect(text).toContain(
      "1 later release holds it too. Risk: 1 migration; 1 file of 1 changed again since; 1 pull request lost until the next release; the rollback issue has all of it. [With",
    );
  });

  it("has the risk behind the link, for who is about to submit the issue", () => {
    const state = stateWith(releasesOf(2), IDLE);
    const unread = shown(state);
    expect(bodyOf(unread, "v1.4.2")).toBe(
      "Latest goes to v1.4.1; 1 pull request goes with it. Risk: which files it changed is not read yet. The release desk says more of it.\n",
    );
    const read = shown(state, risksOf(state, []));
    expect(bodyOf(read, "v1.4.2")).toBe(
      "Latest goes to v1.4.1; 1 pull request goes with it. No migrations, workflow files or lock files are among the 0 files that go back, and nobody changed them again since.\n",
    );
  });

  it("fits into an issue with twenty releases of ten components, whatever they are called", () => {
    const long = Array.from(
      { length: 60 },
      (_, at) => `migrations/${"`*<".repeat(60)}${at}/package-lock.json`,
    );
    const lines = Array.from({ length: 10 }, (_, nth) => {
      const state = stateWith(releasesOf(5));
      const risks = risksOf(state, long);
      const name = `component-${nth}-${"x".repeat(80)}`;
      return {
        ...describeLine({ state, plan: plan(state, NOON) }, { fates: {}, risks, now: NOON }),
        name,
      };
    });
    const view = { repository: stateWith([]).repository, lines, problems: [], news: [] };
    const body = renderDesk(view);
    expect(body.length).toBeLessThan(56_000);
    expect(body).toContain("<summary>Risk: ");
    expect(readBoxes(body).filter(({ act }) => act === "rollback").length).toBeGreaterThanOrEqual(
      10,
    );
  });

  it("says what nobody knows, where Latest stays, and whose release it is", () => {
    const first = shown(stateWith(releasesOf(1, { cardPulls: null })));
    expect(first).toContain(
      "  No good release before it is known; nobody knows how many pull requests go with it.",
    );
    const line = describeLine(
      { state: stateWith(releasesOf(2)), plan: plan(lineState(), NOON) },
      { fates: {}, risks: {}, now: NOON },
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
    const line = describeLine(
      { state: held, plan: plan(held, NOON) },
      { fates: {}, risks: {}, now: NOON },
    );
    const view = { repository: held.repository, lines: [line], problems: [], news: [] };
    expect(renderDesk(view)).toContain(`Rolled back: [v1.4.2](${issue.url}).`);
    const known = memory({ rollbacks: decision.rollbacks });
    // Nothing to link to yet, and nothing that goes on.
    const ended = decision.rollbacks.map((each) => ({ ...each, issue, resumedAt: NOON }));
    for (const rollbacks of [decision.rollbacks, ended]) {
      const other = { ...state, memory: memory({ rollbacks }) };
      const said = describeLine(
        { state: other, plan: plan(other, NOON) },
        { fates: {}, risks: {}, now: NOON },
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
