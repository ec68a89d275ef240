import type { Sha } from "../core/state.ts";
import { checksAnswer } from "./answers.ts";
import type { ContextAnswer, RollupAnswer } from "./answers.ts";
import { READ_CHECKS } from "./documents.ts";
import { ask } from "./look.ts";
import type { Look } from "./look.ts";
import { readChecks } from "./readings.ts";

/** Checks of one commit that are read; no project seen has more than a few hundred. */
const CONTEXTS_MAX = 1_000;

/** Every check of a commit, from the first page that another request brought. */
export async function readAllChecks(
  look: Look,
  sha: Sha,
  first: RollupAnswer,
): Promise<ReturnType<typeof readChecks>> {
  const found: ContextAnswer[] = [...(first?.contexts.nodes ?? [])];
  let page = first?.contexts.pageInfo;
  while (page?.hasNextPage === true && found.length < CONTEXTS_MAX) {
    const answer: ReturnType<typeof checksAnswer.parse> = await ask(look, checksAnswer, {
      document: READ_CHECKS,
      variables: { sha, after: page.endCursor },
    });
    const contexts = answer.repository.object?.statusCheckRollup?.contexts;
    found.push(...(contexts?.nodes ?? []));
    page = contexts?.pageInfo;
  }
  return readChecks(found, look.client, look.checkName);
}
