import type { Endpoint } from "./endpoints.ts";

/** Requests that look for changes where no webhook tells of them: rows of `endpoints.ts`. */

const UNSEEN = "such a change is found by the sweep only";

export const POLL_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "GET /repos/{owner}/{repo}/commits/{ref}/status",
    by: "poll",
    needs: { statuses: "read" },
    why: "without webhooks: did the head or its statuses change",
    declined: UNSEEN,
  },
  {
    name: "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    by: "poll",
    needs: { checks: "read" },
    why: "without webhooks: did its checks change",
    declined: UNSEEN,
  },
  {
    name: "GET /repos/{owner}/{repo}/issues",
    by: "poll",
    needs: { issues: "read" },
    why: "without webhooks: was a pull or an issue touched; for the clocks, with the token of one repository: which issues have the type Bug",
    declined: UNSEEN,
  },
  {
    name: "GET /repos/{owner}/{repo}/releases",
    by: "poll",
    needs: { contents: "read" },
    why: "without webhooks: did the releases change; in a pass: does our draft stand already",
    declined: UNSEEN,
  },
  {
    name: "GET /repos/{owner}/{repo}/tags",
    by: "poll",
    needs: { metadata: "read" },
    why: "without webhooks: did the tags change",
    declined: UNSEEN,
  },
];
