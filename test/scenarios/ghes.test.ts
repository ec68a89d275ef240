import { afterEach, describe, expect, it } from "@jest/globals";
import {
  findCheck,
  findRelease,
  listComments,
  setStatus,
  until,
  type Place,
} from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import type { Exchange } from "../../src/local-github/server.ts";
import type { Repository } from "../../src/local-github/world.ts";
import { startService, type Service } from "../../src/service.ts";
import { readSettings } from "../../src/settings.ts";
import { runCommand } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { installApp, merge, silent, STARTED, type Installed } from "../support/installed.ts";
import { useLocalGitHub } from "../support/local-github.ts";

interface Story extends Pick<Installed, "mona"> {
  readonly repository: Repository;
  readonly place: Place;
  start(): Promise<void>;
}

const POLICY = ".github/smallbatch.yml";
const START = { title: "chore: start Smallbatch", path: POLICY, text: STARTED[POLICY] };

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

  async function begin(owner: string): Promise<Story> {
    const installed = await installApp(github, owner);
    const repository = await installed.create("widgets", { "README.md": "# Widgets\n" });
    return {
      repository,
      place: installed.place("widgets"),
      mona: installed.mona,
      start: async () => {
        const settings = readSettings(
          {
            ...installed.environment,
            WEBHOOK_SECRET: installed.app.webhookSecret,
            GITHUB_SERVER_URL: github.url,
            DATABASE_URL: database.url,
            PORT: "0",
          },
          "serve",
        );
        service = await startService(settings, { logger: silent });
        installed.app.webhookUrl = `${service.url}/api/github/webhooks`;
      },
    };
  }

  it("watches, starts, releases, checks and comments", async () => {
    const story = await begin("acme");
    await story.start();
    const watched = await mergeGreen(story, { title: "fix: only watched" });
    await checkSays(story, watched.sha, "would");
    expect(await findRelease(story.place, story.mona, "v1.0.1")).toBeNull();

    await mergeGreen(story, START);
    await until("v1.0.1", () => findRelease(story.place, story.mona, "v1.0.1"));
    const pull = await mergeGreen(story, { title: "fix: released" });
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
    await mergeGreen(story, START);
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
    await mergeGreen(story, START);
    await mergeGreen(story, { title: "fix: by hand" });
    const env = { GITHUB_SERVER_URL: github.url, GITHUB_TOKEN: story.mona.token };
    const ran = await runCommand(["run", "hand/widgets", "--once"], env);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await findRelease(story.place, story.mona, "v1.0.1")).not.toBeNull();
    const card = await runCommand(["card", "hand/widgets", "v1.0.1"], env);
    expect(card).toMatchObject({ code: 0, stderr: "" });
  });
});

async function mergeGreen(
  { place, mona }: Story,
  change: Parameters<typeof merge>[2],
): ReturnType<typeof merge> {
  const merged = await merge(place, mona, change);
  await setStatus(place, mona, merged.sha, "success");
  return merged;
}

function checkSays({ place, mona }: Story, sha: string, words: string): Promise<unknown> {
  return until(words, async () => {
    const check = await findCheck(place, mona, sha);
    return check?.output.title?.includes(words) ? check : null;
  });
}
