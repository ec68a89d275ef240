/** GraphQL documents about rollbacks. */

/** Issues that we opened, the newest first. */
export const FIND_ROLLBACKS = `
query FindRollbacks($owner: String!, $name: String!, $login: String!) {
  repository(owner: $owner, name: $name) {
    issues(
      first: 50, filterBy: { createdBy: $login }, orderBy: { field: CREATED_AT, direction: DESC }
    ) { nodes { number url body viewerDidAuthor } }
  }
}`;
