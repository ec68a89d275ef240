import { describe, expect, it } from "@jest/globals";
import nock from "nock";
import { AppError } from "../../src/errors.ts";
import type { RestRequest } from "../../src/github/client.ts";
import { API, NOW, openTestClient, privateKey, useNock } from "../support/nock.ts";

useNock();

const scope = { kind: "repository", repositoryId: 42 } as const;
const get: RestRequest = { method: "GET", path: "/repos/acme/widgets", scope };
const post: RestRequest = {
  ...get,
  method: "POST",
  path: "/repos/acme/widgets/git/refs",
  body: {},
};
const query = { document: "query ReadTags { viewer { login } }", variables: {}, scope };

async function failure(promise: Promise<unknown>): Promise<Pick<AppError, "code" | "retry">> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, retry: error.retry };
    throw error;
  }
  throw new Error("It did not fail");
}

const never = { kind: "never" };
const backoff = { kind: "backoff" };
const after = (waitMs: number) => ({ kind: "after", waitMs });

describe("a request", () => {
  it("says who we are, as whom, and which version of the API we speak", async () => {
    nock(API, {
      reqheaders: {
        authorization: "token t0ken",
        "user-agent": /^smallbatch\/0\.0\.0/,
        "x-github-api-version": "2022-11-28",
      },
    })
      .get("/repos/acme/widgets")
      .reply(200, { id: 42 });
    const { client } = openTestClient();
    await expect(client.rest(get)).resolves.toMatchObject({ status: 200, data: { id: 42 } });
  });

  it.each([
    ["401", 401, {}, {}, "github/unauthorized", backoff],
    ["403", 403, {}, {}, "github/forbidden", never],
    [
      "403 with retry-after",
      403,
      { "retry-after": "30" },
      {},
      "github/rate-limited",
      after(30_000),
    ],
    [
      "403 with nothing remaining",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1_000 + 90) },
      {},
      "github/rate-limited",
      after(90_000),
    ],
    [
      "403 that links to the limits",
      403,
      {},
      { documentation_url: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api" },
      "github/rate-limited",
      after(60_000),
    ],
    [
      "403 with one remaining",
      403,
      { "x-ratelimit-remaining": "1" },
      {},
      "github/forbidden",
      never,
    ],
    ["404", 404, {}, {}, "github/not-found", never],
    ["409", 409, {}, {}, "github/rejected", never],
    ["410", 410, {}, {}, "github/not-found", never],
    ["422", 422, {}, {}, "github/rejected", never],
    ["429", 429, {}, {}, "github/rate-limited", after(60_000)],
    ["500", 500, {}, {}, "github/unavailable", backoff],
    ["502", 502, {}, {}, "github/unavailable", backoff],
    ["503 with retry-after", 503, { "retry-after": "30" }, {}, "github/unavailable", backoff],
  ])(
    "turns %s into an error by status and headers",
    async (_, status, headers, body, code, retry) => {
      nock(API).get("/repos/acme/widgets").reply(status, body, headers);
      const { client } = openTestClient();
      expect(await failure(client.rest(get))).toEqual({ code, retry });
    },
  );

  it("names what was tried, on what, and GitHub's words, and no token", async () => {
    nock(API)
      .post("/repos/acme/widgets/git/refs")
      .reply(422, {
        message: "Validation Failed",
        errors: [{ resource: "Release", code: "already_exists", field: "tag_name" }, "Second word"],
      });
    const { client } = openTestClient();
    await expect(client.rest(post)).rejects.toThrow(
      "POST /repos/acme/widgets/git/refs: 422 Validation Failed: Release already_exists tag_name: Second word",
    );
  });

  it("turns a broken connection into an error, and does not try again", async () => {
    nock(API).post("/repos/acme/widgets/git/refs").replyWithError("socket hang up");
    const { client } = openTestClient();
    expect(await failure(client.rest(post))).toEqual({
      code: "github/unavailable",
      retry: backoff,
    });
  });

  it("takes an answer that broke off in its body as none", async () => {
    nock(API)
      .post("/repos/acme/widgets/git/refs")
      .reply(201, '{"ref":"refs/ta', { "content-type": "application/json" });
    const { client } = openTestClient();
    expect(await failure(client.rest(post))).toEqual({
      code: "github/unavailable",
      retry: backoff,
    });
  });

  it("follows a GET to the new address on the same host", async () => {
    nock(API)
      .get("/repos/acme/widgets")
      .reply(301, {}, { location: `${API}/repositories/42` });
    nock(API, { reqheaders: { authorization: "token t0ken" } })
      .get("/repositories/42")
      .reply(200, { id: 42 });
    const { client } = openTestClient();
    await expect(client.rest(get)).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ["a GET to another host", get, "https://evil.example.com/repositories/42"],
    ["a POST anywhere", post, `${API}/repositories/42/git/refs`],
  ])("does not follow %s", async (_, request, location) => {
    nock(API).intercept(request.path, request.method).reply(307, {}, { location });
    const { client } = openTestClient();
    expect((await failure(client.rest(request))).code).toBe("github/unavailable");
  });
});

describe("a request that is not listed in endpoints.ts", () => {
  it.each<[RestRequest["method"] | "DELETE" | "PUT", string]>([
    ["PATCH", "/repos/acme/widgets/git/refs/tags/v1.0.0"],
    ["DELETE", "/repos/acme/widgets/git/refs/tags/v1.0.0"],
    ["PUT", "/repos/acme/widgets/git/refs/tags/v1.0.0"],
    ["DELETE", "/repos/acme/widgets/releases/1"],
    ["DELETE", "/repos/acme/widgets"],
    ["PUT", "/repos/acme/widgets/contents/x"],
    ["PATCH", "/repositories/42/git/refs/tags/v1.0.0"],
    ["POST", "/repos/acme/widgets/check-runs/../git/refs/tags/v1.0.0"],
    ["POST", "/user/repos"],
  ])("is never sent: %s %s", async (method, path) => {
    const { client } = openTestClient();
    const sent: string[] = [];
    nock(API)
      .persist()
      .intercept(/.*/, method)
      .reply((uri: string) => {
        sent.push(uri);
        return [200, {}];
      });
    await expect(
      client.rest({ ...get, method: method as RestRequest["method"], path }),
    ).rejects.toThrow("is not listed in src/github/endpoints.ts");
    expect(sent).toEqual([]);
    nock.cleanAll();
  });

  it.each([
    "mutation DeleteRef { deleteRef(input: { refId: 1 }) { clientMutationId } }",
    "query Unknown { viewer { login } }",
    "{ viewer { login } }",
    "query ReadTags { x }\nmutation DeleteRef { deleteRef(input: {}) { clientMutationId } }",
  ])("is never sent: %s", async (document) => {
    const { client } = openTestClient();
    await expect(client.graphql({ ...query, document })).rejects.toThrow("is not listed");
  });

  it("does not take the token to another host that a page of GitHub's names", async () => {
    const { client } = openTestClient();
    const path = "https://evil.example.com/installation/repositories?page=2";
    await expect(client.rest({ ...get, path })).rejects.toMatchObject({
      code: "github/unexpected",
      message: expect.stringContaining("evil.example.com"),
    });
  });
});

describe("the budget of writes", () => {
  it("grants 80 a minute and asks to wait for the 81st", async () => {
    const { client, time } = openTestClient();
    nock(API).post("/repos/acme/widgets/git/refs").times(81).reply(201, {});
    for (let writes = 0; writes < 80; writes += 1) await client.rest(post);
    expect(await failure(client.rest(post))).toEqual({
      code: "github/rate-limited",
      retry: after(60_000),
    });
    time.now += 60_000;
    await expect(client.rest(post)).resolves.toMatchObject({ status: 201 });
  });

  it("counts each alias of a mutation", async () => {
    const { client } = openTestClient();
    nock(API).post("/graphql").reply(200, { data: {} });
    const document = "mutation AddComments { x }";
    await client.graphql({ ...query, document, writes: 80 });
    expect((await failure(client.rest(post))).code).toBe("github/rate-limited");
  });

  it("pauses while GitHub asks us to wait, and lets reads through", async () => {
    const { client, time } = openTestClient();
    nock(API).post("/repos/acme/widgets/git/refs").reply(403, {}, { "retry-after": "45" });
    await failure(client.rest(post));
    expect(await failure(client.rest(post))).toEqual({
      code: "github/rate-limited",
      retry: after(45_000),
    });
    nock(API).get("/repos/acme/widgets").reply(200, {});
    await client.rest(get);
    time.now += 45_000;
    nock(API).post("/repos/acme/widgets/git/refs").reply(201, {});
    await client.rest(post);
  });
});

describe("POST /graphql", () => {
  it("sends the document with its variables", async () => {
    nock(API)
      .post("/graphql", { query: query.document, variables: { a: 1 } })
      .reply(200, { data: { viewer: { login: "mona" } } });
    const { client } = openTestClient();
    await expect(client.graphql({ ...query, variables: { a: 1 } })).resolves.toEqual({
      data: { viewer: { login: "mona" } },
      errors: [],
    });
  });

  it.each([
    ["NOT_FOUND", { type: "NOT_FOUND" }, {}, "github/not-found", never],
    ["FORBIDDEN", { type: "FORBIDDEN" }, {}, "github/forbidden", never],
    ["a limit", { type: "RATE_LIMITED" }, {}, "github/rate-limited", after(60_000)],
    [
      "a limit that names its end",
      { type: "RATE_LIMITED" },
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1_000 + 5) },
      "github/rate-limited",
      after(5_000),
    ],
    [
      "a secondary limit",
      { message: "You have exceeded a secondary rate limit" },
      { "retry-after": "7" },
      "github/rate-limited",
      after(7_000),
    ],
    ["a failure inside GitHub", {}, {}, "github/unavailable", backoff],
    [
      "a wrong document",
      { extensions: { code: "undefinedField" } },
      {},
      "github/unexpected",
      never,
    ],
    ["any other refusal", { type: "UNPROCESSABLE" }, {}, "github/rejected", never],
  ])("turns %s in an HTTP 200 into an error", async (_, error, headers, code, retry) => {
    nock(API)
      .post("/graphql")
      .reply(
        200,
        { data: null, errors: [{ message: "No.", path: ["repository"], ...error }] },
        headers,
      );
    const { client } = openTestClient();
    expect(await failure(client.graphql(query))).toEqual({ code, retry });
  });

  it.each([502, 504])("turns a %d into an error that is tried again", async (status) => {
    nock(API).post("/graphql").reply(status, "<html>");
    const { client } = openTestClient();
    expect(await failure(client.graphql(query))).toEqual({
      code: "github/unavailable",
      retry: backoff,
    });
  });
});

const openApp = () =>
  openTestClient({ kind: "app", appId: 7, privateKey: privateKey(), installationId: 77 });
const ALL = {
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
  statuses: "read",
  merge_queues: "read",
  deployments: "read",
};
const asApp = { reqheaders: { authorization: /^bearer [\w-]+\.[\w-]+\.[\w-]+$/ } };
const expectMint = (permissions: Record<string, string> = ALL): nock.Interceptor =>
  nock(API, asApp).post("/app/installations/77/access_tokens", {
    repository_ids: [42],
    permissions,
  });
const expectGrant = (): nock.Interceptor => nock(API, asApp).get("/app/installations/77");
const minted = (token: string, at: number) => ({
  token,
  expires_at: new Date(at + 3_600_000).toISOString(),
  permissions: { ...ALL, metadata: "read" },
});
const expectRead = (token: string): void => {
  nock(API, { reqheaders: { authorization: `token ${token}` } })
    .get("/repos/acme/widgets")
    .reply(200, {});
};

describe("POST /app/installations/{id}/access_tokens", () => {
  it("asks for one repository and the permissions of a pass, once in 55 minutes", async () => {
    const { client, time } = openApp();
    expectMint().reply(201, minted("first", NOW));
    expectRead("first");
    await client.rest(get);
    time.now = NOW + 55 * 60_000 - 1;
    expectRead("first");
    await client.rest(get);
    time.now = NOW + 55 * 60_000;
    expectMint().reply(201, minted("second", time.now));
    expectRead("second");
    await expect(client.rest(get)).resolves.toMatchObject({ status: 200 });
  });

  it("asks once where two requests need the same token", async () => {
    const { client } = openApp();
    expectMint().reply(201, minted("first", NOW));
    expectRead("first");
    expectRead("first");
    await expect(Promise.all([client.rest(get), client.rest(get)])).resolves.toHaveLength(2);
  });

  it("asks for another one after GitHub refused the first", async () => {
    const { client } = openApp();
    expectMint().reply(201, minted("first", NOW));
    nock(API).get("/repos/acme/widgets").reply(401, {});
    expect((await failure(client.rest(get))).code).toBe("github/unauthorized");
    expectMint().reply(201, minted("second", NOW));
    expectRead("second");
    await client.rest(get);
  });

  it.each([
    ["gone", 404, "github/unauthorized", never],
    ["suspended", 403, "github/unauthorized", never],
    ["of another App", 401, "github/unauthorized", never],
    ["out of reach", 503, "github/unavailable", backoff],
  ])("says that the installation is %s", async (_, status, code, retry) => {
    const { client } = openApp();
    expectMint().reply(status, { message: "No" });
    expect(await failure(client.rest(get))).toEqual({ code, retry });
  });

  it.each([
    ["contents: read", { pull_requests: "write", checks: "read", statuses: "read" }],
    ["pull_requests: read", { contents: "write", checks: "read", statuses: "read" }],
    ["contents: read, checks: read, statuses: read", { pull_requests: "write", issues: "write" }],
  ])("names what a look needs and the owner has not granted: %s", async (missing, granted) => {
    const { client } = openApp();
    expectMint().reply(422, { message: "The permissions requested are not granted." });
    expectGrant().reply(200, { permissions: granted });
    const error: unknown = await client.rest(get).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "github/forbidden", retry: never });
    expect(String(error)).toMatch(new RegExp(`does not grant ${missing}$`));
  });

  it("knows what it may write, by what was granted and never by trying", async () => {
    const { client } = openApp();
    expectMint().reply(422, { message: "The permissions requested are not granted." });
    const granted = { ...ALL, contents: "read" };
    expectGrant().reply(200, { permissions: granted });
    expectMint({ ...ALL, contents: "read" }).reply(201, {
      ...minted("narrow", NOW),
      permissions: granted,
    });
    expect(await client.mayWrite("contents", scope)).toBe(false);
    expect(await client.mayWrite("checks", scope)).toBe(true);
    expect(await openTestClient().client.mayWrite("contents", scope)).toBe(true);
  });

  it.each([
    ["its own check", { ...ALL, checks: "read" }],
    ["comments", { ...ALL, pull_requests: "read", issues: undefined }],
    ["all that a release can do without", { ...ALL, pull_requests: "read", checks: "read" }],
  ])("goes on without %s, and asks once per token", async (_, granted) => {
    const { client, time } = openApp();
    const narrowed = JSON.parse(JSON.stringify(granted)) as Record<string, string>;
    for (const token of ["first", "second"]) {
      expectMint().reply(422, { message: "The permissions requested are not granted." });
      expectGrant().reply(200, {
        permissions: { ...narrowed, metadata: "read", deployments: "read" },
      });
      expectMint(narrowed).reply(201, minted(token, time.now));
      expectRead(token);
      await client.rest(get);
      expectRead(token);
      await expect(client.rest(get)).resolves.toMatchObject({ status: 200 });
      time.now += 55 * 60_000;
    }
  });

  it("is not wrong about the repository where GitHub fails in between", async () => {
    const { client } = openApp();
    expectMint().reply(422, { message: "The permissions requested are not granted." });
    expectGrant().reply(503, {});
    expect(await failure(client.rest(get))).toEqual({
      code: "github/unavailable",
      retry: backoff,
    });
  });

  it.each([
    ["all is granted", ALL, null],
    ["the rest is not granted either", { ...ALL, issues: "read" }, { ...ALL, issues: "read" }],
  ])("says that the installation does not cover the repository: %s", async (_, granted, then) => {
    const { client } = openApp();
    expectMint().reply(422, { message: "At least one repository does not exist." });
    expectGrant().reply(200, { permissions: granted });
    if (then !== null) expectMint(then).reply(422, { message: "No" });
    expect(await failure(client.rest(get))).toEqual({ code: "github/not-found", retry: never });
  });

  it("says that the private key is not usable", async () => {
    const { client } = openTestClient({
      kind: "app",
      appId: 7,
      privateKey: "-----BEGIN RSA PRIVATE KEY-----\nno\n-----END RSA PRIVATE KEY-----",
      installationId: 77,
    });
    expect(await failure(client.rest(get))).toEqual({ code: "github/unauthorized", retry: never });
  });
});
