import { randomBytes } from "node:crypto";
import type { GitHub } from "./github.ts";
import { parseRecord } from "./json.ts";
import { createApp } from "./seed-app.ts";
import type { Account, App, ManifestCode } from "./world.ts";

/** GitHub's limit on the name of an App. */
const NAME_LENGTH_MAX = 34;

/** docs.github.com, "Registering a GitHub App from a manifest". */
const CALLBACKS_MAX = 10;

/** How long a code can be exchanged (docs.github.com, "Registering a GitHub App from a manifest"). */
const CODE_MS_MAX = 3_600_000;

/** An App as its manifest describes it, as far as the local GitHub keeps it. */
export interface Manifest {
  readonly name: string;
  /** Null where the hook is missing or not active. */
  readonly webhookUrl: string | null;
  /** Where the person goes after the registration; null: nowhere. */
  readonly redirectUrl: string | null;
  /** Where people may be sent back to after they signed in. */
  readonly callbackUrls: readonly string[];
  readonly permissions: App["permissions"];
  readonly events: readonly string[];
}

/** A manifest, or what is wrong with it, as sentences. */
export function readManifest(text: string): Manifest | { readonly problems: readonly string[] } {
  const given = parseRecord(text);
  if (given === null) return { problems: ["The manifest is not a JSON object."] };
  const problems: string[] = [];
  const object = (field: string): Record<string, unknown> => {
    const value = given[field] ?? {};
    if (typeof value === "object" && !Array.isArray(value)) return { ...value };
    problems.push(`${field} is not an object.`);
    return {};
  };
  const address = (name: string, value: unknown, isNeeded: boolean): string | null => {
    if (value === undefined && !isNeeded) return null;
    if (typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "")) {
      return value;
    }
    problems.push(`${name} is not a web address.`);
    return null;
  };

  address("url", given["url"], true);
  const hook = object("hook_attributes");
  const hookUrl = address("hook_attributes.url", hook["url"], "hook_attributes" in given);
  const redirectUrl = address("redirect_url", given["redirect_url"], false);
  const callbacks = given["callback_urls"] ?? [];
  if (!Array.isArray(callbacks) || callbacks.length > CALLBACKS_MAX) {
    problems.push(`callback_urls is not a list of at most ${CALLBACKS_MAX}.`);
  }
  const callbackUrls = (Array.isArray(callbacks) ? callbacks : []).flatMap(
    (each: unknown) => address("callback_urls", each, true) ?? [],
  );
  const permissions: App["permissions"] = {};
  for (const [name, access] of Object.entries(object("default_permissions"))) {
    if (access === "read" || access === "write") permissions[name] = access;
    else problems.push(`default_permissions.${name} is neither read nor write.`);
  }
  const events = given["default_events"] ?? [];
  if (!Array.isArray(events)) problems.push("default_events is not a list.");
  if (problems.length > 0) return { problems };
  return {
    name: typeof given["name"] === "string" ? given["name"] : "",
    webhookUrl: hook["active"] === false ? null : hookUrl,
    redirectUrl,
    callbackUrls,
    permissions,
    events: Array.isArray(events) ? events.map(String) : [],
  };
}

/** What GitHub says against a name; null: it is free. */
export function judgeName(github: GitHub, name: string): string | null {
  if (name.trim() === "") return "Name can't be blank";
  if (name.length > NAME_LENGTH_MAX) {
    return `Name is too long (maximum is ${NAME_LENGTH_MAX} characters)`;
  }
  const slug = slugOf(name);
  const isTaken =
    github.data.apps.some((each) => each.slug === slug) || github.accountByLogin(slug) !== null;
  return isTaken ? "Name is already in use" : null;
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** Registers the App and gives the code that its credentials are exchanged for, once. */
export async function registerFromManifest(
  github: GitHub,
  manifest: Manifest,
  owner: Account,
): Promise<ManifestCode> {
  const { app, privateKeyPem } = await createApp(github, {
    slug: slugOf(manifest.name),
    name: manifest.name,
    permissions: { ...manifest.permissions, metadata: "read" },
    events: manifest.events,
    webhookUrl: manifest.webhookUrl,
    callbackUrls: manifest.callbackUrls,
    owner: owner.login,
  });
  const made: ManifestCode = {
    code: randomBytes(20).toString("hex"),
    appId: app.id,
    privateKeyPem,
    createdAt: github.timestamp(),
  };
  github.data.manifestCodes = [...(github.data.manifestCodes ?? []), made];
  github.changed();
  return made;
}

/** The App behind a code, and its key, told once and within the hour. Null: no such code any more. */
export function takeManifestCode(
  github: GitHub,
  code: string,
): { readonly app: App; readonly privateKeyPem: string } | null {
  const codes = github.data.manifestCodes ?? [];
  const found = codes.find((each) => each.code === code);
  const app = github.data.apps.find((each) => each.id === found?.appId);
  if (found === undefined || app === undefined) return null;
  github.data.manifestCodes = codes.filter((each) => each !== found);
  github.changed();
  const ageMs = github.now().getTime() - Date.parse(found.createdAt);
  return ageMs > CODE_MS_MAX ? null : { app, privateKeyPem: found.privateKeyPem };
}
