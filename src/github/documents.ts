import { PROPOSAL_BRANCH } from "../core/proposal/proposal.ts";
import {
  BLOB,
  CHECKED,
  COMMAND,
  COMMAND_VARIABLES,
  COMMIT,
  COMPARISON,
  CONTEXTS,
  DESK,
  EDITS,
  PULL,
  RELEASE,
  REOPENED,
  TARGET,
  times,
  WHO,
} from "./fragments.ts";

/**
 * Every GraphQL document we send. A test validates each against GitHub's published schema. The
 * documents that ask the same of several things at once are made by a function of their number.
 */

const RULES = `rules(first: 50) {
        nodes {
          type
          parameters {
            kind: __typename
            ... on RequiredStatusChecksParameters { requiredStatusChecks { context } }
          }
        }
      }`;

/**
 * The whole line in the usual case. `rules`: those of rulesets on the branch; may be empty. `more`:
 * what is read in passing, with its variables.
 */
const formatLine = (rules: string, more = { variables: "", fields: "" }) => `
query ObserveLine(
  $owner: String!, $name: String!, $branch: String!, $branchRef: String!, $policy: String!,
  $baseRef: String!, $isBaseKnown: Boolean!, $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!,
  $desk: ID!, $isDeskKnown: Boolean!, $isDeskRead: Boolean!${more.variables}
) {
  ${more.fields}
  desk: node(id: $desk) @include(if: $isDeskKnown) {
    ... on Issue { closed lastEditedAt editor { login } author { login } }
  }
  deskRead: node(id: $desk) @include(if: $isDeskRead) { ...DeskFields ...Edits ...Reopened }
  repository(owner: $owner, name: $name) {
    id databaseId name url isPrivate isArchived
    owner { login }
    defaultBranchRef { name }
    ref(qualifiedName: $branchRef) {
      target {
        kind: __typename
        oid
        ... on Commit { committedDate statusCheckRollup { contexts(first: 100) { ...Contexts } } }
      }
      refUpdateRule { requiredStatusCheckContexts }
      ${rules}
    }
    policyFile: object(expression: $policy) { ...Contents }
    proposal: ref(qualifiedName: "refs/heads/${PROPOSAL_BRANCH}") { target { oid } }
    tags: refs(
      refPrefix: "refs/tags/", first: 100, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { name target { ...Target } }
    }
    releases(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { ...ReleaseFields }
    }
    checkedReleases: releases(first: 2, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes {
        tagName
        tagCommit { oid statusCheckRollup { contexts(first: 100) { ...Contexts } } }
      }
    }
    latestRelease @skip(if: $isBaseKnown) {
      tag {
        name
        target { ...Target }
        compare(headRef: $branch) {
          ...ComparisonFields
          commits(first: 50) { pageInfo { hasNextPage endCursor } nodes { ...CommitFields } }
        }
      }
    }
    knownBase: ref(qualifiedName: $baseRef) @include(if: $isBaseKnown) {
      name
      target { ...Target }
      compare(headRef: $branch) {
        ...ComparisonFields
        commits(first: 50) { pageInfo { hasNextPage endCursor } nodes { ...CommitFields } }
      }
    }
    merged: pullRequests(
      states: MERGED, baseRefName: $branch, first: 50,
      orderBy: { field: UPDATED_AT, direction: DESC }
    ) {
      nodes { ...PullFields }
    }
  }
}
${WHO}${CONTEXTS}${RELEASE}${TARGET}${PULL}${COMMIT}${COMPARISON}${BLOB}${DESK}${EDITS}${REOPENED}`;

const WITH_COMMAND = { variables: `, ${COMMAND_VARIABLES}`, fields: COMMAND };

export const OBSERVE_LINE = formatLine(RULES);
/** With a comment that has a command: who says `/rollback` does not wait for a request more. */
export const OBSERVE_LINE_AND_COMMAND = formatLine(RULES, WITH_COMMAND);
/** For Enterprise Server before 3.11, which has no rulesets. */
export const OBSERVE_LINE_WITHOUT_RULES = formatLine("");

/** Commits that a branch or tag has beyond a tag, page by page. */
export const READ_COMPARISON = `
query ReadComparison(
  $owner: String!, $name: String!, $baseRef: String!, $head: String!, $after: String,
  $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!
) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $baseRef) {
      compare(headRef: $head) {
        ...ComparisonFields
        commits(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { ...CommitFields }
        }
      }
    }
  }
}
${COMMIT}${COMPARISON}`;

/** Commits of a branch, newest first, page by page: for a line without a base. */
export const READ_HISTORY = `
query ReadHistory(
  $owner: String!, $name: String!, $sha: GitObjectID!, $after: String, $first: Int!,
  $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!
) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) {
      kind: __typename
      ... on Commit {
        history(first: $first, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes { ...CommitFields }
        }
      }
    }
  }
}
${COMMIT}`;

/** Commits that touched one path, newest first, page by page. */
export const READ_PATH_HISTORY = `
query ReadPathHistory(
  $owner: String!, $name: String!, $sha: GitObjectID!, $path: String!, $first: Int!, $after: String
) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) {
      kind: __typename
      ... on Commit {
        history(path: $path, first: $first, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            oid
            committedDate
            associatedPullRequests(first: 1) { nodes { mergedAt baseRefName } }
          }
        }
      }
    }
  }
}`;

/** Older tags, page by page. */
export const READ_TAGS = `
query ReadTags($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    tags: refs(
      refPrefix: "refs/tags/", first: 100, after: $after,
      orderBy: { field: TAG_COMMIT_DATE, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { name target { ...Target } }
    }
  }
}
${TARGET}`;

/** Branches such as `1.x` and `1.2.x`; others that hold the text are left out by who reads it. */
export const READ_BRANCHES = `
query ReadBranches($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    branches: refs(
      refPrefix: "refs/heads/", query: ".x", first: 100,
      orderBy: { field: TAG_COMMIT_DATE, direction: DESC }
    ) {
      nodes { name }
    }
  }
}`;

/** Is each tag an ancestor of the branch? Variables `t0`, `t1`...: qualified names of tags. */
export function formatAncestry(count: number): string {
  return `
query ReadAncestry(
  $owner: String!, $name: String!, $branch: String!, ${times(count, (i) => `$t${i}: String!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `t${i}: ref(qualifiedName: $t${i}) {
      name
      target { ...Target }
      compare(headRef: $branch) { ...ComparisonFields }
    }`,
    )}
  }
}
${TARGET}${COMPARISON}`;
}

/** Earlier contents of a file. Variables `e0`, `e1`...: `<commit>:<path>`. */
export function formatContents(count: number): string {
  return `
query ReadContents(
  $owner: String!, $name: String!, ${times(count, (i) => `$e${i}: String!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(count, (i) => `e${i}: object(expression: $e${i}) { ...Contents }`)}
  }
}
${BLOB}`;
}

/** Releases by tag with the checks of their commits. Variables `r0`, `r1`...: tags. */
export function formatReleases(count: number): string {
  return `
query ReadReleases(
  $owner: String!, $name: String!, ${times(count, (i) => `$r${i}: String!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `r${i}: release(tagName: $r${i}) {
      ...ReleaseFields
      checked: tagCommit { oid statusCheckRollup { contexts(first: 100) { ...Contexts } } }
    }`,
    )}
  }
}
${RELEASE}${CONTEXTS}`;
}

/** Pulls by number. Variables `p0`, `p1`...: numbers. */
export function formatPulls(count: number): string {
  return `
query ReadPulls($owner: String!, $name: String!, ${times(count, (i) => `$p${i}: Int!`, ", ")}) {
  repository(owner: $owner, name: $name) {
    ${times(count, (i) => `p${i}: pullRequest(number: $p${i}) { ...PullFields }`)}
  }
}
${WHO}${PULL}`;
}

/**
 * Pulls by number with our check on their merge commits, and with the comments on them and on the
 * issues that they close.
 */
export function formatSubjects(count: number): string {
  return `
query ReadSubjects(
  $owner: String!, $name: String!, $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!,
  ${times(count, (i) => `$p${i}: Int!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `p${i}: pullRequest(number: $p${i}) {
      ...PullFields
      checked: mergeCommit { ...Checked }
      comments(last: 50) { ...Comments }
      subjects: closingIssuesReferences(first: 20) {
        nodes { id number repository { nameWithOwner } comments(last: 50) { ...Comments } }
      }
    }`,
    )}
  }
}
fragment Comments on IssueCommentConnection {
  nodes { body viewerDidAuthor author { kind: __typename } }
}
${WHO}${PULL}${CHECKED}`;
}

/** Who set the labels of pulls. Variables `p0`, `p1`...: numbers. */
export function formatLabelers(count: number): string {
  return `
query ReadLabelers($owner: String!, $name: String!, ${times(count, (i) => `$p${i}: Int!`, ", ")}) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `p${i}: pullRequest(number: $p${i}) {
      number
      timelineItems(itemTypes: [LABELED_EVENT], last: 100) {
        nodes {
          kind: __typename
          ... on LabeledEvent { createdAt actor { kind: __typename login } label { name } }
        }
      }
    }`,
    )}
  }
}`;
}

/** Merged pulls of authors. Variables `a0`, `a1`...: search texts. */
export function formatAuthors(count: number): string {
  return `
query ReadAuthors(${times(count, (i) => `$a${i}: String!`, ", ")}) {
  ${times(
    count,
    (i) => `a${i}: search(type: ISSUE, query: $a${i}, first: 20) {
    issueCount
    nodes { kind: __typename ... on PullRequest { number } }
  }`,
    "\n  ",
  )}
}`;
}

/** One comment each. Variables `c0`, `c1`...: `{ subjectId, body }`. */
export function formatComments(count: number): string {
  return `
mutation AddComments(${times(count, (i) => `$c${i}: AddCommentInput!`, ", ")}) {
  ${times(count, (i) => `c${i}: addComment(input: $c${i}) { clientMutationId }`, "\n  ")}
}`;
}
