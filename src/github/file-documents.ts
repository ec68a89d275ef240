import { times } from "./fragments.ts";

/** GraphQL documents about the files of changes; `documents.ts` says more. */

/** A page of the files of pulls each. Variables `p0`, `p1`...: numbers; `a0`, `a1`...: cursors. */
export function formatPullFiles(count: number): string {
  return `
query ReadPullFiles(
  $owner: String!, $name: String!, ${times(count, (i) => `$p${i}: Int!, $a${i}: String`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(
      count,
      (i) => `p${i}: pullRequest(number: $p${i}) {
      changedFiles
      files(first: 100, after: $a${i}) {
        pageInfo { hasNextPage endCursor }
        nodes { path changeType }
      }
    }`,
    )}
  }
}`;
}

/** Ids of what stands at paths of commits. Variables `e0`, `e1`...: `<commit>:<path>`. */
export function formatObjects(count: number): string {
  return `
query ReadObjects(
  $owner: String!, $name: String!, ${times(count, (i) => `$e${i}: String!`, ", ")}
) {
  repository(owner: $owner, name: $name) {
    ${times(count, (i) => `e${i}: object(expression: $e${i}) { oid }`)}
  }
}`;
}

/** A page of the files of one pull with their lines. */
export const READ_FILE_SIZES = `
query ReadFileSizes($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pull: pullRequest(number: $number) {
      headRefOid
      files(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { path additions deletions }
      }
    }
  }
}`;
