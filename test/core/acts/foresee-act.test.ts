import { describe, expect, it } from "@jest/globals";
import { foreseeAct } from "../../../src/core/acts/foresee-act.ts";
import type { PageAct } from "../../../src/core/acts/page-act.ts";
import { keyOfLine } from "../../../src/core/desk/desk-box.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState, Permission, ReleaseSeen } from "../../../src/core/state.ts";
import {
  commit,
  lineState,
  memory,
  NOON,
  policyFile,
  pull,
  release,
} from "../../support/states.ts";

function foresee(states: readonly LineState[], act: PageAct, permission: Permission = "maintain") {
  const looked = states.map((state) => ({ state, plan: plan(state, NOON) }));
  return foreseeAct(looked, act, {
    by: { login: "mona", permission },
    reason: "",
    url: "https://github.com/acme/widgets/issues/5",
    risks: {},
    now: NOON,
  });
}

const act = (tag: string): PageAct => ({ kind: "rollback", tag });
const stamp = (of: LineState, what: PageAct) => foresee([of], what)?.stamp;

const state = lineState();
const line = keyOfLine(state.line);
const webLine = { ...state.line, component: "web" };
const held = lineState({
  memory: memory({ hold: { by: "wilma", reason: "fire", url: null, at: NOON - 1 } }),
});

describe("what would come of an act", () => {
  it("is what the judges say when it is said", () => {
    const hold = foresee([state], { kind: "hold", branch: "main" }, "write");
    expect(hold).toMatchObject({ refused: null, asked: { kind: "hold", reason: "" }, hold: null });
    expect(foresee([state], { kind: "hold", branch: "main" }, "triage")?.refused).toContain(
      "write",
    );
    expect(foresee([state], { kind: "release", line }, "write")?.refused).toContain("maintain");
    expect(foresee([state], { kind: "release", line })).toMatchObject({
      refused: null,
      asked: { kind: "release", how: "now" },
      lines: [{ tag: "v1.4.3" }],
    });
    expect(foresee([state], { kind: "resume", branch: "main" })?.refused).toContain("nobody holds");
    expect(foresee([held], { kind: "resume", branch: "main" })).toMatchObject({
      refused: null,
      hold: { by: "wilma" },
    });
  });

  it("is nothing where there is no such line or branch", () => {
    expect(foresee([state], { kind: "hold", branch: "2.x" })).toBeNull();
    expect(foresee([state], { kind: "publish", line: "0".repeat(16) })).toBeNull();
    expect(foresee([], { kind: "rollback", tag: "v1.4.2" })).toBeNull();
  });

  it("is a hold also while the policy file is not valid", () => {
    const broken = lineState({ policyFile: policyFile("version: 2\n") });
    expect(foresee([broken], { kind: "hold", branch: "main" })).toMatchObject({ refused: null });
    expect(foresee([broken], { kind: "release", line })?.refused).toContain("not valid");
  });

  it("names the component where there are several", () => {
    const policy = policyFile("version: 1\ncomponents: {web: packages/web}\n");
    const root = lineState({ policyFile: policy });
    const web = lineState({ policyFile: policy, line: webLine });
    const asked = (of: string) => foresee([root, web], { kind: "publish", line: of })?.asked;
    expect(asked(line)).toMatchObject({ kind: "release", how: "prepared", component: "" });
    expect(asked(keyOfLine(webLine))).toMatchObject({ component: "web" });
  });

  it("takes the first line that would do it", () => {
    const other = { ...held, line: webLine };
    expect(foresee([state, other], { kind: "resume", branch: "main" })).toMatchObject({
      refused: null,
      lines: [{}, {}],
    });
  });
});

describe("a rollback that is foreseen", () => {
  const released = lineState({
    commits: [],
    commitCount: 0,
    releases: [
      release("v1.4.2", { id: 2, cardPulls: [90] }),
      release("v1.4.1", { id: 1, isLatest: false }),
    ],
  });

  it("says what goes with it, and how risky it is", () => {
    expect(foresee([released], act("v1.4.2"), "write")).toMatchObject({
      refused: null,
      asked: { kind: "rollback", tag: "v1.4.2" },
      rollback: {
        foreseen: { good: { tag: "v1.4.1" }, movesLatest: true },
        risk: { text: expect.any(String) },
      },
    });
  });

  it("is none of one whose notes say that it was rolled back before", () => {
    const banner = { as: "rolled-back", tag: "v1.4.2" } as unknown as ReleaseSeen["banner"];
    const marked = lineState({
      releases: [release("v1.4.2", banner === undefined ? {} : { banner })],
    });
    expect(foresee([marked], act("v1.4.2"))).toMatchObject({
      refused: expect.stringContaining("rolled back already"),
      rollback: null,
    });
  });

  it("is none of a release that is not there, is another line's or is older", () => {
    expect(foresee([released], act("v9"))).toMatchObject({ rollback: null });
    expect(foresee([released], act("v9"))?.refused).toContain("there is no release");
    const cut = { ...released, releasesKnownSince: NOON };
    expect(foresee([cut], act("v1.0.0"))?.refused).toBeTruthy();
  });
});

describe("the stamp of what was shown", () => {
  const more = lineState({
    commits: [commit(3), commit(2)],
    commitCount: 2,
    pulls: [pull(3, { title: "feat: more" }), pull(2)],
  });

  it("changes with what is in a release, and not of a hold with what is merged", () => {
    expect(stamp(more, { kind: "release", line })).not.toBe(
      stamp(state, { kind: "release", line }),
    );
    const hold = { kind: "hold", branch: "main" } as const;
    expect(stamp(more, hold)).toBe(stamp(state, hold));
    expect(stamp(held, hold)).not.toBe(stamp(state, hold));
  });

  it("changes with what a rollback would move", () => {
    const before = lineState({ releases: [release("v1.4.2")] });
    const after = lineState({ releases: [release("v1.4.2"), release("v1.4.1", { id: 1 })] });
    const back = act("v1.4.2");
    expect(stamp(before, back)).not.toBe(stamp(after, back));
    expect(stamp(before, back)).toBe(stamp(before, back));
  });
});
