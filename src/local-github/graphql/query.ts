import { isPull } from "../pull-heads.ts";
import type { Issue, Repository } from "../world.ts";
import { UserNode } from "./actor-nodes.ts";
import { connection, type PageArguments } from "./connection.ts";
import { Failure, notFound } from "./errors.ts";
import { pullState } from "./issue-lists.ts";
import { findNode } from "./nodes.ts";
import { mayAccess, sees, type Scope } from "./scope.ts";

interface SearchArguments extends PageArguments {
  type: string;
  query: string;
}

/** Results of one search that can be paged through, as on GitHub. */
const RESULTS_MAX = 1_000;

/** A node costs one point here, whatever it asks; GitHub counts connections. */
const REQUEST_COST = 1;

export class QueryRoot {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  repository(args: { owner: string; name: string; followRenames?: boolean | null }): object {
    const found = this.#scope.github.findRepository(args.owner, args.name);
    const isHidden = found === null || !sees(this.#scope, found.repository);
    if (isHidden || (found.isFormerName && args.followRenames === false)) {
      throw notFound(`a Repository with the name '${args.owner}/${args.name}'`);
    }
    return this.#scope.nodes.repository(found.repository);
  }

  async node({ id }: { id: string }): Promise<object> {
    const found = await findNode(this.#scope, id);
    if (found === null) throw notFound(`a node with the global id of '${id}'`);
    return found;
  }

  nodes({ ids }: { ids: string[] }): Promise<object>[] {
    return ids.map((id) => this.node({ id }));
  }

  user({ login }: { login: string }): object {
    const account = this.#scope.github.accountByLogin(login);
    if (account?.type !== "User") throw notFound(`a User with the login of '${login}'`);
    return new UserNode(this.#scope, account);
  }

  organization({ login }: { login: string }): object {
    const account = this.#scope.github.accountByLogin(login);
    if (account?.type !== "Organization") {
      throw notFound(`an Organization with the login of '${login}'`);
    }
    return this.#scope.nodes.actor(account);
  }

  /** For an App its bot, shown as a user as GitHub does. */
  get viewer(): object {
    const { actor, nodes } = this.#scope;
    if (actor.kind === "user") return nodes.user(actor.account);
    if (actor.kind === "installation") return nodes.user(actor.bot);
    throw new Failure("FORBIDDEN", "Resource not accessible by integration");
  }

  /** Null on a server without rate limits. */
  get rateLimit(): object | null {
    const { github, actor } = this.#scope;
    if (!github.profile.isRateLimited) return null;
    const key = "token" in actor ? actor.token.token : null;
    const rate = github.rates.peek(key, "graphql", github.now());
    return {
      __typename: "RateLimit",
      cost: REQUEST_COST,
      nodeCount: 0,
      limit: rate.limit,
      used: rate.used,
      remaining: rate.remaining,
      resetAt: `${new Date(rate.reset * 1_000).toISOString().slice(0, 19)}Z`,
    };
  }

  search(args: SearchArguments): object {
    if (args.type !== "ISSUE" && args.type !== "ISSUE_ADVANCED") {
      throw new Failure("NOT_IMPLEMENTED", `Search for ${args.type} is not on the local GitHub.`);
    }
    const found = searchIssues(this.#scope, args.query);
    const page = connection(args, found.slice(0, RESULTS_MAX), (issue) =>
      this.#scope.nodes.issue(issue),
    );
    return {
      ...page,
      issueCount: found.length,
      codeCount: 0,
      discussionCount: 0,
      repositoryCount: 0,
      userCount: 0,
      wikiCount: 0,
    };
  }
}

type Test = (issue: Issue, repository: Repository) => boolean;

/** Issues that fit every word of a search, newest first, in repositories that the sender reads. */
function searchIssues(scope: Scope, query: string): Issue[] {
  const { github } = scope;
  const words = query.match(/[^\s"]*"[^"]*"|\S+/g) ?? [];
  const tests = words.map((word) => parseWord(scope, word.replaceAll('"', "")));
  const repositories = new Map(
    github.data.repositories
      .filter((each) => sees(scope, each))
      .map((each): [number, Repository] => [each.id, each]),
  );
  return github.data.issues
    .filter((issue) => {
      const repository = repositories.get(issue.repositoryId);
      if (repository === undefined) return false;
      const permission = isPull(issue) ? "pull_requests" : "issues";
      if (!mayAccess(scope, repository, permission, "read")) return false;
      return tests.every((test) => test(issue, repository));
    })
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.number - a.number);
}

/** One word of a search: `is:merged`, `-label:bug`, `merged:>=2026-01-01`, or text. */
function parseWord(scope: Scope, word: string): Test {
  if (word.startsWith("-")) {
    const test = parseWord(scope, word.slice(1));
    return (issue, repository) => !test(issue, repository);
  }
  const [, key = "", value = ""] = /^([a-z-]+):(.+)$/.exec(word) ?? [];
  const wanted = value.toLowerCase();
  const login = (id: number) => scope.github.account(id).login.toLowerCase();
  switch (key) {
    case "repo":
      return (_, repository) => scope.github.fullName(repository).toLowerCase() === wanted;
    case "org":
    case "user":
      return (_, repository) => login(repository.ownerId) === wanted;
    case "is":
    case "type":
    case "state":
      return (issue) => isOf(issue, wanted);
    case "author": {
      // An App's bot is asked for as `app/slug`.
      const name = wanted.replace(/^app\/(.+)$/, "$1[bot]");
      return (issue) => login(issue.authorId) === name;
    }
    case "label":
      return (issue) => issue.labels.some((label) => label.toLowerCase() === wanted);
    case "base":
      return (issue) => issue.pull?.baseRef.toLowerCase() === wanted;
    case "head":
      return (issue) => issue.pull?.headRef.toLowerCase() === wanted;
    case "merged":
      return (issue) => compareTime(issue.pull?.mergedAt ?? null, value);
    case "created":
      return (issue) => compareTime(issue.createdAt, value);
    case "closed":
      return (issue) => compareTime(issue.closedAt, value);
    case "updated":
      return (issue) => compareTime(issue.updatedAt, value);
    case "sort":
    case "in":
      return () => true;
    default:
      return (issue) =>
        `${issue.title}\n${issue.body ?? ""}`.toLowerCase().includes(word.toLowerCase());
  }
}

function isOf(issue: Issue, wanted: string): boolean {
  switch (wanted) {
    case "pr":
    case "pull-request":
      return issue.pull !== undefined;
    case "issue":
      return issue.pull === undefined;
    case "merged":
      return issue.pull?.merged ?? false;
    case "unmerged":
      return issue.pull !== undefined && pullState(issue) !== "MERGED";
    case "draft":
      return issue.pull?.draft ?? false;
    default:
      return issue.state === wanted;
  }
}

/** `>=2026-01-01`, `<2026-01-01T00:00:00Z`, `2026-01-01..2026-02-01` or one day. */
function compareTime(time: string | null, range: string): boolean {
  if (time === null) return false;
  const at = Date.parse(time);
  const [, from, to] = /^(.+)\.\.(.+)$/.exec(range) ?? [];
  if (from !== undefined && to !== undefined) {
    return (from === "*" || at >= startOf(from)) && (to === "*" || at < endOf(to));
  }
  const [, operator = "", day = ""] = /^(>=|<=|>|<)?(.+)$/.exec(range) ?? [];
  switch (operator) {
    case ">=":
      return at >= startOf(day);
    case ">":
      return at >= endOf(day);
    case "<=":
      return at < endOf(day);
    case "<":
      return at < startOf(day);
    default:
      return at >= startOf(day) && at < endOf(day);
  }
}

function startOf(text: string): number {
  return Date.parse(text);
}

/** The first moment after a day or, for a whole time, after its second. */
function endOf(text: string): number {
  return Date.parse(text) + (text.includes("T") ? 1_000 : 86_400_000);
}
