import { authorAssociation } from "../author-association.ts";
import { commentsOf } from "../comments.ts";
import { findLabel } from "../labels.ts";
import { formatNodeId } from "../node-id.ts";
import { isPull } from "../pull-heads.ts";
import type { Issue, Repository, TimelineEvent } from "../world.ts";
import { IssueCommentNode } from "./comment-node.ts";
import { connection, type PageArguments } from "./connection.ts";
import { LabelNode, listLabels, type LabelsArguments } from "./label-node.ts";
import { closingIssues } from "./pull-reads.ts";
import { isViewer, repositoryOf, requireRead, type Scope } from "./scope.ts";

interface CommentsArguments extends PageArguments {
  orderBy?: { field: "UPDATED_AT"; direction: "ASC" | "DESC" } | null;
}

interface TimelineArguments extends PageArguments {
  itemTypes?: string[] | null;
  since?: string | null;
}

const TIMELINE_TYPES: Record<TimelineEvent["event"], string> = {
  labeled: "LABELED_EVENT",
  unlabeled: "UNLABELED_EVENT",
  closed: "CLOSED_EVENT",
  reopened: "REOPENED_EVENT",
  renamed: "RENAMED_TITLE_EVENT",
  merged: "MERGED_EVENT",
  head_ref_force_pushed: "HEAD_REF_FORCE_PUSHED_EVENT",
  ready_for_review: "READY_FOR_REVIEW_EVENT",
  convert_to_draft: "CONVERT_TO_DRAFT_EVENT",
  marked_as_duplicate: "MARKED_AS_DUPLICATE_EVENT",
  unmarked_as_duplicate: "UNMARKED_AS_DUPLICATE_EVENT",
};

/** `LABELED_EVENT` is the type `LabeledEvent`. */
function typeName(itemType: string): string {
  return itemType
    .toLowerCase()
    .replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** What issues and pulls share. */
export abstract class ThreadNode<T extends Issue> {
  abstract readonly __typename: "Issue" | "PullRequest";
  protected readonly scope: Scope;
  protected readonly issue: T;

  constructor(scope: Scope, issue: T) {
    this.scope = scope;
    this.issue = issue;
  }

  protected get home(): Repository {
    return repositoryOf(this.scope, this.issue.repositoryId);
  }

  get number(): number {
    return this.issue.number;
  }

  get title(): string {
    return this.issue.title;
  }

  get body(): string {
    return this.issue.body ?? "";
  }

  get bodyText(): string {
    return this.body;
  }

  get viewerDidAuthor(): boolean {
    return isViewer(this.scope, this.issue.authorId);
  }

  get closed(): boolean {
    return this.issue.state === "closed";
  }

  get closedAt(): string | null {
    return this.issue.closedAt;
  }

  get createdAt(): string {
    return this.issue.createdAt;
  }

  get updatedAt(): string {
    return this.issue.updatedAt;
  }

  get publishedAt(): string {
    return this.issue.createdAt;
  }

  get locked(): boolean {
    return this.issue.locked;
  }

  get activeLockReason(): null {
    return null;
  }

  get milestone(): null {
    return null;
  }

  get author(): object {
    return this.scope.nodes.actor(this.scope.github.account(this.issue.authorId));
  }

  get authorAssociation(): string {
    return authorAssociation(this.scope.github, this.home, this.issue.authorId);
  }

  get repository(): object {
    return this.scope.nodes.repository(this.home);
  }

  abstract get resourcePath(): string;

  get url(): string {
    return `${this.scope.github.url}${this.resourcePath}`;
  }

  labels(args: LabelsArguments): object {
    const labels = this.issue.labels.flatMap((name) => findLabel(this.home, name) ?? []);
    return listLabels(this.scope, this.home, labels, args);
  }

  assignees(args: PageArguments): object {
    return connection(args, this.issue.assigneeIds, (id) =>
      this.scope.nodes.user(this.scope.github.account(id)),
    );
  }

  comments(args: CommentsArguments): object {
    const comments = commentsOf(this.scope.github, this.issue);
    const ordered =
      args.orderBy?.direction === "DESC"
        ? comments.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))
        : comments;
    return connection(args, ordered, (each) => new IssueCommentNode(this.scope, each));
  }

  timelineItems(args: TimelineArguments): object {
    const events = this.issue.timeline.filter(
      ({ event, createdAt }) =>
        (!args.itemTypes || args.itemTypes.includes(TIMELINE_TYPES[event])) &&
        (!args.since || createdAt >= args.since),
    );
    return {
      ...connection(args, events, (event) => this.#makeEvent(event)),
      filteredCount: events.length,
      updatedAt: this.issue.updatedAt,
    };
  }

  #makeEvent(event: TimelineEvent): object {
    const subject = () => this.scope.nodes.issue(this.issue);
    const { commitSha, rename, label } = event;
    return {
      __typename: typeName(TIMELINE_TYPES[event.event]),
      id: formatNodeId(event.event === "labeled" ? "LabeledEvent" : "TimelineEvent", event.id),
      actor: () => this.scope.nodes.actor(this.scope.github.account(event.actorId)),
      createdAt: event.createdAt,
      label: () => this.#makeLabel(label ?? ""),
      labelable: subject,
      isCrossRepository: false,
      duplicate: subject,
      canonical: () => {
        const found = this.scope.github.issue(this.issue.repositoryId, event.canonical ?? 0);
        return found && this.scope.nodes.issue(found);
      },
      closable: subject,
      closer: null,
      subject,
      pullRequest: subject,
      previousTitle: rename?.from ?? "",
      currentTitle: rename?.to ?? "",
      mergeRefName: this.issue.pull?.baseRef ?? "",
      commit: () => (commitSha ? this.scope.nodes.commit(this.home, commitSha) : null),
    };
  }

  /** A label that was deleted since is shown with its name and GitHub's plain grey. */
  #makeLabel(name: string): object {
    const gone = { id: 0, name, color: "ededed", description: null };
    return new LabelNode(this.scope, this.home, findLabel(this.home, name) ?? gone);
  }
}

export class IssueNode extends ThreadNode<Issue> {
  readonly __typename = "Issue";

  get id(): string {
    return formatNodeId("Issue", this.issue.id);
  }

  get databaseId(): number {
    return this.issue.id;
  }

  get fullDatabaseId(): string {
    return String(this.issue.id);
  }

  get state(): string {
    return this.issue.state.toUpperCase();
  }

  get isPinned(): boolean {
    return this.issue.isPinned === true;
  }

  get lastEditedAt(): string | null {
    return this.issue.edits?.at(-1)?.at ?? null;
  }

  get editor(): object | null {
    const last = this.issue.edits?.at(-1);
    return last === undefined
      ? null
      : this.scope.nodes.actor(this.scope.github.account(last.editorId));
  }

  /** Newest first. */
  userContentEdits(args: PageArguments): object {
    const edits = (this.issue.edits ?? []).toReversed();
    return connection(args, edits, ({ id, editorId, at, body }) => ({
      __typename: "UserContentEdit",
      id: formatNodeId("UserContentEdit", id),
      createdAt: at,
      editedAt: at,
      updatedAt: at,
      deletedAt: null,
      deletedBy: null,
      diff: body,
      editor: () => this.scope.nodes.actor(this.scope.github.account(editorId)),
    }));
  }

  /** Those that have closed it, or are to: open and merged ones, and closed ones where asked for. */
  closedByPullRequestsReferences(
    args: PageArguments & { includeClosedPrs?: boolean | null },
  ): object {
    requireRead(this.scope, this.home, "pull_requests");
    const pulls = this.scope.github.data.issues.filter(isPull).filter((pull) => {
      const isListed = pull.state === "open" || pull.pull.merged || args.includeClosedPrs === true;
      return (
        isListed &&
        pull.repositoryId === this.issue.repositoryId &&
        closingIssues(this.scope, pull).includes(this.issue)
      );
    });
    return connection(args, pulls, (pull) => this.scope.nodes.issue(pull));
  }

  stateReason(): string | null {
    return this.issue.stateReason?.toUpperCase() ?? null;
  }

  get resourcePath(): string {
    return `/${this.scope.github.fullName(this.home)}/issues/${this.number}`;
  }
}
