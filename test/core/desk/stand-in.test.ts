import { describe, expect, it } from "@jest/globals";
import type { StandIn } from "../../../src/core/desk/stand-in.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState } from "../../../src/core/state.ts";
import {
  batchOf,
  head,
  lineState,
  memory,
  NOON,
  policyFile,
  release,
} from "../../support/states.ts";

const KEPT = "<!-- smallbatch:desk-state v1 {} 00 -->";
const HOLD = { by: "mona", reason: "the API is on fire", url: null, at: NOON };
const SHOWN: StandIn = {
  kept: KEPT,
  shown: {
    fates: {},
    news: [{ at: NOON, by: "mona", said: "/hold", url: null, refused: null }],
    problems: [{ where: "core", what: "it could not be looked at", fix: "It is tried again." }],
  },
};
const POLICY = { policyFile: policyFile("version: 1\n") };

/** What the check on the head says; null: none is written. */
function check(state: LineState): string | null {
  const written = plan(state, NOON).actions.find((action) => action.kind === "writeCheck");
  return written?.kind === "writeCheck" ? written.summary : null;
}

const PREPARED = batchOf([{ title: "feat!: all new" }], {
  ...POLICY,
  releases: [release("v1.4.2", { isOurs: true })],
});
/** Nothing was merged since the base. */
const IDLE = lineState({ ...POLICY, commits: [], commitCount: 0, pulls: [] });

describe("a check where there is no desk", () => {
  it("says nothing more where there is one", () => {
    expect(check(PREPARED)).not.toMatch(/### |desk-state/);
  });

  it("says what was released, what changed lately, what is to be mended, and keeps the state", () => {
    const said = check({ ...PREPARED, standIn: SHOWN }) ?? "";
    expect(said).toMatch(
      /comment `\/release` on it.*### To mend\n\n- `core`: it could.*### Released\n\n- \[\*\*v1\.4\.2\*\*\].*### Lately\n\n- .*`mona` asked for `\/hold`\n\n<!-- smallbatch:desk-state/s,
    );
    expect(said).toContain('```json\n{"state":"prepared"');
  });

  it("says what keeps lines of the notes from being worded", () => {
    const notes = { steering: [], away: { reason: "Claude was overloaded", since: null } };
    const shown = { fates: {}, news: [], problems: [], notes };
    const said = check({ ...PREPARED, standIn: { kept: KEPT, shown } }) ?? "";
    expect(said).toContain("### Notes\n\n- Titles are used: Claude was overloaded.");
  });

  it("keeps the state alone where nobody wants a desk", () => {
    const said = check({ ...PREPARED, standIn: { kept: KEPT, shown: null } }) ?? "";
    expect(said).toContain(KEPT);
    expect(said).not.toContain("###");
    const nothing = { ...PREPARED, standIn: { kept: null, shown: null } };
    expect(check(nothing)).toBe(check(PREPARED));
  });

  it("is written also where nothing is to be released, if somebody holds or it says something", () => {
    expect(plan(IDLE, NOON).reason.state).toBe("idle");
    const standIn = { kept: KEPT, shown: null };
    expect(check({ ...IDLE, standIn })).toBeNull();
    const held = { ...IDLE, standIn, memory: memory({ hold: HOLD }) };
    expect(check(held)).toMatch(
      /^`mona` holds releases since .*: the API is on fire\. To let releases go, comment `\/resume`\./,
    );
    expect(check({ ...IDLE, memory: memory({ hold: HOLD }) })).toBeNull();
    const ourCheck = { id: 1, title: "held", externalId: "smallbatch:1:hold-person:0" };
    expect(check({ ...IDLE, standIn, head: head({ ourCheck }) })).toContain(KEPT);
    const empty = { ...IDLE, standIn: { kept: null, shown: null }, head: head({ ourCheck }) };
    expect(check(empty)).toMatch(/^```json/);
  });

  it("says once who holds", () => {
    const held = { ...PREPARED, standIn: SHOWN, memory: memory({ hold: HOLD }) };
    expect(plan(held, NOON).reason.code).toBe("hold-person");
    expect(check(held)?.match(/holds releases since/g)).toHaveLength(1);
  });
});
