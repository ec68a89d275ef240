import { createComment, editComment } from "../comments.ts";
import { deleteIssue, pinIssue, transferIssue } from "../issue-moves.ts";
import { addLabels, authorOf, editIssue, removeLabel, setState } from "../issues.ts";
import { enqueuePull, queueOf } from "../merge-queue.ts";
import { parseNodeId } from "../node-id.ts";
import { setDraft } from "../pulls.ts";
import type { Issue } from "../world.ts";
import { IssueCommentNode } from "./comment-node.ts";
import { commitOnBranch, type CommitOnBranchInput } from "./commit-on-branch.ts";
import { Failure, notFound } from "./errors.ts";
import { mergeStateOf } from "./merge-nodes.ts";
import { makeQueueEntry } from "./queue-nodes.ts";
import { repositoryOf, type Scope } from "./scope.ts";
import {
  requireComment,
  requireIssue,
  requirePull,
  requireThread,
  requireWrite,
} from "./subjects.ts";

interface Mutation<T> {
  input: T & { clientMutationId?: string | null };
}

interface LabelsInput {
  labelableId: string;
  labelIds: string[];
}

interface UpdateIssueInput {
  id: string;
  title?: string | null;
  body?: string | null;
  state?: "OPEN" | "CLOSED" | null;
  labelIds?: string[] | null;
  assigneeIds?: string[] | null;
}

/** Each does what its sister of the REST API does, through the same functions. */
export class MutationRoot {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  addComment({ input }: Mutation<{ subjectId: string; body: string }>): object {
    const { github, actor, nodes } = this.#scope;
    const issue = requireThread(this.#scope, input.subjectId);
    requireWrite(this.#scope, issue, { role: "read" });
    const comment = createComment(github, issue, authorOf(actor), input.body);
    return {
      clientMutationId: input.clientMutationId ?? null,
      subject: () => nodes.issue(issue),
      commentEdge: {
        cursor: Buffer.from(`cursor:v2:${comment.id}`).toString("base64"),
        node: new IssueCommentNode(this.#scope, comment),
      },
    };
  }

  updateIssueComment({ input }: Mutation<{ id: string; body: string }>): object {
    const { github, actor } = this.#scope;
    const comment = requireComment(this.#scope, input.id);
    const issue = github.issue(comment.repositoryId, comment.issueNumber);
    if (issue === null) throw notFound(`a node with the global id of '${input.id}'`);
    requireWrite(this.#scope, issue, { role: "write", ownerId: comment.authorId });
    editComment(github, comment, authorOf(actor), input.body);
    return {
      clientMutationId: input.clientMutationId ?? null,
      issueComment: new IssueCommentNode(this.#scope, comment),
    };
  }

  addLabelsToLabelable({ input }: Mutation<LabelsInput>): object {
    const issue = this.#requireTriage(input.labelableId);
    const names = this.#labelNames(issue, input.labelIds);
    addLabels(this.#scope.github, issue, authorOf(this.#scope.actor), names);
    return this.#answer(input, "labelable", issue);
  }

  removeLabelsFromLabelable({ input }: Mutation<LabelsInput>): object {
    const issue = this.#requireTriage(input.labelableId);
    const by = authorOf(this.#scope.actor);
    for (const name of this.#labelNames(issue, input.labelIds)) {
      if (issue.labels.includes(name)) removeLabel(this.#scope.github, issue, by, name);
    }
    return this.#answer(input, "labelable", issue);
  }

  closeIssue({
    input,
  }: Mutation<{ issueId: string; stateReason?: "COMPLETED" | "NOT_PLANNED" | null }>): object {
    const issue = requireIssue(this.#scope, input.issueId);
    requireWrite(this.#scope, issue, { role: "triage", ownerId: issue.authorId });
    const reason = input.stateReason === "NOT_PLANNED" ? "not_planned" : "completed";
    setState(this.#scope.github, issue, authorOf(this.#scope.actor), "closed", reason);
    return this.#answer(input, "issue", issue);
  }

  reopenIssue({ input }: Mutation<{ issueId: string }>): object {
    const issue = requireIssue(this.#scope, input.issueId);
    requireWrite(this.#scope, issue, { role: "triage", ownerId: issue.authorId });
    setState(this.#scope.github, issue, authorOf(this.#scope.actor), "open");
    return this.#answer(input, "issue", issue);
  }

  updateIssue({ input }: Mutation<UpdateIssueInput>): object {
    const { github, actor } = this.#scope;
    const issue = requireIssue(this.#scope, input.id);
    const isWorded = typeof input.title === "string" || typeof input.body === "string";
    const role = isWorded ? "write" : "triage";
    requireWrite(this.#scope, issue, { role, ownerId: issue.authorId });
    if (input.labelIds || input.assigneeIds) requireWrite(this.#scope, issue, { role: "triage" });
    editIssue(github, issue, authorOf(actor), {
      ...(typeof input.title === "string" ? { title: input.title } : {}),
      ...(typeof input.body === "string" ? { body: input.body } : {}),
      ...(input.state ? { state: input.state === "OPEN" ? "open" : "closed" } : {}),
      ...(input.labelIds ? { labels: this.#labelNames(issue, input.labelIds) } : {}),
      ...(input.assigneeIds ? { assigneeIds: input.assigneeIds.map(accountIdOf) } : {}),
    });
    return this.#answer(input, "issue", issue);
  }

  pinIssue({ input }: Mutation<{ issueId: string }>): object {
    const issue = requireIssue(this.#scope, input.issueId);
    requireWrite(this.#scope, issue, { role: "write" });
    const isPinned = pinIssue(this.#scope.github, issue, authorOf(this.#scope.actor));
    if (!isPinned) throw new Failure("UNPROCESSABLE", "Maximum 3 pinned issues per repository");
    return this.#answer(input, "issue", issue);
  }

  deleteIssue({ input }: Mutation<{ issueId: string }>): object {
    const issue = requireIssue(this.#scope, input.issueId);
    requireWrite(this.#scope, issue, { role: "admin" });
    const home = repositoryOf(this.#scope, issue.repositoryId);
    deleteIssue(this.#scope.github, issue, authorOf(this.#scope.actor));
    return {
      clientMutationId: input.clientMutationId ?? null,
      repository: () => this.#scope.nodes.repository(home),
    };
  }

  transferIssue({ input }: Mutation<{ issueId: string; repositoryId: string }>): object {
    const issue = requireIssue(this.#scope, input.issueId);
    requireWrite(this.#scope, issue, { role: "write" });
    const [id] = parseNodeId(input.repositoryId)?.ids ?? [];
    const target = typeof id === "number" ? this.#scope.github.repository(id) : null;
    if (target === null) throw notFound(`a node with the global id of '${input.repositoryId}'`);
    const by = authorOf(this.#scope.actor);
    return this.#answer(input, "issue", transferIssue(this.#scope.github, issue, by, target));
  }

  markPullRequestReadyForReview({ input }: Mutation<{ pullRequestId: string }>): object {
    return this.#setDraft(input, false);
  }

  convertPullRequestToDraft({ input }: Mutation<{ pullRequestId: string }>): object {
    return this.#setDraft(input, true);
  }

  async createCommitOnBranch({ input }: Mutation<CommitOnBranchInput>): Promise<object> {
    const made = await commitOnBranch(this.#scope, input);
    return {
      clientMutationId: input.clientMutationId ?? null,
      commit: () => this.#scope.nodes.commit(made.repository, made.sha),
      ref: () => this.#scope.nodes.ref(made.repository, made.ref, made.sha),
    };
  }

  async enqueuePullRequest({
    input,
  }: Mutation<{ pullRequestId: string; expectedHeadOid?: string | null }>): Promise<object> {
    const { github, actor } = this.#scope;
    const issue = requirePull(this.#scope, input.pullRequestId);
    requireWrite(this.#scope, issue, { role: "write" });
    const expected = input.expectedHeadOid ?? issue.pull.headSha;
    if (expected !== issue.pull.headSha) {
      throw new Failure("UNPROCESSABLE", "Pull request head ref has been modified");
    }
    const repository = repositoryOf(this.#scope, issue.repositoryId);
    const entry = await enqueuePull(github, repository, issue, actor);
    const position = queueOf(github, repository, entry.baseRef).indexOf(entry) + 1;
    return {
      clientMutationId: input.clientMutationId ?? null,
      mergeQueueEntry: makeQueueEntry(this.#scope, repository, { entry, position }),
    };
  }

  /** Refused as GitHub does where it would merge nothing by itself; anything else is not kept here. */
  async enablePullRequestAutoMerge({ input }: Mutation<{ pullRequestId: string }>): Promise<never> {
    const issue = requirePull(this.#scope, input.pullRequestId);
    requireWrite(this.#scope, issue, { role: "write" });
    const repository = repositoryOf(this.#scope, issue.repositoryId);
    if (repository.allowAutoMerge !== true) {
      throw new Failure("UNPROCESSABLE", "Auto merge is not allowed for this repository");
    }
    const state = (await mergeStateOf(this.#scope, repository, issue)).toLowerCase();
    if (state !== "blocked" && state !== "behind") {
      throw new Failure("UNPROCESSABLE", `Pull request Pull request is in ${state} status`);
    }
    throw new Failure("NOT_IMPLEMENTED", "The local GitHub merges nothing by itself");
  }

  #requireTriage(id: string): Issue {
    const issue = requireThread(this.#scope, id);
    requireWrite(this.#scope, issue, { role: "triage" });
    return issue;
  }

  #setDraft(
    input: { pullRequestId: string; clientMutationId?: string | null },
    isDraft: boolean,
  ): object {
    const { github, actor } = this.#scope;
    const issue = requirePull(this.#scope, input.pullRequestId);
    requireWrite(this.#scope, issue, { role: "write", ownerId: issue.authorId });
    if (issue.state !== "open") {
      throw new Failure(
        "UNPROCESSABLE",
        "Pull request is closed and cannot change its draft state.",
      );
    }
    setDraft(github, issue, actor, isDraft);
    return this.#answer(input, "pullRequest", issue);
  }

  #answer(input: { clientMutationId?: string | null }, field: string, issue: Issue): object {
    return {
      clientMutationId: input.clientMutationId ?? null,
      actor: () =>
        this.#scope.nodes.actor(this.#scope.github.account(authorOf(this.#scope.actor).accountId)),
      [field]: () => this.#scope.nodes.issue(issue),
    };
  }

  /** Names of labels of the issue's own repository. Throws NOT_FOUND for any other id. */
  #labelNames(issue: Issue, ids: readonly string[]): string[] {
    const { labels } = repositoryOf(this.#scope, issue.repositoryId);
    return ids.map((id) => {
      const parsed = parseNodeId(id);
      const found = labels.find((label) => parsed?.type === "Label" && label.id === parsed.ids[0]);
      if (!found) throw notFound(`a node with the global id of '${id}'`);
      return found.name;
    });
  }
}

function accountIdOf(id: string): number {
  const parsed = parseNodeId(id);
  const found = parsed?.ids[0];
  if (parsed?.type !== "User" || typeof found !== "number") {
    throw notFound(`a node with the global id of '${id}'`);
  }
  return found;
}
