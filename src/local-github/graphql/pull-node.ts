import { formatNodeId } from "../node-id.ts";
import { reaches } from "../permission.ts";
import type { Pull } from "../pull-heads.ts";
import type { PullFields, Repository, Review } from "../world.ts";
import { makeRollup } from "./check-nodes.ts";
import { connection, type PageArguments } from "./connection.ts";
import { orderIssues, pullState, type IssueOrder } from "./issue-lists.ts";
import { ThreadNode } from "./issue-nodes.ts";
import {
  isQueued,
  isQueueEnabled,
  mergeStateOf,
  potentialMergeOf,
  reviewDecisionOf,
} from "./merge-nodes.ts";
import {
  closingIssues,
  commitsOfPull,
  filesOfPull,
  mergeableOfPull,
  sizeOfPull,
} from "./pull-reads.ts";
import { requireRead } from "./scope.ts";

interface ReviewsArguments extends PageArguments {
  states?: string[] | null;
  author?: string | null;
}

const CHANGE_TYPES: Record<string, string> = {
  added: "ADDED",
  removed: "DELETED",
  modified: "MODIFIED",
  renamed: "RENAMED",
  changed: "CHANGED",
};

export class PullNode extends ThreadNode<Pull> {
  readonly __typename = "PullRequest";
  get #pull(): PullFields {
    return this.issue.pull;
  }

  get id(): string {
    return formatNodeId("PullRequest", this.#pull.id);
  }

  get databaseId(): number {
    return this.#pull.id;
  }

  get fullDatabaseId(): string {
    return String(this.#pull.id);
  }

  get state(): string {
    return pullState(this.issue);
  }

  get merged(): boolean {
    return this.#pull.merged;
  }

  get mergedAt(): string | null {
    return this.#pull.mergedAt;
  }

  get mergedBy(): object | null {
    const { mergedById } = this.#pull;
    if (mergedById === null) return null;
    return this.scope.nodes.actor(this.scope.github.account(mergedById));
  }

  get mergeCommit(): Promise<object | null> | null {
    const { merged, mergeCommitSha } = this.#pull;
    if (!merged || mergeCommitSha === null) return null;
    return this.scope.nodes.commit(this.home, mergeCommitSha);
  }

  get isDraft(): boolean {
    return this.#pull.draft;
  }

  get maintainerCanModify(): boolean {
    return this.#pull.maintainerCanModify;
  }

  get baseRefName(): string {
    return this.#pull.baseRef;
  }

  get baseRefOid(): string {
    return this.#pull.baseSha;
  }

  get headRefName(): string {
    return this.#pull.headRef;
  }

  get headRefOid(): string {
    return this.#pull.headSha;
  }

  get baseRepository(): object {
    return this.repository;
  }

  get #headRepository(): Repository | null {
    return this.scope.github.repository(this.#pull.headRepositoryId);
  }

  get headRepository(): object | null {
    const repository = this.#headRepository;
    return repository === null ? null : this.scope.nodes.repository(repository);
  }

  get headRepositoryOwner(): object | null {
    const repository = this.#headRepository;
    return repository === null ? null : this.scope.nodes.actor(this.scope.github.owner(repository));
  }

  get isCrossRepository(): boolean {
    return this.#pull.headRepositoryId !== this.issue.repositoryId;
  }

  get baseRef(): Promise<object | null> {
    return this.#readRef(this.home, this.#pull.baseRef);
  }

  get headRef(): Promise<object | null> | null {
    const repository = this.#headRepository;
    return repository === null ? null : this.#readRef(repository, this.#pull.headRef);
  }

  async #readRef(repository: Repository, branch: string): Promise<object | null> {
    const ref = await this.scope.github.git.ref(repository.id, `refs/heads/${branch}`);
    return ref && this.scope.nodes.ref(repository, ref.name, ref.sha);
  }

  get resourcePath(): string {
    return `/${this.scope.github.fullName(this.home)}/pull/${this.number}`;
  }

  get permalink(): string {
    return this.url;
  }

  get mergeable(): Promise<string> {
    return mergeableOfPull(this.scope, this.issue);
  }

  get mergeStateStatus(): Promise<string> {
    return mergeStateOf(this.scope, this.home, this.issue);
  }

  get potentialMergeCommit(): Promise<object | null> {
    return potentialMergeOf(this.scope, this.home, this.issue);
  }

  get isMergeQueueEnabled(): boolean {
    return isQueueEnabled(this.home, this.issue);
  }

  get isInMergeQueue(): boolean {
    return isQueued(this.scope, this.home, this.issue);
  }

  get reviewDecision(): string | null {
    const reviews = newestByAuthor(this.#reviews.filter(({ state }) => state !== "COMMENTED"));
    return reviewDecisionOf(this.scope, this.home, this.issue, reviews);
  }

  get additions(): Promise<number> {
    return sizeOfPull(this.scope, this.issue).then(({ additions }) => additions);
  }

  get deletions(): Promise<number> {
    return sizeOfPull(this.scope, this.issue).then(({ deletions }) => deletions);
  }

  get changedFiles(): Promise<number> {
    return sizeOfPull(this.scope, this.issue).then((size) => size.changedFiles);
  }

  async files(args: PageArguments): Promise<object> {
    const files = await filesOfPull(this.scope, this.issue);
    return connection(args, files, (file) => ({
      __typename: "PullRequestChangedFile",
      path: file.filename,
      additions: file.additions,
      deletions: file.deletions,
      changeType: CHANGE_TYPES[file.status] ?? "MODIFIED",
      viewerViewedState: "UNVIEWED",
    }));
  }

  async commits(args: PageArguments): Promise<object> {
    const shas = await commitsOfPull(this.scope, this.issue);
    return connection(args, shas, (sha) => ({
      __typename: "PullRequestCommit",
      id: formatNodeId("PullRequestCommit", this.#pull.id, sha),
      url: `${this.url}/commits/${sha}`,
      resourcePath: `${this.resourcePath}/commits/${sha}`,
      commit: () => this.scope.nodes.commit(this.home, sha),
      pullRequest: this,
    }));
  }

  /** That of the head commit. */
  get statusCheckRollup(): object | null {
    return makeRollup(this.scope, this.home, this.#pull.headSha);
  }

  closingIssuesReferences(args: PageArguments & { orderBy?: IssueOrder | null }): object {
    requireRead(this.scope, this.home, "issues");
    const issues = orderIssues(closingIssues(this.scope, this.issue), args.orderBy ?? null);
    return connection(args, issues, (issue) => this.scope.nodes.issue(issue));
  }

  get #reviews(): Review[] {
    return this.scope.github.data.reviews.filter(
      (review) =>
        review.repositoryId === this.issue.repositoryId && review.pullNumber === this.number,
    );
  }

  reviews(args: ReviewsArguments): object {
    const reviews = this.#reviews.filter(
      (review) =>
        (!args.states || args.states.includes(review.state)) &&
        (!args.author || this.scope.github.account(review.authorId).login === args.author),
    );
    return connection(args, reviews, (review) => this.#makeReview(review));
  }

  /** The newest of each reviewer, comments included. */
  latestReviews(args: PageArguments): object {
    const reviews = newestByAuthor(this.#reviews);
    return connection(args, reviews, (review) => this.#makeReview(review));
  }

  /** The newest of each reviewer that says yes or no. */
  latestOpinionatedReviews(args: PageArguments & { writersOnly?: boolean | null }): object {
    const newest = newestByAuthor(this.#reviews.filter(({ state }) => state !== "COMMENTED"));
    const isHeard = ({ authorId }: Review): boolean =>
      args.writersOnly !== true ||
      reaches(this.scope.github.permissionOf(this.home, authorId), "write");
    const reviews = newest.filter(isHeard);
    return connection(args, reviews, (review) => this.#makeReview(review));
  }

  #makeReview(review: Review): object {
    return {
      __typename: "PullRequestReview",
      id: formatNodeId("PullRequestReview", review.id),
      databaseId: review.id,
      fullDatabaseId: String(review.id),
      state: review.state,
      body: review.body,
      author: () => this.scope.nodes.actor(this.scope.github.account(review.authorId)),
      authorCanPushToRepository: reaches(
        this.scope.github.permissionOf(this.home, review.authorId),
        "write",
      ),
      submittedAt: review.submittedAt,
      createdAt: review.submittedAt,
      updatedAt: review.submittedAt,
      url: `${this.url}#pullrequestreview-${review.id}`,
      commit: () => this.scope.nodes.commit(this.home, review.commitSha),
      pullRequest: this,
      repository: () => this.repository,
    };
  }
}

function newestByAuthor(reviews: readonly Review[]): Review[] {
  const newest = new Map(reviews.map((review) => [review.authorId, review]));
  return reviews.filter((review) => newest.get(review.authorId) === review);
}
