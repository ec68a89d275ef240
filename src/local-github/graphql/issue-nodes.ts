import { authorAssociation } from "../author-association.ts";
import { commentsOf, reactionsOf } from "../comments.ts";
import { findLabel } from "../labels.ts";
import { formatNodeId } from "../node-id.ts";
import type { Comment, Issue, Reaction, Repository, TimelineEvent } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { LabelNode, listLabels, type LabelsArguments } from "./label-node.ts";
import { repositoryOf, type Scope } from "./scope.ts";

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
};

/** Names of the REST API, and of GraphQL. */
const REACTION_GROUPS: Readonly<Record<Reaction["content"], string>> = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  laugh: "LAUGH",
  hooray: "HOORAY",
  confused: "CONFUSED",
  heart: "HEART",
  rocket: "ROCKET",
  eyes: "EYES",
};

/** `LABELED_EVENT` is the type `LabeledEvent`. */
function typeName(itemType: string): string {
  return itemType
    .toLowerCase()
    .replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isViewer({ actor }: Scope, accountId: number): boolean {
  if (actor.kind === "user") return actor.account.id === accountId;
  return actor.kind === "installation" && actor.bot.id === accountId;
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

  stateReason(): string | null {
    return this.issue.stateReason?.toUpperCase() ?? null;
  }

  get resourcePath(): string {
    return `/${this.scope.github.fullName(this.home)}/issues/${this.number}`;
  }
}

export class IssueCommentNode {
  readonly __typename = "IssueComment";
  readonly #scope: Scope;
  readonly #comment: Comment;

  constructor(scope: Scope, comment: Comment) {
    this.#scope = scope;
    this.#comment = comment;
  }

  get #thread(): Issue {
    const { repositoryId, issueNumber } = this.#comment;
    const issue = this.#scope.github.issue(repositoryId, issueNumber);
    if (issue === null) throw new Error(`Comment ${this.#comment.id} has no issue.`);
    return issue;
  }

  get #repository(): Repository {
    return repositoryOf(this.#scope, this.#comment.repositoryId);
  }

  get id(): string {
    return formatNodeId("IssueComment", this.#comment.id);
  }

  get databaseId(): number {
    return this.#comment.id;
  }

  get fullDatabaseId(): string {
    return String(this.#comment.id);
  }

  get body(): string {
    return this.#comment.body;
  }

  get bodyText(): string {
    return this.#comment.body;
  }

  get createdAt(): string {
    return this.#comment.createdAt;
  }

  get updatedAt(): string {
    return this.#comment.updatedAt;
  }

  get publishedAt(): string {
    return this.#comment.createdAt;
  }

  get lastEditedAt(): string | null {
    const { createdAt, updatedAt } = this.#comment;
    return updatedAt === createdAt ? null : updatedAt;
  }

  get isMinimized(): boolean {
    return false;
  }

  get author(): object {
    return this.#scope.nodes.actor(this.#scope.github.account(this.#comment.authorId));
  }

  get authorAssociation(): string {
    return authorAssociation(this.#scope.github, this.#repository, this.#comment.authorId);
  }

  get viewerDidAuthor(): boolean {
    return isViewer(this.#scope, this.#comment.authorId);
  }

  /** One of each kind, as GitHub lists them, also where nobody reacted so. */
  get reactionGroups(): object[] {
    const { actor, github } = this.#scope;
    const viewerId =
      actor.kind === "user"
        ? actor.account.id
        : actor.kind === "installation"
          ? actor.bot.id
          : null;
    const all = reactionsOf(github, this.#comment);
    return Object.entries(REACTION_GROUPS).map(([rest, content]) => {
      const own = all.filter((each) => each.content === rest);
      return {
        content,
        createdAt: own[0]?.createdAt ?? null,
        viewerHasReacted: own.some(({ userId }) => userId === viewerId),
        subject: this,
        reactors: (args: PageArguments) =>
          connection(args, own, ({ userId }) => this.#scope.nodes.actor(github.account(userId))),
      };
    });
  }

  get issue(): object {
    return this.#scope.nodes.issue(this.#thread);
  }

  get pullRequest(): object | null {
    return this.#thread.pull ? this.#scope.nodes.issue(this.#thread) : null;
  }

  get repository(): object {
    return this.#scope.nodes.repository(this.#repository);
  }

  get resourcePath(): string {
    const kind = this.#thread.pull ? "pull" : "issues";
    const place = `${kind}/${this.#thread.number}#issuecomment-${this.#comment.id}`;
    return `/${this.#scope.github.fullName(this.#repository)}/${place}`;
  }

  get url(): string {
    return `${this.#scope.github.url}${this.resourcePath}`;
  }
}
