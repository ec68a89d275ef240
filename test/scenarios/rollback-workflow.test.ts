import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { readWorkflow } from "../../src/core/doctor/workflow-file.ts";
import { DISPATCH_TYPE } from "../../src/core/rollback/dispatch.ts";

/** The workflow of docs/rollback.md, run with a program in the place of npm that writes what it got. */

const page = readFileSync(join(import.meta.dirname, "../../docs/rollback.md"), "utf8");
const [, text = ""] = /```yaml\n# \.github\/workflows\/[^\n]+\n([\s\S]*?)```/.exec(page) ?? [];

const folder = mkdtempSync(join(tmpdir(), "workflow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hasJq(): boolean {
  try {
    execFileSync("bash", ["--norc", "-c", "command -v jq"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function run(script: string, env: Readonly<Record<string, string>>): readonly string[] {
  const npm = join(folder, "npm");
  writeFileSync(npm, "#!/bin/sh\nprintf '%s|' \"$@\"; echo\n", { mode: 0o755 });
  const PATH = `${folder}${delimiter}${process.env["PATH"]}`;
  const said = execFileSync("bash", ["--norc", "-eo", "pipefail", "-c", script], {
    env: { ...env, PATH },
  });
  return said.toString("utf8").trim().split("\n");
}

describe("the workflow of the documents", () => {
  const workflow = parse(text) as {
    on: { repository_dispatch: { types: string[] } };
    jobs: { npm: { steps: { run?: string }[] } };
  };
  const script = workflow.jobs.npm.steps.at(-1)?.run ?? "";

  it("is started by the event, and gives no words of people to a shell", () => {
    expect(readWorkflow(".github/workflows/a.yml", text)).not.toBeNull();
    expect(workflow.on.repository_dispatch.types).toEqual([DISPATCH_TYPE]);
    expect(script).not.toContain("${{");
    expect(text).not.toContain("client_payload.reason");
  });

  // GitHub's runners have it; a machine of a contributor may not.
  (hasJq() ? describe : describe.skip)("where jq is there", () => {
    it("leads packages of npm back, and nothing else", () => {
      const PACKAGES = JSON.stringify([
        { ecosystem: "npm", name: "@acme/w", versions: ["1.4.3", "1.4.4"], good_version: "1.4.2" },
        { ecosystem: "npm", name: "first", versions: ["0.1.0"], good_version: null },
        { ecosystem: "PyPI", name: "w", versions: ["1.4.3"], good_version: "1.4.2" },
      ]);
      expect(run(script, { PACKAGES, MOVES_LATEST: "true" })).toEqual([
        "dist-tag|add|@acme/w@1.4.2|latest|",
        "deprecate|@acme/w@1.4.3 || 1.4.4|This version was rolled back.|",
        "deprecate|first@0.1.0|This version was rolled back.|",
      ]);
      expect(run(script, { PACKAGES, MOVES_LATEST: "false" })).toHaveLength(2);
      expect(run(script, { PACKAGES: "[]", MOVES_LATEST: "true" })).toEqual([""]);
    });
  });
});
