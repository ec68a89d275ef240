import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  listComments,
  mergePull,
  openIssue,
  openPull,
  setStatus,
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
import type { App, Repository } from "../../src/local-github/world.ts";
import { startCommand, type Running } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { CRASH_POINTS, keepAt, type CrashPoint } from "./crash-points.ts";

/**
 * `smallbatch serve` as a process, killed in the middle of its work: one repository waits at each
 * point, so that one SIGKILL meets them all.
 */
/** A dozen and more repositories are taken up at once, after 5 s at most. */
const TAKEOVER_MS_MAX = 60_000;
/** How far GitHub's clock is behind ours. */
let behindMs = 0;
const github = useLocalGitHub({ now: () => new Date(Date.now() - behindMs) });
const running: Running[] = [];

afterAll(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ finished }) => finished));
});

interface Story {
  readonly point: CrashPoint;
  readonly repository: Repository;
  readonly place: Place;
  readonly mona: Person;
  pull: { readonly number: number; readonly issue: number; readonly sha: string } | null;
}

/**
 * An App with a repository, released as v1.0.0, for each point; each in an organisation of its own,
 * because one installation may not write so much within a minute.
 */
async function setUp(slug: string) {
  const { github: model } = github;
  const { app, privateKeyPem } = await createApp(model, { slug });
  const stories: Story[] = [];
  for (const [index, point] of CRASH_POINTS.entries()) {
    const owner = `${slug}-${index}`;
    const login = `mona-${owner}`;
    createUser(model, login);
    createOrganization(model, owner, { admins: [login], members: [] });
    const repository = await createRepository(model, owner, "widgets");
    const sha = await commitFiles(model, repository, {
      branch: "main",
      message: "Start",
      files: { ".github/smallbatch.yml": "version: 1\n" },
    });
    await publishRelease(model, repository, { tag: "v1.0.0", sha, authorLogin: login });
    install(model, app, owner, { repositories: "all" });
    const story: Story = {
      point,
      repository,
      place: { apiUrl: github.apiUrl, owner, name: "widgets" },
      mona: { login, token: userToken(model, login) },
      pull: null,
    };
    stories.push(story);
    if (point.request !== null) await merge(story);
  }
  return { app, privateKeyPem, stories };
}

/** A pull that closes an issue, merged and, unless it is to wait, green. */
async function merge(story: Story, isGreen = true): Promise<void> {
  const { place, mona } = story;
  const issue = await openIssue(place, mona, "It does not survive");
  const number = await openPull(place, mona, {
    branch: "fix",
    path: "src/fix.js",
    text: "// fixed\n",
    title: "fix: survives",
    body: `Fixes #${issue}`,
  });
  story.pull = { number, issue, sha: await mergePull(place, mona, number) };
  if (isGreen) await setStatus(place, mona, story.pull.sha, "success");
}

async function serve(
  { app, privateKeyPem }: { app: App; privateKeyPem: string },
  databaseUrl: string,
): Promise<Running & { readonly url: string }> {
  const command = startCommand(["serve"], {
    APP_ID: String(app.id),
    PRIVATE_KEY: privateKeyPem,
    WEBHOOK_SECRET: app.webhookSecret,
    ...github.addresses,
    DATABASE_URL: databaseUrl,
    SMALLBATCH_CONCURRENCY: "20",
    PORT: "0",
  });
  running.push(command);
  const line = await command.line(/Smallbatch listens/);
  return { ...command, url: /"url":"([^"]+)"/.exec(line)?.[1] ?? "" };
}

function hookOf(service: { readonly url: string }): string {
  return `${service.url}/api/github/webhooks`;
}

/** What stands on GitHub about the story's pull, each with how often. */
async function readWorld({ repository, place, mona, pull }: Story) {
  const { data, git } = github.github;
  if (pull === null) throw new Error("Nothing was merged.");
  const comments = await Promise.all(
    [pull.number, pull.issue].map(async (number) => {
      const all = await listComments(place, mona, number);
      return all.filter(({ body }) => body.includes("v1.0.1")).length;
    }),
  );
  return {
    tags: (await git.refs(repository.id, "refs/tags/"))
      .map(({ name, sha }) => [name.slice("refs/tags/".length), sha])
      .filter(([name]) => name !== "v1.0.0"),
    releases: data.releases
      .filter((release) => release.repositoryId === repository.id && release.tagName !== "v1.0.0")
      .map(({ tagName, body }) => [tagName, body?.includes(`(#${pull.number})`)]),
    checks: data.checkRuns
      .filter((run) => run.repositoryId === repository.id && run.name === "smallbatch/release")
      .filter((run) => run.headSha === pull.sha)
      .map((run) => run.output.title),
    comments,
  };
}

const variants = [
  { name: "a new process goes on", isLost: false, hasReplica: false },
  { name: "the database is lost too, and a new process goes on", isLost: true, hasReplica: false },
  { name: "a second replica goes on", isLost: false, hasReplica: true },
] as const;

describe.each(variants)("when the worker is killed and $name", ({ isLost, hasReplica }) => {
  const database = useDatabase();
  let stories: Story[] = [];

  beforeAll(async () => {
    // A tag without a release and without an intent may be a person's for its first ten minutes.
    behindMs = isLost ? 15 * 60_000 : 0;
    const world = await setUp(`crash-${isLost ? "lost" : hasReplica ? "replica" : "restart"}`);
    behindMs = 0;
    const { app } = world;
    ({ stories } = world);
    const kept = stories
      .filter(({ point }) => point.request !== null)
      .map((story) => keep(story, async () => undefined));
    function keep(story: Story, act: () => Promise<void>) {
      const { point, repository } = story;
      return keepAt(point, { github, databaseUrl: database.url, repositoryId: repository.id, act });
    }

    const victim = await serve(world, database.url);
    await Promise.all(kept.map(({ reached }) => reached));
    const replica = hasReplica ? await serve(world, database.url) : null;
    for (const story of stories.filter(({ point }) => point.request === null)) {
      await eventually("it was looked at before", () =>
        database.database.repositories.readReconciledAt(story.repository.id),
      );
      app.webhookUrl = hookOf(victim);
      const delivered = keep(story, () => merge(story, false));
      kept.push(delivered);
      await delivered.reached;
    }
    await victim.stop("SIGKILL");
    await Promise.all(kept.map((each) => each.end()));
    if (isLost) {
      await database.query("drop schema smallbatch cascade");
      await database.query("drop schema graphile_worker cascade");
    }
    app.webhookUrl = replica === null ? null : hookOf(replica);
    for (const { point, pull, place, mona } of stories) {
      if (point.request !== null || pull === null) continue;
      await setStatus(place, mona, pull.sha, "success");
    }
    if (replica === null) await serve(world, database.url);
  }, 120_000);

  it.each(CRASH_POINTS.map(({ name }, index) => [name, index] as const))(
    "while %s, everything stands once in the end",
    async (_name, index) => {
      const story = stories[index];
      const pull = story?.pull;
      if (story === undefined || !pull) throw new Error("It was not played.");
      const { id } = story.repository;
      const isServed = async () => {
        const [row] = await database.query(
          `select served = generation and last_reconciled_at is not null as served
          from smallbatch.repository where id = $1`,
          [id],
        );
        return row?.["served"] === true;
      };
      const isReleased = async () => (await readWorld(story)).checks.includes("released in v1.0.1");
      await eventually("it is released", isReleased, TAKEOVER_MS_MAX);
      // A release that was found half done is announced by the wake-up a minute later: have it now.
      await database.database.work.hint(id, Date.now());
      await eventually("it is announced", async () => {
        return !(await readWorld(story)).comments.includes(0);
      });
      await database.database.work.hint(id, null);
      await eventually("another look is done", isServed);
      expect(await readWorld(story)).toEqual({
        tags: [["v1.0.1", pull.sha]],
        releases: [["v1.0.1", true]],
        checks: ["released in v1.0.1"],
        comments: [1, 1],
      });
      const ledger = await database.query(
        "select state from smallbatch.release where repository_id = $1",
        [id],
      );
      const states = ledger.map((row) => row["state"]);
      // What was published before the database was lost stands on GitHub alone.
      expect(isLost && states.length === 0 ? ["published"] : states).toEqual(["published"]);
      expect(await database.database.work.readParked()).toEqual([]);
    },
    2 * TAKEOVER_MS_MAX,
  );
});
