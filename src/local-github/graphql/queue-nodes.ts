import { queueOf } from "../merge-queue.ts";
import { formatNodeId } from "../node-id.ts";
import type { QueueEntry } from "../queue-entry.ts";
import type { Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import type { Scope } from "./scope.ts";

/** The merge queue of a branch; null where nothing waits. */
export function makeQueue(scope: Scope, repository: Repository, branch: string): object | null {
  const entries = queueOf(scope.github, repository, branch);
  if (entries.length === 0) return null;
  const path = `/${scope.github.fullName(repository)}/queue/${branch}`;
  return {
    __typename: "MergeQueue",
    id: formatNodeId("MergeQueue", repository.id, Buffer.from(branch).toString("hex")),
    repository: () => scope.nodes.repository(repository),
    resourcePath: path,
    url: `${scope.github.url}${path}`,
    entries: (args: PageArguments) =>
      connection(args, entries, (entry) =>
        makeQueueEntry(scope, repository, { entry, position: entries.indexOf(entry) + 1 }),
      ),
  };
}

export function makeQueueEntry(
  scope: Scope,
  repository: Repository,
  { entry, position }: { entry: QueueEntry; position: number },
): object {
  const { github, nodes } = scope;
  return {
    __typename: "MergeQueueEntry",
    id: formatNodeId("MergeQueueEntry", entry.id),
    position,
    state: "AWAITING_CHECKS",
    jump: false,
    solo: false,
    enqueuedAt: entry.enqueuedAt,
    enqueuer: () => nodes.actor(github.account(entry.enqueuerId)),
    baseCommit: () => nodes.commit(repository, entry.baseSha),
    headCommit: () => nodes.commit(repository, entry.headSha),
    mergeQueue: () => makeQueue(scope, repository, entry.baseRef),
    pullRequest: () => {
      const issue = github.issue(repository.id, entry.number);
      return issue === null ? null : nodes.issue(issue);
    },
  };
}
