/** Documents about what people are shown; see `documents.ts`. */

/** Whether repositories that we take for public still are. */
export const READ_VISIBILITY = `
query ReadVisibility($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository { databaseId visibility }
  }
}`;
