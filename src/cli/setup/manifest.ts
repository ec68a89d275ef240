import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

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
    default_permissions: own.observesOnly
      ? observing(asked.default_permissions)
      : asked.default_permissions,
    default_events: asked.default_events,
  };
}

function observing(permissions: Manifest["default_permissions"]): Manifest["default_permissions"] {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, asked]) => [name, name === "checks" ? asked : "read"]),
  );
}
