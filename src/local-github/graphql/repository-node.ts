import { findLabel } from "../labels.ts";
import { latestRelease } from "../latest-release.ts";
import { formatNodeId } from "../node-id.ts";
import { reaches } from "../permission.ts";
import type { Issue, Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { makeDeployment } from "./deployment-node.ts";
import { notFound } from "./errors.ts";
import {
  filterIssues,
  filterPulls,
  orderIssues,
  type IssueFilter,
  type IssueOrder,
  type PullFilter,
} from "./issue-lists.ts";
import { LabelNode, listLabels, type LabelsArguments } from "./label-node.ts";
import { makeQueue } from "./queue-nodes.ts";
import { findRef, listRefs, readRefs, type RefsArguments } from "./ref-lists.ts";
import { makeRuleset } from "./ref-nodes.ts";
import {
  listReleases,
  ReleaseNode,
  visibleReleases,
  type ReleasesArguments,
} from "./release-node.ts";
import { requireRead, type Scope } from "./scope.ts";

interface IssuesArguments extends PageArguments, IssueFilter {
  orderBy?: IssueOrder | null;
}

interface PullsArguments extends PageArguments, PullFilter {
  orderBy?: IssueOrder | null;
}

export class RepositoryNode {
  readonly __typename = "Repository";
  readonly #scope: Scope;
  readonly #repository: Repository;

  constructor(scope: Scope, repository: Repository) {
    this.#scope = scope;
    this.#repository = repository;
  }

  get id(): string {
    return formatNodeId("Repository", this.#repository.id);
  }

  get databaseId(): number {
    return this.#repository.id;
  }

  get name(): string {
    return this.#repository.name;
  }

  get nameWithOwner(): string {
    return this.#scope.github.fullName(this.#repository);
  }

  get owner(): object {
    return this.#scope.nodes.actor(this.#scope.github.owner(this.#repository));
  }

  get isInOrganization(): boolean {
    return this.#scope.github.owner(this.#repository).type === "Organization";
  }

  get resourcePath(): string {
    return `/${this.nameWithOwner}`;
  }

  get url(): string {
    return `${this.#scope.github.url}${this.resourcePath}`;
  }

  get description(): string | null {
    return this.#repository.description;
  }

  get isPrivate(): boolean {
    return this.#repository.private;
  }

  get visibility(): string {
    return this.#repository.private ? "PRIVATE" : "PUBLIC";
  }

  get isArchived(): boolean {
    return this.#repository.archived;
  }

  get isDisabled(): boolean {
    return false;
  }

  get isLocked(): boolean {
    return false;
  }

  get isMirror(): boolean {
    return false;
  }

  get isTemplate(): boolean {
    return false;
  }

  get isFork(): boolean {
    return this.#repository.forkOfId !== null;
  }

  get parent(): object | null {
    const parent = this.#scope.github.repository(this.#repository.forkOfId ?? 0);
    return parent === null ? null : this.#scope.nodes.repository(parent);
  }

  get hasIssuesEnabled(): boolean {
    return this.#repository.hasIssues;
  }

  get createdAt(): string {
    return this.#repository.createdAt;
  }

  get pushedAt(): string {
    return this.#repository.pushedAt;
  }

  get updatedAt(): string {
    return this.#repository.updatedAt;
  }

  get mergeCommitAllowed(): boolean {
    return this.#repository.allowMergeCommit;
  }

  get squashMergeAllowed(): boolean {
    return this.#repository.allowSquashMerge;
  }

  get rebaseMergeAllowed(): boolean {
    return this.#repository.allowRebaseMerge;
  }

  get squashMergeCommitTitle(): string {
    return this.#repository.squashMergeCommitTitle;
  }

  get squashMergeCommitMessage(): string {
    return this.#repository.squashMergeCommitMessage;
  }

  get deleteBranchOnMerge(): boolean {
    return this.#repository.deleteBranchOnMerge;
  }

  /** Null for an App, which has permissions and no role. */
  get viewerPermission(): string | null {
    const { actor, github } = this.#scope;
    if (actor.kind !== "user") return null;
    const role = github.permissionOf(this.#repository, actor.account.id);
    return role === "none" ? null : role.toUpperCase();
  }

  get viewerCanAdminister(): boolean {
    const { actor, github } = this.#scope;
    if (actor.kind !== "user") return false;
    return reaches(github.permissionOf(this.#repository, actor.account.id), "admin");
  }

  get isEmpty(): Promise<boolean> {
    const branches = readRefs(this.#scope, this.#repository, "refs/heads/");
    return branches.then((refs) => refs.length === 0);
  }

  get defaultBranchRef(): Promise<object | null> {
    return this.ref({ qualifiedName: `refs/heads/${this.#repository.defaultBranch}` });
  }

  async object(args: { expression?: string | null; oid?: string | null }): Promise<object | null> {
    requireRead(this.#scope, this.#repository, "contents");
    const expression = args.oid ?? args.expression ?? this.#repository.defaultBranch;
    return this.#scope.nodes.gitObject(this.#repository, expression);
  }

  async ref({ qualifiedName }: { qualifiedName: string }): Promise<object | null> {
    return findRef(this.#scope, this.#repository, qualifiedName);
  }

  async refs(args: RefsArguments): Promise<object> {
    return listRefs(this.#scope, this.#repository, args);
  }

  releases(args: ReleasesArguments): object {
    requireRead(this.#scope, this.#repository, "contents");
    return listReleases(this.#scope, this.#repository, args);
  }

  release({ tagName }: { tagName: string }): object | null {
    requireRead(this.#scope, this.#repository, "contents");
    const found = visibleReleases(this.#scope, this.#repository).find(
      (release) => !release.draft && release.tagName === tagName,
    );
    return found ? new ReleaseNode(this.#scope, found) : null;
  }

  get latestRelease(): object | null {
    requireRead(this.#scope, this.#repository, "contents");
    const found = latestRelease(this.#scope.github, this.#repository);
    return found === null ? null : new ReleaseNode(this.#scope, found);
  }

  get #threads(): Issue[] {
    return this.#scope.github.data.issues.filter(
      ({ repositoryId }) => repositoryId === this.#repository.id,
    );
  }

  pullRequests(args: PullsArguments): object {
    requireRead(this.#scope, this.#repository, "pull_requests");
    const pulls = orderIssues(filterPulls(this.#threads, args), args.orderBy ?? null);
    return connection(args, pulls, (pull) => this.#scope.nodes.issue(pull));
  }

  issues(args: IssuesArguments): object {
    requireRead(this.#scope, this.#repository, "issues");
    const issues = filterIssues(this.#scope, this.#threads, args);
    const ordered = orderIssues(issues, args.orderBy ?? null);
    return connection(args, ordered, (issue) => this.#scope.nodes.issue(issue));
  }

  /** Oldest first where no order is asked. */
  deployments(args: PageArguments & { orderBy?: { direction: "ASC" | "DESC" } | null }): object {
    requireRead(this.#scope, this.#repository, "deployments");
    const own = (this.#scope.github.data.deployments ?? []).filter(
      ({ repositoryId }) => repositoryId === this.#repository.id,
    );
    const ordered = args.orderBy?.direction === "DESC" ? own.toReversed() : own;
    return connection(args, ordered, makeDeployment);
  }

  pullRequest({ number }: { number: number }): object {
    requireRead(this.#scope, this.#repository, "pull_requests");
    const found = this.#scope.github.issue(this.#repository.id, number);
    if (!found?.pull) throw notFound(`a PullRequest with the number of ${number}`);
    return this.#scope.nodes.issue(found);
  }

  /** Null where nothing waits. */
  mergeQueue({ branch }: { branch?: string | null }): object | null {
    requireRead(this.#scope, this.#repository, "merge_queues");
    return makeQueue(this.#scope, this.#repository, branch ?? this.#repository.defaultBranch);
  }

  issue({ number }: { number: number }): object {
    requireRead(this.#scope, this.#repository, "issues");
    const found = this.#scope.github.issue(this.#repository.id, number);
    if (!found || found.pull) throw notFound(`an Issue with the number of ${number}`);
    return this.#scope.nodes.issue(found);
  }

  issueOrPullRequest({ number }: { number: number }): object {
    const found = this.#scope.github.issue(this.#repository.id, number);
    if (!found) throw notFound(`an issue or pull request with the number of ${number}`);
    requireRead(this.#scope, this.#repository, found.pull ? "pull_requests" : "issues");
    return this.#scope.nodes.issue(found);
  }

  labels(args: LabelsArguments & { query?: string | null }): object {
    const query = args.query?.toLowerCase() ?? "";
    const labels = this.#repository.labels.filter(({ name }) => name.toLowerCase().includes(query));
    return listLabels(this.#scope, this.#repository, labels, args);
  }

  label({ name }: { name: string }): object | null {
    const found = findLabel(this.#repository, name);
    return found === null ? null : new LabelNode(this.#scope, this.#repository, found);
  }

  rulesets(args: PageArguments): object {
    return connection(args, this.#repository.rulesets, (ruleset) =>
      makeRuleset(this.#scope, this.#repository, ruleset),
    );
  }

  ruleset({ databaseId }: { databaseId: number }): object | null {
    const found = this.#repository.rulesets.find(({ id }) => id === databaseId);
    return found ? makeRuleset(this.#scope, this.#repository, found) : null;
  }
}
