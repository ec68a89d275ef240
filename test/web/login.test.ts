import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { loginPath, readReturnTo } from "../../src/web/login-paths.ts";
import { HIDDEN_NAME, OWN_URL, sayYes, useLoginWorld } from "../support/login-world.ts";
import type { Browser } from "../support/login-world.ts";

const world = useLoginWorld();
const SESSION = "__Host-smallbatch";
const ATTEMPT = "__Host-smallbatch-login";

beforeEach(() => {
  world.time.now += 60_000;
});

async function who(browser: Browser): Promise<unknown> {
  return (JSON.parse((await browser.get("/who")).text) as { login: unknown }).login;
}

/** The address of GitHub's page that a browser is sent to. */
async function begin(browser: Browser, path = "/login"): Promise<URL> {
  const begun = await browser.get(path);
  expect(begun.status).toBe(302);
  return new URL(begun.headers.get("location") ?? "");
}

async function comeBack(browser: Browser, url: URL) {
  return await browser.get(`${url.pathname}${url.search}`);
}

function sessions(): Promise<Record<string, unknown>[]> {
  return world.test.query("select * from smallbatch.web_session");
}

describe("logging in", () => {
  it("leads to GitHub with a state, a challenge and our exact address, and back to the page", async () => {
    const browser = world.browser();
    const asked = await begin(browser, "/login?return_to=%2Fr%2Facme%2Fopen%3Fx%3D1");
    expect(asked.origin + asked.pathname).toBe(`${world.local.url}/login/oauth/authorize`);
    const query = Object.fromEntries(asked.searchParams);
    expect(query).toEqual({
      client_id: expect.stringMatching(/^Iv1\./),
      redirect_uri: `${OWN_URL}/login/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    const back = await comeBack(browser, await sayYes(asked.href, "rita"));
    expect([back.status, back.headers.get("location")]).toEqual([302, "/r/acme/open?x=1"]);
    expect(await who(browser)).toBe("rita");
  });

  it("sets cookies that no script, no other host and no plain http gets", async () => {
    const browser = world.browser();
    const begun = await browser.get("/login");
    const attributes = "Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax";
    const [attempt = "", ...others] = begun.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(attempt).toMatch(new RegExp(`^${ATTEMPT}=[\\w-]+; ${attributes}$`));
    const target = await sayYes(begun.headers.get("location") ?? "", "rita");
    const back = await comeBack(browser, target);
    const set = back.headers.getSetCookie();
    expect(set).toHaveLength(2);
    expect(set[0]).toMatch(new RegExp(`^${ATTEMPT}=; Max-Age=0; Path=/;`));
    expect(set[1]).toMatch(
      new RegExp(`^${SESSION}=[\\w-]{43}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax$`),
    );
  });

  it("gives the browser no token of GitHub's, and keeps none that the database could open", async () => {
    const browser = world.browser();
    await browser.logIn("rita");
    const id = browser.cookies.get(SESSION) ?? "";
    const tokens = world.local.github.data.tokens.flatMap(({ token, refresh }) => [
      token,
      refresh?.token ?? token,
    ]);
    const kept = await sessions();
    expect(
      kept.some(({ id_hash: hash }) =>
        createHash("sha256")
          .update(id)
          .digest()
          .equals(hash as Buffer),
      ),
    ).toBe(true);
    const bytes = JSON.stringify(
      kept.map((row) =>
        Object.values(row).map((value) =>
          Buffer.isBuffer(value) ? value.toString("latin1") : String(value),
        ),
      ),
    );
    const seen = [
      bytes,
      ...world.logged,
      ...browser.cookies.values(),
      (await browser.get("/mine")).text,
    ];
    for (const secret of [...tokens, world.github.app.clientSecret ?? "?"]) {
      expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    }
    expect(bytes).not.toContain(id);
    expect(world.logged.filter((line) => line.includes(id))).toEqual([]);
  });

  it("never goes on with the session that a browser had before", async () => {
    const browser = world.browser();
    browser.cookies.set(SESSION, "planted");
    await browser.logIn("rita");
    const first = browser.cookies.get(SESSION);
    expect(first).not.toBe("planted");
    await browser.logIn("mona");
    expect(await who(browser)).toBe("mona");
    const [thief, planted] = [world.browser(), world.browser()];
    thief.cookies.set(SESSION, first ?? "");
    planted.cookies.set(SESSION, "planted");
    expect([await who(thief), await who(planted)]).toEqual([null, null]);
  });

  it("keeps at most 20 sessions of one person", async () => {
    const first = world.browser();
    await first.logIn("tristan");
    for (let more = 0; more < 20; more += 1) {
      world.time.now += 1_000;
      await world.browser().logIn("tristan");
    }
    expect(await who(first)).toBeNull();
    const own = (await sessions()).filter(({ login }) => login === "tristan");
    expect(own).toHaveLength(20);
  });

  it("moves to the one name of this server first, once", async () => {
    const browser = world.browser();
    const other = { host: "127.0.0.1:3000" };
    const moved = await browser.get("/login?return_to=/mine", other);
    const target = moved.headers.get("location") ?? "";
    expect(target).toBe(`${OWN_URL}/login?return_to=%2Fmine&moved=1`);
    expect(browser.cookies.size).toBe(0);
    const { pathname, search } = new URL(target);
    const begun = await browser.get(`${pathname}${search}`, other);
    expect(begun.headers.get("location")).toContain("/login/oauth/authorize?");
  });
});

describe("an attacker", () => {
  it("cannot log somebody in as somebody else", async () => {
    const attacker = world.browser();
    const theirs = await sayYes((await begin(attacker)).href, "otto");
    // The victim opens the attacker's link, with no login begun, and with one of their own.
    const victim = world.browser();
    expect((await comeBack(victim, theirs)).status).toBe(400);
    await begin(victim);
    expect((await comeBack(victim, theirs)).status).toBe(400);
    expect(victim.cookies.has(SESSION)).toBe(false);
    // Nor with their own code and another state, or none.
    const own = await sayYes((await begin(victim)).href, "rita");
    for (const state of [theirs.searchParams.get("state") ?? "", ""]) {
      const forged = new URL(own);
      forged.searchParams.set("state", state);
      const refused = await comeBack(victim, forged);
      expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("not begun in") });
    }
    // Nor with the attacker's code beside their own state.
    const mixed = new URL(theirs);
    const begun = await begin(victim);
    mixed.searchParams.set("state", begun.searchParams.get("state") ?? "");
    expect((await comeBack(victim, mixed)).text).toContain("GitHub did not take what it gave us");
    expect(await who(victim)).toBeNull();
  });

  it("cannot use a code twice, or a login that was begun long ago", async () => {
    const browser = world.browser();
    const target = await sayYes((await begin(browser)).href, "rita");
    const attempt = browser.cookies.get(ATTEMPT) ?? "";
    expect((await comeBack(browser, target)).status).toBe(302);
    browser.cookies.set(ATTEMPT, attempt);
    expect((await comeBack(browser, target)).status).toBe(400);
    const late = world.browser();
    const url = await sayYes((await begin(late)).href, "rita");
    world.time.now += 10 * 60_000;
    expect((await comeBack(late, url)).status).toBe(400);
    expect(await who(late)).toBeNull();
  });

  it.each([
    ["changed", (text: string) => `${text.slice(0, -2)}${text.endsWith("AA") ? "BB" : "AA"}`],
    ["cut", (text: string) => text.slice(0, 20)],
    ["rubbish", () => "%00{}"],
    ["empty", () => ""],
  ])("cannot forge the cookie of a login: %s", async (_how, change) => {
    const browser = world.browser();
    const target = await sayYes((await begin(browser)).href, "rita");
    browser.cookies.set(ATTEMPT, change(browser.cookies.get(ATTEMPT) ?? ""));
    expect((await comeBack(browser, target)).status).toBe(400);
    expect(browser.cookies.has(SESSION)).toBe(false);
  });

  it.each([
    ["https://evil.example.com/x"],
    ["//evil.example.com"],
    ["/\\evil.example.com"],
    ["\\/evil.example.com"],
    ["/\t/evil.example.com"],
    ["/.//evil.example.com"],
    ["/x/..//evil.example.com"],
    ["javascript:alert(1)"],
    ["/login?return_to=/x"],
    ["/x/../login"],
    ["/logout"],
    [`/${"x".repeat(500)}`],
    ["/ok\r\nset-cookie: a=b"],
    [""],
  ])("cannot lead somebody away after the login: %j", (target) => {
    expect(readReturnTo(target)).toBe("/");
    expect(loginPath(target)).toBe("/login");
  });

  it.each([
    ["no origin", { origin: "" }],
    ["another origin", { origin: "https://evil.example.com" }],
    ["an origin that begins alike", { origin: `${OWN_URL}.evil.example.com` }],
    ["plain http", { origin: OWN_URL.replace("https", "http") }],
    ["a sandboxed frame", { origin: "null" }],
    ["another site, by the browser's own word", { "sec-fetch-site": "cross-site" }],
    ["a sibling host", { "sec-fetch-site": "same-site" }],
    ["JSON", { "content-type": "application/json" }],
    ["plain text", { "content-type": "text/plain" }],
  ])("cannot act for somebody who opens a page of theirs: %s", async (_how, headers) => {
    const browser = world.browser();
    await browser.logIn("wilma");
    const { text } = await browser.get("/token");
    const path = `/act/${world.github.hidden.id}`;
    const refused = await browser.post(path, { form_token: text }, headers);
    expect([403, 415]).toContain(refused.status);
    expect(refused.text).toContain("Nothing was done");
    expect((await browser.post(path, { form_token: text })).text).toBe("write");
  });

  it("cannot act without what the form carries, or with another session's", async () => {
    const [browser, other] = [world.browser(), world.browser()];
    await browser.logIn("wilma");
    await other.logIn("otto");
    const path = `/act/${world.github.hidden.id}`;
    const foreign = (await other.get("/token")).text;
    const own = (await browser.get("/token")).text;
    for (const fields of [
      {},
      { form_token: "" },
      { form_token: foreign },
      { form_token: `${own}x` },
    ]) {
      expect((await browser.post(path, fields as Record<string, string>)).status).toBe(403);
      expect((await browser.post("/logout", fields as Record<string, string>)).status).toBe(403);
    }
    expect((await browser.post(path, { form_token: own, more: "x".repeat(70_000) })).status).toBe(
      413,
    );
    expect(await who(browser)).toBe("wilma");
    expect((await world.browser().post(path, { form_token: own })).status).toBe(403);
  });

  it("cannot make us ask GitHub without end", async () => {
    const browser = world.browser();
    const statuses: number[] = [];
    for (let tries = 0; tries < 70; tries += 1) statuses.push((await browser.get("/login")).status);
    expect(statuses.slice(0, 60).every((status) => status === 302)).toBe(true);
    const last = await browser.get("/login");
    expect([last.status, last.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await browser.get("/login/callback?code=x&state=y")).status).toBe(429);
    world.time.now += 60_000;
    expect((await browser.get("/login")).status).toBe(302);
  });
});

describe("GitHub's no", () => {
  it("is said, and leaves nobody logged in", async () => {
    const browser = world.browser();
    const state = (await begin(browser)).searchParams.get("state") ?? "";
    const answer = await browser.get(`/login/callback?error=access_denied&state=${state}`);
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("You said no") });
    expect(await who(browser)).toBeNull();
  });

  it("is no bug where GitHub does not answer, and says nothing of code and secret", async () => {
    const browser = world.browser();
    const target = await sayYes((await begin(browser)).href, "rita");
    const match = { path: "/login/oauth/access_token" };
    const fault = world.local.faults.failRequest({ match, when: "before", how: "502" });
    const answer = await comeBack(browser, target);
    expect(answer).toMatchObject({
      status: 503,
      text: expect.stringContaining("GitHub cannot be"),
    });
    expect(fault.fired).toBe(1);
    expect(await who(browser)).toBeNull();
  });
});

const tokenCount = (login: "rita") => {
  const { id } = world.person(login);
  return world.local.github.data.tokens.filter(({ userId }) => userId === id).length;
};

describe("logging out", () => {
  it("ends the session here and at GitHub", async () => {
    const browser = world.browser();
    await browser.logIn("rita");
    const before = tokenCount("rita");
    const id = browser.cookies.get(SESSION) ?? "";
    const token = (await browser.get("/token")).text;
    const out = await browser.post("/logout", { form_token: token });
    expect(out).toMatchObject({ status: 200, text: expect.stringContaining("was given back") });
    expect(out.headers.get("clear-site-data")).toBe('"cache"');
    expect([...browser.cookies.keys()]).toEqual([]);
    expect(tokenCount("rita")).toBe(before - 1);
    browser.cookies.set(SESSION, id);
    expect(await who(browser)).toBeNull();
    expect((await browser.get(`/r/acme/${HIDDEN_NAME}`)).status).toBe(404);
  });

  it("ends it in every browser of the person, on request", async () => {
    const [first, second, other] = [world.browser(), world.browser(), world.browser()];
    await first.logIn("rita");
    await second.logIn("rita");
    await other.logIn("mona");
    expect((await world.browser().get("/account")).status).toBe(403);
    const page = await first.get("/account");
    expect(page.text).toContain("rita");
    const token = /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const out = await first.post("/logout", { form_token: token, everywhere: "yes" });
    expect(out.status).toBe(200);
    expect([await who(first), await who(second), await who(other)]).toEqual([null, null, "mona"]);
  });

  it("ends it here also where GitHub cannot be told", async () => {
    const browser = world.browser();
    await browser.logIn("rita");
    const match = { path: /^\/applications\// };
    const fault = world.local.faults.failRequest({ match, when: "before", how: "502" });
    const token = (await browser.get("/token")).text;
    const out = await browser.post("/logout", { form_token: token });
    expect(out.text).toContain("could not be told at once");
    expect(fault.fired).toBe(1);
    expect(await who(browser)).toBeNull();
    expect(world.logged.at(-1)).toContain("was not told that somebody logged out");
  });
});
