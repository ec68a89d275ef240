import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import { BLOB, CONTEXTS, WHO } from "./fragments.ts";

/** What the clocks read of a repository, a page a request, the newest first. */

const QUOTA = "rateLimit { remaining limit resetAt }";

export const READ_CLOCK_PULLS = `
query ReadClockPulls($owner: String!, $name: String!, $after: String) {
  ${QUOTA}
  repository(owner: $owner, name: $name) {
    policy: object(expression: "HEAD:${POLICY_PATH}") { ...Contents }
    page: pullRequests(
      first: 25, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }
    ) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body createdAt updatedAt mergedAt closedAt isDraft baseRefName headRefName
        isCrossRepository additions deletions
        mergeCommit { oid }
        author { ...Who }
        mergedBy { ...Who }
        assignees(first: 3) { nodes { databaseId } }
        labels(first: 20) { nodes { name } }
        closingIssuesReferences(first: 10) { nodes { createdAt } }
        reviews(first: 60) { nodes { state submittedAt author { ...Who } } }
        timelineItems(
          first: 10, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]
        ) {
          nodes {
            kind: __typename
            ... on ReadyForReviewEvent { createdAt }
            ... on ConvertToDraftEvent { createdAt }
          }
        }
        commits(first: 60) {
          nodes {
            commit {
              oid message authoredDate
              author { name email user { login databaseId } }
              parents(first: 2) { totalCount }
            }
          }
        }
        files(first: 100) {
          pageInfo { hasNextPage endCursor }
          nodes { path additions deletions changeType }
        }
        last: commits(last: 1) { nodes { commit { statusCheckRollup { state } } } }
      }
    }
  }
}${WHO}${BLOB}`;

export const READ_CLOCK_RELEASES = `
query ReadClockReleases($owner: String!, $name: String!, $after: String) {
  ${QUOTA}
  repository(owner: $owner, name: $name) {
    page: releases(first: 20, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        tagName isDraft isPrerelease createdAt publishedAt description
        author { databaseId }
        tagCommit { oid committedDate statusCheckRollup { contexts(first: 50) { ...Contexts } } }
      }
    }
  }
}${CONTEXTS}`;

/** Variables `t0`, `t1`...: tags of releases that may be gone. */
export function formatClockStanding(count: number): string {
  const each = Array.from({ length: count }, (_, at) => at);
  return `
query ReadClockStanding(
  $owner: String!, $name: String!, ${each.map((at) => `$t${at}: String!`).join(", ")}
) {
  repository(owner: $owner, name: $name) {
    ${each.map((at) => `r${at}: release(tagName: $t${at}) { tagName isDraft }`).join("\n    ")}
  }
}`;
}

export const READ_CLOCK_DEPLOYMENTS = `
query ReadClockDeployments($owner: String!, $name: String!, $after: String) {
  ${QUOTA}
  repository(owner: $owner, name: $name) {
    policy: object(expression: "HEAD:${POLICY_PATH}") { ...Contents }
    page: deployments(
      first: 50, after: $after, orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId commitOid environment createdAt
        statuses(last: 20) { nodes { state createdAt } }
      }
    }
  }
}${BLOB}`;

export const READ_CLOCK_ISSUES = `
query ReadClockIssues($owner: String!, $name: String!, $after: String) {
  ${QUOTA}
  repository(owner: $owner, name: $name) {
    page: issues(first: 50, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body createdAt updatedAt closedAt stateReason authorAssociation
        viewerDidAuthor
        author { ...Who }
        labels(first: 20) { nodes { name } }
        closedByPullRequestsReferences(first: 10, includeClosedPrs: true) { nodes { number } }
        timelineItems(
          last: 5, itemTypes: [MARKED_AS_DUPLICATE_EVENT, UNMARKED_AS_DUPLICATE_EVENT]
        ) {
          nodes {
            kind: __typename
            ... on MarkedAsDuplicateEvent {
              isCrossRepository
              canonical { ... on Issue { number } }
            }
          }
        }
      }
    }
  }
}${WHO}`;

export const READ_CLOCK_TAGS = `
query ReadClockTags($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    page: refs(
      refPrefix: "refs/tags/", first: 100, after: $after
      orderBy: { field: TAG_COMMIT_DATE, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes {
        name
        target {
          oid
          ... on Commit { committedDate }
          ... on Tag { tagger { date } target { oid ... on Commit { committedDate } } }
        }
      }
    }
  }
}`;

export const READ_CLOCK_CARRIED = `
query ReadClockCarried(
  $owner: String!, $name: String!, $from: String!, $to: String!, $after: String
) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $from) {
      compare(headRef: $to) {
        commits(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            oid message committedDate
            parents(first: 2) { totalCount }
            associatedPullRequests(first: 5) { nodes { number merged mergeCommit { oid } } }
          }
        }
      }
    }
  }
}`;
