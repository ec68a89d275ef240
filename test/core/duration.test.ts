import { describe, expect, it } from "@jest/globals";
import { formatDuration, parseDuration } from "../../src/core/duration.ts";

describe("a duration", () => {
  it.each([
    ["90s", 90_000, "90 seconds"],
    ["1m", 60_000, "1 minute"],
    ["90m", 5_400_000, "90 minutes"],
    ["4h", 14_400_000, "4 hours"],
    ["7d", 604_800_000, "7 days"],
    ["24h", 86_400_000, "1 day"],
    ["0s", 0, "0 seconds"],
  ])("%s is %i ms and reads %s", (text, ms, said) => {
    expect(parseDuration(text)).toBe(ms);
    expect(formatDuration(ms)).toBe(said);
  });

  it.each(["", "10", "m", "1.5h", "-1h", "1w", "1h30m", "1234567s", " 1h", "1H"])(
    "%j is none",
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it("is rounded to seconds where it is said", () => {
    expect(formatDuration(1_499)).toBe("1 second");
  });
});
