import { createSign } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { createInstallationToken } from "../../src/local-github/installations.ts";
import { suspend } from "../../src/local-github/seed-app.ts";
import { createOrganization, createUser, userToken } from "../../src/local-github/seed.ts";
import type { RepositoryRole } from "../../src/local-github/world.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld, type Send } from "./platform-world.ts";
import { openPull } from "./pull-steps.ts";

const START = Date.parse("2026-03-01T12:00:00Z");
const MINUTE_MS = 60_000;
const clock = { now: START };
const local = useLocalGitHub({ now: () => new Date(clock.now) });
let world: PlatformWorld;
let count = 0;

beforeEach(async () => {
  clock.now = START;
  world = await buildPlatform(local);
});

/** A new person with a role; null has none. */
function personWith(role: RepositoryRole | null): Send {
  count += 1;
  const account = createUser(local.github, `person-${count}`);
  if (role !== null) world.repository.collaborators[account.id] = role;
  return world.withToken(userToken(local.github, account.login));
}

const now = () => Math.floor(clock.now / 1_000);

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = (claims: object, key = world.privateKeyPem) => {
  const unsigned = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(key, "base64url")}`;
};

describe("people", () => {
  const ATTEMPTS = {
    read: (send: Send) => send("GET", "{repo}/git/ref/heads/main"),
    comment: (send: Send, number: number) =>
      send("POST", `{repo}/issues/${number}/comments`, { body: "hello" }),
    label: (send: Send, number: number) =>
      send("POST", `{repo}/issues/${number}/labels`, { labels: ["bug"] }),
    tag: (send: Send) =>
      send("POST", "{repo}/git/refs", { ref: "refs/tags/v1.0.0", sha: world.head }),
    release: (send: Send) => send("POST", "{repo}/releases", { tag_name: "v2.0.0" }),
    merge: (send: Send, number: number) => send("PUT", `{repo}/pulls/${number}/merge`, {}),
    administer: (send: Send) => send("PATCH", "{repo}", { description: "mine" }),
  };
  const MAY: [RepositoryRole | null, (keyof typeof ATTEMPTS)[]][] = [
    ["admin", ["read", "comment", "label", "tag", "release", "merge", "administer"]],
    ["maintain", ["read", "comment", "label", "tag", "release", "merge"]],
    ["write", ["read", "comment", "label", "tag", "release", "merge"]],
    ["triage", ["read", "comment", "label"]],
    ["read", ["read", "comment"]],
    [null, ["read", "comment"]],
  ];

  it.each(MAY)(
    "with the role %s on a public repository may do no more than that",
    async (role, may) => {
      const pull = await openPull(local, world, {
        branch: "work",
        commits: [{ message: "a", files: { "a.txt": "a" } }],
      });
      const send = personWith(role);
      for (const [name, attempt] of Object.entries(ATTEMPTS)) {
        const { status } = await attempt(send, pull.number);
        const expected = may.includes(name as keyof typeof ATTEMPTS) ? [200, 201] : [403, 404];
        expect([name, expected.includes(status)]).toEqual([name, true]);
      }
    },
  );

  it("without a role see nothing of a private repository", async () => {
    world.repository.private = true;
    for (const send of [personWith(null), world.as("nobody")]) {
      for (const path of ["{repo}", "{repo}/pulls", "{repo}/git/ref/heads/main", "{repo}/issues"]) {
        expect((await send("GET", path)).status).toBe(404);
      }
      expect((await send("POST", "{repo}/issues", { title: "x" })).status).toBe(404);
    }
    expect((await personWith("read")("GET", "{repo}")).status).toBe(200);
  });

  it("without a token read what is public and write nothing", async () => {
    expect((await world.as("nobody")("GET", "{repo}")).status).toBe(200);
    expect((await world.as("nobody")("POST", "{repo}/issues", { title: "x" })).status).toBe(401);
  });

  it.each([
    ["admin", "admin", "admin"],
    ["maintain", "write", "maintain"],
    ["write", "write", "write"],
    ["triage", "read", "triage"],
    ["read", "read", "read"],
    [null, "read", "read"],
  ] as const)("have the role %s as permission %s", async (role, permission, roleName) => {
    personWith(role);
    const { body } = await world.bot("GET", `{repo}/collaborators/person-${count}/permission`);
    expect(body).toMatchObject({ permission, role_name: roleName });
  });
});

describe("an App's own token", () => {
  it.each([
    ["ten minutes", 0, 600, 200],
    ["twelve minutes", 0, 720, 401],
    ["no time at all", -60, 0, 401],
    ["a start in the future", 120, 300, 401],
  ])("that is valid for %s", async (_, iat, exp, status) => {
    const claims = { iss: world.app.id, iat: now() + iat, exp: now() + exp };
    expect((await world.withToken(sign(claims))("GET", "/app")).status).toBe(status);
  });

  it("is refused when another key signed it, and for an unknown App", async () => {
    const other = await buildPlatform(local);
    const claims = { iss: world.app.id, iat: now(), exp: now() + 60 };
    const forged = sign(claims, other.privateKeyPem);
    expect((await world.withToken(forged)("GET", "/app")).status).toBe(401);
    const unknown = sign({ ...claims, iss: 1 });
    expect((await world.withToken(unknown)("GET", "/app")).status).toBe(404);
  });
});

describe("an installation's token", () => {
  it.each([
    ["garbage", 0, () => "ghs_garbage", 401],
    ["one of now", 59, () => createInstallationToken(local.github, world.installation).token, 200],
    [
      "one of an hour ago",
      61,
      () => createInstallationToken(local.github, world.installation).token,
      401,
    ],
  ])("that is %s", async (_, minutes, mint, status) => {
    const token = mint();
    clock.now += minutes * MINUTE_MS;
    expect((await world.withToken(token)("GET", "{repo}")).status).toBe(status);
  });

  it("does what its permissions say, and nothing while it is suspended", async () => {
    world.installation.permissions["issues"] = "read";
    const refused = await world.bot("POST", "{repo}/issues", { title: "x" });
    expect([refused.status, refused.body.message]).toEqual([
      403,
      "Resource not accessible by integration",
    ]);
    expect((await world.bot("GET", "{repo}/issues")).status).toBe(200);
    suspend(local.github, world.installation);
    expect((await world.bot("GET", "{repo}")).status).toBe(403);
  });

  it("reads other public repositories and writes none of them", async () => {
    const other = await buildPlatform(local);
    const path = `/repos/${local.github.fullName(other.repository)}`;
    expect((await world.bot("GET", path)).status).toBe(200);
    expect((await world.bot("POST", `${path}/issues`, { title: "x" })).status).toBe(403);
    other.repository.private = true;
    expect((await world.bot("GET", path)).status).toBe(404);
  });
});

describe("every answer", () => {
  it("counts against the hour of its token, and is refused when that is used up", async () => {
    const send = personWith("write");
    const first = await send("GET", "{repo}");
    expect(first.headers.get("x-ratelimit-limit")).toBe("5000");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("4999");
    expect(first.headers.get("x-ratelimit-reset")).toBe(String(START / 1_000 + 3_600));
    expect(first.headers.get("x-github-request-id")).toMatch(/^[0-9A-F]+$/);
    const token = local.github.data.tokens.at(-1)?.token ?? "";
    local.github.rates.take(token, "core", local.github.now(), 4_999);
    const refused = await send("GET", "{repo}");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    clock.now += 61 * MINUTE_MS;
    expect((await send("GET", "{repo}")).status).toBe(200);
  });

  it("has a tag, and costs nothing when the client has it already", async () => {
    const token = userToken(local.github, createUser(local.github, "eve").login);
    const path = `${local.url}/repos/${local.github.fullName(world.repository)}`;
    const ask = (tag?: string) =>
      fetch(path, {
        headers: { authorization: `token ${token}`, ...(tag ? { "if-none-match": tag } : {}) },
      });
    const tag = (await ask()).headers.get("etag") ?? "";
    const same = await ask(tag);
    expect([same.status, await same.text(), same.headers.get("x-ratelimit-used")]).toEqual([
      304,
      "",
      "1",
    ]);
    world.repository.description = "changed";
    expect((await ask(tag)).status).toBe(200);
  });
});

describe("a renamed repository", () => {
  it("answers at its old name with the address by its id, until the name is taken", async () => {
    const send = world.as("owner");
    const owner = local.github.owner(world.repository).login;
    await send("PATCH", "{repo}", { name: "gadgets" });
    const moved = await send("GET", "{repo}/git/ref/heads/main");
    expect(moved.status).toBe(301);
    const location = moved.headers.get("location") ?? "";
    expect(location).toBe(`${local.url}/repositories/${world.repository.id}/git/ref/heads/main`);
    expect((await send("GET", location)).body.object.sha).toBe(world.head);
    expect((await send("POST", "{repo}/issues", { title: "x" })).status).toBe(307);
    await send("POST", `/orgs/${owner}/repos`, { name: "widgets", auto_init: true });
    expect((await send("GET", "{repo}")).body.id).not.toBe(world.repository.id);
  });

  it("is found by its id after a transfer as well", async () => {
    count += 1;
    createOrganization(local.github, `newcorp-${count}`, { admins: [] });
    const body = { new_owner: `newcorp-${count}` };
    expect((await world.as("owner")("POST", "{repo}/transfer", body)).status).toBe(202);
    const seen = await world.as("wilma")("GET", `/repositories/${world.repository.id}`);
    expect(seen.body.full_name).toBe(`newcorp-${count}/widgets`);
    expect((await world.as("wilma")("GET", "{repo}")).status).toBe(301);
    expect((await world.bot("POST", `/repos/newcorp-${count}/widgets/issues`, {})).status).toBe(
      403,
    );
  });

  it("of an archived one is read and not written", async () => {
    await world.as("owner")("PATCH", "{repo}", { archived: true });
    expect((await world.bot("GET", "{repo}")).body.archived).toBe(true);
    expect((await world.bot("POST", "{repo}/issues", { title: "x" })).status).toBe(403);
  });
});

describe("addresses of GitHub Enterprise Server", () => {
  it("lead to the same", async () => {
    const path = `/api/v3/repos/${local.github.fullName(world.repository)}`;
    expect((await world.as("wilma")("GET", path)).body.id).toBe(world.repository.id);
  });
});
