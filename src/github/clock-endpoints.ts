import type { Endpoint } from "./endpoints.ts";

/** The requests for what the clocks read: rows of `endpoints.ts`. */

const UNKNOWN = "the clocks know only what happened since the installation";

export const CLOCK_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadClockPulls",
    by: "repository",
    needs: {
      contents: "read",
      pull_requests: "read",
      issues: "read",
      checks: "read",
      statuses: "read",
    },
    why: "pulls that changed, for the clocks: when each was begun, ready, reviewed and merged",
    declined: UNKNOWN,
  },
  {
    name: "query ReadClockReleases",
    by: "repository",
    needs: { contents: "read", checks: "read", statuses: "read" },
    why: "releases, for the clocks: when each was published, and whether its publishing was seen to succeed",
    declined: UNKNOWN,
  },
  {
    name: "query ReadClockStanding",
    by: "repository",
    needs: { contents: "read" },
    why: "whether releases that a list no longer shows were deleted",
    declined: UNKNOWN,
  },
  {
    name: "query ReadClockDeployments",
    by: "repository",
    needs: { contents: "read", deployments: "read" },
    why: "deployments to production: when work arrived there, and what failed",
    declined: "work counts as usable when it is published, whether it is deployed or not",
  },
  {
    name: "query ReadClockIssues",
    by: "repository",
    needs: { issues: "read", pull_requests: "read" },
    why: "issues that changed, for the clocks: reports of bugs and what mended them",
    declined: "the clocks know of rollbacks and reverts alone, not of reports",
  },
  {
    name: "query ReadClockTags",
    by: "repository",
    needs: { contents: "read" },
    why: "tags, to know which release another one follows, and when where there are no releases",
    declined: UNKNOWN,
  },
  {
    name: "query ReadClockCarried",
    by: "repository",
    needs: { contents: "read", pull_requests: "read" },
    why: "what a release that somebody else made brought",
    declined: UNKNOWN,
  },
];
