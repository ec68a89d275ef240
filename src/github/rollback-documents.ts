import { RELEASE, times } from "./fragments.ts";

/** GraphQL documents about rollbacks. */

/** Releases by tag, and the one that is Latest. Variables `r0`, `r1`...: tags. */
export function formatOlderReleases(count: number): string {
  return `
query ReadOlderReleases(
  $owner: String!, $name: String!, ${times(count, (i) => `$r${i}: String!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    latest: latestRelease { ...ReleaseFields }
    ${times(count, (i) => `r${i}: release(tagName: $r${i}) { ...ReleaseFields }`)}
  }
}
${RELEASE}`;
}

/** The comments of a rollback issue, the newest 100. */
export const READ_ROLLBACK_COMMENTS = `
query ReadRollbackComments($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) { comments(last: 100) { nodes { url body viewerDidAuthor } } }
  }
}`;

/**
 * The merge of a rollback (`$merge`) with the commit before it, what stands under the name of our
 * branch (`$branch`: full name, `$from`: short), and the pulls from it.
 */
export const READ_RELAND = `
query ReadReland(
  $owner: String!, $name: String!, $merge: GitObjectID!, $branch: String!, $from: String!
) {
  repository(owner: $owner, name: $name) {
    merge: object(oid: $merge) {
      ... on Commit { parents(first: 1) { nodes { tree { oid } } } }
    }
    branch: ref(qualifiedName: $branch) {
      target { oid ... on Commit { tree { oid } parents(first: 2) { nodes { oid } } } }
    }
    pulls: pullRequests(
      headRefName: $from, first: 20, orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      nodes { number url viewerDidAuthor isCrossRepository }
    }
  }
}`;
