import { describe, expect, it } from "@jest/globals";
import { createOrganization, createUser } from "../../src/local-github/seed.ts";
import { submit, visit, type Visited } from "../support/browser.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const time = { now: Date.UTC(2026, 10, 22, 12) };
const local = useLocalGitHub({ now: () => new Date(time.now) });
const MANIFEST = {
  name: "Batcher",
  url: "https://example.com",
  hook_attributes: { url: "https://example.com/hooks" },
  redirect_url: "http://127.0.0.1:9/callback?kept=1",
  default_permissions: { contents: "read", checks: "write" },
  default_events: ["push"],
};

let names = 0;

/** The page that GitHub answers a manifest with. */
async function ask(
  change: Record<string, unknown> = {},
  owner = "",
  state = "s",
): Promise<Visited> {
  names += 1;
  const manifest = JSON.stringify({ ...MANIFEST, name: `Batcher ${names}`, ...change });
  return visit(`${local.url}${owner}/settings/apps/new?state=${state}`, {
    method: "POST",
    body: new URLSearchParams({ manifest }),
  });
}

/** Where the browser is sent after the last question. */
async function register(): Promise<URL> {
  const page = await ask();
  const form = new URLSearchParams({ as: "ada", name: `Batcher ${names}`, state: "s" });
  form.set("manifest", JSON.stringify(MANIFEST));
  const answer = await fetch(`${new URL(page.url).origin}/settings/apps`, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get("location") ?? "");
}

function convert(code: string | null): Promise<Response> {
  return fetch(`${local.apiUrl}/app-manifests/${code}/conversions`, { method: "POST" });
}

describe("a manifest", () => {
  it("becomes an App, and its code the credentials, once", async () => {
    createUser(local.github, "ada");
    const target = await register();
    expect(Object.fromEntries(target.searchParams)).toMatchObject({ kept: "1", state: "s" });
    const code = target.searchParams.get("code");
    const answer = await convert(code);
    expect(answer.status).toBe(201);
    const made = (await answer.json()) as Record<string, unknown>;
    const app = local.github.data.apps.find(({ id }) => id === made["id"]);
    expect(made).toMatchObject({
      name: app?.name,
      webhook_secret: app?.webhookSecret,
      permissions: { contents: "read", checks: "write", metadata: "read" },
      events: ["push"],
      pem: expect.stringContaining("PRIVATE KEY"),
      client_secret: expect.stringMatching(/^[\da-f]{40}$/),
    });
    expect((await convert(code)).status).toBe(404);
    expect(local.github.data.manifestCodes).toEqual([]);
  });

  it("has a code that lives an hour", async () => {
    const code = (await register()).searchParams.get("code");
    time.now += 3_601_000;
    expect((await convert(code)).status).toBe(404);
  });

  it.each([
    ["no address", { url: undefined }, "url is not a web address"],
    ["a hook without one", { hook_attributes: {} }, "hook_attributes.url is not a web address"],
    ["a wrong permission", { default_permissions: { checks: "all" } }, "neither read nor write"],
    ["events that are no list", { default_events: "push" }, "default_events is not a list"],
  ])("with %s is refused", async (_, change, text) => {
    expect(await ask(change)).toMatchObject({ status: 422, text: expect.stringContaining(text) });
  });

  it("that is no JSON is refused", async () => {
    const page = await visit(`${local.url}/settings/apps/new`);
    expect(page.text).toContain("Register an App");
    expect(await submit(page, { manifest: "{" })).toMatchObject({ status: 422 });
  });

  it("for an organisation is taken from its owners only", async () => {
    createUser(local.github, "mona");
    createOrganization(local.github, "globex", { admins: ["ada"], members: ["mona"] });
    const page = await ask({ redirect_url: undefined }, "/organizations/globex");
    expect(page.text).not.toContain("<option>mona");
    expect(await submit(page, { as: "mona" })).toMatchObject({ status: 422 });
    const done = await submit(page, { as: "ada" });
    expect(done.text).toContain("is registered");
    expect(local.github.data.apps.at(-1)?.ownerId).toBe(local.github.accountByLogin("globex")?.id);
    expect((await ask({}, "/organizations/nobody")).status).toBe(404);
  });
});
