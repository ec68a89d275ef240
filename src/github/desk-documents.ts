import { WHO } from "./fragments.ts";

/** GraphQL documents of the release desk. */

const DESK = `
fragment DeskFields on Issue {
  kind: __typename
  id number url body closed viewerDidAuthor
  repository { databaseId }
}`;

/** The newest texts, with who made them. */
const EDITS = `
fragment Edits on Issue {
  userContentEdits(first: 20) { nodes { editedAt diff editor { ...Who } } }
}`;

/** Who opened it again last. */
const REOPENED = `
fragment Reopened on Issue {
  timelineItems(itemTypes: [REOPENED_EVENT], last: 1) {
    nodes { ... on ReopenedEvent { actor { ...Who } } }
  }
}`;

/** The login by which GitHub lists what we opened. */
export const READ_VIEWER = `
query ReadViewer { viewer { login } }`;

export const FIND_DESK = `
query FindDesk($owner: String!, $name: String!, $login: String!) {
  repository(owner: $owner, name: $name) {
    issues(
      first: 20, filterBy: { createdBy: $login }, orderBy: { field: CREATED_AT, direction: DESC }
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
