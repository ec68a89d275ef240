import type { Endpoint } from "./endpoints.ts";

/** Requests of the doctor: rows of `endpoints.ts`. */
export const DOCTOR_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadDoctor",
    by: "repository",
    needs: { contents: "read", checks: "read", statuses: "read" },
    why: "what is special about a repository: workflows, rules, checks of its newest commits",
    declined: "`smallbatch doctor` and the proposal know nothing of it",
  },
  {
    name: "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}",
    by: "repository",
    needs: { metadata: "read" },
    why: "whether the App may pass by a ruleset that stands in the way of tags",
    declined: "the doctor tells an admin to look",
  },
];
