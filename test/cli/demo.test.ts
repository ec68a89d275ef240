import { describe, expect, it } from "@jest/globals";
import { runCommand } from "../support/command.ts";

interface Spoken {
  readonly act: string;
  readonly ok: boolean;
  readonly said: readonly string[];
}

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
        .map((line) => JSON.parse(line) as Spoken);
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
          "dashboard",
        ].map((act) => `${act} true`),
      );
      // Read back from the page and from the store: a fast quarter that is bad, and none of it before.
      const said = acts.at(-1)?.said ?? [];
      expect(said.filter((line) => line.includes("low-quality fast shipping"))).toEqual([
        'finding "low-quality fast shipping": work is merged and usable faster, and more of it comes back as trouble',
        '"low-quality fast shipping" was looked for there, and is quiet',
      ]);
      expect(said.filter((line) => /^half of (?:merged )?work/.test(line))).toHaveLength(2);
      // Work is on its way when the quarter ends, and is counted.
      expect(said.join("\n")).toMatch(/\d still open\)[^]*\d still waiting\)/);
      expect(said.at(-2)).toMatch(/^open http:.+\/r\/acme\/simulated-quarters\?days=90$/);
    },
    DEMO_MS_MAX,
  );
});
