import { describe, expect, it } from "@jest/globals";
import { runCommand } from "../support/command.ts";

const WIDTH_MAX = 80;

interface Page {
  /** As one calls it: "policy check"; "" is the program itself. */
  readonly command: string;
  readonly lines: readonly string[];
}

/** The help of a command and of all below it. */
async function readPages(words: readonly string[]): Promise<Page[]> {
  const { code, stdout } = await runCommand([...words, "--help"]);
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  const below = await Promise.all(namesBelow(lines).map((name) => readPages([...words, name])));
  return [{ command: words.join(" "), lines }, ...below.flat()];
}

function namesBelow(lines: readonly string[]): string[] {
  const start = lines.indexOf("Commands:");
  if (start === -1) return [];
  const end = lines.indexOf("", start);
  const names = lines.slice(start + 1, end).map((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? "");
  return names.filter((name) => name !== "" && name !== "help");
}

describe("the help of every command", () => {
  it("fits a terminal of 80 columns, and offers --json wherever something is done", async () => {
    const pages = await readPages([]);
    const long = pages.flatMap(({ command, lines }) =>
      lines.filter((line) => line.length > WIDTH_MAX).map((line) => `${command}: ${line}`),
    );
    expect(long).toEqual([]);

    const doing = pages.filter(({ lines }) => !lines.includes("Commands:"));
    expect(doing.map(({ command }) => command)).toEqual(
      expect.arrayContaining(["serve", "policy check", "policy schema", "local-github"]),
    );
    const mute = doing.filter(({ lines }) => !lines.some((line) => line.startsWith("  --json ")));
    expect(mute.map(({ command }) => command)).toEqual([]);
  });
});
