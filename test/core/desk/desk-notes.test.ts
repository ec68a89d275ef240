import { describe, expect, it } from "@jest/globals";
import { judgeDeskNotes, renderDeskNotes } from "../../../src/core/desk/desk-notes.ts";
import type { DeskNotes } from "../../../src/core/desk/desk-notes.ts";
import { renderDesk } from "../../../src/core/desk/desk.ts";
import type { NoteLine } from "../../../src/core/evidence/note-line.ts";
import type { UnitDraft } from "../../../src/core/evidence/unit-draft.ts";
import { DAY, MINUTE, NOON } from "../../support/states.ts";

const AWAY = { reason: "the month's limit of @wilma is reached", since: NOON };
const STEERING = { code: "injection-suspected", reason: "its text gives orders" };
const OVERLOADED = { code: "overloaded", reason: "Claude was overloaded" };

function steering(count: number): DeskNotes["steering"] {
  return Array.from({ length: count }, (_, at) => ({ name: `#${at + 1}`, reason: "it is so" }));
}

const LINE: NoteLine = {
  units: ["#12"],
  text: "All is new.",
  grade: "A",
  category: "other",
  isBreaking: false,
  isSecurity: false,
  source: "claude",
  by: null,
  rejected: null,
};

/** `REJECTED` by the verifier, and not before it was sent. */
const REJECTED: NoteLine = {
  ...LINE,
  text: null,
  grade: "C",
  rejected: { text: "x", codes: ["markup", STEERING.code], reasons: ["a link", STEERING.reason] },
};

function draft(change: Partial<UnitDraft> = {}): UnitDraft {
  return {
    unit: "#12",
    contentKey: "k",
    seenKey: "s",
    purpose: "merge",
    model: "m",
    usage: null,
    costUsd: null,
    askedAt: NOON,
    answeredAt: NOON,
    line: null,
    failure: null,
    ...change,
  };
}

describe("what the desk has to say of drafts", () => {
  it("is nothing where all is well, or as somebody wants it", () => {
    const drafts = [
      draft({ line: LINE }),
      draft({
        line: { ...REJECTED, rejected: { text: "x", codes: ["markup"], reasons: ["a link"] } },
      }),
      draft({ failure: { code: "refused", reason: "Claude declined to answer" } }),
      draft(),
    ];
    expect(judgeDeskNotes(drafts, null)).toBeNull();
    expect(judgeDeskNotes([], { code: "no-key", reason: "there is no key" })).toBeNull();
  });

  it("is each pull whose newest text may steer the model, once", () => {
    const drafts = [
      draft({ unit: "#13", line: REJECTED }),
      draft({ failure: STEERING }),
      draft({ failure: STEERING, askedAt: NOON - DAY }),
      // Mended since, and worded by a person.
      draft({ unit: "#14", line: { ...LINE, units: ["#14"] } }),
      draft({ unit: "#14", failure: STEERING, askedAt: NOON - DAY }),
      draft({ unit: "#15", failure: STEERING }),
      draft({ unit: "#15", purpose: "person", line: LINE, askedAt: NOON - DAY }),
    ];
    const { reason } = STEERING;
    expect(judgeDeskNotes(drafts, null)).toEqual({
      steering: [
        { name: "#13", reason },
        { name: "#12", reason },
      ],
      away: null,
    });
  });

  it("is what keeps drafts away, since the first that failed", () => {
    const drafts = [
      draft({ failure: OVERLOADED }),
      draft({ purpose: "person", line: LINE }),
      draft(),
      draft({ failure: { code: "deadline", reason: "late" }, askedAt: NOON - MINUTE }),
      draft({ line: LINE, askedAt: NOON - DAY }),
      draft({ failure: OVERLOADED, askedAt: NOON - 2 * DAY }),
    ];
    expect(judgeDeskNotes(drafts, null)).toEqual({
      steering: [],
      away: { reason: OVERLOADED.reason, since: NOON - MINUTE },
    });
    expect(judgeDeskNotes([draft({ failure: OVERLOADED })], null)?.away?.since).toBe(NOON);
    const cap = { code: "cap", reason: "5 dollars are spent" };
    expect(judgeDeskNotes(drafts, cap)?.away).toEqual({ reason: cap.reason, since: null });
  });
});

describe("the desk on notes", () => {
  it("says nothing where nobody has to look", () => {
    expect(renderDeskNotes({ steering: [], away: null }, 10)).toEqual([]);
  });

  it("names pulls whose text tries to steer the model, and nothing of it is active", () => {
    const reason = "its text gives orders such as <b>ignore</b> #5";
    expect(renderDeskNotes({ steering: [{ name: "#12", reason }], away: null }, 10)).toEqual([
      "### Notes",
      "- Of `#12` the title is used: its text gives orders such as " +
        "\\<b\\>ignore\\</b\\> `#5`. `/notes` and a text, as a comment there, words it.",
    ]);
    const [, rows = ""] = renderDeskNotes({ steering: steering(12), away: null }, 10);
    expect(rows.split("\n")).toHaveLength(11);
    expect(rows.endsWith("- …and 2 more")).toBe(true);
  });

  it("says why nothing is drafted, in one line", () => {
    expect(renderDeskNotes({ steering: [], away: AWAY }, 10)).toEqual([
      "### Notes",
      "- Titles are used since 2 Mar 2026, 12:00 UTC: the month's limit of `@wilma` is reached.",
    ]);
    const [, row] = renderDeskNotes({ steering: [], away: { ...AWAY, since: null } }, 10);
    expect(row).toMatch(/^- Titles are used: the month's/);
  });

  it("is a part of it", () => {
    const view = { repository: { id: 42, url: "" }, lines: [], problems: [], news: [] };
    expect(renderDesk(view)).not.toContain("### Notes");
    const notes = { steering: steering(1), away: AWAY };
    expect(renderDesk({ ...view, notes })).toContain("### Notes\n\n- Of `#1` the title is used");
  });
});
