import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { withoutStore } from "../../src/app.ts";
import { findRelease, until } from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const github = useLocalGitHub();
const ADDRESSES = { GITHUB_API_URL: "apiUrl", GITHUB_GRAPHQL_URL: "graphqlUrl" } as const;

beforeEach(() => {
  for (const [name, key] of Object.entries(ADDRESSES)) process.env[name] = github[key];
});

afterEach(() => {
  for (const name of Object.keys(ADDRESSES)) delete process.env[name];
});

describe("the Probot function without a store", () => {
  it("looks again by itself when the time has come that a plan waits for", async () => {
    const { github: model } = github;
    createUser(model, "mona");
    createOrganization(model, "acme", { admins: ["mona"], members: [] });
    const repository = await createRepository(model, "acme", "widgets");
    const commit = (message: string, at: Date) =>
      commitFiles(model, repository, {
        branch: "main",
        message,
        files: { [`${message}.txt`]: message, ".github/smallbatch.yml": "version: 1\n" },
        at,
      });
    const sha = await commit("start", new Date(Date.now() - 86_400_000));
    await publishRelease(model, repository, { tag: "v1.0.0", sha, authorLogin: "mona" });
    // Nobody tests it: released a minute after it came, which is over in a few seconds.
    await commit("fix", new Date(Date.now() - 56_000));
    const { app } = await createApp(model, { slug: "smallbatch" });
    const installation = install(model, app, "acme", { repositories: "all" });
    const token = "ghs_of_this_test";
    model.data.tokens.push({
      token,
      userId: null,
      installationId: installation.id,
      permissions: null,
      repositoryIds: [repository.id],
      expiresAt: null,
    });
    const said: string[] = [];
    const log = {
      info: (_: unknown, text: string) => said.push(text),
      warn: (_: unknown, text: string) => said.push(text),
      error: (error: unknown) => said.push(String(error)),
    };

    const onDelivery = withoutStore({ log } as unknown as Parameters<typeof withoutStore>[0]);
    const payload = {
      ref: "refs/heads/main",
      before: sha,
      after: sha,
      repository: {
        id: repository.id,
        node_id: "R_1",
        full_name: "acme/widgets",
        name: "widgets",
        private: false,
        owner: { login: "acme" },
        default_branch: "main",
      },
      installation: { id: installation.id },
      sender: { id: 1, login: "mona", type: "User" },
    };
    const auth = { appId: app.id, mintToken: () => Promise.resolve({ token }) };
    await onDelivery({ name: "push", guid: "g-1", payload }, auth);
    expect(said).toEqual(["held: waiting a minute for a first check"]);

    const place = { apiUrl: github.apiUrl, owner: "acme", name: "widgets" };
    const mona = { login: "mona", token: userToken(model, "mona") };
    const release = await until("v1.0.1", () => findRelease(place, mona, "v1.0.1"));
    expect(release.body).toContain("fix");
  });
});
