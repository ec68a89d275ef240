import type { Endpoint } from "./endpoints.ts";

/** Requests about commands in comments and about open pulls: rows of `endpoints.ts`. */

export const READ_OPEN = {
  contents: "read",
  pull_requests: "read",
  issues: "read",
  checks: "read",
} as const;
export const WRITE_COMMENTS = { issues: "write", pull_requests: "write" } as const;

export const DOOR_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "query ReadCommand",
    by: "repository",
    needs: READ_OPEN,
    why: "a comment or issue with a command, as it stands when it is obeyed, and what it stands on",
    declined: "commands are not obeyed",
  },
  {
    name: "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    by: "repository",
    needs: WRITE_COMMENTS,
    why: "show on a command that it was taken, or that it was not",
    declined: "`/release` is not obeyed, because nobody could see it",
  },
  {
    name: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    by: "repository",
    needs: WRITE_COMMENTS,
    why: "say why a command was not obeyed, in one comment a pull or issue; with a person's own token, the command that they confirmed on a page",
    declined: "only the reaction tells",
  },
  {
    name: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    by: "repository",
    needs: WRITE_COMMENTS,
    why: "keep that comment of ours true, instead of adding another",
    declined: "another comment is added",
  },
  {
    name: "query ReadOpenPulls",
    by: "repository",
    needs: READ_OPEN,
    why: "what open pulls would release, for their checks",
    declined: "no check on open pulls; the releases go on",
  },
  {
    name: "query ReadFileSizes",
    by: "repository",
    needs: { pull_requests: "read" },
    why: "lines of files of an open pull that GitHub's list gives none",
    declined: "its size is said to be at least what was listed",
  },
  {
    name: "query ReadMergeGroup",
    by: "repository",
    needs: { contents: "read", pull_requests: "read", checks: "read", merge_queues: "read" },
    why: "which pulls a merge group holds, for the check that its queue waits for",
    declined: "the check on a merge group tells of its last pull alone",
  },
  {
    name: "query ReadStatus",
    by: "repository",
    needs: { pull_requests: "read", issues: "read" },
    why: "our one comment on an open pull, before something else is said of its size",
    declined: "nobody is told that a pull is too large; its check says it",
  },
  {
    name: "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
    by: "repository",
    needs: WRITE_COMMENTS,
    why: "the label of an open pull's size, where the policy asks for it",
    declined: "no labels",
  },
  {
    name: "mutation RemoveLabels",
    by: "repository",
    needs: WRITE_COMMENTS,
    why: "take the label of another size off an open pull",
    declined: "labels of earlier sizes stay",
  },
  {
    name: "query ReadPullPolicy",
    by: "repository",
    needs: { contents: "read", pull_requests: "read", checks: "read" },
    why: "the policy file of an open pull that changes it",
    declined: "no check on what it would change; the policy is read once it is merged",
  },
  {
    name: "query ReadReadiness",
    by: "repository",
    needs: { contents: "read", pull_requests: "read", checks: "read", statuses: "read" },
    why: "whether an open pull is green and without conflict, before its line is drafted",
    declined: "lines are drafted at the merge",
  },
  {
    name: "query ReadManifests",
    by: "repository",
    needs: { contents: "read" },
    why: "how to install a preview that somebody asked for",
    declined: "the check names `git fetch` alone",
  },
  {
    name: "query ReadPreviewTalk",
    by: "repository",
    needs: { pull_requests: "read", issues: "read" },
    why: "what people felt about a preview, for the release card",
    declined: "the card goes without it",
  },
];
