/** GraphQL documents of the weekly report. */

/** The newest of our issues: a report a week, beside them the desk and rollbacks. */
export const FIND_WEEKLY = `
query FindWeekly($owner: String!, $name: String!, $login: String!) {
  repository(owner: $owner, name: $name) {
    issues(
      first: 30, filterBy: { createdBy: $login }, orderBy: { field: CREATED_AT, direction: DESC }
    ) { nodes { number url body closed viewerDidAuthor } }
  }
}`;
