import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readBaseline, readCaseFiles } from "../src/cli/eval/cases.ts";
import { promptDigest, runCases } from "../src/cli/eval/run.ts";
import type { DraftAnswer } from "../src/core/evidence/answer.ts";
import { CASE_KINDS, formatCase } from "../src/core/evidence/case.ts";
import { compare } from "../src/core/evidence/evaluation.ts";
import { styleOf } from "../src/core/policy/policy-notes.ts";

/**
 * The gate of prompts, schemas, models, cleaning and checks: the cases of `evaluation/`, with the
 * answers that stand in them, against the results that were accepted last. What to do where it
 * fails is in docs/evaluation.md.
 */

const folder = path.join(import.meta.dirname, "..", "evaluation");

async function open() {
  const files = await readCaseFiles(path.join(folder, "cases"));
  const baseline = await readBaseline(path.join(folder, "baseline.json"), true);
  const usual = styleOf({}, { isPrivate: false });
  if (usual === null || baseline === null) throw new Error("There is no usual style or baseline");
  const request = { files, model: usual.model, usual, prompt: null, drafter: null, now: () => 0 };
  return { files, baseline, usual, request };
}

describe("evaluation/", () => {
  it("is not worse than its baseline", async () => {
    const { request, baseline } = await open();
    expect(compare(await runCases(request), baseline).worse).toEqual([]);
  });

  it("has cases of every kind, with right sentences and wrong ones, as they are written", async () => {
    const { files } = await open();
    expect(files.length).toBeGreaterThanOrEqual(50);
    expect(new Set(files.map(({ kept }) => kept.kind))).toEqual(new Set(CASE_KINDS));
    for (const { file, kept } of files) {
      expect(await readFile(file, "utf8")).toBe(formatCase(kept));
      const { accepted = [], rejected = [], fails, lines = [] } = kept.expected;
      // A case that expects nothing could not fail.
      expect(accepted.length + rejected.length + lines.length + (fails ? 1 : 0)).toBeGreaterThan(0);
    }
  });

  it("fails where a check lets a wrong sentence through", async () => {
    const { files, baseline, request } = await open();
    const [wrong] = files.filter(({ name }) => name === "verifier-swapped-number");
    if (wrong === undefined) throw new Error("The case is gone");
    // What a verifier that is blind to numbers would publish: the same sentence with the right one.
    const text = JSON.stringify(wrong.kept.answer).replace("45 s", "30 s");
    const kept = { ...wrong.kept, answer: JSON.parse(text) as DraftAnswer };
    const others = files.filter((file) => file !== wrong);
    const run = await runCases({ ...request, files: [...others, { ...wrong, kept }] });
    expect(compare(run, baseline).worse).toEqual([
      "verifier-swapped-number: wrong sentences 0: #101 is published",
    ]);
  });

  it("fails where the prompt changed and no answer to the new one is recorded", async () => {
    const { files, baseline, request, usual } = await open();
    const prompt = "Write release notes.";
    const other = { ...request, prompt };
    const changed = /^the prompt or the schema changed since the baseline, and no answer/;
    expect(compare(await runCases(other), baseline).worse).toEqual([
      expect.stringMatching(changed),
    ]);
    const recorded = {
      model: request.model,
      prompt: promptDigest(usual, prompt),
      usage: null,
      costUsd: null,
    };
    const answered = files.map((file) => ({ ...file, kept: { ...file.kept, recorded } }));
    expect(compare(await runCases({ ...other, files: answered }), baseline).worse).toEqual([]);
  });
});
