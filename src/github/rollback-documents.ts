/** GraphQL documents about rollbacks. */

/** The comments of a rollback issue, the newest 100. */
export const READ_ROLLBACK_COMMENTS = `
query ReadRollbackComments($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) { comments(last: 100) { nodes { url body viewerDidAuthor } } }
  }
}`;

/** Issues that we opened, the newest first. */
export const FIND_ROLLBACKS = `
query FindRollbacks($owner: String!, $name: String!, $login: String!) {
  repository(owner: $owner, name: $name) {
    issues(
      first: 50, filterBy: { createdBy: $login }, orderBy: { field: CREATED_AT, direction: DESC }
    ) { nodes { number url body viewerDidAuthor } }
  }
}`;
