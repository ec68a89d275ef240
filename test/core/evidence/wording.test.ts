import { describe, expect, it } from "@jest/globals";
import type { NoteLine } from "../../../src/core/evidence/note-line.ts";
import type { DraftUnit } from "../../../src/core/evidence/unit-draft.ts";
import {
  judgeUnlisted,
  judgeWording,
  keepWording,
  livingWordings,
  shownWordings,
  wordingKeyOf,
  wordingOf,
} from "../../../src/core/evidence/wording.ts";
import type { Wording } from "../../../src/core/evidence/wording.ts";
import { lineState, memory, NOON, release, sha } from "../../support/states.ts";

const URL = "https://github.com/acme/widgets/pull/12#issuecomment-7";
const TEXT = "Widgets no longer shrink.";

function wording(change: Partial<Wording> = {}): Wording {
  return { pull: 12, text: TEXT, by: "mona", url: URL, at: NOON, ...change };
}

const LINE: NoteLine = {
  units: ["#12"],
  text: TEXT,
  grade: "B",
  category: "fix",
  isBreaking: false,
  isSecurity: false,
  source: "person",
  by: "mona",
  rejected: null,
};

function decide(
  change: { line?: NoteLine | null; isTaken?: boolean } = {},
  kept: readonly Wording[] = [],
) {
  const { isTaken = false, line = LINE } = change;
  return judgeWording(
    {
      state: lineState({ memory: memory({ wordings: kept }) }),
      by: { login: "mona", permission: "write" },
      said: { url: URL, at: NOON, isTaken },
    },
    TEXT,
    { pull: 12, line },
  );
}

describe("/notes", () => {
  it("words the line of a pull", () => {
    expect(decide()).toEqual({ kind: "worded", wording: wording() });
    expect(decide({}, [wording({ at: NOON - 1 })])).toMatchObject({ kind: "worded" });
    expect(decide({}, [wording()])).toMatchObject({ kind: "worded" });
  });

  it("gives way to what was said later", () => {
    expect(decide({}, [wording({ at: NOON + 1 })])).toEqual({ kind: "nothing" });
    expect(decide({}, [wording({ pull: 11, at: NOON + 1 })])).toMatchObject({ kind: "worded" });
  });

  it.each<[string, Parameters<typeof decide>[0], RegExp]>([
    ["could not be read", { line: null }, /could not be read. Say it again/],
    [
      "does not say so",
      {
        line: {
          ...LINE,
          text: null,
          grade: "C",
          rejected: { text: TEXT, codes: ["a", "b"], reasons: ["40 is not in it", "@ada is"] },
        },
      },
      /^40 is not in it; `@ada` is\. A line says in plain words what the pull request itself/,
    ],
    ["says nothing", { line: { ...LINE, text: null, grade: "C" } }, /^it could not be verified\. /],
  ])("is answered where the pull %s, once", (_, change, words) => {
    expect(decide(change)).toEqual({ kind: "answer", text: expect.stringMatching(words) });
    expect(decide({ ...change, isTaken: true })).toEqual({ kind: "nothing" });
  });
});

describe("a pull that no release will carry", () => {
  const said = { url: URL, at: NOON, isTaken: false };
  const pull = { isOpen: true } as NonNullable<Parameters<typeof judgeUnlisted>[0]["pull"]>;

  it.each([
    [pull, /it would be in no release now/],
    [{ ...pull, isOpen: false }, /released already; edit the notes of that release/],
    [null, /released already/],
  ])("is answered for, once", (which, words) => {
    expect(judgeUnlisted({ pull: which, said })).toEqual({
      kind: "answer",
      text: expect.stringMatching(words),
    });
    const taken = { ...said, isTaken: true };
    expect(judgeUnlisted({ pull: which, said: taken })).toEqual({ kind: "nothing" });
  });
});

const lineWith = (wordings: readonly Wording[]) => lineState({ memory: memory({ wordings }) });

describe("wordings", () => {
  it("are kept one of a pull, the one that was said last, and the newest 50", () => {
    const older = wording({ at: NOON - 1, text: "old" });
    expect(keepWording([older], wording())).toEqual([wording()]);
    expect(keepWording([wording()], older)).toEqual([wording()]);
    const many = Array.from({ length: 60 }, (_, at) => wording({ pull: at, at: NOON + at }));
    const kept = many.reduce<readonly Wording[]>(keepWording, []);
    expect(kept.map(({ pull }) => pull)).toEqual(Array.from({ length: 50 }, (_, at) => 59 - at));
    expect(wordingOf(kept, 59)).toEqual(many[59]);
    expect(wordingOf(kept, 9)).toBeNull();
  });

  it("are held against a pull again where either changed", () => {
    const unit: DraftUnit = {
      unit: "#12",
      pull: 12,
      title: "fix: stop shrinking",
      body: "",
      labels: ["a", "b"],
      commits: ["work"],
      sha: sha(77),
      isBreaking: [],
    };
    const key = wordingKeyOf(wording(), unit);
    expect(wordingKeyOf(wording(), { ...unit, labels: ["b", "a"], commits: [] })).toBe(key);
    for (const change of [{ sha: sha(78) }, { title: "fix" }, { body: "more" }]) {
      expect(wordingKeyOf(wording(), { ...unit, ...change })).not.toBe(key);
    }
    expect(wordingKeyOf(wording({ at: NOON + 1 }), unit)).not.toBe(key);
  });

  it("live until their pulls are released", () => {
    const both = [wording(), wording({ pull: 13 })];
    const released = [release("v1.4.2", { cardPulls: [12] }), release("v1", { cardPulls: null })];
    const state = lineState({ memory: memory({ wordings: both }), releases: released });
    expect(livingWordings(state)).toEqual([wording({ pull: 13 })]);
  });

  it("are shown each once, the newest first, as far as there is room", () => {
    const newer = wording({ pull: 13, at: NOON + 1 });
    expect(shownWordings([lineWith([wording()]), lineWith([wording(), newer])])).toEqual([
      newer,
      wording(),
    ]);
    const long = Array.from({ length: 30 }, (_, pull) => wording({ pull, text: "x".repeat(240) }));
    const shown = shownWordings([lineWith(long)]);
    expect(shown.length).toBeGreaterThan(10);
    expect(JSON.stringify(shown).length).toBeLessThan(6_100);
  });
});
