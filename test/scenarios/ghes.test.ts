import { afterEach, describe, expect, it } from "@jest/globals";
import {
  findCheck,
  findRelease,
  listComments,
  mergePull,
  openPull,
  setStatus,
  until,
  type Person,
  type Place,
} from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { Exchange } from "../../src/local-github/server.ts";
import type { Repository } from "../../src/local-github/world.ts";
import { startService, type Service } from "../../src/service.ts";
import { readSettings } from "../../src/settings.ts";
import { runCommand } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The whole story of a repository, told that the server's address is this and nothing else. */
describe.each(["ghes", "ghes-3.10"] as const)("on the profile %s", (profile) => {
  const exchanges: Exchange[] = [];
  const github = useLocalGitHub({ profile, onExchange: (exchange) => exchanges.push(exchange) });
  const database = useDatabase();
  let service: Service | null = null;

  afterEach(async () => {
    await service?.stop();
    service = null;
  });

  async function begin(owner: string): Promise<{
    repository: Repository;
    place: Place;
    mona: Person;
    start(): Promise<void>;
  }> {
    const { github: model } = github;
    const login = `mona-${owner}`;
    createUser(model, login);
    createOrganization(model, owner, { admins: [login], members: [] });
    const repository = await createRepository(model, owner, "widgets");
    const files = { "README.md": "# Widgets\n" };
    const sha = await commitFiles(model, repository, { branch: "main", message: "Start", files });
    await publishRelease(model, repository, { tag: "v1.0.0", sha, authorLogin: login });
    const { app, privateKeyPem } = await createApp(model, { slug: `sb-${owner}` });
    install(model, app, owner, { repositories: "all" });
    return {
      repository,
      place: { apiUrl: github.apiUrl, owner, name: "widgets" },
      mona: { login, token: userToken(model, login) },
      start: async () => {
        const settings = readSettings(
          {
            APP_ID: String(app.id),
            PRIVATE_KEY: privateKeyPem,
            WEBHOOK_SECRET: app.webhookSecret,
            GITHUB_SERVER_URL: github.url,
            DATABASE_URL: database.url,
            PORT: "0",
          },
          "serve",
        );
        service = await startService(settings, { logger: silent });
        app.webhookUrl = `${service.url}/api/github/webhooks`;
      },
    };
  }

  type Story = Awaited<ReturnType<typeof begin>>;

  async function merge(
    { place, mona }: Story,
    path: string,
    text: string,
    title: string,
  ): Promise<{ number: number; sha: string }> {
    const branch = title.replaceAll(/\W+/g, "-");
    const number = await openPull(place, mona, { branch, path, text, title });
    const sha = await mergePull(place, mona, number);
    await setStatus(place, mona, sha, "success");
    return { number, sha };
  }

  function checkSays({ place, mona }: Story, sha: string, words: string): Promise<unknown> {
    return until(words, async () => {
      const check = await findCheck(place, mona, sha);
      return check?.output.title?.includes(words) ? check : null;
    });
  }

  it("watches, starts, releases, checks and comments", async () => {
    const story = await begin("acme");
    await story.start();
    const watched = await merge(story, "src/a.js", "// a\n", "fix: only watched");
    await checkSays(story, watched.sha, "would");
    expect(await findRelease(story.place, story.mona, "v1.0.1")).toBeNull();

    await merge(story, ".github/smallbatch.yml", "version: 1\n", "chore: start Smallbatch");
    await until("v1.0.1", () => findRelease(story.place, story.mona, "v1.0.1"));
    const pull = await merge(story, "src/b.js", "// b\n", "fix: released");
    const release = await until("v1.0.2", () => findRelease(story.place, story.mona, "v1.0.2"));
    expect(release.body).toContain(`(#${pull.number})`);
    await checkSays(story, pull.sha, "released in v1.0.2");
    const comments = await until("our comment", async () => {
      const found = await listComments(story.place, story.mona, pull.number);
      return found.length > 0 ? found : null;
    });
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain(`${github.url}/acme/widgets/releases/tag/v1.0.2`);

    const refused = "Field 'rules' doesn't exist on type 'Ref'";
    const asked = exchanges.filter(({ requestBody }) => requestBody.includes("rules(first"));
    const failed = asked.filter(({ responseBody }) => responseBody.includes(refused));
    // Where it is refused, it is refused once, understood, and not asked for again.
    expect({ asked: Math.min(asked.length, 2), failed: failed.length }).toEqual(
      profile === "ghes-3.10" ? { asked: 1, failed: 1 } : { asked: 2, failed: 0 },
    );
  });

  it("waits for a check that the branch's protection requires", async () => {
    const story = await begin("strict");
    await story.start();
    await merge(story, ".github/smallbatch.yml", "version: 1\n", "chore: start Smallbatch");
    const answer = await fetch(`${github.apiUrl}/repos/strict/widgets/branches/main/protection`, {
      method: "PUT",
      headers: { authorization: `Bearer ${story.mona.token}` },
      body: JSON.stringify({
        required_status_checks: { strict: false, contexts: ["ci/required"] },
        enforce_admins: false,
        required_pull_request_reviews: null,
        restrictions: null,
      }),
    });
    expect(answer.status).toBe(200);
    const sha = await commitFiles(github.github, story.repository, {
      branch: "main",
      message: "fix: pushed",
      files: { "src/c.js": "// c\n" },
    });
    await setStatus(story.place, story.mona, sha, "success");
    await checkSays(story, sha, "ci/required");
    expect(await findRelease(story.place, story.mona, "v1.0.1")).toBeNull();
    await setStatus(story.place, story.mona, sha, "success", "ci/required");
    await until("v1.0.1", () => findRelease(story.place, story.mona, "v1.0.1"));
  });

  it("is released from the command line with a token alone", async () => {
    const story = await begin("hand");
    await merge(story, ".github/smallbatch.yml", "version: 1\n", "chore: start Smallbatch");
    await merge(story, "src/d.js", "// d\n", "fix: by hand");
    const env = { GITHUB_SERVER_URL: github.url, GITHUB_TOKEN: story.mona.token };
    const ran = await runCommand(["run", "hand/widgets", "--once"], env);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await findRelease(story.place, story.mona, "v1.0.1")).not.toBeNull();
    const card = await runCommand(["card", "hand/widgets", "v1.0.1"], env);
    expect(card).toMatchObject({ code: 0, stderr: "" });
  });
});
