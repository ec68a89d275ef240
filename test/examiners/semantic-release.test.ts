import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createTag,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { run } from "../support/run.ts";
import { Rest } from "./rest.ts";

const TIMEOUT_MS = 120_000;

const local = useLocalGitHub();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semantic-release-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function seed(): Promise<{ rest: Rest; token: string }> {
  const { github } = local;
  createUser(github, "alice");
  createOrganization(github, "acme", { admins: ["alice"] });
  const repository = await createRepository(github, "acme", "widgets");
  const files = { "package.json": `${JSON.stringify({ name: "widgets", version: "1.0.0" })}\n` };
  await commitFiles(github, repository, { branch: "main", message: "feat: start", files });
  await createTag(github, repository, { name: "v1.0.0", target: "main" });
  const token = userToken(github, "alice");
  return { rest: new Rest(local, token, "acme/widgets"), token };
}

interface Thread {
  state: string;
  labels: { name: string }[];
}

it(
  "lets semantic-release tag, publish and tell the pull and the issue of it",
  async () => {
    const { rest, token } = await seed();
    const issue = await rest.send<{ number: number }>("POST", "/issues", { title: "It crashes" });
    const pull = await rest.mergeChange({
      branch: "crash",
      title: "fix: stop crashing",
      body: `Fixes #${issue.number}`,
      path: "fix.txt",
    });
    await run("git", ["clone", "--quiet", `${local.gitUrl}/acme/widgets.git`, "clone"], {
      cwd: folder,
    });
    const identity = { GIT_AUTHOR_NAME: "Alice", GIT_AUTHOR_EMAIL: "alice@example.com" };
    await run(
      process.execPath,
      [
        fileURLToPath(new URL("run-semantic-release.ts", import.meta.url)),
        local.url,
        "acme",
        "widgets",
      ],
      {
        cwd: join(folder, "clone"),
        env: {
          ...identity,
          GIT_COMMITTER_NAME: identity.GIT_AUTHOR_NAME,
          GIT_COMMITTER_EMAIL: identity.GIT_AUTHOR_EMAIL,
          GH_TOKEN: token,
        },
      },
    );

    const ref = await rest.send<{ object: { sha: string } }>("GET", "/git/ref/tags/v1.0.1");
    const tagged = await rest.send<{ sha: string }>("GET", "/commits/v1.0.1");
    expect(tagged.sha).toBe(pull.sha);
    expect(ref.object.sha).toBe(pull.sha);
    const latest = await rest.send<{ tag_name: string; body: string }>("GET", "/releases/latest");
    expect(latest.tag_name).toBe("v1.0.1");
    expect(latest.body).toContain("stop crashing");
    for (const number of [pull.number, issue.number]) {
      const thread = await rest.send<Thread>("GET", `/issues/${number}`);
      expect(thread.state).toBe("closed");
      expect(thread.labels.map(({ name }) => name)).toEqual(["released"]);
      const comments = await rest.send<{ body: string }[]>("GET", `/issues/${number}/comments`);
      expect(comments.map(({ body }) => body).join("\n")).toContain("1.0.1");
    }
  },
  TIMEOUT_MS,
);
