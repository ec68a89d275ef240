import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { Account, App } from "../world.ts";
import type { Scope } from "./scope.ts";

abstract class AccountNode {
  protected readonly scope: Scope;
  protected readonly account: Account;

  constructor(scope: Scope, account: Account) {
    this.scope = scope;
    this.account = account;
  }

  get databaseId(): number {
    return this.account.id;
  }

  get login(): string {
    return this.account.login;
  }

  get name(): string | null {
    return this.account.name;
  }

  get url(): string {
    return `${this.scope.github.url}${this.resourcePath}`;
  }

  get resourcePath(): string {
    return `/${this.login}`;
  }

  avatarUrl({ size }: { size?: number | null }): string {
    return avatarUrl(this.scope.github, this.account.id, size ?? null);
  }
}

export function avatarUrl(github: GitHub, accountId: number, size: number | null): string {
  return `${github.url}/avatars/${accountId}${size === null ? "" : `?s=${size}`}`;
}

export class UserNode extends AccountNode {
  readonly __typename = "User";

  get id(): string {
    return formatNodeId("User", this.account.id);
  }

  /** Addresses are not public; commits carry their own. */
  get email(): string {
    return "";
  }

  get isViewer(): boolean {
    const { actor } = this.scope;
    return actor.kind === "user" && actor.account.id === this.account.id;
  }
}

class OrganizationNode extends AccountNode {
  readonly __typename = "Organization";

  get id(): string {
    return formatNodeId("Organization", this.account.id);
  }
}

/** As an actor a bot has the bare name of its App, `smallbatch`, unlike over REST. */
class BotNode extends AccountNode {
  readonly __typename = "Bot";

  get id(): string {
    return formatNodeId("Bot", this.account.id);
  }

  override get login(): string {
    return this.account.login.replace(/\[bot\]$/, "");
  }

  override get resourcePath(): string {
    return `/apps/${this.login}`;
  }
}

export function makeActor(scope: Scope, account: Account): AccountNode {
  if (account.type === "Bot") return new BotNode(scope, account);
  return account.type === "Organization"
    ? new OrganizationNode(scope, account)
    : new UserNode(scope, account);
}

export class AppNode {
  readonly __typename = "App";
  readonly #github: GitHub;
  readonly #app: App;

  constructor(scope: Scope, app: App) {
    this.#github = scope.github;
    this.#app = app;
  }

  get id(): string {
    return formatNodeId("App", this.#app.id);
  }

  get databaseId(): number {
    return this.#app.id;
  }

  get name(): string {
    return this.#app.name;
  }

  get slug(): string {
    return this.#app.slug;
  }

  get url(): string {
    return `${this.#github.url}/apps/${this.#app.slug}`;
  }
}
