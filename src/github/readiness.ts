import { z } from "zod";
import type { OpenPull } from "../core/pulls/open-pull.ts";
import type { LineState } from "../core/state.ts";
import type { PullReadiness } from "../notes-port.ts";
import { inRepository, instant, nodes, rollup } from "./answers.ts";
import { readAllChecks } from "./checks.ts";
import type { GitHubClient } from "./client.ts";
import { READ_READINESS } from "./door-documents.ts";
import { ask, ourCheckFilters } from "./look.ts";
import { lookOf } from "./open-pulls.ts";

const readinessAnswer = inRepository(
  z.object({
    pull: z
      .object({
        mergeable: z.string(),
        tip: z.object({
          nodes: nodes(
            z.object({
              commit: z.object({
                oid: z.string(),
                committedDate: instant,
                suites: z.object({ nodes: nodes(z.object({ createdAt: instant })) }).nullable(),
                statusCheckRollup: rollup,
              }),
            }),
          ),
        }),
      })
      .nullable(),
  }),
);

/** Checks and conflicts of a pull's head; null where it has another one by now. */
export async function readReadiness(
  client: GitHubClient,
  state: LineState,
  { number, headSha }: Pick<OpenPull, "number" | "headSha">,
): Promise<PullReadiness | null> {
  const look = lookOf(client, state);
  const { ourSuite } = ourCheckFilters(look);
  const { repository } = await ask(look, readinessAnswer, {
    document: READ_READINESS,
    variables: { number, ourSuite },
    tolerate: ({ type, path }) => type === "NOT_FOUND" && path?.length === 2,
  });
  const commit = repository.pull?.tip.nodes.at(-1)?.commit;
  if (commit?.oid !== headSha) return null;
  const { checks } = await readAllChecks(look, headSha, commit.statusCheckRollup);
  const { mergeable } = repository.pull ?? {};
  return {
    checks,
    // GitHub opens a suite of ours when a commit is pushed; a committer's date proves nothing.
    arrivedAt: commit.suites?.nodes[0]?.createdAt ?? commit.committedDate,
    hasConflict: mergeable === "CONFLICTING" ? true : mergeable === "MERGEABLE" ? false : null,
  };
}
