import type { Endpoint } from "./endpoints.ts";

/** Requests about exceptions from the size limit: rows of `endpoints.ts`. */

export const EXCEPTION_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "GET /repos/{owner}/{repo}/collaborators",
    by: "repository",
    needs: { metadata: "read" },
    why: "whether anybody but its author may lift the size limit of a pull",
    declined: "authors cannot lift the limit of their own pulls",
  },
  {
    name: "query ReadReverted",
    by: "repository",
    needs: { contents: "read", pull_requests: "read" },
    why: "how large the pulls were that a large revert takes back",
    declined: "reverts are held to the size limit like any change",
  },
];
