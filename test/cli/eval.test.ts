import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { EvaluationCase } from "../../src/core/evidence/case.ts";
import { runCommand } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";
import { useFolder } from "../support/local-repository.ts";
import { useMessagesApi } from "../support/messages-api.ts";

const folder = useFolder();
const test = useDatabase();
const api = useMessagesApi();

const OURS = path.join(import.meta.dirname, "..", "..", "evaluation", "cases");
const NAMES = ["notes-one-fix", "notes-breaking", "verifier-invented-option"];

const cases = (): string => folder.path("mine/cases");
const evaluate = (...args: string[]) => runCommand(["eval", "--cases", cases(), ...args]);

async function changeCase(name: string, from: string, to: string): Promise<void> {
  const file = path.join(cases(), `${name}.json`);
  const text = await readFile(file, "utf8");
  if (!text.includes(from)) throw new Error(`${name} does not say ${from}`);
  await writeFile(file, text.replace(from, to));
}

beforeAll(async () => {
  await mkdir(cases(), { recursive: true });
  for (const name of NAMES)
    await cp(path.join(OURS, `${name}.json`), path.join(cases(), `${name}.json`));
});

describe("smallbatch eval", () => {
  it("tells in a table of 80 columns, and accepts a baseline that it then compares with", async () => {
    const first = await evaluate("--write-baseline");
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("ANTHROPIC_API_KEY is");
    expect(first.stdout).toMatch(/^ {2}pull set exact +3\/3$/m);
    expect(first.stdout).toContain("There is no baseline to compare with");
    expect(first.stderr).toMatch(/baseline\.json is written/);

    const { code, stdout } = await evaluate();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}coverage: told in prose +100\.0 % +100\.0 %$/m);
    expect(stdout).toContain("Not worse than the baseline.");
    const wide = stdout.split("\n").filter((line) => line.length > 80 && !line.includes("/"));
    expect(wide).toEqual([]);
  });

  it("exits with 1 where a sentence that was published is refused, and says which", async () => {
    await changeCase("notes-one-fix", "after 30 s each", "after 31 s each");
    const { code, stdout } = await evaluate("--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "worse",
      answers: "recorded",
      measured: 0,
      written: 3,
      worse: [
        "coverage: told in prose: 100.0 % before, 66.7 % now",
        "right sentences published: 100.0 % before, 66.7 % now",
        expect.stringMatching(/^distance/),
        expect.stringMatching(/^notes-one-fix: /),
      ],
    });
    await changeCase("notes-one-fix", "after 31 s each", "after 30 s each");
  });

  it("says that another prompt or model was not measured, where nobody can be asked", async () => {
    const prompt = folder.path("prompt.txt");
    await writeFile(prompt, "Write release notes.");
    await changeCase("notes-one-fix", "after 30 s each", "after 31 s each");
    const { code, stdout } = await evaluate("--prompt", prompt, "--model", "claude-other-1");
    await changeCase("notes-one-fix", "after 31 s each", "after 30 s each");
    expect(code).toBe(1);
    expect(stdout).toMatch(/coverage: told in prose +100\.0 % +66\.7 % {2}worse/);
    expect(stdout).toMatch(/- notes-one-fix: a right sentence is not published any more: #101:/);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "the prompt or the schema and the model changed since the baseline, and no answer of the new one is recorded",
    );
  });

  it("is called wrongly in words", async () => {
    const broken = folder.path("broken");
    await mkdir(broken, { recursive: true });
    await writeFile(path.join(broken, "a.json"), `{"case": 2}`);
    const wrong: readonly (readonly [string[], RegExp])[] = [
      [["--cases", broken], /a\.json is no evaluation case: case: /],
      [["--cases", folder.path("nowhere")], /nowhere cannot be read/],
      [
        ["--cases", cases(), "--record"],
        /--record needs the model's own answers: ANTHROPIC_API_KEY/,
      ],
      [["--from", "acme/widgets"], /--from and --out go together/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => runCommand(["eval", ...args])));
    for (const [at, { code, stderr }] of ends.entries()) {
      expect([code, stderr]).toEqual([2, expect.stringMatching(wrong[at]?.[1] ?? /^$/)]);
    }
  });

  it("asks the model with a key, and records what it answered and to which prompt", async () => {
    const key = { ANTHROPIC_API_KEY: api.apiKey, SMALLBATCH_CLAUDE_URL: api.url };
    const { code, stdout, stderr } = await runCommand(
      ["eval", "--cases", cases(), "--record", "--json"],
      key,
    );
    expect(stderr).toContain("smallbatch: asking claude-haiku-5-5 about 2 cases\n");
    expect(api.asked).toHaveLength(2);
    const said = JSON.parse(stdout) as { prompt: string; verdict: string };
    // What the model of this test says is longer or shorter than what was written by hand.
    expect(code).toBe(said.verdict === "worse" ? 1 : 0);
    expect(said).toMatchObject({ answers: "asked", measured: 2, skipped: [] });
    for (const [name, model] of [
      ["notes-one-fix", "claude-haiku-5-5"],
      ["verifier-invented-option", undefined],
    ] as const) {
      const text = await readFile(path.join(cases(), `${name}.json`), "utf8");
      const { recorded } = JSON.parse(text) as EvaluationCase;
      expect(recorded?.model).toBe(model);
      if (recorded === null) continue;
      expect(recorded.prompt).toBe(said.prompt);
      expect(recorded.costUsd).toBeGreaterThan(0);
    }
    const played = await evaluate("--json");
    expect(JSON.parse(played.stdout)).toMatchObject({ answers: "recorded", measured: 2 });
  });

  it("writes the cases that a database keeps of a repository", async () => {
    const repository = repositoryLabel(42);
    await test.database.inbox.recordDelivery(deliveryOf("d-1", { repository }));
    const read = await readFile(path.join(cases(), "notes-one-fix.json"), "utf8");
    const kept = JSON.parse(read) as EvaluationCase;
    const store = test.database.forInstallation(INSTALLATION);
    await store.keepCase(42, { kind: "notes", key: "web/v1.4.3", kept, at: 1 });
    const out = folder.path("exported");
    const args = ["eval", "--from", "acme/widgets-42", "--out", out];
    const { code, stdout } = await runCommand(args, { DATABASE_URL: test.url });
    expect([code, stdout]).toEqual([0, `1 case of acme/widgets-42 in ${out}\n`]);
    expect(await readdir(out)).toEqual(["notes-web-v1.4.3.json"]);
    expect((await runCommand(["eval", "--cases", out])).code).toBe(0);
    await rm(out, { recursive: true });
  });
});
