import { expect, it } from "@jest/globals";
import { characterEntities } from "character-entities";
import { decodeEntities } from "../../../src/core/evidence/entities.ts";

const UNSEEN = /(?![\n\t])[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

it("reads every name that stands for ASCII, for a space or for nothing to see, and no other", () => {
  const names = Object.entries(characterEntities);
  expect(names.length).toBe(2_125);
  for (const [name, value] of names) {
    const seen = value
      .normalize("NFC")
      .replaceAll(UNSEEN, "")
      .replaceAll(/\p{Zs}/gu, " ");
    const isRead = /^[\t\n -~]*$/.test(seen);
    expect([name, decodeEntities(`&${name};`)]).toEqual([name, isRead ? seen : `&${name};`]);
  }
});
