import type { Endpoint } from "./endpoints.ts";

const BY_HAND = "the code of a release that is rolled back is restored by people, with git";

/** Requests that restore the code of a release that is rolled back; nobody else sees one of them. */
export const RESTORATION_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadRestoration",
    by: "repository",
    needs: { contents: "read", pull_requests: "read", checks: "read", statuses: "read" },
    why: "how far the pull request has come that restores the code of a release",
    declined: BY_HAND,
  },
  {
    name: "query ReadFolders",
    by: "repository",
    needs: { contents: "read" },
    why: "the folders of a component whose release is rolled back",
    declined: BY_HAND,
  },
  {
    name: "POST /repos/{owner}/{repo}/git/trees",
    by: "repository",
    needs: { contents: "write" },
    why: "the files of a component as they were, among all others as they are",
    declined: BY_HAND,
  },
  {
    name: "POST /repos/{owner}/{repo}/git/commits",
    by: "repository",
    needs: { contents: "write" },
    why: "the commit that undoes what a release brought",
    declined: BY_HAND,
  },
  {
    name: "query ReadInTheWay",
    by: "repository",
    needs: { pull_requests: "read" },
    why: "where it conflicts: which pulls were merged later and changed the same files",
    declined: "the draft does not name them",
  },
  {
    name: "mutation ConvertToDraft",
    by: "repository",
    needs: { pull_requests: "write" },
    why: "make our own pull request a draft while it conflicts",
    declined: "it stays as it is, and says that it conflicts",
  },
  {
    name: "mutation MarkReady",
    by: "repository",
    needs: { pull_requests: "write" },
    why: "make it ready when nothing is in its way any more",
    declined: "people make it ready",
  },
  {
    name: "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
    by: "repository",
    needs: { contents: "write" },
    why: "merge our own pull request when its checks are green, unless the policy leaves that to people",
    declined: "people merge it",
  },
  {
    name: "mutation EnqueuePull",
    by: "repository",
    needs: { contents: "write", pull_requests: "write" },
    why: "put it into the merge queue, where the branch has one",
    declined: "people put it in",
  },
];
