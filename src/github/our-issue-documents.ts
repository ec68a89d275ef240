/** GraphQL documents about issues that we open. */

/** A page of them, the newest first. */
export const FIND_OUR_ISSUES = `
query FindOurIssues($owner: String!, $name: String!, $login: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(
      first: 50, after: $after, filterBy: { createdBy: $login }
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { id number url body closed viewerDidAuthor }
    }
  }
}`;
