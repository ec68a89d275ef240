import type { Hono } from "hono";
import { MARK_ASSET, STYLE_ASSET } from "./stylesheet.ts";
import type { PageEnv } from "./viewer.ts";

/** What pages load beside themselves: the same for everybody, for ever. */
export function registerAssets(app: Hono<PageEnv>): void {
  for (const { path, type, body } of [STYLE_ASSET, MARK_ASSET]) {
    app.get(path, (context) =>
      context.body(body, 200, {
        "Content-Type": type,
        "Cache-Control": "public, max-age=31536000, immutable",
      }),
    );
  }
}
