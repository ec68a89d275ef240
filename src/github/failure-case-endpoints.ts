import type { Endpoint } from "./endpoints.ts";

/** Requests of `smallbatch cases`: rows of `endpoints.ts`. */
export const FAILURE_CASE_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadFailureCase",
    by: "repository",
    needs: {
      contents: "read",
      pull_requests: "read",
      issues: "read",
      checks: "read",
      statuses: "read",
    },
    why: "`smallbatch cases OWNER/REPO`: which checks a bad release had, and what its fix closed",
    declined: "cases are made by git alone",
  },
];
