import type { GitStore } from "./git.ts";
import { findProfile, type Profile } from "./profile.ts";
import { RateLimits } from "./rate-limit.ts";
import type { WorldEvent } from "./world-event.ts";
import type { Account, Issue, Repository, RepositoryRole, WorldData } from "./world.ts";

export interface GitHubOptions {
  git: GitStore;
  now: () => Date;
  data?: WorldData;
  /** github.com when left out. */
  profile?: Profile;
}

/** The whole of the local GitHub: plain data, the bare repositories, the clock and the events. */
export class GitHub {
  readonly data: WorldData;
  readonly git: GitStore;
  readonly profile: Profile;
  readonly rates = new RateLimits();
  /** Without a slash at the end; empty until the server listens. */
  url = "";
  /** For so many seconds after a merge `knowsAssociation` denies it; set by `Faults`. */
  associationLagSeconds = 0;
  readonly #now: () => Date;
  readonly #eventListeners: ((event: WorldEvent) => void)[] = [];
  readonly #pendingEvents: WorldEvent[] = [];
  readonly #changeListeners: (() => void)[] = [];

  constructor(options: GitHubOptions) {
    this.git = options.git;
    this.profile = options.profile ?? findProfile("github");
    this.#now = options.now;
    this.data = options.data ?? emptyWorld();
  }

  /** Of the REST API, without a slash at the end. */
  get apiUrl(): string {
    return `${this.url}${this.profile.apiPath}`;
  }

  now(): Date {
    return this.#now();
  }

  /** Now, as GitHub writes times: whole seconds. */
  timestamp(): string {
    return formatTime(this.#now());
  }

  nextId(): number {
    this.data.lastId += 1;
    return this.data.lastId;
  }

  /** Throws when there is none: ids inside the world always point somewhere. */
  account(id: number): Account {
    const account = this.data.accounts.find((candidate) => candidate.id === id);
    if (account === undefined) throw new Error(`No account has the id ${id}.`);
    return account;
  }

  accountByLogin(login: string): Account | null {
    const wanted = login.toLowerCase();
    return this.data.accounts.find((account) => account.login.toLowerCase() === wanted) ?? null;
  }

  repository(id: number): Repository | null {
    return this.data.repositories.find((repository) => repository.id === id) ?? null;
  }

  /** By its present name first, then by any name it had before. */
  findRepository(
    owner: string,
    name: string,
  ): { repository: Repository; isFormerName: boolean } | null {
    const wanted = `${owner}/${name}`.toLowerCase();
    const present = this.data.repositories.find(
      (repository) => this.fullName(repository).toLowerCase() === wanted,
    );
    if (present !== undefined) return { repository: present, isFormerName: false };
    const former = this.data.repositories.find((repository) =>
      repository.formerNames.some((formerName) => formerName.toLowerCase() === wanted),
    );
    return former === undefined ? null : { repository: former, isFormerName: true };
  }

  owner(repository: Repository): Account {
    return this.account(repository.ownerId);
  }

  fullName(repository: Repository): string {
    return `${this.owner(repository).login}/${repository.name}`;
  }

  /** What a person may do; an App's rights come from its installation (`permission.ts`). */
  permissionOf(repository: Repository, accountId: number | null): "none" | RepositoryRole {
    const publicRole = repository.private ? "none" : "read";
    if (accountId === null) return publicRole;
    if (repository.ownerId === accountId) return "admin";
    const membership = this.data.memberships.find(
      (each) => each.organizationId === repository.ownerId && each.userId === accountId,
    );
    if (membership?.role === "admin") return "admin";
    const own = repository.collaborators[accountId];
    if (own !== undefined || membership === undefined) return own ?? publicRole;
    const { baseRole = "read" } = this.account(membership.organizationId);
    return baseRole === "none" ? publicRole : baseRole;
  }

  /** An issue or a pull: they share their numbers. */
  issue(repositoryId: number, number: number): Issue | null {
    return (
      this.data.issues.find(
        (issue) => issue.repositoryId === repositoryId && issue.number === number,
      ) ?? null
    );
  }

  /**
   * Whether the index that ties commits to pulls knows this pull already. GitHub's lags behind
   * merges: `commits/{sha}/pulls` and `Commit.associatedPullRequests` leave such a pull out.
   */
  knowsAssociation(pull: Issue): boolean {
    const mergedAt = pull.pull?.mergedAt;
    if (!mergedAt) return true;
    return this.#now().getTime() - Date.parse(mergedAt) >= this.associationLagSeconds * 1_000;
  }

  /** What a listener emits itself goes out after the event that it was told about. */
  emit(event: WorldEvent): void {
    this.#pendingEvents.push(event);
    this.changed();
    if (this.#pendingEvents.length > 1) return;
    try {
      for (const pending of this.#pendingEvents) {
        for (const listener of this.#eventListeners) listener(pending);
      }
    } finally {
      this.#pendingEvents.length = 0;
    }
  }

  onEvent(listener: (event: WorldEvent) => void): void {
    this.#eventListeners.push(listener);
  }

  /** Says that `data` changed, so that it is saved soon. Every write over HTTP says so by itself. */
  changed(): void {
    for (const listener of this.#changeListeners) listener();
  }

  onChange(listener: () => void): void {
    this.#changeListeners.push(listener);
  }
}

/** `2026-01-31T12:00:00Z`. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function emptyWorld(): WorldData {
  return {
    lastId: 1000,
    accounts: [],
    memberships: [],
    repositories: [],
    issues: [],
    reviews: [],
    comments: [],
    releases: [],
    checkSuites: [],
    checkRuns: [],
    statuses: [],
    apps: [],
    installations: [],
    tokens: [],
    deliveries: [],
    reactions: [],
  };
}
