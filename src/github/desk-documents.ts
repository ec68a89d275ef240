import { DESK, EDITS, REOPENED, WHO } from "./fragments.ts";

/** GraphQL documents of the release desk. */

/** The login by which GitHub lists what we opened. */
export const READ_VIEWER = `
query ReadViewer { viewer { login } }`;

/** The desk is mostly among the first issues that we open, and reports of weeks follow it. */
export const FIND_DESK = `
query FindDesk($owner: String!, $name: String!, $login: String!) {
  repository(owner: $owner, name: $name) {
    issues(
      first: 20, filterBy: { createdBy: $login }, orderBy: { field: CREATED_AT, direction: DESC }
    ) { pageInfo { hasNextPage endCursor } nodes { ...DeskFields ...Edits } }
    oldest: issues(
      first: 20, filterBy: { createdBy: $login }, orderBy: { field: CREATED_AT, direction: ASC }
    ) { nodes { ...DeskFields ...Edits } }
  }
}
${DESK}${EDITS}${WHO}`;

/** `who`: with its earlier texts and who made them. */
export const READ_DESK = `
query ReadDesk($issue: ID!, $who: Boolean!) {
  issue: node(id: $issue) {
    ...DeskFields
    ...Edits @include(if: $who)
    ...Reopened @include(if: $who)
  }
}
${DESK}${EDITS}${REOPENED}${WHO}`;

export const PIN_DESK = `
mutation PinDesk($issue: ID!) {
  pinIssue(input: { issueId: $issue }) { issue { number } }
}`;
