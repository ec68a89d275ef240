import { describe, expect, it } from "@jest/globals";
import { sizeCommand } from "../../src/cli/size.ts";
import { readSizeWords } from "../../src/cli/size/words.ts";

/** What the whole parser makes of them. */
async function parse(words: readonly string[]): Promise<unknown> {
  let found: unknown = null;
  const command = sizeCommand().action((options: unknown) => {
    found = options;
  });
  await command.parseAsync(words, { from: "user" });
  return found;
}

describe("plain words of smallbatch size", () => {
  it.each([
    [[]],
    [["--json"]],
    [["--base", "main", "--head=fix/a", "--plan", "--json"]],
    [["--repo", "a b", "--policy=x=y", "--staged"]],
    [["--base=-x", "--base", "v2", "--head=a\nb"]],
  ])("mean what the whole parser makes of them: %j", async (words) => {
    expect(readSizeWords(words)).toEqual(await parse(words));
  });

  it.each([
    ["--help"],
    ["-h"],
    ["main"],
    ["--json=yes"],
    ["--base"],
    ["--base="],
    ["--base", "--json"],
    ["--bases", "x"],
    ["--no-json"],
    ["--env-file", "x"],
    ["--"],
  ])("are left to the whole parser where there is more to them: %s %s", (...words) => {
    expect(readSizeWords(words)).toBeNull();
  });
});
