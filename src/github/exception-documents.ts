import { times } from "./fragments.ts";

/** Pulls that a revert names. Variables `p0`, `p1`...: numbers; `s0`, `s1`...: commits. */
export function formatReverted(pulls: number, shas: number = pulls): string {
  const numbers = times(pulls, (i) => `$p${i}: Int!, `, "");
  const commits = times(shas, (i) => `$s${i}: String!, `, "");
  return `
query ReadReverted(${numbers}${commits}$owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${times(pulls, (i) => `p${i}: pullRequest(number: $p${i}) { ...Reverted }`)}
    ${times(
      shas,
      (i) => `s${i}: object(expression: $s${i}) {
      kind: __typename
      ... on Commit { associatedPullRequests(first: 5) { nodes { ...Reverted } } }
    }`,
    )}
  }
}
fragment Reverted on PullRequest {
  number merged mergedAt baseRefName additions deletions changedFiles
}`;
}
