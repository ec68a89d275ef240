/**
 * Every request that Smallbatch can make of GitHub. The transport refuses what is not listed here,
 * `docs/permissions.md` shows the list, and the tests hold it equal to what the stories asked for.
 */

import { APP_ENDPOINTS } from "./app-endpoints.ts";
import { CLOCK_ENDPOINTS } from "./clock-endpoints.ts";
import { DESK_ENDPOINTS } from "./desk-endpoints.ts";
import { DOCTOR_ENDPOINTS } from "./doctor-endpoints.ts";
import { DOOR_ENDPOINTS, READ_OPEN } from "./door-endpoints.ts";
import { EXCEPTION_ENDPOINTS } from "./exception-endpoints.ts";
import { FAILURE_CASE_ENDPOINTS } from "./failure-case-endpoints.ts";
import { POLL_ENDPOINTS } from "./poll-endpoints.ts";
import { PROPOSAL_ENDPOINTS } from "./proposal-endpoints.ts";
import { NOTHING_RELEASED, RELEASE_ENDPOINTS } from "./release-endpoints.ts";
import { RESTORATION_ENDPOINTS } from "./restoration-endpoints.ts";
import { ROLLBACK_ENDPOINTS } from "./rollback-endpoints.ts";
import { SIGNAL_ENDPOINTS } from "./signal-endpoints.ts";
import { USER_ENDPOINTS } from "./user-endpoints.ts";
import { VERSION_FILE_ENDPOINTS } from "./version-file-endpoints.ts";

export type Access = "read" | "write";
export type Permissions = Readonly<Record<string, Access>>;

export interface Endpoint {
  /** `POST /repos/{owner}/{repo}/git/refs` as in GitHub's description, or `query ObserveLine`. */
  readonly name: string;
  /**
   * With which token: of the App itself, of an installation (metadata alone), of one repository, or
   * one that polls all repositories of an installation and can only read. `nobody`: without one.
   * `client`: with the client id and secret; `person`: in the name of somebody who logged in.
   */
  readonly by: "nobody" | "app" | "client" | "person" | "installation" | "repository" | "poll";
  /** Permissions that all of it needs; `metadata` comes with every token. */
  readonly needs: Permissions;
  readonly why: string;
  /** What is lost without the permissions, or without the request. */
  readonly declined: string;
}

const READ_LINE = { contents: "read", pull_requests: "read", checks: "read" } as const;
const READ_CHECKS = { contents: "read", checks: "read", statuses: "read" } as const;
const READ_PULLS = { contents: "read", pull_requests: "read", issues: "read" } as const;

export const ENDPOINTS: readonly Endpoint[] = [
  ...APP_ENDPOINTS,
  {
    name: "GET /repos/{owner}/{repo}",
    by: "repository",
    needs: { metadata: "read" },
    why: "its id for a name, and its name for an id after a rename; what GitHub shows of it to somebody who logged in, and to nobody",
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
    why: "the whole state of a branch: policy, tags, releases, merged pulls, checks; who edited the desk",
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
    why: "commits of a branch that has no release yet, and the last 50 merges for a proposal",
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
    why: "its workspaces: `smallbatch why` proposes components, `files` in the policy writes versions; what a release that is rolled back published",
    declined:
      "nothing is proposed, versions of workspaces are not written, and a rollback has no commands for installed clients",
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
    why: "the earlier names of files that a pull moves; diffs for the notes, where Claude words them",
    declined: NOTHING_RELEASED,
  },
  {
    name: "GET /repos/{owner}/{repo}/commits/{ref}",
    by: "repository",
    needs: { contents: "read" },
    why: "what a push without a pull changes: for gates, Claude's notes, and the risk of a rollback",
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
    why: "whether a merge is still on its branch, where that is in doubt; which files a rollback takes back, and which were changed again",
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
  ...RELEASE_ENDPOINTS,
  ...DOOR_ENDPOINTS,
  ...EXCEPTION_ENDPOINTS,
  ...PROPOSAL_ENDPOINTS,
  ...DESK_ENDPOINTS,
  ...ROLLBACK_ENDPOINTS,
  ...RESTORATION_ENDPOINTS,
  ...SIGNAL_ENDPOINTS,
  ...CLOCK_ENDPOINTS,
  ...DOCTOR_ENDPOINTS,
  ...FAILURE_CASE_ENDPOINTS,
  ...POLL_ENDPOINTS,
  ...USER_ENDPOINTS,
];
