import type { MiddlewareHandler } from "hono";
import type { Clock } from "../ports.ts";
import { answerProblem } from "./api-problems.ts";
import { LoginPace } from "./login-pace.ts";
import type { ViewedRepository } from "./login-ports.ts";
import { hashOf, makeSecret } from "./login-secrets.ts";
import { addressOf } from "./request-address.ts";
import { SEES_NOTHING } from "./viewer.ts";
import type { PageEnv, SeenRepository, Viewer } from "./viewer.ts";

/** By its beginning people, and programs that look for lost secrets, know what it is. */
const PREFIX = "smbt_";
const TOKEN = /^Bearer (smbt_[\w-]{43})$/i;

export function makeApiToken(): string {
  return `${PREFIX}${makeSecret()}`;
}

/** A program that reads all rows of a large installation is done in minutes. */
const API_PACE = { burst: 300, perMs: 200 } as const;

export interface ApiAccess {
  /** Null: nobody made it, it was revoked, or its installation does not work any more. */
  findToken(hash: Buffer): Promise<{ readonly id: number; readonly installationId: number } | null>;
  findByName(owner: string, name: string): Promise<ViewedRepository | null>;
  findById(repositoryId: number): Promise<ViewedRepository | null>;
  /** All repositories of an installation, in order of name. */
  listOf(installationId: number): Promise<readonly ViewedRepository[]>;
}

/**
 * Whoever sends a token sees its installation and nothing else; without one the session says who
 * looks, as on every page. Each has a pace of their own.
 */
export function provideApiViewer(access: ApiAccess, clock: Clock): MiddlewareHandler<PageEnv> {
  const pace = new LoginPace(clock, API_PACE);
  return async (context, next) => {
    const sent = context.req.header("authorization");
    const [, text] = TOKEN.exec(sent ?? "") ?? [];
    const token = text === undefined ? null : await access.findToken(hashOf(text));
    const { userId } = context.var.viewer;
    const person = userId === null ? `address ${addressOf(context)}` : `user ${userId}`;
    if (!pace.take(token === null ? person : `token ${token.id}`)) {
      context.header("Retry-After", "10");
      const detail =
        "Five requests a second are answered, and 300 at once: ask again in ten seconds.";
      return answerProblem(context, "rate-limited", detail);
    }
    if (sent !== undefined && token === null) {
      context.header("WWW-Authenticate", "Bearer");
      const detail =
        "Nobody made this token, or it was revoked. Whoever runs the service makes one: smallbatch tokens create.";
      return answerProblem(context, "unauthorized", detail);
    }
    if (token !== null) context.set("viewer", openTokenViewer(access, token.installationId));
    return await next();
  };
}

/** A program that may read what an installation has, as somebody with read could. */
function openTokenViewer(access: ApiAccess, installationId: number): Viewer {
  const see = (row: ViewedRepository | null): SeenRepository | null => {
    if (row === null || row.installationId !== installationId) return null;
    const { id, owner, name, isPrivate, defaultBranch } = row;
    return { id, installationId, owner, name, isPrivate, defaultBranch, permission: "read" };
  };
  return {
    ...SEES_NOTHING,
    find: async (owner, name) => see(await access.findByName(owner, name)),
    findById: async (id) => see(await access.findById(id)),
    sees: async (id) => see(await access.findById(id)) !== null,
    permissionOn: async (id) => see(await access.findById(id))?.permission ?? "none",
    list: async (asked) => {
      if (asked !== null && asked !== installationId) return [];
      return (await access.listOf(installationId)).flatMap((row) => see(row) ?? []);
    },
  };
}
