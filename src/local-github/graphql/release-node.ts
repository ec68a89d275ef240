import { latestRelease, releasesOf } from "../latest-release.ts";
import { formatNodeId } from "../node-id.ts";
import type { Release, Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { repositoryOf, mayAccess, type Scope } from "./scope.ts";

export class ReleaseNode {
  readonly __typename = "Release";
  readonly #scope: Scope;
  readonly #release: Release;

  constructor(scope: Scope, release: Release) {
    this.#scope = scope;
    this.#release = release;
  }

  get #repository(): Repository {
    return repositoryOf(this.#scope, this.#release.repositoryId);
  }

  get id(): string {
    return formatNodeId("Release", this.#release.id);
  }

  get databaseId(): number {
    return this.#release.id;
  }

  get tagName(): string {
    return this.#release.tagName;
  }

  get name(): string | null {
    return this.#release.name;
  }

  get description(): string | null {
    return this.#release.body;
  }

  get isDraft(): boolean {
    return this.#release.draft;
  }

  get isPrerelease(): boolean {
    return this.#release.prerelease;
  }

  get isLatest(): boolean {
    return latestRelease(this.#scope.github, this.#repository)?.id === this.#release.id;
  }

  get createdAt(): string {
    return this.#release.createdAt;
  }

  get updatedAt(): string {
    return this.#release.updatedAt;
  }

  get publishedAt(): string | null {
    return this.#release.publishedAt;
  }

  get resourcePath(): string {
    const tag = this.#release.draft ? `untagged-${this.#release.id}` : this.#release.tagName;
    return `/${this.#scope.github.fullName(this.#repository)}/releases/tag/${encodeURIComponent(tag)}`;
  }

  get url(): string {
    return `${this.#scope.github.url}${this.resourcePath}`;
  }

  get author(): object {
    return this.#scope.nodes.user(this.#scope.github.account(this.#release.authorId));
  }

  get repository(): object {
    return this.#scope.nodes.repository(this.#repository);
  }

  /** Null while the tag does not exist, as with drafts. */
  get tag(): Promise<object | null> {
    const name = `refs/tags/${this.#release.tagName}`;
    return this.#scope.github.git
      .ref(this.#repository.id, name)
      .then((ref) => ref && this.#scope.nodes.ref(this.#repository, name, ref.sha));
  }

  get tagCommit(): Promise<object | null> {
    const name = `refs/tags/${this.#release.tagName}`;
    return this.#scope.github.git
      .ref(this.#repository.id, name)
      .then((ref) => ref && this.#scope.nodes.commit(this.#repository, ref.peeledSha));
  }
}

/** Releases that the sender sees: drafts only where it may push. Newest first. */
export function visibleReleases(scope: Scope, repository: Repository): Release[] {
  const seesDrafts = mayAccess(scope, repository, "contents", "write");
  return releasesOf(scope.github, repository).filter((release) => seesDrafts || !release.draft);
}

export interface ReleasesArguments extends PageArguments {
  orderBy?: { field: "CREATED_AT" | "NAME"; direction: "ASC" | "DESC" } | null;
}

export function listReleases(
  scope: Scope,
  repository: Repository,
  args: ReleasesArguments,
): object {
  const newestFirst = visibleReleases(scope, repository);
  const { field = "CREATED_AT", direction = "DESC" } = args.orderBy ?? {};
  const sorted =
    field === "NAME"
      ? newestFirst.toSorted((a, b) => (b.name ?? "").localeCompare(a.name ?? ""))
      : newestFirst;
  const ordered = direction === "ASC" ? sorted.toReversed() : sorted;
  return connection(args, ordered, (release) => new ReleaseNode(scope, release));
}
