import type { Endpoint } from "./endpoints.ts";

/** Requests for the proposal; a repository that was started sees none of them. */
export const PROPOSAL_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadProposal",
    by: "repository",
    needs: { contents: "read", pull_requests: "read" },
    why: "does our proposal stand, was it closed, and did somebody else bring a policy file",
    declined: "nothing is proposed; a policy file that somebody merges starts all the same",
  },
];
