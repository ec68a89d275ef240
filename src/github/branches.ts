import { z } from "zod";
import type { Policy } from "../core/policy/policy-schema.ts";
import { isMaintenanceBranch } from "../core/range.ts";
import { inRepository, nodes } from "./answers.ts";
import { READ_BRANCHES } from "./documents.ts";
import { ask } from "./look.ts";
import type { Look } from "./look.ts";

const branchesAnswer = inRepository(
  z.object({ branches: z.object({ nodes: nodes(z.object({ name: z.string() })) }).nullable() }),
);

/** Maintenance branches of the repository, at most 100; none where the policy has them off. */
export async function readMaintenance(
  look: Look,
  policy: Policy | null,
): Promise<readonly string[]> {
  if (look.root !== null) return look.root.maintenanceBranches;
  if (policy?.maintenance !== "on") return [];
  const { repository } = await ask(look, branchesAnswer, {
    document: READ_BRANCHES,
    variables: {},
  });
  return (repository.branches?.nodes ?? [])
    .map(({ name }) => name)
    .filter((name) => isMaintenanceBranch(name) && name !== look.line.branch);
}
