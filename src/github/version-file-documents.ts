import { BLOB, CONTEXTS, times } from "./fragments.ts";

/** GraphQL documents about the files that say a version, for who asks for them in the policy. */

/**
 * Who we are, our branches below `$folder` with their pulls, open ones below `$all`, commits that may be ours (variables
 * `c0`, `c1`...: commits), and merged pulls that may be (`p0`, `p1`...: numbers).
 */
export function formatBrought(commits: number, pulls = commits): string {
  const numbered = [
    ...Array.from({ length: commits }, (_, i) => `$c${i}: GitObjectID!`),
    ...Array.from({ length: pulls }, (_, i) => `$p${i}: Int!`),
  ];
  return `
query ReadBrought($owner: String!, $name: String!, $folder: String!, $all: String!, ${numbered.join(", ")}) {
  viewer { login databaseId }
  repository(owner: $owner, name: $name) {
    branches: refs(refPrefix: $folder, first: 20) {
      nodes {
        name
        target { kind: __typename oid }
        associatedPullRequests(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
          nodes {
            number state title body viewerDidAuthor mergeable
            commits(first: 50) {
              nodes {
                commit {
                  author { email user { databaseId } }
                  parents(first: 2) { totalCount }
                }
              }
            }
          }
        }
      }
    }
    all: refs(refPrefix: $all, first: 100) {
      nodes {
        name
        associatedPullRequests(states: [OPEN], first: 1) {
          nodes { number body viewerDidAuthor }
        }
      }
    }
    ${times(
      commits,
      (i) => `c${i}: object(oid: $c${i}) {
      kind: __typename
      oid
      ... on Commit {
        changedFilesIfAvailable
        signature { isValid wasSignedByGitHub }
        author { email user { databaseId } }
        parents(first: 1) {
          nodes { oid committedDate statusCheckRollup { contexts(first: 100) { ...Contexts } } }
        }
      }
    }`,
    )}
    ${times(
      pulls,
      (i) => `p${i}: pullRequest(number: $p${i}) {
      number viewerDidAuthor changedFiles
      files(first: 100) { nodes { path } }
      mergeCommit { oid statusCheckRollup { contexts(first: 100) { ...Contexts } } }
    }`,
    )}
  }
}
${numbered.length === 0 ? "" : CONTEXTS}`;
}

/** Files by name. Variables `e0`, `e1`...: `<commit>:<path>` with text; `o0`...: without. */
export function formatFiles(texts: number, blobs = texts): string {
  const numbered = [
    ...Array.from({ length: texts }, (_, i) => `$e${i}: String!`),
    ...Array.from({ length: blobs }, (_, i) => `$o${i}: String!`),
  ];
  return `
query ReadFiles($owner: String!, $name: String!, ${numbered.join(", ")}) {
  repository(owner: $owner, name: $name) {
    ${times(texts, (i) => `e${i}: object(expression: $e${i}) { ...Contents }`)}
    ${times(blobs, (i) => `o${i}: object(expression: $o${i}) { kind: __typename oid }`)}
  }
}
${texts === 0 ? "" : BLOB}`;
}

/** One commit on a branch, if its head is the one that is expected. */
export const COMMIT_FILES = `
mutation CommitFiles($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url } }
}`;
