import { beforeAll, describe, expect, it } from "@jest/globals";
import { openUserClient } from "../../src/github/user-client.ts";
import { openUserLogin } from "../../src/github/user-login.ts";
import { openNobody } from "../../src/github/user-visibility.ts";
import { setLockedOut } from "../../src/local-github/logins.ts";
import { clientIdOf } from "../../src/local-github/render/app.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import {
  appUserToken,
  createOrganization,
  createRepository,
  createUser,
} from "../../src/local-github/seed.ts";
import type { App } from "../../src/local-github/world.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const local = useLocalGitHub();
const now = () => Date.now();
const userAgent = "smallbatch/test";
let app: App;

beforeAll(async () => {
  const { github } = local;
  for (const name of ["ada", "rita"]) createUser(github, name);
  createOrganization(github, "acme", { admins: ["ada"] });
  createOrganization(github, "other", { admins: ["rita"] });
  for (let number = 0; number < 105; number += 1) {
    const name = `widgets-${String(number).padStart(3, "0")}`;
    const collaborators = number === 3 ? ({ rita: "maintain" } as const) : {};
    await createRepository(github, "acme", name, { private: true, collaborators });
  }
  await createRepository(github, "other", "gadgets");
  app = (await createApp(github, { slug: "smallbatch" })).app;
  install(github, app, "acme", { repositories: "all" });
  install(github, app, "other", { repositories: "all" });
}, 60_000);

function client() {
  const { apiUrl, graphqlUrl } = local;
  return openUserClient({ apiUrl, graphqlUrl, userAgent, clock: { now } });
}

function login(clientSecret = app.clientSecret ?? "") {
  const { url: serverUrl, apiUrl } = local;
  const clientId = clientIdOf(app.id);
  return openUserLogin({ clientId, clientSecret, serverUrl, apiUrl, userAgent, now });
}

describe("GitHub in a person's name", () => {
  it("lists every page of every installation, with what they may do", async () => {
    const all = await client().listRepositories(appUserToken(local.github, app, "ada"));
    expect(all).toHaveLength(105);
    expect(new Set(Array.isArray(all) ? all.map(({ permission }) => permission) : [])).toEqual(
      new Set(["admin"]),
    );
    const some = await client().listRepositories(appUserToken(local.github, app, "rita"));
    const id = (name: string) =>
      local.github.findRepository(...(name.split("/") as [string, string]))?.repository.id;
    expect(some).toEqual([
      { id: id("acme/widgets-003"), permission: "maintain" },
      { id: id("other/gadgets"), permission: "admin" },
    ]);
  });

  it("leaves out an organisation behind a sign-on, and shows the others", async () => {
    const { github } = local;
    const of = (name: string) => github.accountByLogin(name)?.id ?? 0;
    const lock = { organizationId: of("acme"), userId: of("rita") };
    setLockedOut(github, lock, true);
    const token = appUserToken(github, app, "rita");
    expect(await client().listRepositories(token)).toHaveLength(1);
    expect(await client().findRepository(token, "acme", "widgets-003")).toBeNull();
    setLockedOut(github, lock, false);
    expect(await client().findRepository(token, "ACME", "Widgets-003")).toMatchObject({
      permission: "maintain",
    });
  });

  it("says no where GitHub does, and that a token has ended", async () => {
    const token = appUserToken(local.github, app, "rita");
    const asked = client();
    expect(await asked.findRepository(token, "acme", "widgets-004")).toBeNull();
    expect(await asked.findRepository(token, "acme", "a/../../../user")).toBeNull();
    expect(await asked.readPerson(token)).toEqual({
      id: local.github.accountByLogin("rita")?.id,
      login: "rita",
    });
    await login().revoke(token);
    await login().revoke(token);
    expect(await asked.findRepository(token, "acme", "widgets-003")).toBe("ended");
    expect(await asked.listRepositories(token)).toBe("ended");
    expect(await asked.readPerson(token)).toBe("ended");
  });

  it("throws where GitHub does not answer or asks to wait: that is no no", async () => {
    const token = appUserToken(local.github, app, "rita");
    for (const [how, code] of [
      ["502", "github/unavailable"],
      ["403-secondary", "github/rate-limited"],
    ] as const) {
      const match = { path: /widgets-003$/ };
      local.faults.failRequest({ match, when: "before", how });
      const asked = client().findRepository(token, "acme", "widgets-003");
      await expect(asked).rejects.toMatchObject({ code });
    }
  });
});

describe("an exchange", () => {
  const given = { code: "x", verifier: "y", redirectUri: "http://127.0.0.1:9/" };

  it("is null where GitHub does not take the code or the refresh token", async () => {
    expect(await login().exchange(given)).toBeNull();
    expect(await login().renew("ghr_nothing")).toBeNull();
  });

  it("throws for wrong settings, and says neither code nor secret", async () => {
    const wrong = login("hunter2hunter2hunter2");
    const code = "github/rejected";
    const error: unknown = await wrong.exchange(given).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain("incorrect_client_credentials");
    expect(String(error)).not.toContain("hunter2");
    await expect(wrong.revoke("ghu_x")).rejects.toMatchObject({ code: "github/unauthorized" });
  });

  it("throws where no answer comes", async () => {
    const match = { path: "/login/oauth/access_token" };
    for (const how of ["502", "reset"] as const) {
      local.faults.failRequest({ match, when: "before", how });
      await expect(login().exchange(given)).rejects.toMatchObject({ code: "github/unavailable" });
    }
  });
});

const ask = (serverUrl: string) =>
  openNobody({ serverUrl, apiUrl: local.apiUrl, userAgent, now })({
    owner: "other",
    name: "gadgets",
  });

describe("what a GitHub shows to nobody", () => {
  it("is everything public on github.com, and nothing on a tenant of ghe.com", async () => {
    expect(await ask("https://github.com")).toBe(true);
    expect(await ask("https://octo.ghe.com")).toBe(false);
  });

  it("is asked of an Enterprise Server, which may be in private mode", async () => {
    expect(await ask(local.url)).toBe(true);
    const nothing = { owner: "other", name: "nothing" };
    const nobody = openNobody({ serverUrl: local.url, apiUrl: local.apiUrl, userAgent, now });
    expect(await nobody(nothing)).toBe(false);
    local.faults.failRequest({ match: { path: /gadgets$/ }, when: "before", how: "502" });
    await expect(ask(local.url)).rejects.toMatchObject({ code: "github/unavailable" });
  });
});
