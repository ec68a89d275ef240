import { formatNodeId } from "../node-id.ts";
import type { Deployment } from "../world.ts";

/** As far as it is asked for. */
export function makeDeployment({ id, sha, environment, state, createdAt }: Deployment): object {
  return {
    __typename: "Deployment",
    id: formatNodeId("Deployment", id),
    databaseId: id,
    commitOid: sha,
    environment,
    createdAt,
    latestStatus: state === null ? null : { __typename: "DeploymentStatus", state, createdAt },
  };
}
