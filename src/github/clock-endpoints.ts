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
    needs: { contents: "read" },
    why: "releases, for the clocks: when each was published",
    declined: UNKNOWN,
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
    why: "names of tags, to know which release another one follows",
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
