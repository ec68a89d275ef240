import { describe, expect, it } from "@jest/globals";
import { formatBox, tickBoxes } from "../../src/core/desk/desk-box.ts";
import { renderClosedDesk } from "../../src/core/desk/desk.ts";
import { interpretDelivery } from "../../src/github/events.ts";
import { openSigner } from "../../src/github/signer.ts";
import { WIDGETS } from "../support/payload.ts";

const BOX = formatBox({ act: "hold", line: "0123456789abcdef", batch: null }, "**Hold releases**");
const BODY = `${renderClosedDesk(42, { by: null, isByPolicy: true })}\n${BOX}\n`;
const BOT = { id: 7, login: "smallbatch[bot]", type: "Bot" };
const MONA = { id: 3, login: "mona", type: "User" };

function read(change: {
  action?: string;
  body?: string | null;
  from?: string | null;
  sender?: object | null;
  app?: { id: number } | null;
  issue?: object;
}) {
  const { action = "edited", body = BODY, from, sender = MONA, app = { id: 99 } } = change;
  const payload = {
    action,
    installation: { id: 5 },
    repository: WIDGETS,
    ...(sender === null ? {} : { sender }),
    issue: {
      number: 1,
      node_id: "I_1",
      user: BOT,
      body,
      updated_at: "2026-11-22T12:00:00Z",
      performed_via_github_app: app,
      ...change.issue,
    },
    ...(from === undefined ? {} : { changes: { body: { from } } }),
  };
  const context = { appId: 99, guid: "g", receivedAt: 0 };
  const { desk, hint, note } = interpretDelivery("issues", payload, context);
  return { desk, hint, note };
}

describe("a delivery about the desk", () => {
  it("says who ticked which box, and asks for a look", () => {
    const { desk, hint, note } = read({ body: tickBoxes(BODY, [BOX]), from: BODY });
    expect(desk).toEqual({
      nodeId: "I_1",
      action: "edited",
      actor: { id: 3, login: "mona", isBot: false },
      isOurs: false,
      at: Date.parse("2026-11-22T12:00:00Z"),
      ticked: [BOX],
      unticked: [],
    });
    expect([hint, note]).toEqual([true, null]);
  });

  it("tells of a tick that was taken away, by whom ever, and asks for nothing", () => {
    const ours = read({ from: tickBoxes(BODY, [BOX]), sender: BOT });
    expect(ours).toMatchObject({ desk: { isOurs: true, unticked: [BOX] }, hint: false });
    const theirs = read({ from: tickBoxes(BODY, [BOX]) });
    expect(theirs).toMatchObject({ desk: { isOurs: false, unticked: [BOX] }, hint: false });
  });

  it.each(["closed", "reopened", "deleted", "transferred"])("tells that it was %s", (action) => {
    expect(read({ action })).toMatchObject({ desk: { action }, hint: true });
    expect(read({ action, sender: BOT }).hint).toBe(false);
  });

  it.each([
    ["a text without a tick", { body: `${BODY}words`, from: BODY }],
    ["a new title", {}],
    ["a label", { action: "labeled" }],
    ["an issue of a person", { app: null, body: tickBoxes(BODY, [BOX]), from: BODY }],
    ["an issue of another App", { app: { id: 98 }, body: tickBoxes(BODY, [BOX]), from: BODY }],
    ["no desk", { body: tickBoxes(BOX, [BOX]), from: BOX }],
    ["nobody", { sender: null, body: tickBoxes(BODY, [BOX]), from: BODY }],
    ["an empty text", { body: null, from: null }],
    ["no node", { action: "closed", issue: { node_id: undefined } }],
  ])("about %s says nothing", (_, change) => {
    expect(read(change)).toMatchObject({ desk: undefined, hint: false, note: null });
  });
});

describe("the signer", () => {
  const key = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n";

  it("says the same of the same, whatever the ends of lines of its key", () => {
    const signed = openSigner(key)("text");
    expect(signed).toMatch(/^[0-9a-f]{64}$/);
    expect(openSigner(key.replaceAll("\n", "\r\n").trim())("text")).toBe(signed);
    expect(openSigner(key)("text ")).not.toBe(signed);
    expect(openSigner(key.replace("abc", "abd"))("text")).not.toBe(signed);
  });
});
