import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { revokeGrant, setLockedOut } from "../../src/local-github/logins.ts";
import { clientIdOf } from "../../src/local-github/render/app.ts";
import { createApp, install, suspend, unsuspend } from "../../src/local-github/seed-app.ts";
import {
  appUserToken,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { Account, App, Installation } from "../../src/local-github/world.ts";
import { submit, visit } from "../support/browser.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { Receiver } from "./platform-world.ts";

const time = { now: Date.UTC(2026, 10, 22, 12) };
const local = useLocalGitHub({ now: () => new Date(time.now) });
const BACK = "http://127.0.0.1:9/login/callback";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const receiver = new Receiver();
let app: App;
let other: App;
let acme: Account;
let installation: Installation;

beforeAll(async () => {
  const { github } = local;
  for (const login of ["ada", "rita", "mina", "otto"]) createUser(github, login);
  acme = createOrganization(github, "acme", { admins: ["ada"], members: ["mina"] });
  acme.baseRole = "none";
  const roles = { collaborators: { rita: "triage" } } as const;
  await createRepository(github, "acme", "open", roles);
  await createRepository(github, "acme", "secret", { private: true, ...roles });
  await createRepository(github, "acme", "vault", { private: true });
  await createRepository(github, "rita", "diary", { private: true });
  const webhookUrl = await receiver.listen();
  const made = await createApp(github, { slug: "batcher", webhookUrl, callbackUrls: [BACK] });
  app = made.app;
  other = (await createApp(github, { slug: "other" })).app;
  installation = install(github, app, "acme", { repositories: "all" });
});

afterAll(() => receiver.close());

function authorizeUrl(change: Record<string, string> = {}): string {
  const asked = {
    client_id: clientIdOf(app.id),
    redirect_uri: BACK,
    state: "s",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...change,
  };
  return `${local.url}/login/oauth/authorize?${new URLSearchParams(asked).toString()}`;
}

/** Where the browser is sent when somebody says yes. */
async function sayYes(login: string, change: Record<string, string> = {}): Promise<URL> {
  const page = await visit(authorizeUrl(change));
  expect(page.status).toBe(200);
  const target = await submit(page, { as: login }, { redirect: "manual" });
  expect(target.status).toBe(302);
  return new URL(target.headers.get("location") ?? "");
}

async function codeOf(login: string): Promise<string> {
  return (await sayYes(login)).searchParams.get("code") ?? "";
}

async function exchange(
  fields: Record<string, string>,
  form: "json" | "form" = "form",
): Promise<Record<string, unknown>> {
  const all = {
    client_id: clientIdOf(app.id),
    client_secret: app.clientSecret ?? "",
    code_verifier: VERIFIER,
    ...fields,
  };
  const answer = await fetch(`${local.url}/login/oauth/access_token`, {
    method: "POST",
    headers: {
      accept: "application/json",
      ...(form === "json" ? { "content-type": "application/json" } : {}),
    },
    body: form === "json" ? JSON.stringify(all) : new URLSearchParams(all),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

async function ask(token: string, path: string) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${local.apiUrl}${path}`, { headers });
  const body = (await answer.json()) as Record<string, never>;
  return { status: answer.status, sso: answer.headers.get("x-github-sso"), body };
}

async function give(what: "token" | "grant", token: string, secret = app.clientSecret) {
  const answer = await fetch(`${local.apiUrl}/applications/${clientIdOf(app.id)}/${what}`, {
    method: "DELETE",
    headers: { authorization: `Basic ${btoa(`${clientIdOf(app.id)}:${secret}`)}` },
    body: JSON.stringify({ access_token: token }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe("saying yes to an App", () => {
  it("sends the person back with a code and the state", async () => {
    const target = await sayYes("rita");
    expect(target.href).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/login\/callback\?code=[\da-f]{20}&state=s$/,
    );
  });

  it("names whom the App expects first, and may be refused", async () => {
    const page = await visit(authorizeUrl({ login: "rita" }));
    expect(/<option>(\w+)/.exec(page.text)?.[1]).toBe("rita");
    expect(page.text).toContain("login/callback?error=access_denied&amp;state=s");
  });

  it.each([
    ["another address", { redirect_uri: `${BACK}/x` }, "redirect_uri_mismatch"],
    ["a challenge in plain text", { code_challenge_method: "plain" }, "invalid_request"],
    ["a challenge that is none", { code_challenge: "short" }, "invalid_request"],
  ])("goes back to the registered address for %s", async (_what, change, error) => {
    const answer = await fetch(authorizeUrl(change), { redirect: "manual" });
    expect(answer.headers.get("location")).toBe(`${BACK}?error=${error}&state=s`);
  });

  it("is not there for an unknown App, or one without an address", async () => {
    expect((await visit(authorizeUrl({ client_id: "Iv1.0" }))).status).toBe(404);
    expect((await visit(authorizeUrl({ client_id: clientIdOf(other.id) }))).status).toBe(404);
  });
});

describe("a code", () => {
  it.each(["form", "json"] as const)("is exchanged for a token once, as %s", async (form) => {
    const code = await codeOf("rita");
    const got = await exchange({ code, redirect_uri: BACK }, form);
    expect(got).toEqual({
      access_token: expect.stringMatching(/^ghu_[\da-f]{36}$/),
      expires_in: 28_800,
      refresh_token: expect.stringMatching(/^ghr_[\da-f]{76}$/),
      refresh_token_expires_in: 15_897_600,
      token_type: "bearer",
      scope: "",
    });
    expect((await ask(String(got["access_token"]), "/user")).body).toMatchObject({ login: "rita" });
    expect((await exchange({ code }))["error"]).toBe("bad_verification_code");
  });

  it("is answered as a form to who does not ask for JSON", async () => {
    const answer = await fetch(`${local.url}/login/oauth/access_token`, { method: "POST" });
    expect(await answer.text()).toMatch(/^error=incorrect_client_credentials&error_description=/);
  });

  it.each([
    ["another secret", { client_secret: "x" }, "incorrect_client_credentials"],
    ["another App", { client_id: "Iv1.0" }, "incorrect_client_credentials"],
    ["another address", { redirect_uri: "http://127.0.0.1:9/" }, "redirect_uri_mismatch"],
    ["another verifier", { code_verifier: "w".repeat(43) }, "bad_verification_code"],
    ["no verifier", { code_verifier: "" }, "bad_verification_code"],
    ["a grant that GitHub has not", { grant_type: "password" }, "unsupported_grant_type"],
  ])("is refused with %s", async (_what, change, error) => {
    const code = await codeOf("rita");
    expect(await exchange({ code, ...change })).toMatchObject({ error });
  });

  it("ends after ten minutes", async () => {
    const code = await codeOf("rita");
    time.now += 10 * 60_000 + 1;
    expect((await exchange({ code }))["error"]).toBe("bad_verification_code");
  });
});

describe("a token that an App got for a person", () => {
  it("ends after eight hours, and is followed by another one", async () => {
    const got = await exchange({ code: await codeOf("rita") });
    time.now += 28_800_000;
    expect((await ask(String(got["access_token"]), "/user")).status).toBe(401);
    const refresh = { grant_type: "refresh_token", refresh_token: String(got["refresh_token"]) };
    const next = await exchange(refresh);
    expect((await ask(String(next["access_token"]), "/user")).status).toBe(200);
    expect((await exchange(refresh))["error"]).toBe("bad_refresh_token");
    time.now += 15_897_600_000;
    const late = { ...refresh, refresh_token: String(next["refresh_token"]) };
    expect((await exchange(late))["error"]).toBe("bad_refresh_token");
  });

  it("is given back by the App, which proves itself", async () => {
    const { github } = local;
    const [first, second] = [appUserToken(github, app, "rita"), appUserToken(github, app, "rita")];
    expect(await give("token", first, "wrong")).toBe(401);
    expect(await give("token", "ghu_nothing")).toBe(404);
    expect(await give("token", first)).toBe(204);
    expect((await ask(first, "/user")).status).toBe(401);
    expect((await ask(second, "/user")).status).toBe(200);
    expect(await give("grant", second)).toBe(204);
    expect((await ask(second, "/user")).status).toBe(401);
  });

  it("ends when the person takes back what they allowed, and the App hears of it", async () => {
    const token = appUserToken(local.github, app, "otto");
    const otto = local.github.accountByLogin("otto");
    revokeGrant(local.github, app, otto?.id ?? 0);
    await local.webhooks.idle();
    expect((await ask(token, "/user")).status).toBe(401);
    expect(receiver.received.at(-1)).toMatchObject({
      event: "github_app_authorization",
      payload: { action: "revoked", sender: { login: "otto" } },
    });
  });
});

const shown = async (login: string): Promise<unknown> => {
  const token = appUserToken(local.github, app, login);
  const { body } = await ask(token, "/user/installations");
  const installations = body["installations"] as unknown as { id: number }[];
  const lists = installations.map(async ({ id }) => {
    const list = await ask(token, `/user/installations/${id}/repositories`);
    return (list.body["repositories"] as unknown as { name: string }[]).map(({ name }) => name);
  });
  return Promise.all(lists);
};
const look = async (login: string, name: string) =>
  (await ask(appUserToken(local.github, app, login), `/repos/${name}`)).status;

const read = async (login: string, name: string) => {
  const headers = { authorization: `Bearer ${appUserToken(local.github, app, login)}` };
  const query = `query { repository(owner: "acme", name: "${name}") { name } }`;
  const sent = { method: "POST", headers, body: JSON.stringify({ query }) };
  return ((await (await fetch(local.graphqlUrl, sent)).json()) as { data: unknown }).data;
};

const post = async (login: string, path: string, body: object) => {
  const headers = { authorization: `Bearer ${appUserToken(local.github, app, login)}` };
  const sent = { method: "POST", headers, body: JSON.stringify(body) };
  return (await fetch(`${local.apiUrl}/repos/${path}`, sent)).status;
};

/** An issue and a comment on it. */
const say = async (token: string) => {
  const sent = { method: "POST", headers: { authorization: `Bearer ${token}` } };
  const issues = `${local.apiUrl}/repos/acme/open/issues`;
  const issue = await fetch(issues, { ...sent, body: JSON.stringify({ title: "One" }) });
  const { number, ...made } = (await issue.json()) as Record<string, unknown>;
  const comments = `${issues}/${String(number)}/comments`;
  const comment = await fetch(comments, { ...sent, body: JSON.stringify({ body: "Two" }) });
  return [made, (await comment.json()) as object];
};

describe("what such a token shows", () => {
  it.each([
    ["ada", [["open", "secret", "vault"]]],
    ["rita", [["open", "secret"]]],
    // A member to whom the organisation gives nothing.
    ["mina", []],
    ["otto", []],
  ])("to %s is what the App and the person reach", async (login, lists) => {
    expect(await shown(login)).toEqual(lists);
  });

  it.each([
    ["ada", "acme/vault", 200],
    ["rita", "acme/secret", 200],
    ["rita", "acme/vault", 404],
    // Hers, but the App is not there.
    ["rita", "rita/diary", 404],
    ["mina", "acme/secret", 404],
    ["otto", "acme/secret", 404],
    ["otto", "acme/open", 200],
    ["otto", "acme/nothing", 404],
  ])("to %s of %s is answered with %i", async (login, name, status) => {
    expect(await look(login, name)).toBe(status);
  });

  it("is the same in GraphQL", async () => {
    expect(await read("rita", "secret")).toEqual({ repository: { name: "secret" } });
    expect(await read("rita", "vault")).toEqual({ repository: null });
  });

  it("names the person's permissions", async () => {
    const token = appUserToken(local.github, app, "rita");
    const permissions = { admin: false, maintain: false, push: false, triage: true, pull: true };
    expect((await ask(token, "/repos/acme/secret")).body).toMatchObject({ permissions });
  });

  it("is not written to with less than both may", async () => {
    expect(await post("rita", "acme/secret/issues", { title: "Yes" })).toBe(201);
    expect(await post("rita", "acme/secret/releases", { tag_name: "v1" })).toBe(403);
    expect(await post("rita", "rita/diary/issues", { title: "No" })).toBe(404);
  });

  it("is nothing of a suspended installation", async () => {
    suspend(local.github, installation);
    expect(await look("ada", "acme/vault")).toBe(403);
    expect(await look("ada", "acme/open")).toBe(200);
    const token = appUserToken(local.github, app, "ada");
    const list = await ask(token, `/user/installations/${installation.id}/repositories`);
    expect(list.status).toBe(403);
    unsuspend(local.github, installation);
    expect(await look("ada", "acme/vault")).toBe(200);
  });

  it("is nothing of an organisation that wants single sign-on first", async () => {
    const rita = local.github.accountByLogin("rita");
    const lock = { organizationId: acme.id, userId: rita?.id ?? 0 };
    setLockedOut(local.github, lock, true);
    const token = appUserToken(local.github, app, "rita");
    const locked = await ask(token, "/repos/acme/secret");
    expect(locked).toMatchObject({
      status: 403,
      sso: expect.stringMatching(/^required; url=http/),
    });
    expect(await ask(token, "/user/installations")).toMatchObject({
      body: { total_count: 0, installations: [] },
      sso: `partial-results; organizations=${acme.id}`,
    });
    const path = `/user/installations/${installation.id}/repositories`;
    expect((await ask(token, path)).status).toBe(404);
    setLockedOut(local.github, lock, false);
    expect((await ask(token, "/repos/acme/secret")).status).toBe(200);
  });

  it("names the App in what it says for somebody, and the person as the author", async () => {
    const user = { login: "rita", type: "User" };
    for (const said of await say(appUserToken(local.github, app, "rita"))) {
      expect(said).toMatchObject({ user, performed_via_github_app: { id: app.id } });
    }
    for (const said of await say(userToken(local.github, "rita"))) {
      expect(said).toMatchObject({ user, performed_via_github_app: null });
    }
  });

  it("is not what a token of the person's own is asked for", async () => {
    const answer = await ask(userToken(local.github, "ada"), "/user/installations");
    expect(answer).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/^You must authenticate with an access token/) },
    });
  });
});
