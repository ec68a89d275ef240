import { CONTEXTS } from "./fragments.ts";

/** GraphQL documents about releases that went wrong: for `smallbatch cases`. */

/** The checks of a bad release, and what the pull of its fix says and closed. */
export const READ_FAILURE_CASE = `
query ReadFailureCase($owner: String!, $name: String!, $bad: GitObjectID!, $fix: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    bad: object(oid: $bad) {
      kind: __typename
      ... on Commit { statusCheckRollup { contexts(first: 100) { ...Contexts } } }
    }
    fix: object(oid: $fix) {
      kind: __typename
      ... on Commit {
        associatedPullRequests(first: 1) {
          nodes {
            number title body
            closingIssuesReferences(first: 5) { nodes { number url title body createdAt } }
          }
        }
      }
    }
  }
}
${CONTEXTS}`;
