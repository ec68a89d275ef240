import { describe, expect, it } from "@jest/globals";
import { wordingKeyOf } from "../../src/core/evidence/wording.ts";
import { AppError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { Forge } from "../../src/ports.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { renewWordings } from "../../src/reconcile/wordings.ts";
import { noteSource } from "../support/note-sources.ts";
import { lineState, memory, NOON, sha } from "../support/states.ts";
import { draftOf, noteLine } from "../support/unit-drafts.ts";

const WORDING = { pull: 12, text: "Widgets grow.", by: "mona", url: "https://x.test", at: NOON };
const STATE = lineState({ memory: memory({ wordings: [WORDING] }) });

const { files: _, isTruncated: _no, signals: _none, ...TEXTS } = noteSource();
const UNIT = { ...TEXTS, unit: "#12", pull: 12, sha: sha(2), isBreaking: [] };

/** Held against the pull before its last push. */
const HELD = draftOf(STATE, "#12", {
  purpose: "person",
  seenKey: wordingKeyOf(WORDING, { ...UNIT, sha: sha(1) }),
  line: noteLine({ units: ["#12"], text: WORDING.text, source: "person", grade: "B", by: "mona" }),
});
const DRAFT = draftOf(STATE, "#12");

function renew(readSources: Forge["notes"]["readSources"]) {
  const repository = { id: 42, owner: "acme", name: "widgets" };
  const request = { store: fleetingStore(), repository, forge: { notes: { readSources } } };
  return renewWordings(request, STATE, { units: [UNIT], known: [HELD, DRAFT] });
}

function failing(code: ErrorCode): Forge["notes"]["readSources"] {
  return () => Promise.reject(new AppError(code, "no", { retry: { kind: "backoff" } }));
}

describe("people's words for a pull that was pushed to", () => {
  it("are held against it again", async () => {
    const renewed = await renew(() =>
      Promise.resolve([{ ...UNIT, files: [], isTruncated: false }]),
    );
    expect(renewed.map(({ seenKey }) => seenKey)).toEqual([wordingKeyOf(WORDING, UNIT)]);
  });

  it("are held against it although one answer was lost", async () => {
    let asked = 0;
    const renewed = await renew(async (...of) => {
      asked += 1;
      if (asked === 1) return failing("github/unavailable")(...of);
      return [{ ...UNIT, files: [], isTruncated: false }];
    });
    expect(renewed.map(({ seenKey }) => seenKey)).toEqual([wordingKeyOf(WORDING, UNIT)]);
  });

  it("are not known, and stop nobody, where GitHub never shows its changes", async () => {
    expect(await renew(failing("github/unavailable"))).toEqual([DRAFT]);
  });

  it("wait where GitHub asks us to", async () => {
    await expect(renew(failing("github/rate-limited"))).rejects.toThrow("no");
  });
});
