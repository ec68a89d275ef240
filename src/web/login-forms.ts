import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { FORM_FIELD, notLoggedInPage, refusedFormPage } from "./login-pages.ts";
import { isSameSecret } from "./login-secrets.ts";
import type { PageEnv } from "./viewer.ts";

/** No form of ours comes near it. */
const FORM_BYTES_MAX = 64 * 1024;

const HARMLESS: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Nothing is done in somebody's name that they did not send from a page of ours: the origin has to be
 * ours, and the form has to carry what only a page of this session knows. `ownUrl` null: login is not
 * set up, and nothing can be done at all.
 */
export function guardForms(ownUrl: string | null): MiddlewareHandler<PageEnv> {
  const limit = bodyLimit({
    maxSize: FORM_BYTES_MAX,
    onError: (context) => context.html(refusedFormPage(), 413),
  });
  return async (context, next) => {
    if (HARMLESS.includes(context.req.method)) return await next();
    const { formToken } = context.var.viewer;
    if (ownUrl === null || !isFromUs(context, ownUrl)) return context.html(refusedFormPage(), 403);
    if (formToken === null) {
      return context.html(notLoggedInPage("Nothing was done: log in first.", "/"), 403);
    }
    if (!isForm(context)) return context.html(refusedFormPage(), 415);
    return await limit(context, async () => {
      const given = (await context.req.parseBody())[FORM_FIELD];
      if (typeof given === "string" && isSameSecret(given, formToken)) return await next();
      context.res = await context.html(refusedFormPage(), 403);
    });
  };
}

/** Every browser sends `Origin` with a form; what comes without one is not sent by a page of ours. */
function isFromUs(context: Context, ownUrl: string): boolean {
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  return context.req.header("origin") === ownUrl;
}

function isForm(context: Context): boolean {
  const type = context.req.header("content-type") ?? "";
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type);
}
