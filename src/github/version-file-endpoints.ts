import type { Endpoint } from "./endpoints.ts";

const HELD = "nothing is released where the policy names files";
const NO_PULL = "nothing is released where the files need a release pull";

/** Requests for `files` in the policy; nobody else's repository sees one of them. */
export const VERSION_FILE_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadBrought",
    by: "repository",
    needs: { contents: "read", pull_requests: "read", checks: "read", statuses: "read" },
    why: "with `files` in the policy: our own commits and release pulls",
    declined: HELD,
  },
  {
    name: "query ReadFiles",
    by: "repository",
    needs: { contents: "read" },
    why: "with `files` in the policy: the files that say the version",
    declined: HELD,
  },
  {
    name: "GET /repos/{owner}/{repo}/git/blobs/{file_sha}",
    by: "repository",
    needs: { contents: "read" },
    why: "with `files` in the policy: one of them that is large",
    declined: HELD,
  },
  {
    name: "mutation CommitFiles",
    by: "repository",
    needs: { contents: "write" },
    why: "the file of the proposal; with `files` one signed commit with the version",
    declined: HELD,
  },
  {
    name: "POST /repos/{owner}/{repo}/pulls",
    by: "repository",
    needs: { pull_requests: "write" },
    why: "the proposal; with `files` a release pull, where no commit is wanted or taken",
    declined: NO_PULL,
  },
  {
    name: "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
    by: "repository",
    needs: { pull_requests: "write" },
    why: "keep our own proposal and release pull true, or close what is overtaken",
    declined: NO_PULL,
  },
];
