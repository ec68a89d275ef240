import { CONTEXTS, times } from "./fragments.ts";

/** GraphQL documents about checks alone. */

/** Checks of one commit beyond the first page. */
export const READ_CHECKS = `
query ReadChecks($owner: String!, $name: String!, $sha: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) {
      kind: __typename
      ... on Commit { statusCheckRollup { contexts(first: 100, after: $after) { ...Contexts } } }
    }
  }
}
${CONTEXTS}`;

/** Checks of commits. Variables `c0`, `c1`...: SHAs. */
export function formatCommitChecks(count: number): string {
  return `
query ReadCommitChecks($owner: String!, $name: String!, ${times(count, (i) => `$c${i}: GitObjectID!`, ", ")}) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `c${i}: object(oid: $c${i}) {
      kind: __typename
      ... on Commit { oid statusCheckRollup { contexts(first: 100) { ...Contexts } } }
    }`,
    )}
  }
}
${CONTEXTS}`;
}
