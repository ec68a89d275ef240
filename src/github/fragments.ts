/** Pieces that several GraphQL documents share; what asks for `...X` appends its `X`. */

export const WHO = `
fragment Who on Actor {
  kind: __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
}`;

export const CONTEXTS = `
fragment Contexts on StatusCheckRollupContextConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    kind: __typename
    ... on CheckRun {
      databaseId name status conclusion startedAt completedAt detailsUrl externalId title
      checkSuite { app { databaseId } }
    }
    ... on StatusContext { context state createdAt targetUrl }
  }
}`;

export const RELEASE = `
fragment ReleaseFields on Release {
  databaseId tagName isDraft isPrerelease isLatest publishedAt updatedAt url description
  tagCommit { oid }
}`;

/** Peels a tag of a tag once more: nobody nests deeper. */
export const TARGET = `
fragment Target on GitObject {
  kind: __typename
  oid
  ... on Tag { target { kind: __typename oid ... on Tag { target { kind: __typename oid } } } }
}`;

export const PULL = `
fragment PullFields on PullRequest {
  id number title body merged mergedAt baseRefName headRefOid
  mergeCommit { oid }
  author { ...Who }
  mergedBy { ...Who }
  labels(first: 20) { nodes { name } }
  closingIssuesReferences(first: 20) { nodes { id number repository { nameWithOwner } } }
  reviews(last: 30, states: [APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED]) {
    totalCount
    nodes { state submittedAt authorCanPushToRepository author { ...Who } commit { oid } }
  }
  commits(last: 1) { totalCount nodes { commit { messageHeadline } } }
}`;

const OUR_CHECK = `
fragment OurCheck on Commit {
  checkSuites(first: 1, filterBy: $ourSuite) {
    nodes { checkRuns(first: 1, filterBy: $ourRun) { nodes { databaseId externalId title } } }
  }
}`;

/** The commit of a merged pull, with our check on it. */
export const CHECKED = `
fragment Checked on Commit { oid ...OurCheck }${OUR_CHECK}`;

export const COMMIT = `
fragment CommitFields on Commit {
  oid
  message
  committedDate
  author { name user { login databaseId } }
  parents(first: 10) { nodes { oid } }
  associatedPullRequests(first: 5) { nodes { number merged baseRefName } }
  ...OurCheck
}${OUR_CHECK}`;

export const COMPARISON = `
fragment ComparisonFields on Comparison {
  status aheadBy behindBy
  headTarget { oid }
}`;

export const BLOB = `
fragment Contents on GitObject {
  kind: __typename
  oid
  ... on Blob { byteSize isBinary isTruncated text }
}`;

/** Of a pull or an issue, the newest. */
export const COMMENTS = "comments(last: 100) { nodes { databaseId body viewerDidAuthor } }";

/**
 * A comment or an issue with commands as it stands now, what it stands on, and, of a pull, what a preview needs.
 * `since`: when it was said. `previews`: what the preview tags of the pull begin with.
 */
export const COMMAND_VARIABLES =
  "$comment: ID!, $number: Int!, $since: DateTime!, $previews: String!, $suites: CheckSuiteFilter!";
export const COMMAND = `comment: node(id: $comment) {
    kind: __typename
    ... on IssueComment {
      databaseId body url createdAt lastEditedAt
      author { ...Who }
      reactionGroups { content viewerHasReacted }
      issue { number }
      repository { databaseId }
    }
    ... on Issue {
      databaseId number body url createdAt lastEditedAt closed
      author { ...Who }
      repository { databaseId }
    }
  }
  commented: repository(owner: $owner, name: $name) {
    subject: issueOrPullRequest(number: $number) {
      kind: __typename
      ... on Issue { ${COMMENTS} }
      ... on PullRequest {
        ${COMMENTS}
        state isCrossRepository baseRefName headRefOid
        author { ...Who }
        headCommit: commits(last: 1) {
          nodes { commit { oid checkSuites(first: 1, filterBy: $suites) { nodes { createdAt } } } }
        }
        forced: timelineItems(
          first: 1, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT], since: $since
        ) { filteredCount }
      }
    }
    previews: refs(refPrefix: $previews, first: 10) { nodes { name target { ...Target } } }
  }`;

export const DESK = `
fragment DeskFields on Issue {
  kind: __typename
  id number url body closed viewerDidAuthor
  repository { databaseId }
}`;

/** The newest texts, with who made them. */
export const EDITS = `
fragment Edits on Issue {
  userContentEdits(first: 20) { nodes { editedAt diff editor { ...Who } } }
}`;

/** Who opened it again last. */
export const REOPENED = `
fragment Reopened on Issue {
  timelineItems(itemTypes: [REOPENED_EVENT], last: 1) {
    nodes { ... on ReopenedEvent { actor { ...Who } } }
  }
}`;

/** What a document asks of several things, once each. */
export function times(
  count: number,
  format: (index: number) => string,
  separator = "\n    ",
): string {
  return Array.from({ length: count }, (_, index) => format(index)).join(separator);
}
