import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { withoutStore } from "../../src/app.ts";
import { findRelease, setStatus, until } from "../../src/local-github/person.ts";
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

let worlds = 0;

/** A repository that was released as v1.0.0, and got a commit since, so many milliseconds ago. */
async function world(ageMs: number) {
  worlds += 1;
  const login = `mona-${worlds}`;
  const owner = `acme-${worlds}`;
  const { github: model } = github;
  createUser(model, login);
  createOrganization(model, owner, { admins: [login], members: [] });
  const repository = await createRepository(model, owner, "widgets");
  const commit = (message: string, at: Date) =>
    commitFiles(model, repository, {
      branch: "main",
      message,
      files: { [`${message}.txt`]: message, ".github/smallbatch.yml": "version: 1\n" },
      at,
    });
  const sha = await commit("start", new Date(Date.now() - 86_400_000));
  await publishRelease(model, repository, { tag: "v1.0.0", sha, authorLogin: login });
  const head = await commit("fix", new Date(Date.now() - ageMs));
  const { app } = await createApp(model, { slug: `smallbatch-${worlds}` });
  const installation = install(model, app, owner, { repositories: "all" });
  const token = `ghs_of_this_test_${worlds}`;
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
  const envelope = {
    repository: {
      id: repository.id,
      node_id: "R_1",
      full_name: `${owner}/widgets`,
      name: "widgets",
      private: false,
      owner: { login: owner },
      default_branch: "main",
    },
    installation: { id: installation.id },
    sender: { id: 1, login, type: "User" },
  };
  const auth = { appId: app.id, mintToken: () => Promise.resolve({ token }) };
  let deliveries = 0;
  return {
    said,
    sha,
    head,
    place: { apiUrl: github.apiUrl, owner, name: "widgets" },
    mona: { login, token: userToken(model, login) },
    deliver: (name: string, part: object) => {
      deliveries += 1;
      return onDelivery({ name, guid: `g-${deliveries}`, payload: { ...envelope, ...part } }, auth);
    },
  };
}

describe("the Probot function without a store", () => {
  it("looks again by itself when the time has come that a plan waits for", async () => {
    // Nobody tests it: released a minute after it came, which is over in a few seconds.
    const { deliver, said, sha, place, mona } = await world(50_000);
    await deliver("push", { ref: "refs/heads/main", before: sha, after: sha });
    expect(said).toEqual(["held: waiting a minute for a first check"]);
    const release = await until("v1.0.1", () => findRelease(place, mona, "v1.0.1"));
    expect(release.body).toContain("fix");
  });

  it("looks seldom while checks run, and at once when the last one ends", async () => {
    const { deliver, said, sha, head, place, mona } = await world(1_000);
    const names = Array.from({ length: 20 }, (_, at) => `ci/${at}`);
    let id = 0;
    const tell = async (context: string, state: "pending" | "success") => {
      await setStatus(place, mona, head, state, context);
      id += 1;
      await deliver("status", { id, sha: head, context, state, branches: [{ name: "main" }] });
    };
    const beganAt = Date.now();
    await deliver("push", { ref: "refs/heads/main", before: sha, after: head });
    for (const name of names) await tell(name, "pending");
    for (const name of names.slice(1)) await tell(name, "success");
    expect(said.length).toBeLessThanOrEqual(1 + Math.ceil((Date.now() - beganAt) / 5_000));
    expect(await findRelease(place, mona, "v1.0.1")).toBeNull();
    // A delivery that leads to a look at once is done only after the look.
    await tell("ci/0", "success");
    expect(await findRelease(place, mona, "v1.0.1")).not.toBeNull();
  });

  it("looks again by itself after the quiet time, at what was told meanwhile", async () => {
    const { deliver, said, sha, head, place, mona } = await world(1_000);
    await setStatus(place, mona, head, "pending");
    await deliver("push", { ref: "refs/heads/main", before: sha, after: head });
    expect(said).toEqual(["held: 1 check pending (ci/test)"]);
    // Its own delivery is lost; another one comes.
    await setStatus(place, mona, head, "success");
    await deliver("push", { ref: "refs/tags/v0.0.1", before: sha, after: sha });
    await until("v1.0.1", () => findRelease(place, mona, "v1.0.1"));
  });
});
