import { beforeEach, describe, expect, it } from "@jest/globals";
import { revokeGrant, setLockedOut } from "../../src/local-github/logins.ts";
import { renameRepository, setPrivate } from "../../src/local-github/repositories.ts";
import {
  addRepositories,
  removeRepositories,
  suspend,
  unsuspend,
} from "../../src/local-github/seed-app.ts";
import { HIDDEN_NAME, PEOPLE, useLoginWorld } from "../support/login-world.ts";
import type { Browser, Got, PersonLogin } from "../support/login-world.ts";

const world = useLoginWorld();
const MINUTE = 60_000;
const LOGINS = Object.keys(PEOPLE) as PersonLogin[];

/** Pages of a repository. */
const PAGES = [
  "",
  "?days=90",
  "/numbers/release",
  "/numbers/release.csv",
  "/releases/v1.0.0",
  "/changelog",
  "/changelog.atom",
  "/changelog.json",
  "/badges",
  "/badges/release.svg",
  "/compare",
  "/compare?before=2026-08-01&now=2026-09-01&days=30",
  "/compare?before=nothing&now=",
  "/badges/cadence.json",
  "/act/hold?branch=main",
  "/act/publish?line=0123456789abcdef",
  "/act/rollback?tag=v1.0.0",
];

/** Addresses of the API about a repository. */
const API = [
  "report",
  "findings?days=60",
  "numbers/release?page=2",
  "comparison?before=2026-09-01/2026-10-01&now=2026-10-01/2026-11-01",
  "comparison",
  "releases",
];

/** Every way to ask for the private repository, and beside it the same for one that is not there. */
function ways(): readonly (readonly [string, string])[] {
  const { hidden } = world.github;
  return [
    [`/named/acme/${HIDDEN_NAME}`, "/named/acme/nothing-x"],
    [`/named/ACME/${HIDDEN_NAME.toUpperCase()}`, "/named/acme/nothing-x"],
    [`/id/${hidden.id}`, "/id/999999999"],
    [`/api/acme/${HIDDEN_NAME}`, "/api/acme/nothing-x"],
    ...API.map((end) => {
      const path = (name: string): string => `/api/v1/repositories/acme/${name}/${end}`;
      return [path(HIDDEN_NAME), path("nothing-x")] as const;
    }),
    ...PAGES.map((page) => [`/r/acme/${HIDDEN_NAME}${page}`, `/r/acme/nothing-x${page}`] as const),
  ];
}

/** All that a stranger could compare. */
function bytesOf({ status, headers, text }: Got): string {
  return JSON.stringify([
    status,
    [...headers].map(([name, value]) => `${name}: ${value}`).toSorted(),
    text,
  ]);
}

async function checkHidden(browser: Browser): Promise<void> {
  const { hidden, installation } = world.github;
  for (const [path, missing] of ways()) {
    const got = await browser.get(path);
    expect([path, got.status]).toEqual([path, 404]);
    expect(bytesOf(got)).toBe(bytesOf(await browser.get(missing)));
  }
  const installed = `/installations/${installation.id}`;
  const several = [installed, `${installed}/numbers/release`, `/i/${installation.id}`];
  const programs = ["/api/v1/repositories", `/api/v1${installed}/report`, "/api/v1/openapi.json"];
  for (const path of [...several, ...programs, "/", "/how", "/mine", "/who", "/login"]) {
    const got = await browser.get(path);
    expect(bytesOf(got)).not.toContain(HIDDEN_NAME);
    expect(got.text).not.toContain(String(hidden.id));
  }
}

async function checkShown(browser: Browser, permission: string): Promise<void> {
  const { hidden, installation } = world.github;
  const line = `acme/${HIDDEN_NAME} ${hidden.id} ${permission}`;
  expect((await browser.get(`/named/acme/${HIDDEN_NAME}`)).text).toBe(line);
  for (const path of [`/r/acme/${HIDDEN_NAME}`, `/installations/${installation.id}`, "/"]) {
    expect(await browser.get(path)).toMatchObject({
      status: 200,
      text: expect.stringContaining(HIDDEN_NAME),
    });
  }
  expect((await browser.get(`/id/${hidden.id}`)).text).toBe(line);
  expect((await browser.get("/mine")).text).toContain(line);
  expect((await browser.get(`/i/${installation.id}`)).text).toContain(line);
  const changelog = await browser.get(`/r/acme/${HIDDEN_NAME}/changelog`);
  expect(changelog).toMatchObject({ status: 200, text: expect.stringContaining(HIDDEN_NAME) });
  for (const path of ["repositories", `repositories/acme/${HIDDEN_NAME}/report`]) {
    const { status, text } = await browser.get(`/api/v1/${path}`);
    expect([path, status]).toEqual([path, 200]);
    expect(text).toContain(HIDDEN_NAME);
  }
  const { text } = await browser.get(`/api/acme/${HIDDEN_NAME}`);
  expect(JSON.parse(text)).toMatchObject({ name: HIDDEN_NAME, permission, sees: true });
}

async function browserOf(login: PersonLogin): Promise<Browser> {
  const browser = world.browser();
  expect(await browser.logIn(login)).toMatchObject({ status: 302 });
  return browser;
}

async function act(browser: Browser, id: number): Promise<Got> {
  const { text } = await browser.get("/token");
  return await browser.post(`/act/${id}`, { form_token: text });
}

/** Nobody has been asked about anything for five minutes. */
beforeEach(() => {
  world.time.now += 6 * MINUTE;
});

const ask = async (path: string, sent: Record<string, string> = {}) => {
  const answer = await fetch(`${world.serverUrl}${path}`, { headers: sent, redirect: "manual" });
  const headers = new Headers(answer.headers);
  headers.delete("date");
  return { status: answer.status, headers, text: await answer.text() };
};

describe("our server", () => {
  it("answers alike for what is hidden and what is missing, to people and programs", async () => {
    for (const accept of ["text/html,*/*;q=0.8", "application/json"]) {
      const [hidden, missing] = await Promise.all(
        [HIDDEN_NAME, "nothing-x"].map(async (name) => {
          const got = await ask(`/acme/${name}`, { accept });
          return bytesOf(got);
        }),
      );
      expect(hidden).toBe(missing);
      expect(hidden).toContain("There is nothing here");
    }
  });

  it("lets nothing run and nothing be sent elsewhere from its pages", async () => {
    const { headers } = await ask("/login/callback", { accept: "text/html" });
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("begins a login, and takes no form from elsewhere", async () => {
    const begun = await ask("/login?moved=1");
    expect(begun.headers.get("location")).toContain(`${world.local.url}/login/oauth/authorize?`);
    const posted = await fetch(`${world.serverUrl}/logout`, { method: "POST" });
    expect(posted.status).toBe(403);
  });
});

describe("somebody who is not logged in", () => {
  it("sees what GitHub shows to everybody, and nothing else", async () => {
    const browser = world.browser();
    const { open, installation } = world.github;
    const line = `acme/open ${open.id} read`;
    expect((await browser.get("/named/acme/open")).text).toBe(line);
    expect((await browser.get(`/id/${open.id}`)).text).toBe(line);
    expect((await browser.get(`/i/${installation.id}`)).text).toBe(line);
    await checkHidden(browser);
  });
});

describe("somebody who is logged in", () => {
  it.each(LOGINS.filter((login) => PEOPLE[login] !== "none"))(
    "sees what GitHub shows them, with their permission: %s",
    async (login) => {
      await checkShown(await browserOf(login), PEOPLE[login]);
    },
  );

  it.each(LOGINS.filter((login) => PEOPLE[login] === "none"))(
    "sees nothing of what GitHub hides from them: %s",
    async (login) => {
      const browser = await browserOf(login);
      await checkHidden(browser);
      expect((await browser.get("/mine")).text).toBe("");
      expect((await browser.get("/named/acme/open")).text).toMatch(/ read$/);
      const { hidden } = world.github;
      expect(bytesOf(await act(browser, hidden.id))).toBe(bytesOf(await act(browser, 999_999_999)));
    },
  );

  it("acts with what GitHub says now, and not five minutes ago", async () => {
    const browser = await browserOf("wilma");
    const { hidden } = world.github;
    expect((await act(browser, hidden.id)).text).toBe("write");
    hidden.collaborators[world.person("wilma").id] = "read";
    expect((await act(browser, hidden.id)).text).toBe("read");
    // And from then on everywhere.
    await checkShown(browser, "read");
    delete hidden.collaborators[world.person("wilma").id];
    expect((await act(browser, hidden.id)).status).toBe(404);
    await checkHidden(browser);
    hidden.collaborators[world.person("wilma").id] = "write";
  });

  it("is asked about again after five minutes, where nobody told", async () => {
    const browser = await browserOf("rita");
    const { hidden } = world.github;
    const rita = world.person("rita").id;
    await checkShown(browser, "read");
    delete hidden.collaborators[rita];
    await checkShown(browser, "read");
    world.time.now += 5 * MINUTE;
    await checkHidden(browser);
    hidden.collaborators[rita] = "read";
    world.time.now += MINUTE;
    await checkShown(browser, "read");
  });

  it("costs GitHub nothing while its answers are fresh", async () => {
    const browser = await browserOf("rita");
    await checkShown(browser, "read");
    const before = world.local.requests.length;
    await checkShown(browser, "read");
    expect(world.local.requests.slice(before)).toEqual([]);
  });

  it("follows a repository that was renamed, whether or not we heard of it", async () => {
    const browser = await browserOf("rita");
    const { hidden } = world.github;
    const fault = world.local.faults.deliveries({ drop: "lost" });
    renameRepository(world.local.github, hidden, "zanzibar-two", world.person("ada").id);
    await world.settle();
    expect((await browser.get("/named/acme/zanzibar-two")).text).toContain(`${hidden.id} read`);
    expect((await world.browser().get("/named/acme/zanzibar-two")).status).toBe(404);
    fault.remove();
    renameRepository(world.local.github, hidden, HIDDEN_NAME, world.person("ada").id);
    await world.settle();
    await checkShown(browser, "read");
  });
});

describe("what vanishes at once", () => {
  it("is a repository that was made private", async () => {
    const { open } = world.github;
    const [nobody, otto, rita] = [
      world.browser(),
      await browserOf("otto"),
      await browserOf("rita"),
    ];
    for (const browser of [nobody, otto]) {
      expect((await browser.get("/named/acme/open")).status).toBe(200);
    }
    setPrivate(world.local.github, open, true, world.person("ada").id);
    await world.settle();
    for (const browser of [nobody, otto]) {
      expect((await browser.get("/named/acme/open")).status).toBe(404);
      expect((await browser.get(`/id/${open.id}`)).status).toBe(404);
      expect((await browser.get(`/i/${world.github.installation.id}`)).status).toBe(404);
    }
    expect((await rita.get("/named/acme/open")).text).toBe(`acme/open ${open.id} read`);
    setPrivate(world.local.github, open, false, world.person("ada").id);
    await world.settle();
    expect((await nobody.get("/named/acme/open")).status).toBe(200);
  });

  it("is one that was made private when no webhook came, after five minutes", async () => {
    const { open } = world.github;
    const [nobody, otto] = [world.browser(), await browserOf("otto")];
    expect((await nobody.get("/named/acme/open")).status).toBe(200);
    expect((await otto.get("/named/acme/open")).status).toBe(200);
    const fault = world.local.faults.deliveries({ drop: "lost" });
    setPrivate(world.local.github, open, true, world.person("ada").id);
    await world.settle();
    world.time.now += 5 * MINUTE;
    for (const browser of [nobody, otto]) {
      expect((await browser.get("/named/acme/open")).status).toBe(404);
      expect((await browser.get(`/i/${world.github.installation.id}`)).status).toBe(404);
    }
    fault.remove();
    setPrivate(world.local.github, open, false, world.person("ada").id);
    await world.settle();
  });

  it("is one that was taken from the installation", async () => {
    const { hidden, installation } = world.github;
    const browser = await browserOf("ada");
    await checkShown(browser, "admin");
    removeRepositories(world.local.github, installation, [hidden]);
    await world.settle();
    await checkHidden(browser);
    addRepositories(world.local.github, installation, [hidden]);
    await world.settle();
    world.time.now += MINUTE;
    await checkShown(browser, "admin");
  });

  it("is all of an installation that was suspended", async () => {
    const browser = await browserOf("ada");
    await checkShown(browser, "admin");
    suspend(world.local.github, world.github.installation);
    await world.settle();
    await checkHidden(browser);
    expect((await browser.get("/named/acme/open")).status).toBe(404);
    unsuspend(world.local.github, world.github.installation);
    await world.settle();
    world.time.now += MINUTE;
    await checkShown(browser, "admin");
  });

  it("is everything of somebody who took back what they allowed", async () => {
    const browser = await browserOf("wilma");
    await checkShown(browser, "write");
    revokeGrant(world.local.github, world.github.app, world.person("wilma").id);
    await world.settle();
    expect(JSON.parse((await browser.get("/who")).text)).toMatchObject({ login: null });
    await checkHidden(browser);
  });

  it("is an organisation that wants single sign-on again, after five minutes", async () => {
    const browser = await browserOf("mona");
    await checkShown(browser, "maintain");
    const lock = { organizationId: world.github.acme.id, userId: world.person("mona").id };
    setLockedOut(world.local.github, lock, true);
    expect((await act(browser, world.github.hidden.id)).status).toBe(404);
    await checkHidden(browser);
    world.time.now += 5 * MINUTE;
    await checkHidden(browser);
    // What everybody sees, they see.
    expect((await browser.get("/named/acme/open")).text).toMatch(/ read$/);
    setLockedOut(world.local.github, lock, false);
    world.time.now += 5 * MINUTE;
    await checkShown(browser, "maintain");
  });
});

const who = async (browser: Browser) =>
  (JSON.parse((await browser.get("/who")).text) as { login: unknown }).login;

describe("a login", () => {
  it("is renewed after eight hours, once for all that look at the same time", async () => {
    const browser = await browserOf("rita");
    await checkShown(browser, "read");
    world.time.now += 8 * 60 * MINUTE;
    const count = () =>
      world.local.requests.filter(({ path }) => path.startsWith("/login/")).length;
    const before = count();
    const paths = ["/mine", `/named/acme/${HIDDEN_NAME}`, "/named/acme/a", "/named/acme/b"];
    const all = await Promise.all(paths.map((path) => browser.get(path)));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 404, 404]);
    expect(count()).toBe(before + 1);
    await checkShown(browser, "read");
  });

  it("is over when its token was revoked, and public pages are shown all the same", async () => {
    const browser = await browserOf("rita");
    const fault = world.local.faults.deliveries({ drop: "lost" });
    revokeGrant(world.local.github, world.github.app, world.person("rita").id);
    await world.settle();
    fault.remove();
    const answer = await browser.get("/named/acme/open?x=1");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/named/acme/open?x=1"]);
    expect([...browser.cookies.keys()]).toEqual([]);
    expect((await browser.get("/named/acme/open?x=1")).status).toBe(200);
    await checkHidden(browser);
  });

  it("is over where GitHub renews it no more", async () => {
    const browser = await browserOf("rita");
    const { github } = world.local;
    const rita = world.person("rita").id;
    for (const token of github.data.tokens) if (token.userId === rita) delete token.refresh;
    world.time.now += 8 * 60 * MINUTE;
    expect((await browser.get("/mine")).status).toBe(302);
    expect((await browser.get("/mine")).text).toBe("");
  });

  it("ends after 16 hours without a page, and after a week in any case", async () => {
    const [idle, busy] = [await browserOf("rita"), await browserOf("mona")];
    for (let hours = 0; hours < 7 * 24; hours += 12) {
      expect(await who(busy)).toBe("mona");
      world.time.now += 12 * 60 * MINUTE;
    }
    expect(await who(idle)).toBeNull();
    expect(await who(busy)).toBeNull();
  });

  it("is known to another process, and to none with another client secret", async () => {
    const browser = await browserOf("rita");
    world.restart();
    await checkShown(browser, "read");
    world.restart({ clientSecret: "another secret" });
    await checkHidden(browser);
    world.restart();
    await checkShown(browser, "read");
  });
});

describe("where GitHub cannot be asked", () => {
  it.each(["502", "reset", "403-secondary"] as const)(
    "nothing is shown, and it is said: %s",
    async (how) => {
      const [browser, nobody] = [await browserOf("rita"), world.browser()];
      const fault = world.local.faults.failRequest({
        match: { path: /^\/(repos|user|graphql|app)/ },
        when: "before",
        how,
        times: 1_000,
      });
      for (const path of [`/named/acme/${HIDDEN_NAME}`, "/named/acme/nothing-x", "/mine"]) {
        const got = await browser.get(path);
        expect([path, got.status]).toEqual([path, 503]);
        expect(got.text).toContain("GitHub cannot be asked right now");
        expect(got.text).not.toContain(HIDDEN_NAME);
        expect(got.headers.get("retry-after")).toBe("60");
      }
      expect((await nobody.get("/named/acme/open")).status).toBe(503);
      expect((await nobody.get(`/named/acme/${HIDDEN_NAME}`)).status).toBe(404);
      fault.remove();
      await checkShown(browser, "read");
      expect((await nobody.get("/named/acme/open")).status).toBe(200);
    },
  );
});

describe("the page after an installation", () => {
  it("shows each person what they see, and to nobody that there is more", async () => {
    const { installation } = world.github;
    const at = `/setup?installation_id=${installation.id}`;
    const shown = async (browser: Browser) => (await browser.get(at)).text;
    expect(await shown(await browserOf("rita"))).toContain(HIDDEN_NAME);
    for (const browser of [world.browser(), await browserOf("otto")]) {
      expect(await shown(browser)).toContain("acme/open");
      expect(await shown(browser)).not.toContain(HIDDEN_NAME);
    }
    setPrivate(world.local.github, world.github.open, true, world.person("ada").id);
    await world.settle();
    expect(await shown(world.browser())).not.toContain("acme");
    setPrivate(world.local.github, world.github.open, false, world.person("ada").id);
    await world.settle();
  });
});
