/**
 * Every request that Smallbatch can make of GitHub. The transport refuses what is not listed here,
 * `docs/permissions.md` shows the list, and the tests hold it equal to what the stories asked for.
 */

import { DOOR_ENDPOINTS, READ_OPEN, WRITE_COMMENTS } from "./door-endpoints.ts";
import { VERSION_FILE_ENDPOINTS } from "./version-file-endpoints.ts";

export type Access = "read" | "write";
export type Permissions = Readonly<Record<string, Access>>;

export interface Endpoint {
  /** `POST /repos/{owner}/{repo}/git/refs` as in GitHub's description, or `query ObserveLine`. */
  readonly name: string;
  /**
   * With which token: of the App itself, of an installation (metadata alone), of one repository, or
   * one that polls all repositories of an installation and can only read. `nobody`: without one.
   */
  readonly by: "nobody" | "app" | "installation" | "repository" | "poll";
  /** Permissions that all of it needs; `metadata` comes with every token. */
  readonly needs: Permissions;
  readonly why: string;
  /** What is lost without the permissions, or without the request. */
  readonly declined: string;
}

const NOTHING_RELEASED = "nothing is released";
const NOTHING_HEARD = "the App cannot work at all";

const UNSEEN = "such a change is found by the sweep only";

const READ_LINE = { contents: "read", pull_requests: "read", checks: "read" } as const;
const READ_CHECKS = { contents: "read", checks: "read", statuses: "read" } as const;
const READ_PULLS = { contents: "read", pull_requests: "read", issues: "read" } as const;

export const ENDPOINTS: readonly Endpoint[] = [
  {
    name: "POST /app-manifests/{code}/conversions",
    by: "nobody",
    needs: {},
    why: "the key and secrets of an App that `smallbatch setup` registers, once",
    declined: "register the App by hand",
  },
  {
    name: "GET /app/installations",
    by: "app",
    needs: {},
    why: "where the App is installed, also where no webhook told",
    declined: NOTHING_HEARD,
  },
  {
    name: "GET /app/installations/{installation_id}",
    by: "app",
    needs: {},
    why: "what an owner has granted, where a token with all of it is refused",
    declined: NOTHING_HEARD,
  },
  {
    name: "POST /app/installations/{installation_id}/access_tokens",
    by: "app",
    needs: {},
    why: "a token for one repository, or one that lists them",
    declined: NOTHING_HEARD,
  },
  {
    name: "GET /app/hook/deliveries",
    by: "app",
    needs: {},
    why: "find webhooks that never arrived",
    declined: "a lost webhook is made good by the next sweep only",
  },
  {
    name: "POST /app/hook/deliveries/{delivery_id}/attempts",
    by: "app",
    needs: {},
    why: "ask for those again",
    declined: "a lost webhook is made good by the next sweep only",
  },
  {
    name: "GET /installation/repositories",
    by: "installation",
    needs: { metadata: "read" },
    why: "which repositories an installation covers",
    declined: "repositories are found by their webhooks only",
  },
  {
    name: "GET /repos/{owner}/{repo}",
    by: "repository",
    needs: { metadata: "read" },
    why: "its id for a name, and its name for an id after a rename",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    by: "repository",
    needs: { metadata: "read" },
    why: "whether somebody who set a label may",
    declined: "such labels are not obeyed",
  },
  {
    name: "query ObserveLine",
    by: "repository",
    needs: { ...READ_LINE, statuses: "read", issues: "read" },
    why: "the whole state of a branch: policy, tags, releases, merged pulls, checks",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadComparison",
    by: "repository",
    needs: READ_LINE,
    why: "commits since a tag beyond the first page",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadHistory",
    by: "repository",
    needs: READ_LINE,
    why: "commits of a branch that has no release yet",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadPathHistory",
    by: "repository",
    needs: { contents: "read", pull_requests: "read" },
    why: "since when the policy stands, and the last good one",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadTags",
    by: "repository",
    needs: { contents: "read" },
    why: "tags beyond the first page",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadAncestry",
    by: "repository",
    needs: { contents: "read" },
    why: "which tags the branch contains",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadContents",
    by: "repository",
    needs: { contents: "read" },
    why: "earlier texts of the policy, where the present one is wrong",
    declined: "a wrong policy holds everything",
  },
  {
    name: "query ReadChecks",
    by: "repository",
    needs: READ_CHECKS,
    why: "checks of a commit beyond the first page",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadCommitChecks",
    by: "repository",
    needs: READ_CHECKS,
    why: "checks of a tag that is a draft, and of commits before one that is not green",
    declined: "where the policy asks for either, nothing is released",
  },
  {
    name: "query ReadReleases",
    by: "repository",
    needs: READ_CHECKS,
    why: "older releases of ours and the checks they started",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadPulls",
    by: "repository",
    needs: READ_PULLS,
    why: "merged pulls that the first page left out",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
    by: "repository",
    needs: { contents: "read" },
    why: "its workspaces: `smallbatch why` proposes components, `files` in the policy writes versions",
    declined: "nothing is proposed, and versions of workspaces are not written",
  },
  {
    name: "query ReadBranches",
    by: "repository",
    needs: { contents: "read" },
    why: "maintenance branches such as `1.x`, where the policy has them on",
    declined: "such branches are not released",
  },
  {
    name: "query ReadPullFiles",
    by: "repository",
    needs: { pull_requests: "read" },
    why: "which files merged pulls change, where the policy asks or several are released together",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
    by: "repository",
    needs: { pull_requests: "read" },
    why: "the earlier names of files that a pull moves",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/commits/{ref}",
    by: "repository",
    needs: { contents: "read" },
    why: "which files a commit pushed without a pull changes, where the policy asks",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadObjects",
    by: "repository",
    needs: { contents: "read" },
    why: "whether the files of several pulls are at the head as their merges left them",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/compare/{basehead}",
    by: "repository",
    needs: { contents: "read" },
    why: "whether a merge is still on its branch, where that is in doubt",
    declined: NOTHING_RELEASED,
  },
  {
    name: "query ReadSubjects",
    by: "repository",
    needs: READ_OPEN,
    why: "whether our comment stands already on a pull and the issues it closed",
    declined: "no comments",
  },
  {
    name: "query ReadLabelers",
    by: "repository",
    needs: { pull_requests: "read" },
    why: "who set a label that decides a level",
    declined: "such labels are not obeyed",
  },
  {
    name: "query ReadAuthors",
    by: "repository",
    needs: { pull_requests: "read" },
    why: "whose first contribution it is",
    declined: "nobody is welcomed in the notes",
  },
  ...VERSION_FILE_ENDPOINTS,
  {
    name: "POST /repos/{owner}/{repo}/git/refs",
    by: "repository",
    needs: { contents: "write" },
    why: "create the tag; with `files` in the policy also the branch of a release pull",
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
    why: "whether a draft of ours is still one, before it is published",
    declined: NOTHING_RELEASED,
  },
  {
    name: "PATCH /repos/{owner}/{repo}/releases/{release_id}",
    by: "repository",
    needs: { contents: "write" },
    why: "publish a draft of ours, its words as they stand; never another release",
    declined: "where the policy says `publishWhen`, drafts are published by hand",
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
  ...DOOR_ENDPOINTS,
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
    why: "without webhooks: was a pull or an issue touched",
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

/** Asked for from the first day, because one added later waits for the consent of every owner. */
export const RESERVED: Readonly<Record<string, { access: Access; why: string }>> = {
  deployments: { access: "read", why: "when a release arrived where people use it" },
  merge_queues: { access: "read", why: "what waits in a merge queue" },
};
