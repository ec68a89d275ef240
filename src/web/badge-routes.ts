import type { Context, Hono } from "hono";
import { etag } from "hono/etag";
import { judgeRight } from "../core/permission.ts";
import { BADGE_DAYS } from "./badge-number.ts";
import type { BadgeNumber } from "./badge-number.ts";
import { renderBadges } from "./badge-page.ts";
import type { BadgesPage } from "./badge-page.ts";
import { formatShields, renderBadge } from "./badge-svg.ts";
import type { Badge } from "./badge-svg.ts";
import { Badges, NOT_FOUND, readBadgeKind } from "./badges.ts";
import type { BadgeKind } from "./badges.ts";
import { askedOf } from "./clock-ask.ts";
import type { AskedRepository } from "./clock-ask.ts";
import { hashOf, makeSecret } from "./login-secrets.ts";
import { badgesPath } from "./paths.ts";
import { answerTooMany } from "./repository-routes.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

type Env = Context<PageEnv>;

/** Tokens of one repository that work at the same time. */
const TOKENS_MAX = 20;

const TOKEN = /^[\w-]{43}$/;

/** Pictures and shields' endpoint, of public repositories by name and of others by token. */
export function registerBadges(app: Hono<PageEnv>, parts: PageParts): void {
  const badges = new Badges(() => parts.now());
  const read = (place: AskedRepository & { installationId: number }, kind: BadgeKind) =>
    badges.read(place.id, kind, {
      changelog: parts.changelogOf(place.installationId),
      readNumber: (badge) => readNumber(parts, place, badge),
    });
  app.use("/r/:owner/:name/badges/:file", etag());
  app.get("/r/:owner/:name/badges/:file{.+[.](svg|json)}", async (context) => {
    const { owner, name, file } = context.req.param();
    const kind = readBadgeKind(file.replace(/[.]\w+$/, ""));
    const repository = await context.var.viewer.find(owner, name);
    const isShown = repository !== null && !repository.isPrivate && kind !== null;
    if (!isShown) return answer(context, file, null);
    return await showBadge(context, file, read(repository, kind));
  });
  app.use("/badges/:token/:file", etag());
  app.get("/badges/:token/:file{badge[.](svg|json)}", async (context) => {
    const { token, file } = context.req.param();
    const found = TOKEN.test(token) ? await parts.badgeTokens.find(hashOf(token)) : null;
    const kind = readBadgeKind(found?.badge);
    const place = found === null ? null : await parts.viewed.find(found.repositoryId);
    if (found === null || place === null || kind === null) return answer(context, file, null);
    return await showBadge(context, file, read(place, kind));
  });
  registerPage(app, parts);
}

/** Computed where pages are: a badge may be of a large repository. */
async function readNumber(
  { texts, serverUrl }: PageParts,
  place: AskedRepository & { readonly installationId: number },
  badge: BadgeNumber,
): Promise<string | null> {
  const { text } = await texts.read({
    installationId: place.installationId,
    repositories: askedOf([place]),
    isOne: true,
    days: BADGE_DAYS,
    serverUrl,
    show: { kind: "badge", badge },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `answerAsk` wrote
  return JSON.parse(text) as string | null;
}

async function showBadge(context: Env, file: string, badge: Promise<Badge>): Promise<Response> {
  try {
    return answer(context, file, await badge);
  } catch (error) {
    return await answerTooMany(context, error);
  }
}

/** Null: the same answer for what is hidden, revoked and missing. */
function answer(context: Env, file: string, badge: Badge | null): Response {
  const shown = badge ?? NOT_FOUND;
  const isSvg = file.endsWith(".svg");
  const body = isSvg ? renderBadge(shown) : formatShields(shown);
  return context.body(body, badge === null ? 404 : 200, {
    "Content-Type": isSvg ? "image/svg+xml; charset=utf-8" : "application/json; charset=utf-8",
    // Asked each time, by GitHub's proxy of images as well: what became private is gone at once.
    "Cache-Control": "no-cache",
    // Other sites show it.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
  });
}

function registerPage(app: Hono<PageEnv>, parts: PageParts): void {
  const path = "/r/:owner/:name/badges";
  app.get(path, async (context) => {
    const { owner, name } = context.req.param();
    const repository = await context.var.viewer.find(owner, name);
    if (repository === null) return await context.notFound();
    return await show(context, parts, repository, { made: null, said: null });
  });
  app.post(path, async (context) => {
    const { owner, name } = context.req.param();
    const repository = await context.var.viewer.find(owner, name);
    if (repository === null) return await context.notFound();
    return await show(context, parts, repository, await change(context, parts, repository));
  });
}

type Changed = Pick<BadgesPage, "made" | "said">;

function said(words: string): Changed {
  return { made: null, said: words };
}

/** By what they may do now. */
async function change(
  context: Env,
  { badgeTokens, logger }: PageParts,
  { id: repositoryId, installationId, isPrivate }: SeenRepository,
): Promise<Changed> {
  const { viewer } = context.var;
  const { login, userId } = viewer;
  const permission = await viewer.permissionNow(repositoryId);
  if (login === null || userId === null || !mayMake(login, permission)) {
    return said("Nothing was done: making and revoking badges needs maintain.");
  }
  if (!isPrivate) return said("Nothing was done: a public repository needs no tokens.");
  const place = { installationId, repositoryId };
  const { kind: named, revoke } = await context.req.parseBody();
  if (typeof revoke === "string") {
    const isDone =
      /^[0-9a-f]{64}$/.test(revoke) &&
      (await badgeTokens.revoke(Buffer.from(revoke, "hex"), place));
    if (isDone) logger.info({ repositoryId, userId, login }, "A badge was revoked.");
    return said(isDone ? "It shows nothing any more." : "It was revoked before.");
  }
  const kind = readBadgeKind(typeof named === "string" ? named : undefined);
  if (kind === null) return said("Nothing was done: choose a number.");
  const token = makeSecret();
  const made = { digest: hashOf(token), badge: kind, madeBy: userId };
  if (!(await badgeTokens.make(made, place, TOKENS_MAX))) {
    return said(`Nothing was done: ${TOKENS_MAX} badges work already. Revoke one first.`);
  }
  logger.info({ repositoryId, userId, login, badge: kind }, "A badge was made.");
  return { made: { token, kind }, said: null };
}

function mayMake(login: string, permission: SeenRepository["permission"] | "none"): boolean {
  return judgeRight("release", { login, permission }, null).kind === "may";
}

async function show(
  context: Env,
  parts: PageParts,
  repository: SeenRepository,
  changed: Changed,
): Promise<Response> {
  const { viewer } = context.var;
  const { id, installationId, owner, name, isPrivate } = repository;
  const may = viewer.login !== null && mayMake(viewer.login, repository.permission);
  const tokens = may && isPrivate ? await parts.badgeTokens.list(installationId, id) : [];
  const origin = parts.ownUrl ?? new URL(context.req.url).origin;
  return await showPage(context, parts, {
    title: `Badges of ${owner}/${name}`,
    links: repositoryLinks(repository, badgesPath(repository)),
    content: renderBadges({ repository, origin, viewer, mayMake: may, tokens, ...changed }),
  });
}
