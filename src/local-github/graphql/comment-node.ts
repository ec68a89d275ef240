import { authorAssociation } from "../author-association.ts";
import { reactionsOf } from "../comments.ts";
import { formatNodeId } from "../node-id.ts";
import type { Comment, Issue, Reaction, Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { isViewer, repositoryOf, type Scope } from "./scope.ts";

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
