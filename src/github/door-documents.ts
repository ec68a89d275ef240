import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import {
  BLOB,
  CHECKED,
  COMMAND,
  COMMAND_VARIABLES,
  COMMENTS,
  CONTEXTS,
  PULL,
  TARGET,
  WHO,
} from "./fragments.ts";

/** GraphQL documents about commands in comments and about open pulls. */

/** A comment with commands, and nothing else. */
export const READ_COMMAND = `
query ReadCommand($owner: String!, $name: String!, ${COMMAND_VARIABLES}) {
  ${COMMAND}
}
${WHO}${TARGET}`;

function times(count: number, format: (index: number) => string, separator = "\n    "): string {
  return Array.from({ length: count }, (_, index) => format(index)).join(separator);
}

/**
 * Pulls that may be open, each with what its check says. Variables `p0`, `p1`...: numbers; `t0`,
 * `t1`...: what their preview tags begin with.
 */
export function formatOpenPulls(count: number): string {
  return `
query ReadOpenPulls(
  $owner: String!, $name: String!, $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!,
  $sizeSuite: CheckSuiteFilter!, $sizeRun: CheckRunFilter!,
  ${times(count, (i) => `$p${i}: Int!, $t${i}: String!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `p${i}: pullRequest(number: $p${i}) {
      ...OpenPullFields
      baseRepository {
        squashMergeAllowed mergeCommitAllowed rebaseMergeAllowed squashMergeCommitMessage
        previews: refs(refPrefix: $t${i}, first: 10) { nodes { name target { ...Target } } }
      }
    }`,
    )}
  }
}
fragment OpenPullFields on PullRequest {
  ...PullFields
  state isDraft isCrossRepository headRefOid additions deletions changedFiles
  sizeLabels: labels(first: 50) { nodes { id name } }
  talk: comments(last: 100) { nodes { viewerDidAuthor } }
  tip: commits(last: 1) {
    nodes {
      commit {
        oid
        policy: file(path: "${POLICY_PATH}") { oid mode }
        sized: checkSuites(first: 1, filterBy: $sizeSuite) {
          nodes {
            checkRuns(first: 1, filterBy: $sizeRun) {
              nodes { databaseId externalId title conclusion }
            }
          }
        }
      }
    }
  }
  forked: commits(first: 1) {
    nodes {
      commit { parents(first: 1) { nodes { policy: file(path: "${POLICY_PATH}") { oid mode } } } }
    }
  }
  work: commits(last: 50) {
    nodes {
      commit {
        ...Checked
        message
        committedDate
        author { name user { login databaseId } }
        parents(first: 10) { nodes { oid } }
      }
    }
  }
}
${WHO}${PULL}${CHECKED}${TARGET}`;
}

/** Files at the root of a commit, and its `go.mod`. */
export const READ_MANIFESTS = `
query ReadManifests($owner: String!, $name: String!, $tree: String!, $module: String!) {
  repository(owner: $owner, name: $name) {
    tree: object(expression: $tree) {
      kind: __typename
      ... on Tree { entries { name type } }
    }
    module: object(expression: $module) {
      kind: __typename
      ... on Blob { text byteSize }
    }
  }
}`;

/** Comments on pulls with what people felt about them. Variables `p0`, `p1`...: numbers. */
export function formatPreviewTalk(count: number): string {
  return `
query ReadPreviewTalk($owner: String!, $name: String!, ${times(count, (i) => `$p${i}: Int!`, ", ")}) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `p${i}: pullRequest(number: $p${i}) {
      number
      comments(last: 100) {
        nodes { body url reactionGroups { content viewerHasReacted reactors(first: 1) { totalCount } } }
      }
    }`,
    )}
  }
}`;
}

/** What a pull that changes the policy makes of it. `file`: `<head>:<path>`. */
export const READ_PULL_POLICY = `
query ReadPullPolicy(
  $owner: String!, $name: String!, $number: Int!, $head: GitObjectID!, $file: String!,
  $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!
) {
  repository(owner: $owner, name: $name) {
    pull: pullRequest(number: $number) {
      files(first: 100) { pageInfo { hasNextPage } nodes { path } }
    }
    commit: object(oid: $head) { ...Checked }
    file: object(expression: $file) { ...Contents }
  }
}
${CHECKED}${BLOB}`;

/** What waits before a merge group, and what we said of it. `sha`: of the group. */
export const READ_MERGE_GROUP = `
query ReadMergeGroup(
  $owner: String!, $name: String!, $branch: String!, $sha: GitObjectID!,
  $ourSuite: CheckSuiteFilter!, $ourRun: CheckRunFilter!,
  $sizeSuite: CheckSuiteFilter!, $sizeRun: CheckRunFilter!
) {
  repository(owner: $owner, name: $name) {
    queue: mergeQueue(branch: $branch) {
      entries(first: 100) {
        nodes { baseCommit { oid } headCommit { oid } pullRequest { number } }
      }
    }
    commit: object(oid: $sha) {
      ...Checked
      ... on Commit {
        sized: checkSuites(first: 1, filterBy: $sizeSuite) {
          nodes {
            checkRuns(first: 1, filterBy: $sizeRun) { nodes { databaseId externalId title } }
          }
        }
      }
    }
  }
}
${CHECKED}`;

/** Comments on a pull. */
export const READ_STATUS = `
query ReadStatus($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pull: pullRequest(number: $number) { ${COMMENTS} } }
}`;

export const REMOVE_LABELS = `
mutation RemoveLabels($pull: ID!, $labels: [ID!]!) {
  removeLabelsFromLabelable(input: { labelableId: $pull, labelIds: $labels }) { clientMutationId }
}`;

/** Whether an open pull may be merged as it is. */
export const READ_READINESS = `
query ReadReadiness(
  $owner: String!, $name: String!, $number: Int!, $ourSuite: CheckSuiteFilter!
) {
  repository(owner: $owner, name: $name) {
    pull: pullRequest(number: $number) {
      mergeable
      tip: commits(last: 1) {
        nodes {
          commit {
            oid committedDate
            suites: checkSuites(first: 1, filterBy: $ourSuite) { nodes { createdAt } }
            statusCheckRollup { contexts(first: 100) { ...Contexts } }
          }
        }
      }
    }
  }
}
${CONTEXTS}`;
