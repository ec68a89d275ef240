import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { GitHub } from "./github.ts";
import {
  deleteInstallation,
  emitInstallation,
  repositoriesOf,
  setSuspended,
} from "./installations.ts";
import type { Account, App, Installation, Repository } from "./world.ts";

/** What Smallbatch's own `app.yml` asks for. */
const PERMISSIONS_DEFAULT: App["permissions"] = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
  statuses: "read",
  deployments: "read",
  merge_queues: "read",
};

const EVENTS_DEFAULT: readonly string[] = [
  "check_run",
  "check_suite",
  "deployment_status",
  "issue_comment",
  "issues",
  "merge_group",
  "pull_request",
  "pull_request_review",
  "push",
  "release",
  "repository",
  "status",
];

const KEY_BITS = 2_048;

export interface NewApp {
  slug: string;
  /** The slug when left out. */
  name?: string;
  /** Those of Smallbatch's `app.yml` when left out; the same goes for `events`. */
  permissions?: App["permissions"];
  events?: readonly string[];
  /** Null: nothing is sent, and nothing is recorded as a delivery. */
  webhookUrl?: string | null;
  /** A random one when left out. */
  webhookSecret?: string;
  /** Where people may be sent back to after they signed in; nowhere when left out. */
  callbackUrls?: readonly string[];
  /** Login of the account that owns the App; its own bot when left out. */
  owner?: string;
}

/** Registers an App with its bot account `slug[bot]` and a fresh key. */
export async function createApp(
  github: GitHub,
  input: NewApp,
): Promise<{ app: App; privateKeyPem: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const createdAt = github.timestamp();
  const id = github.nextId();
  const bot: Account = {
    id: github.nextId(),
    login: `${input.slug}[bot]`,
    type: "Bot",
    name: null,
    email: null,
    createdAt,
    appId: id,
  };
  github.data.accounts.push(bot);
  const app: App = {
    id,
    slug: input.slug,
    name: input.name ?? input.slug,
    ownerId: input.owner === undefined ? bot.id : requireAccount(github, input.owner).id,
    botId: bot.id,
    createdAt,
    publicKeyPem: publicKey,
    webhookUrl: input.webhookUrl ?? null,
    webhookSecret: input.webhookSecret ?? randomBytes(32).toString("hex"),
    clientSecret: randomBytes(20).toString("hex"),
    callbackUrls: [...(input.callbackUrls ?? [])],
    permissions: { ...(input.permissions ?? PERMISSIONS_DEFAULT) },
    events: [...(input.events ?? EVENTS_DEFAULT)],
  };
  github.data.apps.push(app);
  github.changed();
  return { app, privateKeyPem: privateKey };
}

/** Installs an App on an account, with all of its repositories or the named ones. */
export function install(
  github: GitHub,
  app: App,
  accountLogin: string,
  options: { repositories: "all" | readonly string[] },
): Installation {
  const account = requireAccount(github, accountLogin);
  const names = options.repositories;
  const installation: Installation = {
    id: github.nextId(),
    appId: app.id,
    accountId: account.id,
    repositorySelection: names === "all" ? "all" : "selected",
    repositoryIds:
      names === "all" ? [] : names.map((name) => requireRepository(github, account, name).id),
    permissions: { ...app.permissions },
    events: [...app.events],
    suspendedAt: null,
    createdAt: github.timestamp(),
  };
  github.data.installations.push(installation);
  emitInstallation(github, installation, adminOf(github, account), "created", {
    repositories: repositoriesOf(github, installation),
  });
  return installation;
}

export function uninstall(github: GitHub, installation: Installation): void {
  deleteInstallation(github, installation, senderOf(github, installation));
}

export function suspend(github: GitHub, installation: Installation): void {
  setSuspended(github, installation, senderOf(github, installation), true);
}

export function unsuspend(github: GitHub, installation: Installation): void {
  setSuspended(github, installation, senderOf(github, installation), false);
}

/** Only for an installation with `selected` repositories. */
export function addRepositories(
  github: GitHub,
  installation: Installation,
  repositories: readonly Repository[],
): void {
  const added = repositories.filter(({ id }) => !installation.repositoryIds.includes(id));
  installation.repositoryIds.push(...added.map(({ id }) => id));
  emitRepositories(github, installation, "added", { added, removed: [] });
}

export function removeRepositories(
  github: GitHub,
  installation: Installation,
  repositories: readonly Repository[],
): void {
  const ids = new Set(repositories.map(({ id }) => id));
  installation.repositoryIds = installation.repositoryIds.filter((id) => !ids.has(id));
  emitRepositories(github, installation, "removed", { added: [], removed: [...repositories] });
}

/** Permissions and events that the App was given later and an owner accepted. */
export function acceptPermissions(github: GitHub, app: App, installation: Installation): void {
  installation.permissions = { ...app.permissions };
  installation.events = [...app.events];
  const sender = senderOf(github, installation);
  emitInstallation(github, installation, sender, "new_permissions_accepted");
}

function emitRepositories(
  github: GitHub,
  installation: Installation,
  action: "added" | "removed",
  changed: { added: Repository[]; removed: Repository[] },
): void {
  github.emit({
    name: "installation_repositories",
    action,
    repositoryId: null,
    senderId: senderOf(github, installation),
    installationId: installation.id,
    detail: { installation, ...changed },
  });
}

function senderOf(github: GitHub, installation: Installation): number {
  return adminOf(github, github.account(installation.accountId));
}

/** Whoever may install: a person, or the first owner of an organisation. */
function adminOf(github: GitHub, account: Account): number {
  const admin = github.data.memberships.find(
    (each) => each.organizationId === account.id && each.role === "admin",
  );
  return admin?.userId ?? account.id;
}

function requireAccount(github: GitHub, login: string): Account {
  const account = github.accountByLogin(login);
  if (account === null) throw new Error(`Nobody is called ${login}.`);
  return account;
}

function requireRepository(github: GitHub, owner: Account, name: string): Repository {
  const repository = github.findRepository(owner.login, name)?.repository;
  if (repository === undefined) throw new Error(`${owner.login} has no repository ${name}.`);
  return repository;
}
