import { describe, expect, it } from "@jest/globals";
import { DRAFT_FAILURES } from "../../../src/core/evidence/failures.ts";

describe("reasons why there is no draft", () => {
  it.each(Object.entries(DRAFT_FAILURES))(
    "%s is a stable word and a plain sentence",
    (code, why) => {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(why).toMatch(/^[A-Za-z][^.\n]{10,79}$/);
    },
  );
});
