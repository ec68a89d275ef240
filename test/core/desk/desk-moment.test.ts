import { describe, expect, it } from "@jest/globals";
import { keyOfLine } from "../../../src/core/desk/desk-box.ts";
import { tellGlance } from "../../../src/core/desk/desk-glance.ts";
import { formatDeskState, keepLine, readDeskState } from "../../../src/core/desk/desk-marker.ts";
import type { DeskOff } from "../../../src/core/desk/desk-memory.ts";
import {
  isDeskDue,
  judgeOff,
  raiseAt,
  raiseKey,
  renderRaised,
  restUntil,
} from "../../../src/core/desk/desk-moment.ts";
import { judgeTick, STALE } from "../../../src/core/desk/desk-obey.ts";
import { listProblems } from "../../../src/core/desk/desk-problems.ts";
import { digest } from "../../../src/core/digest.ts";
import type { Order } from "../../../src/core/memory.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState, Permission } from "../../../src/core/state.ts";
import { deskLine } from "../../support/desk.ts";
import {
  batchOf,
  check,
  DAY,
  head,
  HOUR,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  sha,
} from "../../support/states.ts";

const BREAKING = batchOf([{ title: "feat!: rename" }], { releases: [] });
const look = (state: LineState, now = NOON) => ({ state, plan: plan(state, now) });
const withChecks = (state: "pending" | "red" | "green", change: Partial<LineState> = {}) =>
  batchOf([{ title: "fix: a" }], {
    head: head({ sha: sha(2), checks: [check("ci/test", { state })] }),
    releases: [],
    ...change,
  });

const EMPTY = { commits: [], commitCount: 0, pulls: [], releases: [] };
const WORDING = { pull: 12, text: "All is new", by: "mona", url: "https://x", at: NOON };
const WORDED = memory({ wordings: [WORDING] });
const HELD = memory({ hold: { by: "wilma", reason: "", url: null, at: NOON } });

describe("a desk is made", () => {
  it.each([
    ["what a person has to let go", BREAKING, true],
    ["red checks", withChecks("red"), true],
    ["checks that run", withChecks("pending"), false],
    [
      "a release that someone made by hand",
      lineState({ releases: [release("v1.4.2", { isOurs: false })] }),
      false,
    ],
    ["a release of ours", lineState({ releases: [release("v1.4.2", { isOurs: true })] }), true],
    ["a person's hold, with nothing behind it", lineState({ ...EMPTY, memory: HELD }), true],
    ["a person's words, with nothing merged", lineState({ ...EMPTY, memory: WORDED }), true],
    ["a line without a batch", lineState(EMPTY), false],
    ["what is only watched", { ...BREAKING, policyFile: null }, false],
  ])("for %s: %p", (_, state, isDue) => {
    expect(isDeskDue([look(state)])).toBe(isDue);
  });
});

describe("a desk waits", () => {
  const moving = look(withChecks("pending"));
  const times = { writtenAt: null, now: NOON };

  it("for a line that is about to be released, a quarter of an hour at most", () => {
    expect(restUntil([moving], times)).toBe(NOON - MINUTE + 15 * MINUTE);
    expect(restUntil([look(withChecks("green"))], times)).toBe(NOON - MINUTE + 15 * MINUTE);
    expect(restUntil([moving], { ...times, now: NOON + 15 * MINUTE })).toBeNull();
    expect(restUntil([look(BREAKING)], times)).toBeNull();
  });

  it("never longer than an hour, and for a line without a head", () => {
    expect(restUntil([moving], { ...times, writtenAt: NOON - HOUR })).toBeNull();
    expect(restUntil([moving], { ...times, writtenAt: NOON - MINUTE })).not.toBeNull();
    const gone = { state: { ...moving.state, head: null }, plan: moving.plan };
    expect(restUntil([gone], times)).toBe(NOON + 15 * MINUTE);
  });

  it("for nothing while a person holds a line", () => {
    expect(restUntil([moving, look(lineState({ ...EMPTY, memory: HELD }))], times)).toBeNull();
  });
});

const off = (why: DeskOff["why"]): DeskOff => ({ why, by: null, at: NOON });

describe("a desk is on", () => {
  it.each([
    [null, undefined, "on"],
    [null, "off", "off"],
    [off("policy"), undefined, "on"],
    [off("closed"), undefined, "off"],
    [off("closed"), "on", "back"],
    [off("gone"), undefined, "off"],
    [off("gone"), "on", "back"],
    [off("disabled"), "on", "off"],
  ] as const)("after %j with desk: %s? %s", (state, wanted, power) => {
    expect(judgeOff(state, wanted, NOON)).toBe(power);
  });

  it("again a day after there were no issues", () => {
    expect(judgeOff(off("disabled"), undefined, NOON + DAY)).toBe("on");
  });
});

describe("a glance at the desk", () => {
  const glance = { editedAt: NOON, isOurs: true, isOpen: true };
  const theirs = { ...glance, isOurs: false };

  it.each([
    ["nothing where it is as we wrote it", glance, null, null],
    ["nothing where nobody ever edited it", { ...glance, editedAt: null }, null, null],
    ["that somebody else edited it, and when", theirs, null, `edited ${NOON}`],
    ["that it was closed", { ...glance, isOpen: false }, null, "closed"],
    ["nothing where that is known", { ...theirs, isOpen: false }, off("closed"), null],
    ["that it was reopened", glance, off("closed"), "reopened"],
    ["nothing where it is switched off", theirs, off("policy"), null],
  ] as const)("tells %s", (_, seen, power, told) => {
    expect(tellGlance(seen, { off: power })).toBe(told);
  });
});

describe("what waits for a day", () => {
  const line = deskLine(BREAKING);
  const since = Number(line.since);

  it("is told once", () => {
    expect(raiseAt(line, [])).toBe(since + DAY);
    expect(raiseAt(line, [raiseKey(line) ?? ""])).toBeNull();
    expect(raiseAt(deskLine(withChecks("red")), [])).toBeNull();
    expect(raiseKey({ ...line, since: null })).toBeNull();
  });

  it("is told with since when, and without a reference", () => {
    const text = renderRaised([line]);
    expect(text).toContain("- v2.0.0 is breaking `(#2)` and waits for a person, since 2 Mar 2026");
  });
});

const sign = (text: string): string => digest([text, "key"]).repeat(4);
const HOLD = { by: "mona", reason: "x".repeat(200), url: null, at: NOON };
const ORDER: Order = {
  how: "prepared",
  version: null,
  level: "major",
  base: "v1.4.2",
  by: "mona",
  url: "https://github.com/acme/widgets/issues/1",
  at: NOON,
};

describe("the hidden state", () => {
  const { line } = lineState();
  const key = keyOfLine(line);
  const lines = [
    keepLine("a".repeat(16), memory({ order: ORDER })),
    keepLine(key, memory({ hold: HOLD, resumedAt: NOON - DAY })),
  ].flatMap((each) => each ?? []);
  const marker = formatDeskState(42, { lines, raised: ["x"] }, sign);

  it("is read back, whoever is held first, with long reasons cut", () => {
    expect(readDeskState(`text\n${marker}\r\nmore`, 42, sign)).toEqual({
      lines: [
        {
          line: key,
          hold: { ...HOLD, reason: "x".repeat(100) },
          order: null,
          resumedAt: NOON - DAY,
        },
        { line: "a".repeat(16), hold: null, order: ORDER, resumedAt: null },
      ],
      raised: ["x"],
    });
    expect(keepLine(key, memory())).toBeNull();
  });

  it("has what people want lines of the notes to say", () => {
    const text = formatDeskState(42, { lines: [], raised: [], wordings: [WORDING] }, sign);
    expect(readDeskState(text, 42, sign)).toEqual({ lines: [], raised: [], wordings: [WORDING] });
  });

  it.each([
    ["there is none", "text", 42],
    ["somebody changed it", marker.replace("mona", "otto"), 42],
    ["it is another repository's", marker, 43],
    ["it stands in a quotation", `> ${marker}`, 42],
    [
      "it is signed and of another shape",
      `<!-- smallbatch:desk-state v1 {"repository":42} ${sign('{"repository":42}')} -->`,
      42,
    ],
  ])("is nothing where %s", (_, body, repository) => {
    expect(readDeskState(body, repository, sign)).toBeNull();
  });

  it("cannot end its comment, whatever is in it", () => {
    const evil = { ...HOLD, reason: "--> <script>alert(1)</script> @mona #12" };
    const text = formatDeskState(
      42,
      { lines: [{ line: key, hold: evil, order: null, resumedAt: null }], raised: [] },
      sign,
    );
    expect(text.indexOf("-->")).toBe(text.length - 3);
    expect(text).not.toMatch(/@mona|#12|<script/);
  });
});

const ask = (state: LineState, permission: Permission) => ({
  state,
  by: { login: "mona", permission },
  said: { url: "https://github.com/acme/widgets/issues/1", at: NOON, isTaken: false },
  pull: null,
  now: NOON,
});

describe("a tick, judged", () => {
  const box = (version: string, at = BREAKING.head?.sha ?? "") => {
    return { act: "publish", line: keyOfLine(BREAKING.line), batch: { version, sha: at } } as const;
  };

  it("asks for what its box says, of who may", () => {
    expect(judgeTick(ask(BREAKING, "maintain"), box("2.0.0"))).toMatchObject({
      kind: "order",
      order: { how: "prepared", by: "mona", level: "major" },
    });
    expect(judgeTick(ask(BREAKING, "write"), box("2.0.0"))).toMatchObject({ kind: "answer" });
    const hold = { ...box("2.0.0"), act: "hold", batch: null } as const;
    expect(judgeTick(ask(BREAKING, "write"), hold)).toMatchObject({ kind: "hold" });
  });

  it.each([
    ["another version", BREAKING, box("1.5.0")],
    ["a commit that is not in the batch", BREAKING, box("2.0.0", sha(99))],
    ["a line without a head", { ...BREAKING, head: null }, box("2.0.0")],
    [
      "a policy that is not valid",
      { ...BREAKING, policyFile: policyFile("version: 9\n") },
      box("2.0.0"),
    ],
  ])("is old with %s", (_, state, old) => {
    expect(judgeTick(ask(state, "admin"), old)).toEqual({ kind: "answer", text: STALE });
  });

  it("is too old after a day", () => {
    const late = { ...ask(BREAKING, "admin"), now: NOON + DAY + 1 };
    expect(judgeTick(late, box("2.0.0"))).toMatchObject({
      kind: "answer",
      text: expect.stringContaining("more than a day"),
    });
  });

  it("stands where more was merged that makes no other version", () => {
    const more = batchOf([{ title: "feat!: rename" }, { title: "fix: more" }]);
    const first = more.commits[1]?.sha ?? "";
    expect(judgeTick(ask(more, "maintain"), box("2.0.0", first)).kind).toBe("order");
  });
});

describe("what is to be mended", () => {
  it("are lines that could not be looked at, and what is wrong with the policy", () => {
    const bad = lineState({ policyFile: policyFile("version: 1\nautoo: x\n") });
    const line = { ...bad.line, component: "core" };
    const failed = { line, code: "github/rejected", fix: "Do." };
    expect(listProblems([look(bad)], [failed])).toEqual([
      { where: "", what: expect.stringContaining("autoo"), fix: expect.any(String) },
      { where: "core", what: "it could not be looked at (github/rejected)", fix: "Do." },
    ]);
    expect(listProblems([look(lineState())], [])).toEqual([]);
    expect(listProblems([], [failed])).toHaveLength(1);
  });
});
