import { describe, expect, it } from "@jest/globals";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const github = useLocalGitHub({ profile: "ghes" });
const old = useLocalGitHub({ profile: "ghes-3.10" });

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${github.url}${path}`, { headers, redirect: "manual" });
}

describe("an Enterprise Server", () => {
  it("has its API below /api only, and pages at the root", async () => {
    expect(github.apiUrl).toBe(`${github.url}/api/v3`);
    expect(github.graphqlUrl).toBe(`${github.url}/api/graphql`);
    createUser(github.github, "mona");
    const root = await get("/users/mona");
    expect(root.status).toBe(404);
    expect(root.headers.get("content-type")).toContain("text/html");
    const below = await get("/api/v3/users/mona");
    expect(await below.json()).toMatchObject({
      url: `${github.url}/api/v3/users/mona`,
      html_url: `${github.url}/mona`,
    });
    expect((await fetch(`${github.url}/graphql`, { method: "POST" })).status).toBe(404);
  });

  it("says its version, has no rate limit and no newer API", async () => {
    const { headers } = await get("/api/v3/meta");
    expect(headers.get("x-github-enterprise-version")).toBe("3.17.0");
    expect([...headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
    const limit = await get("/api/v3/rate_limit");
    expect(limit.status).toBe(404);
    expect(await limit.json()).toMatchObject({ message: "Rate limiting is not enabled." });
    const newer = await get("/api/v3/meta", { "x-github-api-version": "2026-03-10" });
    expect(newer.status).toBe(400);
  });

  it("links and redirects to where its API is", async () => {
    const { github: model } = github;
    createUser(model, "olga");
    createOrganization(model, "acme", { admins: ["olga"], members: [] });
    const repository = await createRepository(model, "acme", "widgets");
    for (const message of ["One", "Two"]) {
      await commitFiles(model, repository, { branch: "main", message, files: { a: message } });
    }
    const commits = await get("/api/v3/repos/acme/widgets/commits?per_page=1");
    const next = /<([^>]+)>; rel="next"/.exec(commits.headers.get("link") ?? "")?.[1] ?? "";
    expect(next).toContain(`${github.url}/api/v3/repos/acme/widgets/commits?`);
    expect(await (await fetch(next)).json()).toMatchObject([{ commit: { message: "One" } }]);
    repository.formerNames.push("acme/gadgets");
    const moved = await get("/api/v3/repos/acme/gadgets");
    expect(moved.status).toBe(301);
    const location = moved.headers.get("location") ?? "";
    expect(location).toBe(`${github.url}/api/v3/repositories/${repository.id}`);
    expect(await (await fetch(location)).json()).toMatchObject({ full_name: "acme/widgets" });
  });

  it("lacks what it never got: immutable releases, and rulesets before 3.11", async () => {
    for (const [local, statuses] of [
      [github, { "immutable-releases": 404, "rules/branches/main": 200 }],
      [old, { "immutable-releases": 404, "rules/branches/main": 404 }],
    ] as const) {
      const { github: model } = local;
      createUser(model, "ada");
      createOrganization(model, "closed", { admins: ["ada"], members: [] });
      const repository = await createRepository(model, "closed", "widgets");
      repository.immutableReleases = true;
      const token = userToken(model, "ada");
      const { app } = await createApp(model, { slug: "app", webhookUrl: null });
      install(model, app, "closed", { repositories: "all" });
      for (const [path, status] of Object.entries(statuses)) {
        const answer = await fetch(`${local.apiUrl}/repos/closed/widgets/${path}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(answer.status).toBe(status);
      }
      const query = '{ rateLimit { limit } repository(owner: "closed", name: "widgets") { id } }';
      const graphql = await fetch(local.graphqlUrl, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      expect(await graphql.json()).toMatchObject({ data: { rateLimit: null } });
    }
  });
});
