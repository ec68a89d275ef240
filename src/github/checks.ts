import type { CheckSeen, Sha } from "../core/state.ts";
import { checksAnswer, commitChecksAnswer } from "./answers.ts";
import type { ContextAnswer, RollupAnswer } from "./answers.ts";
import { formatCommitChecks, READ_CHECKS } from "./check-documents.ts";
import { ask, numbered } from "./look.ts";
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

/** Checks of some commits, ours left out. One that is gone has none. */
export async function readChecksOf(
  look: Look,
  shas: readonly Sha[],
): Promise<Readonly<Record<Sha, readonly CheckSeen[]>>> {
  const { repository } = await ask(look, commitChecksAnswer, {
    document: formatCommitChecks(shas.length),
    variables: numbered("c", shas),
  });
  const found: Record<Sha, readonly CheckSeen[]> = {};
  for (const commit of Object.values(repository)) {
    if (commit === null) continue;
    const { checks } = await readAllChecks(look, commit.oid, commit.statusCheckRollup);
    found[commit.oid] = checks;
  }
  return found;
}
