import { describe, expect, it } from "@jest/globals";
import {
  formatBox,
  listTicked,
  nameBox,
  readBoxes,
  tickBoxes,
} from "../../../src/core/desk/desk-box.ts";
import type { DeskBox } from "../../../src/core/desk/desk-box.ts";
import { compareTicks, findTicker, findTicks } from "../../../src/core/desk/desk-ticks.ts";
import type { DeskEdit, DeskRevision } from "../../../src/core/desk/desk-ticks.ts";
import { NOON, SECOND, sha } from "../../support/states.ts";

const LINE = "0123456789abcdef";
const box = (act: DeskBox["act"], text: string, batch: DeskBox["batch"] = null): string =>
  formatBox({ act, line: LINE, batch }, text);

const PUBLISH = box("publish", "**Publish v2.0.0** with its 3 changes (needs maintain)", {
  version: "2.0.0",
  sha: sha(7),
});
const HOLD = box("hold", "**Hold releases** (needs write)");
const BODY = ["# Desk", "", PUBLISH, HOLD, "", "text"].join("\n");

const MONA = { id: 1, login: "mona", isBot: false };
const WILMA = { id: 2, login: "wilma", isBot: false };
const US = { id: 9, login: "smallbatch[bot]", isBot: true };

let edits = 0;
function edit(change: Partial<DeskEdit>): DeskEdit {
  edits += 1;
  return { id: edits, actor: MONA, isOurs: false, at: NOON, ticked: [], unticked: [], ...change };
}
const wipe = (source: string, at = NOON): DeskEdit =>
  edit({ actor: US, isOurs: true, unticked: [source], at });

function find(now: string, heard: readonly DeskEdit[], written: string | null = BODY) {
  const { ticks, doubts, awaited } = findTicks({ written, now, edits: heard });
  const say = (each: (typeof ticks)[number]): string =>
    `${each.by?.login} ${each.box.act}${each.isKnown ? "" : " unknown"}`;
  return {
    ticks: ticks.map(say),
    doubts: doubts.map(({ act }) => act),
    awaited: awaited.map(say),
  };
}

describe("boxes", () => {
  it("are read back as they were written, ticked or not, with any end of line", () => {
    expect(readBoxes(BODY.replaceAll("\n", "\r\n"))).toEqual([
      {
        act: "publish",
        line: LINE,
        batch: { version: "2.0.0", sha: sha(7) },
        source: PUBLISH,
        isTicked: false,
      },
      { act: "hold", line: LINE, batch: null, source: HOLD, isTicked: false },
    ]);
    expect(listTicked(BODY.replaceAll("[ ]", "[X]"))).toEqual([PUBLISH, HOLD]);
    expect(listTicked(tickBoxes(BODY, [HOLD, "not there"]))).toEqual([HOLD]);
  });

  it.each([
    ["inside of a quotation", `> ${PUBLISH}`],
    ["with another act", PUBLISH.replace(" publish ", " delete ")],
    ["with a short commit", PUBLISH.replace(sha(7), sha(7).slice(1))],
    ["without a marker", "- [x] Publish v2.0.0"],
  ])("%s are none of ours", (_, line) => {
    expect(readBoxes(line)).toEqual([]);
  });

  it("are named by what stands bold in them", () => {
    expect(nameBox({ source: PUBLISH })).toBe("Publish v2.0.0");
    expect(nameBox({ source: "- [ ] nothing bold" })).toBe("a box");
  });

  it("of one edit are those that it ticked and those that it took the tick of", () => {
    expect(compareTicks(tickBoxes(BODY, [HOLD]), tickBoxes(BODY, [PUBLISH]))).toEqual({
      ticked: [PUBLISH],
      unticked: [HOLD],
    });
  });
});

describe("a tick", () => {
  it("is of who ticked it, by delivery", () => {
    const now = tickBoxes(BODY, [PUBLISH]);
    expect(find(now, [edit({ ticked: [PUBLISH] })])).toEqual({
      ticks: ["mona publish"],
      doubts: [],
      awaited: [],
    });
  });

  it("of two people within a second are two", () => {
    const now = tickBoxes(BODY, [PUBLISH, HOLD]);
    const heard = [edit({ ticked: [PUBLISH] }), edit({ actor: WILMA, ticked: [HOLD] })];
    expect(find(now, heard).ticks).toEqual(["mona publish", "wilma hold"]);
    expect(find(now, heard.toReversed()).ticks).toEqual(["mona publish", "wilma hold"]);
  });

  it("that we wrote over while it was made holds, in whichever order that is told", () => {
    const tick = edit({ ticked: [PUBLISH] });
    expect(find(BODY, [tick, wipe(PUBLISH)]).ticks).toEqual(["mona publish"]);
    expect(find(BODY, [wipe(PUBLISH), edit({ ticked: [PUBLISH] })]).ticks).toEqual([
      "mona publish",
    ]);
  });

  it("is waited for where nobody tells yet why it is gone", () => {
    expect(find(BODY, [edit({ ticked: [PUBLISH] })])).toEqual({
      ticks: [],
      doubts: [],
      awaited: ["mona publish"],
    });
    // What we took away before is no answer.
    const earlier = wipe(PUBLISH, NOON - SECOND);
    expect(find(BODY, [earlier, edit({ ticked: [PUBLISH] })]).awaited).toEqual(["mona publish"]);
  });

  it("that somebody took back is none", () => {
    const heard = [edit({ ticked: [PUBLISH] }), edit({ actor: WILMA, unticked: [PUBLISH] })];
    expect(find(BODY, heard)).toEqual({ ticks: [], doubts: [], awaited: [] });
  });

  it("that somebody made again is theirs", () => {
    const heard = [
      edit({ ticked: [PUBLISH] }),
      edit({ unticked: [PUBLISH] }),
      edit({ actor: WILMA, ticked: [PUBLISH] }),
    ];
    expect(find(tickBoxes(BODY, [PUBLISH]), heard).ticks).toEqual(["wilma publish"]);
  });

  it("without a delivery is a doubt", () => {
    const now = tickBoxes(BODY, [HOLD]);
    expect(find(now, [])).toEqual({ ticks: [], doubts: ["hold"], awaited: [] });
  });

  it("of a box that we did not write is known as such, and one without a box is nothing", () => {
    const forged = box("publish", "**Have a biscuit**", { version: "9.0.0", sha: sha(1) });
    const now = `${BODY}\n${forged.replace("[ ]", "[x]")}`;
    const heard = [edit({ ticked: [forged, "- [ ] something else"] })];
    expect(find(now, heard)).toEqual({
      ticks: ["mona publish unknown"],
      doubts: [],
      awaited: [],
    });
    // Without a delivery there is nobody to tell.
    expect(find(now, []).doubts).toEqual([]);
    expect(find(tickBoxes(BODY, [HOLD]), [edit({ ticked: [HOLD] })], null).ticks).toEqual([
      "mona hold unknown",
    ]);
  });
});

const revision = (body: string | null, editor: DeskRevision["editor"], at = NOON): DeskRevision => {
  return { body, editor, at };
};

describe("whose tick it is, by the list of edits", () => {
  const ticked = tickBoxes(BODY, [PUBLISH]);

  it("is whoever made the first text that has it", () => {
    const later = revision(tickBoxes(BODY, [PUBLISH, HOLD]), WILMA, NOON + SECOND);
    const list = [later, revision(ticked, MONA), revision(BODY, US)];
    expect(findTicker(PUBLISH, list)).toEqual({ by: MONA, at: NOON });
    expect(findTicker(HOLD, list)).toEqual({ by: WILMA, at: NOON + SECOND });
  });

  it.each([
    ["a text is not shown", [revision(ticked, MONA), revision(null, MONA), revision(BODY, US)]],
    ["the list is cut", [revision(ticked, MONA)]],
    ["the account is gone", [revision(ticked, null), revision(BODY, US)]],
    ["there is no list", []],
  ])("is not known where %s", (_, list) => {
    expect(findTicker(PUBLISH, list)).toBeNull();
  });
});
