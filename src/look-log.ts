import { nameLine } from "./core/lines.ts";
import { formatLine } from "./core/state.ts";
import type { Logger, RepositoryRef } from "./ports.ts";
import type { Reconciled } from "./reconcile/reconcile.ts";

/** What one look at a repository came to, line by line. */
export function logLooks(logger: Logger, repository: RepositoryRef, reconciled: Reconciled): void {
  const { others, failures, proposal } = reconciled;
  const { id: repositoryId } = repository;
  const name = `${repository.owner}/${repository.name}`;
  for (const { state, plan, outcomes } of [reconciled, ...others]) {
    const fields = {
      repositoryId,
      repository: name,
      line: nameLine(state.line, state.repository.defaultBranch),
      state: plan.reason.state,
      reason: plan.reason.code,
      version: plan.version,
      outcomes: outcomes.map(({ action, outcome }) => `${action.kind} ${outcome.kind}`),
    };
    logger.info(fields, plan.reason.text);
  }
  if (proposal?.outcome) {
    const { standing, outcome } = proposal;
    const fields = { repositoryId, repository: name, standing, outcome };
    logger.info(fields, "The proposal was written.");
  }
  for (const { line, error } of failures) {
    const fields = { repositoryId, repository: name, line: formatLine(line), err: error };
    logger.warn(fields, "A line could not be looked at; the others were.");
  }
}
