import { formatNodeId } from "../../src/local-github/node-id.ts";
import type { Scenario, Stage } from "./scenario.ts";

/** A person puts a pull into the merge queue. Gives back the commit of its group. */
export async function enqueue(
  { github: { github, graphqlUrl }, people }: Stage,
  { repository }: Scenario,
  number: number,
): Promise<string> {
  const pull = github.issue(repository.id, number)?.pull;
  if (pull === undefined) throw new Error(`There is no pull #${number}`);
  const answer = await fetch(graphqlUrl, {
    method: "POST",
    headers: { authorization: `Bearer ${people.mona.token}` },
    body: JSON.stringify({
      query: `mutation ($pull: ID!) {
        enqueuePullRequest(input: { pullRequestId: $pull }) {
          mergeQueueEntry { headCommit { oid } }
        }
      }`,
      variables: { pull: formatNodeId("PullRequest", pull.id) },
    }),
  });
  const { data } = (await answer.json()) as {
    data: { enqueuePullRequest: { mergeQueueEntry: { headCommit: { oid: string } } } };
  };
  return data.enqueuePullRequest.mergeQueueEntry.headCommit.oid;
}
