import { countDivergence } from "../git-history.ts";
import { formatNodeId } from "../node-id.ts";
import { requiredContexts, rulesFor } from "../rules.ts";
import type { Repository, Ruleset } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { filterPulls, orderIssues, type IssueOrder, type PullFilter } from "./issue-lists.ts";
import { sees, type Scope } from "./scope.ts";

type Rule = Ruleset["rules"][number];

/** `refs/heads/main` is `main` below `refs/heads/`; anything else keeps `refs/`. */
const PREFIX = /^(refs\/(?:heads|tags)\/|refs\/)(.+)$/;

export class RefNode {
  readonly __typename = "Ref";
  readonly #scope: Scope;
  readonly #repository: Repository;
  readonly #fullName: string;
  readonly #sha: string;

  constructor(scope: Scope, repository: Repository, fullName: string, sha: string) {
    this.#scope = scope;
    this.#repository = repository;
    this.#fullName = fullName;
    this.#sha = sha;
  }

  get id(): string {
    return formatNodeId("Ref", this.#repository.id, this.#fullName);
  }

  get name(): string {
    return PREFIX.exec(this.#fullName)?.[2] ?? this.#fullName;
  }

  get prefix(): string {
    return PREFIX.exec(this.#fullName)?.[1] ?? "";
  }

  get repository(): object {
    return this.#scope.nodes.repository(this.#repository);
  }

  get target(): Promise<object | null> {
    return this.#scope.nodes.gitObject(this.#repository, this.#sha);
  }

  /** This ref is the base; `headRef` may be a name, a SHA or `owner:branch` of a fork. */
  async compare({ headRef }: { headRef: string }): Promise<object | null> {
    const head = await findHead(this.#scope, this.#repository, headRef);
    const base = await this.#scope.github.git.resolveCommit(this.#repository.id, this.#sha);
    if (head === null || base === null) return null;
    return new ComparisonNode(this.#scope, this.#repository, base, head);
  }

  get #isBranch(): boolean {
    return this.prefix === "refs/heads/";
  }

  /** What stands in the way of a push by the sender; null where nothing does. */
  get refUpdateRule(): object | null {
    if (!this.#isBranch) return null;
    const protection = this.#repository.protections.find(({ branch }) => branch === this.name);
    const checks = requiredContexts(this.#repository, this.name);
    const rules = rulesFor(this.#repository, this.#fullName);
    if (!protection && rules.length === 0) return null;
    const has = (type: string) => rules.some(({ rule }) => rule.type === type);
    return {
      __typename: "RefUpdateRule",
      pattern: protection?.branch ?? this.name,
      requiredStatusCheckContexts: [...new Set(checks.map(({ context }) => context))],
      requiredApprovingReviewCount: protection?.requiredReviews ?? null,
      allowsDeletions: !protection && !has("deletion"),
      allowsForcePushes: !protection,
      blocksCreations: has("creation"),
      requiresCodeOwnerReviews: false,
      requiresConversationResolution: false,
      requiresLinearHistory: protection?.isLinear === true || has("required_linear_history"),
      requiresSignatures: has("required_signatures"),
      viewerAllowedToDismissReviews: false,
      viewerCanPush: checks.length === 0 && !has("update"),
    };
  }

  get branchProtectionRule(): object | null {
    const found = this.#repository.protections.find(({ branch }) => branch === this.name);
    if (!found || !this.#isBranch) return null;
    return {
      __typename: "BranchProtectionRule",
      id: formatNodeId("BranchProtectionRule", this.#repository.id, found.branch),
      pattern: found.branch,
      requiresStatusChecks: found.requiredContexts.length > 0,
      requiredStatusCheckContexts: found.requiredContexts,
      requiredStatusChecks: found.requiredContexts.map((context) => ({ context, app: null })),
      requiresStrictStatusChecks: found.isStrict ?? false,
      requiresLinearHistory: found.isLinear ?? false,
      requiresApprovingReviews: found.requiredReviews > 0,
      requiredApprovingReviewCount: found.requiredReviews || null,
      isAdminEnforced: false,
      allowsDeletions: false,
      allowsForcePushes: false,
    };
  }

  rules(args: PageArguments): object {
    const rules = rulesFor(this.#repository, this.#fullName);
    return connection(args, rules, ({ rule, ruleset }) =>
      makeRule(this.#scope, this.#repository, ruleset, rule),
    );
  }

  associatedPullRequests(
    args: PageArguments & PullFilter & { orderBy?: IssueOrder | null },
  ): object {
    const pulls = filterPulls(this.#scope.github.data.issues, args).filter(
      ({ pull }) =>
        pull?.headRepositoryId === this.#repository.id &&
        this.#isBranch &&
        pull.headRef === this.name,
    );
    return connection(args, orderIssues(pulls, args.orderBy ?? null), (pull) =>
      this.#scope.nodes.issue(pull),
    );
  }
}

/** Commit that `headRef` names; of a fork, it must be one that the sender sees. */
async function findHead(
  scope: Scope,
  repository: Repository,
  headRef: string,
): Promise<string | null> {
  const { github } = scope;
  const [, login, branch] = /^([^:/]+):(.+)$/.exec(headRef) ?? [];
  if (login === undefined || branch === undefined) {
    return github.git.resolveCommit(repository.id, headRef);
  }
  const fork = github.data.repositories.find(
    (each) =>
      github.owner(each).login.toLowerCase() === login.toLowerCase() &&
      (each.id === repository.id || each.forkOfId === repository.id) &&
      sees(scope, each),
  );
  if (fork === undefined) return null;
  const sha = await github.git.resolveCommit(fork.id, branch);
  // Comparing needs the objects of both: a fork shares them once it has a pull here.
  return sha === null ? null : github.git.resolveCommit(repository.id, sha);
}

class ComparisonNode {
  readonly __typename = "Comparison";
  readonly #scope: Scope;
  readonly #repository: Repository;
  readonly #base: string;
  readonly #head: string;
  readonly #divergence: Promise<{ ahead: number; behind: number }>;

  constructor(scope: Scope, repository: Repository, base: string, head: string) {
    this.#scope = scope;
    this.#repository = repository;
    this.#base = base;
    this.#head = head;
    this.#divergence = scope.reads.divergences.get(`${repository.id} ${base} ${head}`, () =>
      countDivergence(scope.github.git, repository.id, base, head),
    );
  }

  get id(): string {
    return formatNodeId("Comparison", this.#repository.id, this.#base, this.#head);
  }

  get aheadBy(): Promise<number> {
    return this.#divergence.then(({ ahead }) => ahead);
  }

  get behindBy(): Promise<number> {
    return this.#divergence.then(({ behind }) => behind);
  }

  get status(): Promise<string> {
    return this.#divergence.then(({ ahead, behind }) => {
      if (ahead > 0) return behind > 0 ? "DIVERGED" : "AHEAD";
      return behind > 0 ? "BEHIND" : "IDENTICAL";
    });
  }

  get baseTarget(): Promise<object | null> {
    return this.#scope.nodes.commit(this.#repository, this.#base);
  }

  get headTarget(): Promise<object | null> {
    return this.#scope.nodes.commit(this.#repository, this.#head);
  }

  /** Oldest first. */
  async commits(args: PageArguments): Promise<object> {
    const shas = await this.#scope.reads.revisions(this.#repository.id, {
      revisions: [this.#head, `^${this.#base}`],
      isOldestFirst: true,
    });
    const { nodes } = this.#scope;
    return {
      ...connection(args, shas, (sha) => nodes.commit(this.#repository, sha)),
      authorCount: shas.length,
    };
  }
}

/** One rule of a ruleset, with the parameters of those kinds that have any. */
function makeRule(scope: Scope, repository: Repository, ruleset: Ruleset, rule: Rule): object {
  return {
    __typename: "RepositoryRule",
    id: formatNodeId("RepositoryRule", ruleset.id, ruleset.rules.indexOf(rule)),
    type: rule.type.toUpperCase(),
    parameters: makeParameters(rule),
    repositoryRuleset: () => makeRuleset(scope, repository, ruleset),
  };
}

function makeParameters(rule: Rule): object | null {
  if (rule.type === "required_status_checks") {
    return {
      __typename: "RequiredStatusChecksParameters",
      strictRequiredStatusChecksPolicy:
        rule.parameters.strict_required_status_checks_policy ?? false,
      doNotEnforceOnCreate: false,
      requiredStatusChecks: rule.parameters.required_status_checks.map((check) => ({
        context: check.context,
        integrationId: check.integration_id ?? null,
      })),
    };
  }
  if (rule.type === "tag_name_pattern") {
    return {
      __typename: "TagNamePatternParameters",
      name: null,
      negate: false,
      operator: rule.parameters.operator,
      pattern: rule.parameters.pattern,
    };
  }
  if (rule.type === "pull_request") {
    return {
      __typename: "PullRequestParameters",
      allowedMergeMethods: rule.parameters?.allowed_merge_methods ?? null,
      dismissStaleReviewsOnPush: false,
      requireCodeOwnerReview: false,
      requireLastPushApproval: false,
      requiredApprovingReviewCount: 0,
      requiredReviewThreadResolution: false,
    };
  }
  if (rule.type === "update") {
    return { __typename: "UpdateParameters", updateAllowsFetchAndMerge: false };
  }
  return null;
}

export function makeRuleset(scope: Scope, repository: Repository, ruleset: Ruleset): object {
  return {
    __typename: "RepositoryRuleset",
    id: formatNodeId("RepositoryRuleset", ruleset.id),
    databaseId: ruleset.id,
    name: ruleset.name,
    target: ruleset.target.toUpperCase(),
    enforcement: ruleset.enforcement.toUpperCase(),
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    source: () => scope.nodes.repository(repository),
    conditions: {
      __typename: "RepositoryRuleConditions",
      refName: { include: ruleset.include, exclude: [] },
    },
    rules: (args: PageArguments) =>
      connection(args, ruleset.rules, (rule) => makeRule(scope, repository, ruleset, rule)),
  };
}
