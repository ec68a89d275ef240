import { latestRuns, runsOfSuite, suiteOf, suiteState } from "../checks.ts";
import { formatNodeId } from "../node-id.ts";
import { requiredContexts } from "../rules.ts";
import { statusCheckRollup, type StatusCheckRollup } from "../status-rollup.ts";
import type { CheckRun, CheckSuite, CommitStatus, Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { notFound } from "./errors.ts";
import { repositoryOf, requireRead, type Scope } from "./scope.ts";

interface IsRequiredArguments {
  pullRequestNumber?: number | null;
}

/** Whether the base branch of a pull demands a context of this name. */
function isRequired(
  scope: Scope,
  repository: Repository,
  context: string,
  { pullRequestNumber }: IsRequiredArguments,
): boolean {
  const pull = scope.github.issue(repository.id, pullRequestNumber ?? 0)?.pull;
  if (!pull) throw notFound(`a PullRequest with the number of ${pullRequestNumber ?? 0}`);
  return requiredContexts(repository, pull.baseRef).some((check) => check.context === context);
}

export class CheckRunNode {
  readonly __typename = "CheckRun";
  readonly #scope: Scope;
  readonly #run: CheckRun;

  constructor(scope: Scope, run: CheckRun) {
    this.#scope = scope;
    this.#run = run;
  }

  get #repository(): Repository {
    return repositoryOf(this.#scope, this.#run.repositoryId);
  }

  get id(): string {
    return formatNodeId("CheckRun", this.#run.id);
  }

  get databaseId(): number {
    return this.#run.id;
  }

  get name(): string {
    return this.#run.name;
  }

  get status(): string {
    return this.#run.status.toUpperCase();
  }

  get conclusion(): string | null {
    return this.#run.conclusion?.toUpperCase() ?? null;
  }

  get startedAt(): string {
    return this.#run.startedAt;
  }

  get completedAt(): string | null {
    return this.#run.completedAt;
  }

  get externalId(): string {
    return this.#run.externalId;
  }

  get detailsUrl(): string {
    return this.#run.detailsUrl ?? this.url;
  }

  get title(): string | null {
    return this.#run.output.title;
  }

  get summary(): string | null {
    return this.#run.output.summary;
  }

  get text(): string | null {
    return this.#run.output.text;
  }

  get resourcePath(): string {
    return `/${this.#scope.github.fullName(this.#repository)}/runs/${this.#run.id}`;
  }

  get url(): string {
    return `${this.#scope.github.url}${this.resourcePath}`;
  }

  get permalink(): string {
    return this.url;
  }

  get repository(): object {
    return this.#scope.nodes.repository(this.#repository);
  }

  get checkSuite(): object {
    return new CheckSuiteNode(this.#scope, suiteOf(this.#scope.github, this.#run));
  }

  isRequired(args: IsRequiredArguments): boolean {
    return isRequired(this.#scope, this.#repository, this.#run.name, args);
  }
}

interface CheckRunsArguments extends PageArguments {
  filterBy?: {
    checkType?: "ALL" | "LATEST" | null;
    appId?: number | null;
    checkName?: string | null;
    status?: string | null;
    statuses?: string[] | null;
    conclusions?: string[] | null;
  } | null;
}

export class CheckSuiteNode {
  readonly __typename = "CheckSuite";
  readonly #scope: Scope;
  readonly #suite: CheckSuite;

  constructor(scope: Scope, suite: CheckSuite) {
    this.#scope = scope;
    this.#suite = suite;
  }

  get id(): string {
    return formatNodeId("CheckSuite", this.#suite.id);
  }

  get databaseId(): number {
    return this.#suite.id;
  }

  get app(): object | null {
    return this.#scope.nodes.app(this.#suite.appId);
  }

  get status(): string {
    return suiteState(this.#scope.github, this.#suite).status.toUpperCase();
  }

  get conclusion(): string | null {
    return suiteState(this.#scope.github, this.#suite).conclusion?.toUpperCase() ?? null;
  }

  get createdAt(): string {
    return this.#suite.createdAt;
  }

  get updatedAt(): string {
    return this.#suite.updatedAt;
  }

  /** Suites of this server come from Apps alone; a workflow's run stands behind none. */
  get workflowRun(): null {
    return null;
  }

  get repository(): object {
    return this.#scope.nodes.repository(repositoryOf(this.#scope, this.#suite.repositoryId));
  }

  get commit(): Promise<object | null> {
    const repository = repositoryOf(this.#scope, this.#suite.repositoryId);
    return this.#scope.nodes.commit(repository, this.#suite.headSha);
  }

  checkRuns(args: CheckRunsArguments): object {
    const filter = args.filterBy ?? {};
    const all = runsOfSuite(this.#scope.github, this.#suite);
    const statuses = filter.statuses ?? (filter.status ? [filter.status] : null);
    const runs = (filter.checkType === "ALL" ? all : latestRuns(all)).filter(
      (run) =>
        (filter.appId ?? run.appId) === run.appId &&
        (filter.checkName ?? run.name) === run.name &&
        (statuses === null || statuses.includes(run.status.toUpperCase())) &&
        (!filter.conclusions || filter.conclusions.includes(run.conclusion?.toUpperCase() ?? "")),
    );
    return connection(args, runs, (run) => new CheckRunNode(this.#scope, run));
  }
}

export class StatusContextNode {
  readonly __typename = "StatusContext";
  readonly #scope: Scope;
  readonly #status: CommitStatus;

  constructor(scope: Scope, status: CommitStatus) {
    this.#scope = scope;
    this.#status = status;
  }

  get id(): string {
    return formatNodeId("StatusContext", this.#status.id);
  }

  get context(): string {
    return this.#status.context;
  }

  get state(): string {
    return this.#status.state.toUpperCase();
  }

  get description(): string | null {
    return this.#status.description;
  }

  get targetUrl(): string | null {
    return this.#status.targetUrl;
  }

  get createdAt(): string {
    return this.#status.createdAt;
  }

  get creator(): object {
    return this.#scope.nodes.actor(this.#scope.github.account(this.#status.creatorId));
  }

  get commit(): Promise<object | null> {
    const repository = repositoryOf(this.#scope, this.#status.repositoryId);
    return this.#scope.nodes.commit(repository, this.#status.sha);
  }

  isRequired(args: IsRequiredArguments): boolean {
    const repository = repositoryOf(this.#scope, this.#status.repositoryId);
    return isRequired(this.#scope, repository, this.#status.context, args);
  }
}

class RollupNode {
  readonly __typename = "StatusCheckRollup";
  readonly #scope: Scope;
  readonly #repository: Repository;
  readonly #oid: string;
  readonly #rollup: StatusCheckRollup;

  constructor(scope: Scope, repository: Repository, oid: string, rollup: StatusCheckRollup) {
    this.#scope = scope;
    this.#repository = repository;
    this.#oid = oid;
    this.#rollup = rollup;
  }

  get id(): string {
    return formatNodeId("StatusCheckRollup", this.#repository.id, this.#oid);
  }

  get state(): string {
    return this.#rollup.state;
  }

  get commit(): Promise<object | null> {
    return this.#scope.nodes.commit(this.#repository, this.#oid);
  }

  contexts(args: PageArguments): object {
    const { contexts } = this.#rollup;
    const runCount = contexts.filter((context) => context.kind === "check_run").length;
    return {
      ...connection(args, contexts, (context) =>
        context.kind === "check_run"
          ? new CheckRunNode(this.#scope, context.run)
          : new StatusContextNode(this.#scope, context.status),
      ),
      checkRunCount: runCount,
      statusContextCount: contexts.length - runCount,
    };
  }
}

/** Null without any run or status. */
export function makeRollup(scope: Scope, repository: Repository, oid: string): object | null {
  requireRead(scope, repository, "checks");
  const rollup = statusCheckRollup(scope.github, repository.id, oid);
  return rollup === null ? null : new RollupNode(scope, repository, oid, rollup);
}

/** `Commit.status`: the statuses alone, without check runs. */
export class StatusNode {
  readonly __typename = "Status";
  readonly #scope: Scope;
  readonly #repository: Repository;
  readonly #oid: string;
  readonly #statuses: readonly CommitStatus[];

  constructor(scope: Scope, repository: Repository, oid: string, statuses: CommitStatus[]) {
    this.#scope = scope;
    this.#repository = repository;
    this.#oid = oid;
    this.#statuses = statuses;
  }

  get id(): string {
    return formatNodeId("Status", this.#repository.id, this.#oid);
  }

  get state(): string {
    const states = this.#statuses.map(({ state }) => state);
    const worst = (["error", "failure", "pending"] as const).find((each) => states.includes(each));
    return (worst ?? "success").toUpperCase();
  }

  get contexts(): object[] {
    return this.#statuses.map((status) => new StatusContextNode(this.#scope, status));
  }

  context({ name }: { name: string }): object | null {
    const found = this.#statuses.find((status) => status.context === name);
    return found ? new StatusContextNode(this.#scope, found) : null;
  }
}
