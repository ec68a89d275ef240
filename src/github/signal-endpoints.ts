import type { Endpoint } from "./endpoints.ts";

/** The request for what speaks against releases: a row of `endpoints.ts`. */
export const SIGNAL_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadSignals",
    by: "repository",
    needs: { issues: "read", pull_requests: "read", deployments: "read" },
    why: "reports of bugs, labels and deployments that failed, which speak against a release",
    declined: "the desk says nothing of what may not be read",
  },
];
