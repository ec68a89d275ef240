/** Reports and deployments that may speak against a release. */

const LABELED = `timelineItems(itemTypes: [LABELED_EVENT], last: 20) {
        nodes {
          kind: __typename
          ... on LabeledEvent { actor { kind: __typename login } label { name } }
        }
      }`;

const ISSUE = `number url title body createdAt viewerDidAuthor author { kind: __typename login }`;

/** One request, however many there are: the newest count. */
export const READ_SIGNALS = `
query ReadSignals($owner: String!, $name: String!, $hasDeployments: Boolean!) {
  repository(owner: $owner, name: $name) {
    bugs: issues(
      first: 20, states: OPEN, labels: ["bug"], orderBy: { field: CREATED_AT, direction: DESC }
    ) { nodes { ${ISSUE} } }
    regressions: issues(
      first: 20, states: OPEN, labels: ["regression"]
      orderBy: { field: UPDATED_AT, direction: DESC }
    ) { nodes { ${ISSUE} ${LABELED} } }
    pulls: pullRequests(
      first: 20, labels: ["regression"], orderBy: { field: UPDATED_AT, direction: DESC }
    ) { nodes { ${ISSUE} ${LABELED} } }
    deployments(first: 50, orderBy: { field: CREATED_AT, direction: DESC })
      @include(if: $hasDeployments) {
      nodes { commitOid environment latestStatus { state } }
    }
  }
}`;
