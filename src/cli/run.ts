import { Command } from "commander";
import { formatLine } from "../core/state.ts";
import type { Outcome } from "../ports.ts";
import type { LineLook } from "../reconcile/line-pass.ts";
import { reconcile, type Reconciled } from "../reconcile/reconcile.ts";
import { EXIT } from "./exit.ts";
import { planToJson, renderPlan } from "./plan-text.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";
import { openTokenLook } from "./token-look.ts";

/** `smallbatch run OWNER/REPO --once`: one pass with a token and no database. */
export function runCommand(): Command {
  return new Command("run")
    .description("make one pass over a repository with a token and no database")
    .argument("<owner/repo>", "the repository, e.g. acme/widgets")
    .requiredOption("--once", "one pass, then end (for a schedule)")
    .option("--dry-run", "show the plan and the notes; write nothing")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Needs GITHUB_TOKEN.

  smallbatch run acme/widgets --once --dry-run   the plan, with the notes
  smallbatch run acme/widgets --once             the same, and do it

Exit codes: 0 done, also where nothing was to release: the output says why;
1 GitHub refused or could not be reached; 2 called wrongly or a wrong setting.`,
    )
    .action(async (argument: string, options: { dryRun?: boolean; json?: boolean }) => {
      const { owner, name } = parseRepositoryArgument(argument);
      const { request } = await openTokenLook(owner, name);
      const result = await reconcile({ ...request, isDryRun: options.dryRun === true });
      const text =
        options.json === true ? renderJson(result) : renderAll(result, options.dryRun === true);
      process.stdout.write(`${text}\n`);
      const outcomes = [result, ...result.others].flatMap((look) => look.outcomes);
      if (result.failures.length > 0) process.exitCode = EXIT.failed;
      if (outcomes.some(({ action, outcome }) => isFailure(action.kind, outcome))) {
        process.exitCode = EXIT.failed;
      }
    });
}

/** A check that a person's token may not write is reported, and fails nothing. */
function isFailure(kind: string, outcome: Outcome): boolean {
  return kind !== "writeCheck" && (outcome.kind === "refused" || outcome.kind === "conflict");
}

function renderAll(result: Reconciled, isDryRun: boolean): string {
  const failed = result.failures.map(({ line, error }) => `${formatLine(line)}: ${error.message}`);
  const looks = [result, ...result.others];
  return [...looks.map((look) => render(look, isDryRun)), ...failed].join("\n\n");
}

function render(result: LineLook, isDryRun: boolean): string {
  const rows = [renderPlan(result.state, result.plan)];
  for (const action of result.plan.actions) {
    const outcome = result.outcomes.find((each) => each.action === action)?.outcome ?? null;
    rows.push(`  ${howFar(outcome)} ${phrase(action, outcome)}`);
    if (isDryRun && "body" in action && action.body !== null) rows.push("", action.body);
  }
  return rows.join("\n");
}

function howFar(outcome: Outcome | null): string {
  if (outcome === null) return "would";
  return outcome.kind === "done" ? "done " : "not  ";
}

function phrase(action: LineLook["plan"]["actions"][number], outcome: Outcome | null): string {
  const what = {
    createTag: () => "tag",
    publishRelease: () => "release",
    draftRelease: () => "draft the release",
    publishDraft: () => "publish the draft of",
    writeCheck: () => "write the check on",
    announce: () => "comment on the pulls of",
    commitFiles: () => "commit the files of",
    writeReleasePull: () => "write the release pull of",
    closeReleasePull: () => "close the release pull of",
    writeProposal: () => "write the proposal",
    closeProposal: () => "close the proposal",
  }[action.kind]();
  const name =
    action.kind === "writeCheck"
      ? `${action.sha.slice(0, 7)} "${action.title}"`
      : "tag" in action
        ? action.tag
        : `#${action.number}`;
  if (outcome === null || outcome.kind === "done") {
    return `${what} ${name}${outcome?.url ? ` ${outcome.url}` : ""}`;
  }
  return outcome.kind === "skipped"
    ? `${what} ${name}: not tried, because an earlier step did not end well`
    : `${what} ${name}: ${outcome.message}`;
}

function renderJson(result: Reconciled): string {
  const lines = [result, ...result.others].map(describeLook);
  const failed = result.failures.map(({ line, error }) => ({
    line: formatLine(line),
    message: error.message,
  }));
  return JSON.stringify({ ...describeLook(result), lines, failed }, null, 2);
}

function describeLook(result: LineLook): Record<string, unknown> {
  const outcomes = result.outcomes.map(({ action, outcome }) => {
    const { kind, ...rest } = outcome;
    return { action: action.kind, outcome: kind, ...rest };
  });
  return { ...planToJson(result.state, result.plan), outcomes };
}
