import { describe, expect, it } from "@jest/globals";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { isAgentComment, renderAgentComment } from "../../../src/core/rollback/agent-comment.ts";
import { judgeBox, listOffered } from "../../../src/core/rollback/judge-box.ts";
import { renderBoxes } from "../../../src/core/rollback/rollback-box-text.ts";
import {
  compareRollbackBoxes,
  findAsker,
  formatRollbackBox,
  readRollbackBoxes,
} from "../../../src/core/rollback/rollback-box.ts";
import type {
  BoxAsked,
  RollbackBox,
  RollbackBoxEdit,
} from "../../../src/core/rollback/rollback-box.ts";
import { renderRollback } from "../../../src/core/rollback/rollback-issue.ts";
import {
  formatRollbackState,
  hasRollbackMarker,
  readRollbackState,
} from "../../../src/core/rollback/rollback-marker.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { DAY, lineState, NOON, policyFile, SECOND, sha } from "../../support/states.ts";

const REPOSITORY = "https://github.com/acme/widgets";
const AGENT: RollbackBox = { act: "agent", tag: "v1.4.3" };
const ROLLBACK: Rollback = {
  release: { id: 503, tag: "v1.4.3" },
  good: null,
  movesLatest: false,
  restore: null,
  affected: [],
  pulls: null,
  loses: null,
  by: "wilma",
  reason: "",
  url: `${REPOSITORY}/pull/41#issuecomment-9`,
  at: NOON,
  steps: {},
  restoration: null,
  reland: null,
  risk: null,
  resumedAt: null,
  issue: { number: 7, url: `${REPOSITORY}/issues/7` },
  openingAt: null,
  said: null,
};
const ASKED: BoxAsked = {
  by: { id: 3, login: "mona" },
  permission: "write",
  at: NOON,
  refused: null,
};

function edit(id: number, change: Partial<RollbackBoxEdit> = {}): RollbackBoxEdit {
  const actor = { id: 3, login: "mona", isBot: false };
  return { id, number: 7, actor, at: NOON, ticked: [AGENT], unticked: [], ...change };
}

function stateOf(policy: string) {
  return lineState({ policyFile: policyFile(`version: 1\n${policy}\n`) });
}

const sign = (): string => "0".repeat(64);

const WORDED = 'rollback: { agent: "@my-agent please fix {sha} of {tag}, see {issue}" }';

describe("a box of a rollback issue", () => {
  it.each(["v1.4.3", "core@1.0.0", "a b<!-- -->\n", "ünï/tag"])("names the release %j", (tag) => {
    const line = formatRollbackBox({ act: "reland", tag }, "**Prepare the reland**");
    expect(line.split("\n")).toHaveLength(1);
    const box = { act: "reland", tag, isTicked: false };
    expect(readRollbackBoxes(`words\n${line}\r\n`)).toEqual([box]);
    expect(readRollbackBoxes(line.replace("[ ]", "[X]"))).toEqual([{ ...box, isTicked: true }]);
  });

  it.each([
    "- [ ] **Ask an agent**",
    "- [ ] <!-- smallbatch:rollback-box v1 delete tag=v1 --> words",
    "- [ ] <!-- smallbatch:rollback-box v1 agent tag=%E0%A4%A --> words",
    "  - [ ] <!-- smallbatch:rollback-box v1 agent tag=v1 --> words",
    "- [ ] <!-- smallbatch:desk hold line=0123456789abcdef --> words",
  ])("is not %j", (line) => {
    expect(readRollbackBoxes(line)).toEqual([]);
  });

  it("is compared by what it is for, whatever the words around it", () => {
    const line = formatRollbackBox(AGENT, "words");
    const ticked = line.replace("[ ]", "[x]");
    expect(compareRollbackBoxes(`a\n${line}`, `${ticked}\r\nb`)).toEqual({
      ticked: [AGENT],
      unticked: [],
    });
    expect(compareRollbackBoxes(ticked, line)).toEqual({ ticked: [], unticked: [AGENT] });
    expect(compareRollbackBoxes(ticked, `${ticked} `)).toEqual({ ticked: [], unticked: [] });
  });
});

describe("who asks by a box", () => {
  const wilma = { id: 4, login: "wilma", isBot: false };
  const untick = { ticked: [], unticked: [AGENT] };
  it.each<[string, readonly RollbackBoxEdit[], string | null]>([
    ["nobody", [], null],
    ["who ticked it", [edit(1)], "mona"],
    ["the last one who did", [edit(1), edit(2, { actor: wilma, at: NOON + SECOND })], "wilma"],
    ["by time, not by arrival", [edit(1, { actor: wilma, at: NOON + SECOND }), edit(2)], "wilma"],
    ["by arrival within a second", [edit(2, { actor: wilma }), edit(1)], "wilma"],
    ["nobody, where it was taken back", [edit(1), edit(2, untick)], null],
    ["who ticked it again", [edit(1), edit(2, untick), edit(3, { actor: wilma })], "wilma"],
    ["no bot", [edit(1, { actor: { ...wilma, isBot: true } })], null],
    [
      "whatever a bot did after",
      [edit(1), edit(2, { ...untick, actor: { ...wilma, isBot: true } })],
      "mona",
    ],
    ["none of another box", [edit(1, { ticked: [{ act: "reland", tag: "v1.4.3" }] })], null],
    ["none of another release", [edit(1, { ticked: [{ act: "agent", tag: "v1.4.2" }] })], null],
  ])("is %s", (_, edits, login) => {
    expect(findAsker(AGENT, edits)?.actor.login ?? null).toBe(login);
  });
});

describe("a tick", () => {
  const judge = (
    change: {
      rollback?: Partial<Rollback>;
      policy?: string;
      permission?: BoxAsked["permission"];
      at?: number;
      act?: RollbackBox["act"];
    } = {},
  ) => {
    const { rollback, policy = WORDED, permission = "write", at = NOON, act = "agent" } = change;
    const context = { state: stateOf(policy), permission, now: NOON + DAY };
    return judgeBox({ rollback: { ...ROLLBACK, ...rollback }, act }, edit(1, { at }), context);
  };

  it("is kept with who made it and what they may", () => {
    expect(judge()).toEqual(ASKED);
  });

  it.each([
    ["read is not enough", { permission: "triage" }, "the permission write"],
    ["the policy narrows who may", { policy: `${WORDED}\nmay: { rollBack: [wilma] }` }, "`may`"],
    ["a day is too long ago", { at: NOON - 1 }, "Tick it again"],
    ["the policy has no words", { policy: "" }, "not to be had now"],
    ["the policy is not valid", { policy: "auto: 7" }, "not to be had now"],
    ["releases go on again", { rollback: { resumedAt: NOON } }, "not to be had now"],
    ["there is nothing to reland", { act: "reland" }, "not to be had now"],
    [
      "it was refused before",
      {
        rollback: { boxes: { agent: { ...ASKED, at: NOON - DAY, refused: "no." } } },
        at: NOON - 1,
      },
      "Tick it again",
    ],
  ] as const)("does nothing where %s", (_, change, words) => {
    expect(judge(change)?.refused).toContain(words);
  });

  it("counts once, and is answered once", () => {
    expect(judge({ rollback: { boxes: { agent: ASKED } }, at: NOON + SECOND })).toBeNull();
    const refused = { agent: { ...ASKED, refused: "no." } };
    expect(judge({ rollback: { boxes: refused } })).toBeNull();
    expect(judge({ rollback: { boxes: refused }, at: NOON + SECOND })?.refused).toBeNull();
  });

  it("is offered until it was made", () => {
    const parsed = parsePolicy(policyFile(`version: 1\n${WORDED}\n`));
    const policy = parsed.kind === "valid" ? parsed.policy : null;
    expect(listOffered(ROLLBACK, policy)).toEqual(["agent"]);
    expect(listOffered(ROLLBACK, null)).toEqual([]);
    expect(listOffered({ ...ROLLBACK, boxes: { agent: ASKED } }, policy)).toEqual([]);
    const refused = { ...ASKED, refused: "no." };
    expect(listOffered({ ...ROLLBACK, boxes: { agent: refused } }, policy)).toEqual(["agent"]);
  });
});

describe("the words of the issue", () => {
  const place = {
    repository: { id: 42, url: REPOSITORY, defaultBranch: "main" },
    branch: "main",
  };

  it("has the boxes that are to be had, and what became of ticks", () => {
    expect(renderBoxes(ROLLBACK, [])).toEqual([]);
    const body = renderRollback(ROLLBACK, { ...place, offered: ["agent"] });
    expect(readRollbackBoxes(body)).toEqual([{ ...AGENT, isTicked: false }]);
    expect(renderRollback(ROLLBACK, place)).not.toContain("rollback-box");
    const refused = { boxes: { agent: { ...ASKED, refused: "this needs write." } } };
    expect(renderBoxes({ ...ROLLBACK, ...refused }, ["agent"])).toEqual([
      expect.stringContaining("**Ask an agent for a fix**"),
      expect.stringContaining("`mona` ticked _Ask an agent for a fix_ on"),
    ]);
  });

  it.each<[string, Partial<Rollback>, string]>([
    ["asked", {}, "."],
    ["going out", { agent: { postingAt: NOON, url: null, refused: null } }, "."],
    [
      "there",
      { agent: { postingAt: NOON, url: `${REPOSITORY}/issues/7#c`, refused: null } },
      `: [the comment](${REPOSITORY}/issues/7#c).`,
    ],
    [
      "refused",
      { agent: { postingAt: NOON, url: null, refused: "Locked @mona" } },
      ", and it could not be posted: Locked `@mona`",
    ],
  ])("tells of a comment that is %s", (_, change, words) => {
    const [row] = renderBoxes({ ...ROLLBACK, boxes: { agent: ASKED }, ...change }, []);
    expect(row).toBe(`- \`mona\` ticked _Ask an agent for a fix_ on 2 Mar 2026, 12:00 UTC${words}`);
  });

  it("tells of other boxes too", () => {
    const [row] = renderBoxes({ ...ROLLBACK, boxes: { reland: ASKED } }, []);
    expect(row).toContain("`mona` ticked _Prepare the reland_ on");
  });

  it("keeps what was asked in its signed copy", () => {
    const asked = {
      ...ROLLBACK,
      boxes: { agent: ASKED },
      agent: { postingAt: NOON, url: null, refused: null },
    };
    const kept = { line: "0123456789abcdef", rollback: asked };
    const body = `${renderRollback(asked, place)}\n${formatRollbackState(42, kept, sign)}\n`;
    expect(hasRollbackMarker(body)).toBe(true);
    const { boxes, agent } = readRollbackState(body, 42, sign)?.rollback ?? {};
    expect({ boxes, agent }).toEqual({ boxes: asked.boxes, agent: asked.agent });
  });
});

describe("the comment for an agent", () => {
  const url = `${REPOSITORY}/issues/7`;
  const text = "@my-agent please fix {sha} of {tag}, see {issue}";

  it("has the policy's words with the commit, the tag and the issue", () => {
    const body = renderAgentComment("v1.4.3", { text, sha: sha(3), url });
    const words = `@my-agent please fix ${sha(3)} of \`v1.4.3\`, see ${url}`;
    expect(body.split("\n")[0]).toBe(words);
    expect(isAgentComment(body, "v1.4.3")).toBe(true);
    expect(isAgentComment(body, "v1.4.2")).toBe(false);
    expect(isAgentComment(words, "v1.4.3")).toBe(false);
  });

  it("names the tag where its commit is not known", () => {
    expect(renderAgentComment("v1.4.3", { text, sha: null, url })).toContain("fix `v1.4.3` of");
  });

  it("keeps what a tag would do out of it", () => {
    const body = renderAgentComment("v1`@mona/{sha}", { text, sha: null, url });
    expect(body).toContain("fix `v1'@mona/{sha}` of");
  });
});
