import { randomBytes } from "node:crypto";
import { HttpError } from "./context.ts";
import { formatTime, type GitHub } from "./github.ts";
import { coversRepository } from "./permission.ts";
import type { EventDetail } from "./world-event.ts";
import type { App, Installation, Repository, Token } from "./world.ts";

type Permissions = Record<string, "read" | "write">;

/** GitHub's installation tokens live for one hour. */
const TOKEN_LIFETIME_MS = 3_600_000;

export function appOf(github: GitHub, installation: Installation): App {
  const app = github.data.apps.find((each) => each.id === installation.appId);
  if (app === undefined) throw new Error(`Installation ${installation.id} has no App.`);
  return app;
}

/** Repositories that an installation, or one of its narrower tokens, reaches. */
export function repositoriesOf(
  github: GitHub,
  installation: Installation,
  token: Token | null = null,
): Repository[] {
  return github.data.repositories.filter((each) => coversRepository(installation, token, each));
}

export interface TokenRequest {
  repositoryIds?: number[];
  repositoryNames?: string[];
  permissions?: Permissions;
}

/**
 * A token of the installation, narrowed to the named repositories and permissions. Throws 403 while
 * the installation is suspended, and 422 for more than it has.
 */
export function createInstallationToken(
  github: GitHub,
  installation: Installation,
  request: TokenRequest = {},
): Token {
  if (installation.suspendedAt !== null) {
    throw new HttpError(403, { message: "This installation has been suspended" });
  }
  const token: Token = {
    token: `ghs_${randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "x")}`,
    userId: null,
    installationId: installation.id,
    permissions: narrowPermissions(installation, request.permissions),
    repositoryIds: narrowRepositories(github, installation, request),
    expiresAt: formatTime(new Date(github.now().getTime() + TOKEN_LIFETIME_MS)),
  };
  dropExpired(github);
  github.data.tokens.push(token);
  github.changed();
  return token;
}

export function revokeToken(github: GitHub, token: Token): void {
  github.data.tokens = github.data.tokens.filter((each) => each !== token);
  github.changed();
}

/** Emits `installation.suspend` or `unsuspend`; nothing where it is so already. */
export function setSuspended(
  github: GitHub,
  installation: Installation,
  senderId: number,
  isSuspended: boolean,
): void {
  if ((installation.suspendedAt !== null) === isSuspended) return;
  installation.suspendedAt = isSuspended ? github.timestamp() : null;
  emitInstallation(github, installation, senderId, isSuspended ? "suspend" : "unsuspend");
}

/** The installation and its tokens are gone; the App hears of it by `installation.deleted`. */
export function deleteInstallation(
  github: GitHub,
  installation: Installation,
  senderId: number,
): void {
  emitInstallation(github, installation, senderId, "deleted", {
    repositories: repositoriesOf(github, installation),
  });
  github.data.installations = github.data.installations.filter((each) => each !== installation);
  github.data.tokens = github.data.tokens.filter((each) => each.installationId !== installation.id);
}

export function emitInstallation(
  github: GitHub,
  installation: Installation,
  senderId: number,
  action: string,
  detail: EventDetail = {},
): void {
  github.emit({
    name: "installation",
    action,
    repositoryId: null,
    senderId,
    installationId: installation.id,
    detail: { installation, ...detail },
  });
}

function narrowPermissions(
  installation: Installation,
  wanted: Permissions | undefined,
): Permissions | null {
  if (wanted === undefined) return null;
  for (const [name, access] of Object.entries(wanted)) {
    const granted = installation.permissions[name];
    if (granted === "write" || (granted === "read" && access === "read")) continue;
    throw new HttpError(422, {
      message: "The permissions requested are not granted to this installation.",
    });
  }
  // GitHub always adds metadata, without which nothing else could be read.
  return { ...wanted, metadata: "read" };
}

function narrowRepositories(
  github: GitHub,
  installation: Installation,
  { repositoryIds, repositoryNames }: TokenRequest,
): number[] | null {
  if (repositoryIds === undefined && repositoryNames === undefined) return null;
  const reached = repositoriesOf(github, installation);
  const find = (is: (repository: Repository) => boolean): number => {
    const found = reached.find(is);
    if (found !== undefined) return found.id;
    throw new HttpError(422, {
      message:
        "There is at least one repository that does not exist or is not accessible to the " +
        "parent installation.",
    });
  };
  return [
    ...(repositoryIds ?? []).map((id) => find((repository) => repository.id === id)),
    ...(repositoryNames ?? []).map((name) =>
      find((repository) => repository.name.toLowerCase() === name.toLowerCase()),
    ),
  ];
}

/** Keeps the list small: an hour after its end nobody asks for a token any more. */
function dropExpired(github: GitHub): void {
  const oldest = formatTime(new Date(github.now().getTime() - TOKEN_LIFETIME_MS));
  github.data.tokens = github.data.tokens.filter((each) => {
    const end = each.refresh?.expiresAt ?? each.expiresAt;
    return end === null || end > oldest;
  });
}
