import { describe, expect, it } from "@jest/globals";
import type { ActionOf } from "../../../src/core/action.ts";
import { releaseCardSchema } from "../../../src/core/card.ts";
import { judgeCap, monthOf } from "../../../src/core/evidence/cap.ts";
import { addCosts, shareCost } from "../../../src/core/evidence/share-cost.ts";
import type { UnitDraft } from "../../../src/core/evidence/unit-draft.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState } from "../../../src/core/state.ts";
import {
  BOB,
  batchOf,
  commit,
  head,
  lineState,
  NOON,
  policyFile,
  ROBOT,
  SECOND,
  sha,
} from "../../support/states.ts";
import { draftOf, noteLine, USAGE, withDrafts } from "../../support/unit-drafts.ts";

/** The release of a state whose drafts are known. */
function releaseOf(
  state: LineState,
  drafts: readonly UnitDraft[],
  change: Parameters<typeof withDrafts>[2] = {},
): ActionOf<"publishRelease"> {
  const planned = plan(withDrafts(state, drafts, { isTried: true, ...change }), NOON);
  const made = planned.actions.find(({ kind }) => kind === "publishRelease");
  if (made?.kind !== "publishRelease") throw new Error(planned.reason.text);
  return made;
}

const bulletsOf = (body: string) => body.split("\n").filter((line) => /^(?:- |###)/.test(line));

const WORDED = "Drafted by Claude, and checked: the numbers";

const BOTS = batchOf([{ title: "fix(deps): left-pad", author: ROBOT }], {
  policyFile: policyFile("version: 1\nbots: release\n"),
});

const TWO = batchOf([{ title: "fix: close" }, { title: "fix: open", author: BOB }]);

const PRIVATE = { ...TWO, repository: { ...TWO.repository, isPrivate: true } };

describe("notes that Claude worded", () => {
  it("have its lines, with references and authors by code, and say so at the end", () => {
    const state = batchOf([{ title: "fix: close" }, { title: "feat: open @alice" }]);
    const open = noteLine({ units: ["#3"], text: "`open()` takes *any* widget...", grade: "B" });
    const { body, card } = releaseOf(state, [
      draftOf(state, "#2"),
      draftOf(state, "#3", { line: open }),
    ]);
    expect(bulletsOf(body)).toEqual([
      "### Features",
      String.raw`- ${"`open()`"} takes \*any\* widget... (#3) by @alice`,
      "### Fixes",
      "- Widgets close without a pause (#2) by @alice",
    ]);
    expect(body.split(WORDED)).toHaveLength(2);
    expect(body.indexOf(WORDED)).toBeGreaterThan(body.indexOf("All changes:"));
    expect(card.notes).toEqual({
      source: "claude",
      reason: null,
      lines: [
        { units: ["#2"], grade: "A", source: "claude" },
        { units: ["#3"], grade: "B", source: "claude" },
      ],
      usage: { ...USAGE, inputTokens: 1_800, outputTokens: 180 },
      costUsd: 0.0008,
      model: "claude-haiku-5-5",
    });
    expect(releaseCardSchema.strict().safeParse(card).success).toBe(true);
  });

  it("have one bullet for pulls that are worded together, with all of their authors", () => {
    const line = noteLine({ units: ["#2", "#3"] });
    const drafts = ["#2", "#3"].map((name) => draftOf(TWO, name, { line }));
    expect(bulletsOf(releaseOf(TWO, drafts).body)).toEqual([
      "### Fixes",
      "- Widgets close without a pause (#2, #3) by @alice and @bob",
    ]);
  });

  it.each<[string, LineState, Partial<UnitDraft>]>([
    [
      "stand under different headings",
      batchOf([{ title: "fix: close" }, { title: "feat: open" }]),
      {},
    ],
    ["are not all worded so", TWO, { line: noteLine({ units: ["#3"], text: "Other words." }) }],
    ["are not all in the release", batchOf([{ title: "fix: close" }]), {}],
  ])("fall back to titles where pulls of one line %s", (_what, state, change) => {
    const line = noteLine({ units: ["#2", "#3"] });
    const drafts = [draftOf(state, "#2", { line }), draftOf(state, "#3", { line, ...change })];
    const { body, card } = releaseOf(state, drafts);
    expect(body).toContain("- fix: close (#2) by @alice");
    expect(body).not.toContain("without a pause");
    expect(card.notes.reason).toBe("changes that were worded together do not stand together");
  });

  it("name a push by its commit, and nobody whom GitHub does not know", () => {
    const ghost = { id: null, login: "ghost", isBot: false };
    const [five, six] = ["5", "6"].map((digit) => digit.repeat(40));
    const own5 = { sha: String(five), parents: [sha(1)] };
    const pushed = { ...own5, message: "fix: close", author: { ...BOB, login: "bob c" } };
    const unknown = {
      sha: String(six),
      parents: [String(five)],
      message: "fix: open",
      author: ghost,
    };
    const commits = [commit(6, unknown), commit(5, pushed)];
    const own = { head: head({ sha: unknown.sha }), commits, commitCount: 2, pulls: [] };
    const state = lineState(own);
    const drafts = ["5555555", "6666666"].map((name) => draftOf(state, name));
    const bullets = bulletsOf(releaseOf(state, drafts).body);
    expect(bullets[1]).toMatch(/^- Widgets close without a pause \(\[`5{7}`\]\(.*\)\) by bob c$/);
    expect(bullets[2]).toMatch(/^- Widgets close without a pause \(\[`6{7}`\]\(.*\)\)$/);
  });

  it("have titles where two commits begin alike", () => {
    const commits = [commit(6, { message: "fix: open" }), commit(5, { message: "fix: close" })];
    const own = lineState({ head: head({ sha: sha(6) }), commits, commitCount: 2, pulls: [] });
    const { body } = releaseOf(own, [draftOf(own, sha(5).slice(0, 7))]);
    expect(bulletsOf(body).map((line) => line.slice(0, 11))).toEqual([
      "### Fixes",
      "- fix: clos",
      "- fix: open",
    ]);
  });

  it("mark what closes a vulnerability, and keep breaking changes under their heading", () => {
    const state = batchOf([{ title: "fix!: close" }, { title: "fix: open" }]);
    const policy = policyFile("version: 1\nauto: major\n");
    const line = noteLine({ units: ["#3"], isSecurity: true });
    const { body } = releaseOf({ ...state, policyFile: policy }, [
      draftOf(state, "#2", { line: noteLine({ isBreaking: true }) }),
      draftOf(state, "#3", { line }),
    ]);
    expect(bulletsOf(body)).toEqual([
      "### Breaking changes",
      "- Widgets close without a pause (#2) by @alice",
      "### Fixes",
      "- **Security:** Widgets close without a pause (#3) by @alice",
    ]);
  });

  it("have a person's words before Claude's, whatever the change is by now", () => {
    const words = noteLine({ text: "Mine.", grade: "B", source: "person", by: "mona" });
    const said = { purpose: "person", line: words, seenKey: "", costUsd: 0, usage: null } as const;
    const { body, card } = releaseOf(TWO, [draftOf(TWO, "#2", said), draftOf(TWO, "#2")]);
    expect(body).toContain("- Mine (#2) by @alice");
    expect(body).not.toContain(WORDED);
    expect(card.notes).toMatchObject({
      source: "deterministic",
      lines: [{ units: ["#2"], grade: "B", source: "person", by: "mona" }],
      costUsd: 0.0004,
    });
    const alone = releaseOf(TWO, [draftOf(TWO, "#2", said)], {
      unable: { code: "no-key", reason: "no key is set" },
    });
    expect(alone.body).toContain("- Mine (#2) by @alice");
    expect(alone.card.notes.costUsd).toBeUndefined();
    const back = releaseOf(TWO, [draftOf(TWO, "#2", { ...said, line: null })]);
    expect(back.body).toContain("- fix: close (#2) by @alice");
  });
});

describe("notes from titles", () => {
  const rejected = {
    text: `It is 3x faster ${"x".repeat(400)}`,
    codes: ["number"],
    reasons: ["3 is in no source"],
  };
  const title = noteLine({ text: null, grade: "C", source: "title", rejected });

  it("keep a claim that was not published on the card", () => {
    const { body, card } = releaseOf(TWO, [draftOf(TWO, "#2", { line: title })], {});
    expect(body).toContain("- fix: close (#2) by @alice");
    expect(body).not.toContain(WORDED);
    expect(card.notes.reason).toBe("a claim was not published: 3 is in no source");
    const [line] = card.notes.lines ?? [];
    expect(line).toMatchObject({ grade: "C", source: "title", rejected: { codes: ["number"] } });
    expect(line?.rejected?.text).toHaveLength(300);
  });

  it.each<[string, readonly string[]]>([
    ["See https://evil.example.com now.", ["url"]],
    ["Version 9 is out.", ["injection-suspected"]],
  ])("give %j no other page to stand on", (text, codes) => {
    const planted = { text, codes, reasons: [`it says "${text}"`] };
    const line = { ...title, rejected: planted };
    const { body, card } = releaseOf(TWO, [draftOf(TWO, "#2", { line })]);
    expect(card.notes.lines?.[0]?.rejected).toEqual({ text: "(not kept)", codes, reasons: [] });
    expect(card.notes.reason).toBe("a claim was not published");
    expect(body).not.toContain(text.slice(0, 15));
  });

  it("keep no secret on the card, whatever a claim or its reason says", () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    const leaked = { text: "It is 3x faster.", codes: ["number"], reasons: [`"${token}" is new`] };
    const line = { ...title, rejected: leaked };
    const { body } = releaseOf(TWO, [draftOf(TWO, "#2", { line })]);
    expect(body).toContain("3x faster");
    expect(body).not.toContain(token);
  });

  it.each<[string, Partial<UnitDraft>, string]>([
    [
      "failed",
      { line: null, failure: { code: "refused", reason: "Claude declined" } },
      "Claude declined",
    ],
    [
      "failed as a whole",
      {
        line: noteLine({ text: null, grade: "C", source: "title" }),
        failure: { code: "slots", reason: "a pull was left out" },
      },
      "a pull was left out",
    ],
    ["was lost", { line: null, answeredAt: null }, "a crash lost the draft"],
    [
      "is of an earlier content",
      { seenKey: "earlier" },
      "no draft was there 30 s after the merge, and none is waited for",
    ],
    [
      "of another failed just now",
      {
        seenKey: "earlier",
        line: null,
        failure: { code: "deadline", reason: "too slow" },
        askedAt: NOON - SECOND,
      },
      "Claude did not answer a moment ago, and is not waited for again",
    ],
  ])("say why where the draft %s", (_what, change, reason) => {
    const state = batchOf([{ title: "fix: close" }]);
    const { body, card } = releaseOf(state, [draftOf(state, "#2", change)]);
    expect(body).toContain("- fix: close (#2) by @alice");
    expect(card.notes).toMatchObject({ source: "deterministic", reason, costUsd: 0.0004 });
  });

  it.each<[string, LineState, string]>([
    ["nobody can draft", TWO, "no key is set"],
    [
      "the policy says no",
      { ...TWO, policyFile: policyFile("version: 1\nnotes: { claude: off }\n") },
      "the policy says that nothing is sent to Claude",
    ],
    [
      "the repository is private",
      PRIVATE,
      "the repository is private, and its policy does not say what Claude may be sent",
    ],
    [
      "the policy of a private one says no",
      { ...PRIVATE, policyFile: policyFile("version: 1\nnotes: { claude: off }\n") },
      "the policy says that nothing is sent to Claude",
    ],
    ["nothing is worth a draft", BOTS, "every change is told by its title"],
  ])("say why where %s", (_what, state, reason) => {
    const { card } = releaseOf(state, [], { unable: { code: "no-key", reason: "no key is set" } });
    expect(card.notes).toEqual({ source: "deterministic", reason });
  });

  it("say nothing where nobody was there to draft", () => {
    const made = plan(TWO, NOON).actions.find(({ kind }) => kind === "publishRelease");
    const notes = made?.kind === "publishRelease" ? made.card.notes : null;
    expect(notes).toEqual({ source: "deterministic", reason: null });
  });
});

describe("what drafts cost", () => {
  it("is shared by the units of a request, to the last token", () => {
    const usage = { ...USAGE, inputTokens: 901 };
    const shares = shareCost({ usage, costUsd: 0.003 }, 3);
    expect(shares.map((share) => share.usage?.inputTokens)).toEqual([301, 300, 300]);
    expect(addCosts(shares)).toEqual({ usage, costUsd: 0.003 });
    expect(shareCost({ usage: null, costUsd: null }, 1)).toEqual([{ usage: null, costUsd: null }]);
    expect(addCosts([{ usage: null, costUsd: null }])).toEqual({ usage: null, costUsd: null });
  });

  it("is capped by the month, UTC", () => {
    expect(monthOf(NOON)).toBe(Date.UTC(2026, 2, 1));
    expect(judgeCap(4.99, 5)).toBeNull();
    expect(judgeCap(5, 5)).toEqual({
      code: "cap",
      reason: "the 5 dollars for drafts of this month are spent",
    });
    expect(judgeCap(0, 0)).not.toBeNull();
  });
});
