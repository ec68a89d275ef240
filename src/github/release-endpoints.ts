import { WRITE_COMMENTS } from "./door-endpoints.ts";
import type { Endpoint } from "./endpoints.ts";

/** Requests that make a release and tell of it: rows of `endpoints.ts`. */

export const NOTHING_RELEASED = "nothing is released";

export const RELEASE_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "POST /repos/{owner}/{repo}/git/refs",
    by: "repository",
    needs: { contents: "write" },
    why: "create the tag; the branch of the proposal; with `files` that of a release pull",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/git/ref/{ref}",
    by: "repository",
    needs: { contents: "read" },
    why: "where the tag stands, after an answer that does not tell",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/git/tags/{tag_sha}",
    by: "repository",
    needs: { contents: "read" },
    why: "the commit of an annotated tag that others made",
    declined: NOTHING_RELEASED,
  },
  {
    name: "POST /repos/{owner}/{repo}/releases",
    by: "repository",
    needs: { contents: "write" },
    why: "publish the release",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/releases/tags/{tag}",
    by: "repository",
    needs: { contents: "read" },
    why: "whether it stands, after an answer that does not tell; its card",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/releases/{release_id}",
    by: "repository",
    needs: { contents: "read" },
    why: "whether a draft of ours is still one, before it is published; notes of one that is rolled back",
    declined: NOTHING_RELEASED,
  },
  {
    name: "PATCH /repos/{owner}/{repo}/releases/{release_id}",
    by: "repository",
    needs: { contents: "write" },
    why: "publish a draft of ours; on `/rollback` move Latest back and mark the release; nothing else of it",
    declined: "drafts are published by hand, and releases that are rolled back are marked by hand",
  },
  {
    name: "POST /repos/{owner}/{repo}/check-runs",
    by: "repository",
    needs: { checks: "write" },
    why: "say on a commit what happens with it",
    declined: "nothing is said on commits; the releases go on",
  },
  {
    name: "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    by: "repository",
    needs: { checks: "write" },
    why: "keep our own check true",
    declined: "nothing is said on commits; the releases go on",
  },
  {
    name: "mutation AddComments",
    by: "repository",
    needs: WRITE_COMMENTS,
    why: "one comment where a pull was released, one on an issue that it closed",
    declined: "no comments; the releases go on",
  },
];
