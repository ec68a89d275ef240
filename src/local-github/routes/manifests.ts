import type { Hono } from "hono";
import { notFound, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import { takeManifestCode } from "../manifests.ts";
import { renderApp } from "../render/app.ts";

/** Nobody signs in here: who has the code gets the App's credentials, once. */
export function register(app: Hono<Env>, github: GitHub): void {
  app.post("/app-manifests/:code/conversions", (c) => {
    const taken = takeManifestCode(github, c.req.param("code"));
    if (taken === null) throw notFound();
    const { app: own, privateKeyPem } = taken;
    return c.json(
      {
        ...renderApp(github, own),
        client_secret: own.clientSecret,
        webhook_secret: own.webhookSecret,
        pem: privateKeyPem,
      },
      201,
    );
  });
}
