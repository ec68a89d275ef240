import { describe, expect, it } from "@jest/globals";
import { formatRollbackBox } from "../../src/core/rollback/rollback-box.ts";
import type { RollbackBox } from "../../src/core/rollback/rollback-box.ts";
import { formatRollbackMarker } from "../../src/core/rollback/rollback-marker.ts";
import { interpretDelivery } from "../../src/github/events.ts";
import { WIDGETS } from "../support/payload.ts";

const AGENT: RollbackBox = { act: "agent", tag: "v1.4.3" };
const BOX = formatRollbackBox(AGENT, "**Ask an agent for a fix**");
const TICKED = BOX.replace("[ ]", "[x]");
const BOT = { id: 7, login: "smallbatch[bot]", type: "Bot" };
const MONA = { id: 3, login: "mona", type: "User" };
const bodyWith = (box: string): string => `${formatRollbackMarker(42)}\n\nwords\n\n${box}\n`;

function read(change: {
  action?: string;
  body?: string | null;
  from?: string | null;
  sender?: object | null;
  app?: { id: number } | null;
}) {
  const { action = "edited", body = bodyWith(TICKED), from, sender = MONA } = change;
  const { app = { id: 99 } } = change;
  const payload = {
    action,
    installation: { id: 5 },
    repository: WIDGETS,
    ...(sender === null ? {} : { sender }),
    issue: {
      number: 17,
      node_id: "I_1",
      user: BOT,
      body,
      updated_at: "2026-11-22T12:00:00Z",
      performed_via_github_app: app,
    },
    ...(from === undefined ? {} : { changes: { body: { from } } }),
  };
  const context = { appId: 99, guid: "g", receivedAt: 0 };
  const { rollbackBoxes, hint, note } = interpretDelivery("issues", payload, context);
  return { boxes: rollbackBoxes, hint, note };
}

describe("a delivery about a rollback issue", () => {
  it("says who ticked which box, and asks for a look", () => {
    expect(read({ from: bodyWith(BOX) })).toEqual({
      boxes: {
        number: 17,
        actor: { id: 3, login: "mona", isBot: false },
        at: Date.parse("2026-11-22T12:00:00Z"),
        ticked: [AGENT],
        unticked: [],
      },
      hint: true,
      note: null,
    });
  });

  it("tells of a tick that was taken away, and asks for nothing", () => {
    const { boxes, hint } = read({ body: bodyWith(BOX), from: bodyWith(TICKED) });
    expect([boxes?.unticked, hint]).toEqual([[AGENT], false]);
  });

  it("says that it was a bot", () => {
    const renovate = { id: 8, login: "renovate[bot]", type: "Bot" };
    expect(read({ from: bodyWith(BOX), sender: renovate }).boxes?.actor.isBot).toBe(true);
  });

  it("is believed of either text, so that a marker taken out hides nothing", () => {
    expect(read({ body: TICKED, from: bodyWith(BOX) }).boxes?.ticked).toEqual([AGENT]);
  });

  it("of ours that wrote an old text over a new one lets it be written anew, and ticks nothing", () => {
    const signature = "f".repeat(64);
    const stateWith = (steps: object): string =>
      `<!-- smallbatch:rollback-state v1 ${JSON.stringify({ rollback: { steps } })} ${signature} -->`;
    const newer = `${bodyWith(BOX)}${stateWith({ latest: 1, mark: 2 })}\n`;
    const older = `${bodyWith(TICKED)}${stateWith({ latest: 1 })}\n`;
    const { boxes } = read({ body: older, from: newer, sender: BOT });
    expect(boxes).toMatchObject({ number: 17, ticked: [], unticked: [] });
    expect(read({ body: newer, from: older, sender: BOT }).boxes).toBeUndefined();
  });

  it.each([
    ["a text without a tick", { body: bodyWith(BOX), from: bodyWith("") }],
    ["what we wrote", { from: bodyWith(BOX), sender: BOT }],
    ["another action", { action: "closed", from: bodyWith(BOX) }],
    ["an issue of a person", { app: null, from: bodyWith(BOX) }],
    ["an issue of another App", { app: { id: 98 }, from: bodyWith(BOX) }],
    ["no rollback issue", { body: TICKED, from: BOX }],
    ["nobody", { sender: null, from: bodyWith(BOX) }],
    ["an empty text", { body: null, from: null }],
  ])("about %s says nothing", (_, change) => {
    expect(read(change)).toEqual({ boxes: undefined, hint: false, note: null });
  });
});
