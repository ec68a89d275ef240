import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { ACTS } from "../../src/cli/demo/acts.ts";
import { ci, currentTag, merge, untilRelease, type Stage } from "../../src/cli/demo/stage.ts";
import { openExample, type Example } from "../../src/local-github/example.ts";
import { uninstall } from "../../src/local-github/seed-app.ts";
import { checkExchange } from "../conformance/check-exchange.ts";
import { submit, visit } from "../support/browser.ts";
import { startCommand, type Running } from "../support/command.ts";
import { environmentOf, readCompose, type ComposeService } from "../support/compose.ts";
import { useDatabase } from "../support/database.ts";
import { openEntry, type Entry } from "../support/entry.ts";
import { eventually } from "../support/eventually.ts";

/** What `.env` beside the file holds. */
const VARIABLES = { POSTGRES_PASSWORD: "0123456789abcdef" };

const { services } = readCompose(VARIABLES);
const app = services["smallbatch"] as ComposeService;
const postgres = services["postgres"] as ComposeService;

describe("compose.yml", () => {
  it("gives the App the database that it starts, and lets nobody else reach it", () => {
    const url = new URL(app.environment?.["DATABASE_URL"] ?? "");
    expect([url.hostname, url.username, url.pathname, url.password]).toEqual([
      "postgres",
      postgres.environment?.["POSTGRES_USER"],
      `/${postgres.environment?.["POSTGRES_DB"]}`,
      VARIABLES.POSTGRES_PASSWORD,
    ]);
    expect(postgres.ports).toBeUndefined();
    expect(postgres.networks).toEqual(["inside"]);
    expect(() => readCompose({})).toThrow("POSTGRES_PASSWORD is not set: see the first lines");
  });
});

/** Acts of the main job; the scenes around them release too, and six releases empty the bucket. */
const STORY = new Set(["proposed", "started", "small", "red", "burst", "desk", "policy"]);

describe("two replicas with its settings", () => {
  const database = useDatabase({ isMigrated: false });
  const replicas = new Map<string, Running>();
  let example: Example;
  let entry: Entry;
  let folder = "";
  let envFile = "";
  let started = 0;
  /** What broke GitHub's descriptions. */
  const violations: string[] = [];

  /** As Docker starts a container, with a name of its own and the hosts of this machine. */
  async function startReplica(): Promise<void> {
    started += 1;
    const name = `replica-${started}`;
    const url = new URL(database.url);
    url.searchParams.set("application_name", name);
    const environment = environmentOf(app, envFile);
    const replica = startCommand(app.command ?? [], {
      ...environment,
      DATABASE_URL: url.href,
      // Each container has all ports to itself.
      PORT: "0",
    });
    replicas.set(name, replica);
    const ready = JSON.parse(await replica.line(/Smallbatch listens/)) as { url: string };
    const address = ready.url.replace("0.0.0.0", "127.0.0.1");
    entry.servers.add(address);
    void replica.finished.then(() => entry.servers.delete(address));
  }

  /** The replica that works on a repository now: its connection holds the lock. */
  async function findWorker(): Promise<string | null> {
    const rows = await database.query(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and application_name like 'replica-%'`,
    );
    return rows[0] === undefined ? null : String(rows[0]["name"]);
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "smallbatch-compose-"));
    envFile = path.join(folder, app.env_file ?? "");
    const github = { port: 0, stateDir: null, repositoryPath: null, webhookUrl: null };
    example = await openExample({
      ...github,
      isStarted: false,
      onExchange: (exchange) => violations.push(...checkExchange(exchange)),
    });
    entry = await openEntry();
    for (const old of example.local.github.data.installations) uninstall(example.local.github, old);

    const setup = startCommand(
      ["setup", "--org", "acme", "--webhook-url", entry.url, "--out", envFile, "--json"],
      { GITHUB_SERVER_URL: example.local.url },
    );
    const { open } = JSON.parse(await setup.line(/"open"/)) as { open: string };
    await submit(await submit(await visit(open)));
    const { stdout, code, stderr } = await setup.finished;
    if (code !== 0) throw new Error(stderr);
    const { installUrl } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
      installUrl: string;
    };
    await Promise.all(Array.from({ length: app.deploy?.replicas ?? 0 }, startReplica));
    await submit(await visit(installUrl), { account: "acme", repositories: example.place.name });
  });

  afterEach(() => {
    const found = [...new Set(violations.splice(0))];
    if (found.length > 0) throw new Error(`Not as GitHub describes itself:\n${found.join("\n")}`);
  });

  afterAll(async () => {
    for (const replica of replicas.values()) await replica.stop("SIGKILL");
    await entry.close();
    await example.close();
    await rm(folder, { recursive: true });
  });

  it("play the demo's story to its end although one is killed in the middle of a release", async () => {
    const { address, place, local } = example;
    const stage: Stage = {
      example,
      place,
      users: address.users,
      policy: "version: 1\n",
      lastSha: "",
      lastPull: 0,
      drafted: [],
      proposal: 0,
      large: 0,
      waiting: [],
      desk: 0,
      rollback: 0,
      conflict: 0,
    };
    expect(replicas.size).toBe(2);
    let killed = "";
    const kill = async (): Promise<void> => {
      killed = (await eventually("who works", findWorker)) ?? "";
      await replicas.get(killed)?.stop("SIGKILL");
      // restart: unless-stopped
      await startReplica();
    };
    for (const act of ACTS.filter(({ name }) => STORY.has(name))) {
      const kills: Promise<void>[] = [];
      if (act.name === "desk") {
        // The tag stands by then; the release never comes to be by this request.
        local.faults.failRequest({
          match: { method: "POST", path: /\/releases$/ },
          when: "before",
          how: {
            hold: () => {
              kills.push(kill());
              return new Promise(() => undefined);
            },
          },
        });
      }
      // GitHub's times are whole seconds: what is merged in that of the start counts as after it.
      if (act.name === "started") await sleep(1_000);
      await act.play(stage, () => undefined);
      await Promise.all(kills);
    }
    expect(killed).toMatch(/^replica-[12]$/);

    const { data, git } = local.github;
    const [repository] = data.repositories;
    const tags = (await git.run(repository?.id ?? 0, ["tag", "--list"])).trim().split("\n");
    const releases = data.releases.map(({ tagName }) => tagName);
    expect(releases.toSorted()).toEqual(tags.toSorted());
    expect(new Set(releases).size).toBe(releases.length);

    const bot = data.accounts.find(({ login }) => login === "smallbatch-acme[bot]")?.id;
    const notes = data.releases
      .filter(({ authorId }) => authorId === bot)
      .map(({ body }) => (body ?? "").split("<details>")[0] ?? "");
    expect(notes).toHaveLength(5);
    const since = Math.min(
      ...data.issues
        .filter(({ title }) => title.includes("last corner"))
        .map(({ number }) => number),
    );
    const merged = data.issues.filter(({ number, pull }) => number >= since && pull?.merged);
    const mentions = ({ number }: { number: number }) =>
      notes.filter((text) => text.includes(`(#${number})`)).length;
    const fixes = merged.filter(({ title }) => !/^(chore|docs)/.test(title));
    expect(fixes.map(mentions)).toEqual(fixes.map(() => 1));

    // Told once, and only what was merged after the start.
    const told = (number: number) =>
      data.comments.filter(
        ({ issueNumber, authorId }) => issueNumber === number && authorId === bot,
      ).length;
    const [before, ...after] = fixes.map(({ number }) => number);
    expect(told(before ?? 0)).toBe(0);
    await eventually("every comment", () => after.every((number) => told(number) >= 1));
    expect(after.map(told)).toEqual(after.map(() => 1));
  });

  it("are replaced one by one, each with exit code 0, while a change is merged and released", async () => {
    const { address, place, local } = example;
    const stage = {
      example,
      place,
      users: address.users,
      policy: "",
      lastSha: "",
      lastPull: 0,
      drafted: [],
      proposal: 0,
      large: 0,
      waiting: [],
      desk: 0,
      rollback: 0,
      conflict: 0,
    };
    const before = await currentTag(stage);
    const pull = await merge(stage, {
      title: "fix: merged while it is deployed",
      path: "src/deployed.js",
      text: "export const deployed = true;\n",
    });
    const standing = [...replicas].filter(
      ([, { child }]) => child.exitCode === null && child.signalCode === null,
    );
    expect(standing).toHaveLength(2);
    for (const [name, replica] of standing) {
      await startReplica();
      await ci(stage, pull.sha, "pending");
      expect([name, (await replica.stop("SIGTERM")).code]).toEqual([name, 0]);
    }
    await ci(stage, pull.sha, "success");
    const release = await untilRelease(stage, before);
    expect(release.body).toContain(`(#${pull.number})`);
    const { releases, deliveries } = local.github.data;
    expect(releases.filter(({ body }) => body?.includes(`(#${pull.number})`))).toHaveLength(1);
    expect(deliveries.filter(({ statusCode }) => statusCode !== 202)).toEqual([]);
  });
});
