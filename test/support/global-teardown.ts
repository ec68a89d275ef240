import { rm } from "node:fs/promises";
import { COMPILED_VARIABLE } from "./global-setup.ts";
import { endRequests } from "./requests.ts";

/** What Jest hands to a teardown, as far as it tells which tests ran. */
interface Run {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
  readonly onlyChanged: boolean;
  readonly onlyFailures: boolean;
  readonly findRelatedTests: boolean;
  readonly shard?: object;
}

/** After the last test file of a run. Throws where the whole suite left a request unasked. */
export default async function tearDown(run: Run): Promise<void> {
  await globalThis.smallbatchBroker?.stop();
  const compiled = process.env[COMPILED_VARIABLE];
  if (compiled !== undefined) await rm(compiled, { recursive: true, force: true });
  const unasked = endRequests();
  if (isWhole(run) && unasked.length > 0) {
    throw new Error(
      `docs/permissions.md lists requests that no test saw:\n  ${unasked.join("\n  ")}`,
    );
  }
}

function isWhole(run: Run): boolean {
  const { testNamePattern = "", onlyChanged, onlyFailures, findRelatedTests, shard } = run;
  const isPart = onlyChanged || onlyFailures || findRelatedTests || shard !== undefined;
  return !isPart && testNamePattern === "" && run.testPathPatterns.patterns.length === 0;
}
