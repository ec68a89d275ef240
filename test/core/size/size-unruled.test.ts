import { describe, expect, it } from "@jest/globals";
import { readSizeId } from "../../../src/core/size/size-check.ts";
import { findUnruled, unruledCheckOf } from "../../../src/core/size/size-unruled.ts";
import { lineState, policyFile } from "../../support/states.ts";

describe("sizes without a policy that was ever valid", () => {
  const wrong = policyFile("version: 1\nsize: { limit: 9 }\n");

  it.each([
    ["no file", { policyFile: null }, null],
    ["a valid one", { policyFile: policyFile("version: 1\n") }, null],
    [
      "one that was valid before",
      { policyFile: wrong, policyHistory: [policyFile("version: 1\n")] },
      null,
    ],
    ["one that never was", { policyFile: wrong }, [2]],
  ])("are those of %s", (_, change, lines) => {
    const errors = findUnruled(lineState(change));
    expect(errors?.map(({ line }) => line) ?? null).toEqual(lines);
  });

  it("say what is wrong in which line, and hold nothing", () => {
    const pull = { number: 7, headSha: "b".repeat(40) };
    const errors = findUnruled(lineState({ policyFile: wrong })) ?? [];
    const { conclusion, summary, externalId } = unruledCheckOf(pull, errors, "main");
    expect([conclusion, readSizeId(externalId)]).toEqual(["neutral", 7]);
    expect(summary).toMatch(/on `main` is mended:\n\n- `+.*smallbatch\.yml:2:\d+ size\.limit: /);
  });
});
