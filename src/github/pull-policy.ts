import { z } from "zod";
import { POLICY_CHECK_NAME } from "../core/policy/policy-check.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { OpenPull } from "../core/pulls/open-pull.ts";
import type { PullPolicy } from "../core/pulls/pull-policy.ts";
import type { Sha } from "../core/state.ts";
import { checked, contents, inRepository, nodes } from "./answers.ts";
import type { OpenPullAnswer } from "./door-answers.ts";
import { READ_PULL_POLICY } from "./door-documents.ts";
import { ask, ourCheckFilters } from "./look.ts";
import type { Look } from "./look.ts";
import { readCheckOn, readPolicy } from "./readings.ts";

/** Modes of git that are no file: `120000`, `160000`, `40000`. */
const OTHERS: Readonly<Record<number, PullPolicy["is"]>> = {
  0o120000: "link",
  0o160000: "submodule",
  0o040000: "folder",
};

const pullPolicyAnswer = inRepository(
  z.object({
    pull: z
      .object({
        files: z
          .object({
            pageInfo: z.object({ hasNextPage: z.boolean() }),
            nodes: nodes(z.object({ path: z.string() })),
          })
          .nullable(),
      })
      .nullable(),
    commit: z.union([checked, z.null()]),
    file: contents,
  }),
);

/**
 * Does the pull change the policy, as far as ids tell? Not where its head has the very file that
 * stands, nor where the head has what the branch had when the pull began: that changed without it.
 */
export function mayChangePolicy(answer: OpenPullAnswer, standing: Sha | null): boolean {
  const [tip] = answer.tip.nodes;
  const [first] = answer.forked.nodes;
  if (tip === undefined || tip.commit.oid !== answer.headRefOid) return false;
  const head = tip.commit.policy?.oid ?? null;
  const forked = first?.commit.parents.nodes[0]?.policy?.oid ?? null;
  return head !== standing && head !== forked;
}

/** What a pull that may change the policy makes of it, by one request; null: it does not. */
export async function readPullPolicy(
  look: Look,
  { number, headSha }: Pick<OpenPull, "number" | "headSha">,
  { tip }: OpenPullAnswer,
): Promise<PullPolicy | null> {
  const entry = tip.nodes[0]?.commit.policy ?? null;
  const { repository } = await ask(look, pullPolicyAnswer, {
    document: READ_PULL_POLICY,
    variables: {
      number,
      head: headSha,
      file: `${headSha}:${POLICY_PATH}`,
      ...ourCheckFilters({ ...look, checkName: POLICY_CHECK_NAME }),
    },
  });
  const { pull, commit, file } = repository;
  const listed = pull?.files ?? null;
  // In the order of paths, so that it stands on the first page. A file that was moved away has only
  // its new name there, and is gone at the head.
  const isListed = listed?.nodes.some(({ path }) => path === POLICY_PATH) === true;
  if (entry !== null && !isListed && listed?.pageInfo.hasNextPage !== true) return null;
  return {
    file: entry === null ? null : readPolicy(file, POLICY_PATH),
    is: OTHERS[entry?.mode ?? 0] ?? "file",
    ourCheck: commit === null ? null : readCheckOn(commit),
  };
}
