import { CONTEXTS, times } from "./fragments.ts";

/** GraphQL documents about the pull that restores the code of a release. */

const COMMIT_OF_TAG = "kind: __typename ... on Commit { oid tree { oid } committedDate }";

/**
 * Who we are, the tags (`$bad`, `$before`: full names), the line's branch, what stands under the name
 * of ours (`$ours`: full name, `$from`: short) and the pulls from it.
 */
export const READ_RESTORATION = `
query ReadRestoration(
  $owner: String!, $name: String!, $bad: String!, $badTag: String!, $before: String!,
  $line: String!, $branch: String!, $ours: String!, $from: String!
) {
  viewer { login databaseId }
  repository(owner: $owner, name: $name) {
    squashMergeAllowed rebaseMergeAllowed mergeCommitAllowed
    bad: ref(qualifiedName: $bad) {
      target { ...Peeled }
      compare(headRef: $branch) { behindBy }
    }
    before: ref(qualifiedName: $before) {
      target { ...Peeled }
      compare(headRef: $badTag) { behindBy }
    }
    line: ref(qualifiedName: $line) { target { ...Peeled } }
    ours: ref(qualifiedName: $ours) {
      target {
        ...Peeled
        ... on Commit {
          author { email user { databaseId } }
          parents(first: 3) { nodes { oid } }
          signature { isValid wasSignedByGitHub }
        }
      }
    }
    pulls: pullRequests(
      headRefName: $from, first: 20, orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      nodes {
        id number url state createdAt isDraft viewerDidAuthor isCrossRepository
        baseRefName headRefOid mergeable mergeStateStatus reviewDecision
        isMergeQueueEnabled isInMergeQueue
        mergeCommit { oid }
        potentialMergeCommit { tree { oid } parents(first: 1) { nodes { oid } } }
        latestOpinionatedReviews(first: 50, writersOnly: true) { nodes { state } }
        commits(last: 1) {
          nodes { commit { oid statusCheckRollup { contexts(first: 100) { ...Contexts } } } }
        }
      }
    }
  }
}
fragment Peeled on GitObject {
  ${COMMIT_OF_TAG}
  ... on Tag { target { ${COMMIT_OF_TAG} ... on Tag { target { ${COMMIT_OF_TAG} } } } }
}
${CONTEXTS}`;

/** Entries of folders. Variables `f0`, `f1`...: `sha:path`. */
export function formatFolders(count: number): string {
  return `
query ReadFolders($owner: String!, $name: String!, ${times(count, (i) => `$f${i}: String!`, ", ")}) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `f${i}: object(expression: $f${i}) {
      kind: __typename
      ... on Tree { entries { name mode type oid } }
    }`,
    )}
  }
}`;
}

/** Files of our pull, and of the pulls that were merged into the branch last. */
export const READ_IN_THE_WAY = `
query ReadInTheWay($owner: String!, $name: String!, $number: Int!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    own: pullRequest(number: $number) { files(first: 100) { nodes { path } } }
    later: pullRequests(
      states: MERGED, baseRefName: $branch, first: 30,
      orderBy: { field: UPDATED_AT, direction: DESC }
    ) { nodes { number mergedAt files(first: 100) { nodes { path } } } }
  }
}`;

export const CONVERT_TO_DRAFT = `
mutation ConvertToDraft($id: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $id }) { clientMutationId }
}`;

export const MARK_READY = `
mutation MarkReady($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { clientMutationId }
}`;

export const ENQUEUE_PULL = `
mutation EnqueuePull($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { clientMutationId }
}`;
