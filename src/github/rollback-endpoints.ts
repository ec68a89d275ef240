import type { Endpoint } from "./endpoints.ts";

/** Requests that take a release back, beside those of releases and of the desk: rows of `endpoints.ts`. */

export const ROLLBACK_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadOlderReleases",
    by: "repository",
    needs: { contents: "read" },
    why: "find a release to be rolled back that is not among the newest 20, and those around it",
    declined: "nothing is released",
  },
  {
    name: "query FindOurIssues",
    by: "repository",
    needs: { issues: "read" },
    why: "find issues of rollbacks, this week's report, and a desk among many again when the database is new, or no answer told; all of ours, 50 a request",
    declined:
      "a rollback is forgotten with the database; the hold stays on the desk; no weekly report",
  },
  {
    name: "query ReadRollbackComments",
    by: "repository",
    needs: { issues: "read" },
    why: "look whether an agent was asked for a fix in a rollback issue already",
    declined: "no box there to ask an agent for a fix",
  },
  {
    name: "query ReadReland",
    by: "repository",
    needs: { contents: "read", pull_requests: "read" },
    why: "the code from before a rollback, and how far the pull has come that brings it back",
    declined: "what was taken back is brought back by people, with git",
  },
  {
    name: "POST /repos/{owner}/{repo}/dispatches",
    by: "repository",
    needs: { contents: "write" },
    why: "tell the repository's own workflows of a rollback, where the policy has `rollback: { dispatch: on }`",
    declined: "the issue says so, and its commands are run by hand",
  },
];
