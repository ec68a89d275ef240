import { BLOB } from "./fragments.ts";

/**
 * Who we are, our proposals from `$head` with the newest one's commits, what stands on that branch
 * (`$branch`: its full name, `$policy`: the file on it), and open pulls into `$base`.
 */
export const READ_PROPOSAL = `
query ReadProposal(
  $owner: String!, $name: String!, $head: String!, $base: String!, $branch: String!, $policy: String!
) {
  viewer { login databaseId }
  repository(owner: $owner, name: $name) {
    proposals: pullRequests(
      headRefName: $head, first: 20, orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      nodes {
        number url state title body viewerDidAuthor isCrossRepository
        commits(first: 50) {
          nodes {
            commit {
              author { email user { databaseId } }
              parents(first: 2) { totalCount }
              signature { isValid wasSignedByGitHub }
            }
          }
        }
      }
    }
    branch: ref(qualifiedName: $branch) {
      target {
        kind: __typename
        oid
        ... on Commit { author { email user { databaseId } } }
      }
      compare(headRef: $base) { behindBy }
    }
    file: object(expression: $policy) { ...Contents }
    open: pullRequests(
      states: OPEN, baseRefName: $base, first: 50, orderBy: { field: UPDATED_AT, direction: DESC }
    ) {
      nodes { number url viewerDidAuthor files(first: 100) { nodes { path } } }
    }
  }
}
${BLOB}`;
