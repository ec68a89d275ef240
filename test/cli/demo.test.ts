import { describe, expect, it } from "@jest/globals";
import { runCommand } from "../support/command.ts";

/** Half a minute on a machine that does nothing else. */
const DEMO_MS_MAX = 240_000;

describe("smallbatch demo --once", () => {
  it(
    "plays every act on a local GitHub and a real PostgreSQL, and ends with 0",
    async () => {
      const { code, stdout, stderr } = await runCommand(["demo", "--once", "--json"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const acts = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { act: string; ok: boolean });
      expect(acts.map(({ act, ok }) => `${act} ${ok}`)).toEqual(
        [
          "proposed",
          "started",
          "small",
          "red",
          "burst",
          "desk",
          "preview",
          "size",
          "notes",
          "gate",
          "component",
          "freeze",
          "policy",
          "rollback",
          "conflict",
        ].map((act) => `${act} true`),
      );
    },
    DEMO_MS_MAX,
  );
});
