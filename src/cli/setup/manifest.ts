import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { CALLBACK_PATH } from "../../web/login-paths.ts";
import { SETUP_PATH } from "../../web/setup-page.ts";
import { WEBHOOK_PATH } from "../../webhooks.ts";

const access = z.enum(["read", "write"]);

const packagedSchema = z.object({
  description: z.string(),
  url: z.string(),
  default_permissions: z.record(z.string(), access),
  default_events: z.array(z.string()),
});

/** GitHub's App manifest (docs.github.com, "Registering a GitHub App from a manifest"). */
export interface Manifest extends z.infer<typeof packagedSchema> {
  readonly name: string;
  readonly public: boolean;
  readonly hook_attributes: { readonly url: string; readonly active: true };
  readonly redirect_url: string;
  /** Page of our server that GitHub leads to after an installation; left out: there is none. */
  readonly setup_url?: string;
  /** Where people come back to when they log in; likewise. */
  readonly callback_urls?: readonly string[];
  /** Also after repositories were added or taken away. */
  readonly setup_on_update?: boolean;
}

/** The manifest of an App of one's own, from the `app.yml` that this package brings. */
export function makeManifest(own: {
  readonly name: string;
  readonly webhookUrl: string;
  readonly redirectUrl: string;
  /** May others install it? */
  readonly isPublic: boolean;
  /** It reads, and writes nothing but its check. */
  readonly observesOnly: boolean;
}): Manifest {
  const text = readFileSync(new URL("../../../app.yml", import.meta.url), "utf8");
  const { description, url, ...asked } = packagedSchema.parse(parse(text));
  return {
    name: own.name,
    description,
    url,
    public: own.isPublic,
    hook_attributes: { url: own.webhookUrl, active: true },
    redirect_url: own.redirectUrl,
    ...leadToPages(own.webhookUrl),
    default_permissions: own.observesOnly
      ? observing(asked.default_permissions)
      : asked.default_permissions,
    default_events: asked.default_events,
  };
}

/** Of our pages; null where webhooks go to another path than ours: nobody knows then. */
export function rootOf(webhookUrl: string): string | null {
  return webhookUrl.endsWith(WEBHOOK_PATH) ? webhookUrl.slice(0, -WEBHOOK_PATH.length) : null;
}

function leadToPages(
  webhookUrl: string,
): Pick<Manifest, "setup_url" | "setup_on_update" | "callback_urls"> {
  const root = rootOf(webhookUrl);
  if (root === null) return {};
  return {
    setup_url: `${root}${SETUP_PATH}`,
    setup_on_update: true,
    callback_urls: [`${root}${CALLBACK_PATH}`],
  };
}

function observing(permissions: Manifest["default_permissions"]): Manifest["default_permissions"] {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, asked]) => [name, name === "checks" ? asked : "read"]),
  );
}
