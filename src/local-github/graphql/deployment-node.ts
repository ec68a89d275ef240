import { formatNodeId } from "../node-id.ts";
import type { Deployment } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";

/** As far as it is asked for. */
export function makeDeployment(deployment: Deployment): object {
  const { id, sha, environment, state, createdAt } = deployment;
  const statuses = deployment.statuses ?? (state === null ? [] : [{ state, createdAt }]);
  return {
    __typename: "Deployment",
    id: formatNodeId("Deployment", id),
    databaseId: id,
    commitOid: sha,
    environment,
    createdAt,
    latestStatus: state === null ? null : makeStatus({ state, createdAt }),
    statuses: (args: PageArguments) => connection(args, statuses, makeStatus),
  };
}

function makeStatus(status: object): object {
  return { __typename: "DeploymentStatus", ...status };
}
