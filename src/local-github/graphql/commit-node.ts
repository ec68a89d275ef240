import { suitesOfCommit } from "../checks.ts";
import type { HistoryQuery } from "../git-history.ts";
import type { GitCommit } from "../git-object.ts";
import { formatNodeId } from "../node-id.ts";
import { latestStatuses } from "../statuses.ts";
import type { CheckSuite, Repository } from "../world.ts";
import { CheckSuiteNode, makeRollup, StatusNode } from "./check-nodes.ts";
import { connection, type PageArguments } from "./connection.ts";
import { GitActorNode, GitObjectNode } from "./git-nodes.ts";
import { orderIssues, type IssueOrder } from "./issue-lists.ts";
import { associatedPulls } from "./pull-reads.ts";
import { requireRead, type Scope } from "./scope.ts";

interface SuiteArguments extends PageArguments {
  filterBy?: { appId?: number | null; checkName?: string | null } | null;
}

interface HistoryArguments extends PageArguments {
  path?: string | null;
  since?: string | null;
  until?: string | null;
  author?: { emails?: string[] | null; id?: string | null } | null;
}

/** Trailers that name further authors, as GitHub reads them. */
const CO_AUTHOR = /^Co-authored-by:\s*(.+?)\s*<([^>]+)>\s*$/gim;

export class CommitNode extends GitObjectNode {
  readonly __typename = "Commit";
  readonly #commit: GitCommit;

  constructor(scope: Scope, repository: Repository, commit: GitCommit) {
    super(scope, repository, commit.sha);
    this.#commit = commit;
  }

  get id(): string {
    return formatNodeId("Commit", this.owner.id, this.oid);
  }

  get message(): string {
    return this.#commit.message;
  }

  get messageHeadline(): string {
    return this.#commit.message.split("\n")[0] ?? "";
  }

  get messageBody(): string {
    return this.#commit.message.split("\n").slice(1).join("\n").replace(/^\n+/, "");
  }

  get authoredDate(): string {
    return this.#commit.author.date;
  }

  get committedDate(): string {
    return this.#commit.committer.date;
  }

  get author(): object {
    return new GitActorNode(this.scope, this.#commit.author);
  }

  get committer(): object {
    return new GitActorNode(this.scope, this.#commit.committer);
  }

  get authoredByCommitter(): boolean {
    return this.#commit.author.email === this.#commit.committer.email;
  }

  /** GitHub signs what is made on its website and over its API. */
  get committedViaWeb(): boolean {
    return this.#commit.signature?.isVerified ?? false;
  }

  get url(): string {
    return this.commitUrl;
  }

  get resourcePath(): string {
    return this.commitResourcePath;
  }

  get signature(): object | null {
    const { signature } = this.#commit;
    if (signature === null) return null;
    return {
      __typename: "GpgSignature",
      isValid: signature.isVerified,
      state: signature.isVerified ? "VALID" : "UNKNOWN_KEY",
      payload: signature.payload,
      signature: signature.text,
      wasSignedByGitHub: signature.isVerified,
      email: this.#commit.committer.email,
      signer: null,
      keyId: null,
    };
  }

  get tree(): Promise<object | null> {
    return this.scope.nodes.gitObject(this.owner, this.#commit.treeSha);
  }

  authors(args: PageArguments): object {
    const { author, message } = this.#commit;
    const others = [...message.matchAll(CO_AUTHOR)].map(([, name = "", email = ""]) => ({
      name,
      email,
      date: author.date,
    }));
    const all = [author, ...others.filter((other) => other.email !== author.email)];
    return connection(args, all, (each) => new GitActorNode(this.scope, each));
  }

  parents(args: PageArguments): object {
    return connection(args, this.#commit.parents, (sha) =>
      this.scope.nodes.commit(this.owner, sha),
    );
  }

  async history(args: HistoryArguments): Promise<object> {
    const query: HistoryQuery = { revisions: [this.oid] };
    if (args.path) query.path = args.path;
    if (args.since) query.since = args.since;
    if (args.until) query.until = args.until;
    const email = args.author?.emails?.[0];
    if (email) query.author = email;
    const shas = await this.scope.reads.revisions(this.owner.id, query);
    return connection(args, shas, (sha) => this.scope.nodes.commit(this.owner, sha));
  }

  async file({ path }: { path: string }): Promise<object | null> {
    const cut = path.lastIndexOf("/");
    const folder = `${this.oid}:${path.slice(0, Math.max(cut, 0))}`;
    const tree = await this.scope.github.git.tree(this.owner.id, folder);
    const entry = tree?.entries.find((each) => each.path === path.slice(cut + 1));
    if (!entry) return null;
    return {
      __typename: "TreeEntry",
      name: entry.path,
      path,
      mode: Number.parseInt(entry.mode, 8),
      type: entry.type,
      oid: entry.sha,
      size: entry.size ?? 0,
      object: () => this.scope.nodes.gitObject(this.owner, entry.sha),
    };
  }

  get additions(): Promise<number> {
    return this.scope.reads.size(this.owner.id, this.oid).then(({ additions }) => additions);
  }

  get deletions(): Promise<number> {
    return this.scope.reads.size(this.owner.id, this.oid).then(({ deletions }) => deletions);
  }

  get changedFiles(): Promise<number> {
    return this.scope.reads.size(this.owner.id, this.oid).then((size) => size.changedFiles);
  }

  get changedFilesIfAvailable(): Promise<number> {
    return this.changedFiles;
  }

  get statusCheckRollup(): object | null {
    return makeRollup(this.scope, this.owner, this.oid);
  }

  get status(): object | null {
    requireRead(this.scope, this.owner, "statuses");
    const statuses = latestStatuses(this.scope.github, this.owner.id, this.oid);
    return statuses.length === 0
      ? null
      : new StatusNode(this.scope, this.owner, this.oid, statuses);
  }

  checkSuites(args: SuiteArguments): object {
    requireRead(this.scope, this.owner, "checks");
    const { appId, checkName } = args.filterBy ?? {};
    const hasRun = (suite: CheckSuite) =>
      this.scope.github.data.checkRuns.some(
        (run) => run.suiteId === suite.id && run.name === checkName,
      );
    const suites = suitesOfCommit(this.scope.github, this.owner.id, this.oid).filter(
      (suite) => (appId ?? suite.appId) === suite.appId && (!checkName || hasRun(suite)),
    );
    return connection(args, suites, (suite) => new CheckSuiteNode(this.scope, suite));
  }

  async associatedPullRequests(
    args: PageArguments & { orderBy?: IssueOrder | null },
  ): Promise<object> {
    requireRead(this.scope, this.owner, "pull_requests");
    const pulls = await associatedPulls(this.scope, this.owner, this.oid);
    const ordered = orderIssues(pulls, args.orderBy ?? null);
    return connection(args, ordered, (pull) => this.scope.nodes.issue(pull));
  }
}
