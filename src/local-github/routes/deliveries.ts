import type { Hono } from "hono";
import { readString } from "../body.ts";
import { notFound, pageQuery, readJson, type Env, type RequestContext } from "../context.ts";
import type { GitHub } from "../github.ts";
import { renderDelivery, renderDeliveryItem } from "../render/delivery.ts";
import type { Webhooks } from "../webhooks.ts";
import type { App, Delivery } from "../world.ts";
import { requireApp } from "./apps.ts";

const DELIVERIES = "/app/hook/deliveries";

export function register(app: Hono<Env>, github: GitHub, webhooks: Webhooks): void {
  app.get("/app/hook/config", (c) => c.json(renderConfig(requireApp(c))));

  app.patch("/app/hook/config", async (c) => {
    const own = requireApp(c);
    const body = await readJson(c);
    own.webhookUrl = readString(body, "url") ?? own.webhookUrl;
    own.webhookSecret = readString(body, "secret") ?? own.webhookSecret;
    return c.json(renderConfig(own));
  });

  app.get(DELIVERIES, (c) => {
    const own = requireApp(c);
    const { status } = c.req.query();
    const cursor = Number(c.req.query("cursor")?.replace(/^v1_/, "") ?? Number.MAX_SAFE_INTEGER);
    const { perPage } = pageQuery(c);
    const found = github.data.deliveries
      .filter((each) => each.appId === own.id && each.id < cursor && fitsStatus(each, status))
      .toSorted((a, b) => b.id - a.id);
    const shown = found.slice(0, perPage);
    const last = shown.at(-1);
    if (last !== undefined && found.length > shown.length) setNext(c, last);
    return c.json(shown.map(renderDeliveryItem));
  });

  app.get(`${DELIVERIES}/:id{[0-9]+}`, (c) =>
    c.json(renderDelivery(github, requireDelivery(c, github))),
  );

  app.post(`${DELIVERIES}/:id{[0-9]+}/attempts`, (c) => {
    webhooks.redeliver(requireDelivery(c, github));
    return c.json({}, 202);
  });
}

/**
 * `failure` finds status codes 400 to 599 and nothing else, as GitHub documents it: a delivery
 * without any answer is in neither list.
 */
function fitsStatus({ statusCode }: Delivery, status: string | undefined): boolean {
  if (status === "failure") return statusCode >= 400 && statusCode <= 599;
  if (status === "success") return statusCode >= 200 && statusCode <= 399;
  return true;
}

function setNext(c: RequestContext, last: Delivery): void {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", `v1_${last.id}`);
  c.header("Link", `<${url.href}>; rel="next"`);
}

function requireDelivery(c: RequestContext, github: GitHub): Delivery {
  const own = requireApp(c);
  const id = Number(c.req.param("id"));
  const delivery = github.data.deliveries.find((each) => each.appId === own.id && each.id === id);
  if (delivery === undefined) throw notFound();
  return delivery;
}

function renderConfig(own: App) {
  return {
    content_type: "json",
    insecure_ssl: "0",
    secret: "********",
    url: own.webhookUrl ?? "",
  };
}
