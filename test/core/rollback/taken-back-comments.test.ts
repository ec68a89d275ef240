import { describe, expect, it } from "@jest/globals";
import type { AnnouncementSubject } from "../../../src/core/announce.ts";
import { hasReleasedMarker, hasTakenBackMarker } from "../../../src/core/marker.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState } from "../../../src/core/state.ts";
import { actionOf } from "../../support/plans.ts";
import {
  issue,
  lineState,
  MINUTE,
  NOON,
  pull,
  release,
  ROBOT,
  sha,
  tag,
} from "../../support/states.ts";

const LINE = lineState().line;

function subject(number: number, change: Partial<AnnouncementSubject> = {}): AnnouncementSubject {
  return { number, nodeId: `N_${number}`, isPull: true, isCommented: false, ...change };
}

/** v1.4.3 is out; `back` are pulls of v1.4.2, which it takes back, `own` are its own. */
function stateOf(
  back: readonly AnnouncementSubject[],
  own: readonly AnnouncementSubject[],
): LineState {
  const subjects = [...own, ...back.map((each) => ({ ...each, takenBack: "v1.4.2" }))];
  const out = release("v1.4.3", { sha: sha(2), publishedAt: NOON - MINUTE });
  return lineState({
    commits: [],
    commitCount: 0,
    baseTag: tag("v1.4.3", { sha: sha(2) }),
    tags: [tag("v1.4.3", { sha: sha(2) })],
    releases: [out],
    pulls: subjects
      .filter(({ isPull }) => isPull)
      .map(({ number }) => pull(number, { closes: number === 90 ? [issue(190)] : [] })),
    announcement: { tag: "v1.4.3", sha: sha(2), url: out.url, subjects, checks: [] },
  });
}

const told = (state: LineState) => actionOf(plan(state, NOON), "announce")?.comments ?? [];

describe("people whose work was taken back", () => {
  it("are told once, with the release that has it undone", () => {
    const fixed = subject(190, { isPull: false });
    const comments = told(stateOf([subject(90), fixed], [subject(2)]));
    expect(comments.map((each) => each.subject)).toEqual([
      { number: 90, nodeId: "N_90", isPull: true },
      { number: 190, nodeId: "N_190", isPull: false },
      { number: 2, nodeId: "N_2", isPull: true },
    ]);
    const [first, , last] = comments.map(({ body }) => body);
    expect(first).toBe(
      "Rolled back in [v1.4.3](https://github.com/acme/widgets/releases/tag/v1.4.3): " +
        "[v1.4.2](https://github.com/acme/widgets/releases/tag/v1.4.2), which brought this, was taken back, " +
        "and the branch does not have it any more. The notes say why.\n\n" +
        "<!-- smallbatch:taken-back line=42/main//stable tag=v1.4.3 -->",
    );
    expect(last).toContain("Released in [v1.4.3]");
  });

  it("come first of the 20 who are told, and bots are not", () => {
    const back = Array.from({ length: 15 }, (_, at) => subject(100 + at));
    const own = Array.from({ length: 15 }, (_, at) => subject(2 + at));
    const state = stateOf(back, own);
    const comments = told(state);
    expect(comments).toHaveLength(20);
    expect(comments.filter(({ body }) => body.startsWith("Rolled back"))).toHaveLength(15);
    const bots = state.pulls.map((each) => ({ ...each, author: ROBOT }));
    expect(told({ ...state, pulls: bots })).toEqual([]);
  });

  it("are not told again", () => {
    expect(told(stateOf([subject(90, { isCommented: true })], []))).toEqual([]);
    const [comment] = told(stateOf([subject(90)], []));
    const body = comment?.body ?? "";
    expect(hasTakenBackMarker(body, LINE, "v1.4.3")).toBe(true);
    expect(hasTakenBackMarker(body, { ...LINE, branch: "renamed" }, "v1.4.3")).toBe(true);
    expect(hasTakenBackMarker(body, LINE, "v1.4.4")).toBe(false);
    expect(hasTakenBackMarker(body, { ...LINE, component: "web" }, "v1.4.3")).toBe(false);
    expect(hasReleasedMarker(body, LINE, "v1.4.3")).toBe(false);
  });
});
