import type { Endpoint } from "./endpoints.ts";

/** Requests about the release desk: rows of `endpoints.ts`. */

const READ = { issues: "read" } as const;
const WRITE = { issues: "write" } as const;

export const DESK_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadViewer",
    by: "repository",
    needs: {},
    why: "our own login, to find the desk again when the database is new",
    declined: "a second desk is made",
  },
  {
    name: "query FindDesk",
    by: "repository",
    needs: READ,
    why: "find the desk again when the database is new, with what people held",
    declined: "a second desk is made, and holds are forgotten with the database",
  },
  {
    name: "query ReadDesk",
    by: "repository",
    needs: READ,
    why: "the desk as it stands, before it is written and when somebody ticks a box",
    declined: "boxes do nothing",
  },
  {
    name: "GET /repos/{owner}/{repo}/check-runs/{check_run_id}",
    by: "repository",
    needs: { checks: "read" },
    why: "what people held or let through, where the database is new and our checks say it",
    declined: "both are forgotten with the database; holds only where there is no desk",
  },
  {
    name: "POST /repos/{owner}/{repo}/issues",
    by: "repository",
    needs: WRITE,
    why: "open the release desk, once, the issue of a rollback, and the weekly report where the policy asks for it",
    declined:
      "no desk; checks and comments say the same; a rollback is told in a comment alone; no weekly report",
  },
  {
    name: "mutation PinDesk",
    by: "repository",
    needs: WRITE,
    why: "pin the desk when it is opened",
    declined: "the desk is not pinned",
  },
  {
    name: "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    by: "repository",
    needs: WRITE,
    why: "keep the desk and the issue of a rollback true, take ticks away that were heard, and close an issue that asked for a rollback, and last week's report",
    declined: "they stay as they are",
  },
];
