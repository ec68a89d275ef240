import { generateKeyPairSync } from "node:crypto";
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
import { acceptPermissions, createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { App } from "../../src/local-github/world.ts";
import { startService, type Service } from "../../src/service.ts";
import { readSettings } from "../../src/settings.ts";
import { useDatabase } from "../support/database.ts";
import { silent } from "../support/installed.ts";
import { useLocalGitHub } from "../support/local-github.ts";

/** When GitHub was asked for the whole state of a line. */
const looks: number[] = [];
const github = useLocalGitHub({
  onExchange: ({ requestBody }) => {
    if (requestBody.includes("query ObserveLine")) looks.push(performance.now());
  },
});
const shared = useDatabase();
const untouched = useDatabase();
const restarted = useDatabase();
const neighbourly = useDatabase();
const newer = useDatabase();
const checked = useDatabase();
const measured = useDatabase();
const services: Service[] = [];

afterEach(async () => {
  await github.faults.clear();
  for (const service of services.splice(0)) await service.stop();
});

interface World {
  readonly place: Place;
  readonly mona: Person;
  start(): Promise<Service>;
  setWebhookUrl(url: string | null): void;
  /** The App asks for these instead, and the owner grants them. */
  grant(permissions: App["permissions"]): void;
}

let worlds = 0;

/**
 * An organisation of its own with one started repository, released as v1.0.0. `hasNeighbour`: the
 * App is installed on another account before it.
 */
async function world(database = shared, hasNeighbour = false): Promise<World> {
  worlds += 1;
  const owner = `acme-${worlds}`;
  const login = `mona-${worlds}`;
  const { github: model } = github;
  createUser(model, login);
  createOrganization(model, owner, { admins: [login], members: [] });
  const repository = await createRepository(model, owner, "widgets");
  const sha = await commitFiles(model, repository, {
    branch: "main",
    message: "Start",
    files: { ".github/smallbatch.yml": "version: 1\n" },
  });
  await publishRelease(model, repository, { tag: "v1.0.0", sha, authorLogin: login });
  const { app, privateKeyPem } = await createApp(model, { slug: `smallbatch-${worlds}` });
  if (hasNeighbour) install(model, app, login, { repositories: "all" });
  const installation = install(model, app, owner, { repositories: "all" });
  return {
    place: { apiUrl: github.apiUrl, owner, name: "widgets" },
    mona: { login, token: userToken(model, login) },
    setWebhookUrl: (url) => {
      app.webhookUrl = url;
    },
    grant: (permissions) => {
      app.permissions = { ...app.permissions, ...permissions };
      acceptPermissions(model, app, installation);
    },
    start: async () => {
      const settings = readSettings(
        {
          APP_ID: String(app.id),
          PRIVATE_KEY: privateKeyPem,
          WEBHOOK_SECRET: app.webhookSecret,
          ...github.addresses,
          DATABASE_URL: database.url,
          PORT: "0",
          SMALLBATCH_METRICS_PORT: "0",
        },
        "serve",
      );
      const service = await startService(settings, { logger: silent });
      services.push(service);
      return service;
    },
  };
}

async function merge(
  { place, mona }: World,
  title: string,
): Promise<{ number: number; sha: string }> {
  const branch = title.replaceAll(/\W+/g, "-");
  const number = await openPull(place, mona, {
    branch,
    path: `src/${branch}.js`,
    text: `// ${title}\n`,
    title,
  });
  const sha = await mergePull(place, mona, number);
  await setStatus(place, mona, sha, "success");
  return { number, sha };
}

async function checkReleased(
  { place, mona }: World,
  tag: string,
  pull: { number: number; sha: string },
): Promise<void> {
  const release = await until(tag, () => findRelease(place, mona, tag));
  expect(release.body).toContain(`(#${pull.number})`);
  await until("our check", async () => {
    const check = await findCheck(place, mona, pull.sha);
    return check?.output.title === `released in ${tag}` ? check : null;
  });
  const comments = await until("our comment", async () => {
    const found = await listComments(place, mona, pull.number);
    return found.length > 0 ? found : null;
  });
  expect(comments).toHaveLength(1);
}

describe("the service", () => {
  it("releases on webhooks that arrive twice and out of order", async () => {
    const story = await world();
    const service = await story.start();
    story.setWebhookUrl(`${service.url}/api/github/webhooks`);
    github.faults.deliveries({ double: true, reorder: true });
    const pull = await merge(story, "fix: heard twice");
    await checkReleased(story, "v1.0.1", pull);
    expect(await findRelease(story.place, story.mona, "v1.0.2")).toBeNull();
  });

  it("finds at its start what was merged while it was away, without any webhook", async () => {
    const story = await world(untouched);
    const pull = await merge(story, "fix: nobody listened");
    await story.start();
    await checkReleased(story, "v1.0.1", pull);
  });

  it("finds it also where the installation before it cannot be listed", async () => {
    const story = await world(neighbourly, true);
    const pull = await merge(story, "fix: behind a closed door");
    const match = { method: "GET", path: "/installation/repositories" };
    const fault = github.faults.failRequest({ match, when: "before", how: "502" });
    await story.start();
    await checkReleased(story, "v1.0.1", pull);
    expect(fault.fired).toBe(1);
  });

  it("finds at its next start what was merged since it stopped, without any webhook", async () => {
    const story = await world(restarted);
    const first = await merge(story, "fix: before it stops");
    const service = await story.start();
    await checkReleased(story, "v1.0.1", first);
    services.splice(services.indexOf(service), 1);
    await service.stop();
    const second = await merge(story, "fix: while it is away");
    await story.start();
    await checkReleased(story, "v1.0.2", second);
  });

  it("makes one release with two replicas that both hear of everything", async () => {
    const story = await world();
    const [first, second] = [await story.start(), await story.start()];
    for (const [index, service] of [first, second].entries()) {
      story.setWebhookUrl(`${service.url}/api/github/webhooks`);
      const pull = await merge(story, `fix: by replica ${index}`);
      await checkReleased(story, `v1.0.${index + 1}`, pull);
    }
    expect(await findRelease(story.place, story.mona, "v1.0.3")).toBeNull();
  });

  it("observes where contents may only be read, and releases as soon as an owner grants more", async () => {
    const story = await world();
    const service = await story.start();
    story.setWebhookUrl(`${service.url}/api/github/webhooks`);
    story.grant({ contents: "read" });
    const pull = await merge(story, "fix: only looked at");
    await until("what it would release", async () => {
      const check = await findCheck(story.place, story.mona, pull.sha);
      return check?.output.title?.startsWith("would release v1.0.1; this App only") ? check : null;
    });
    expect(await findRelease(story.place, story.mona, "v1.0.1")).toBeNull();
    const parked = await service.database.work.readParked();
    expect(parked.filter(({ owner }) => owner === story.place.owner)).toEqual([]);
    story.grant({ contents: "write" });
    await checkReleased(story, "v1.0.1", pull);
  });

  it("goes on while a newer version adds to the tables, and starts on them again", async () => {
    const story = await world(newer);
    await story.start();
    const tables = await newer.query(
      "select tablename as name from pg_tables where schemaname = 'smallbatch'",
    );
    for (const { name } of tables) {
      await newer.query(`alter table smallbatch.${String(name)} add column later jsonb`);
    }
    await newer.query("insert into smallbatch.smallbatch_migration values ('9999-later.sql', 'x')");
    const service = await story.start();
    story.setWebhookUrl(`${service.url}/api/github/webhooks`);
    await checkReleased(story, "v1.0.1", await merge(story, "fix: in the middle of a deployment"));
  });

  it("looks seldom while 20 checks run, and releases at once when the last one ends", async () => {
    const story = await world(checked);
    const { place, mona } = story;
    const service = await story.start();
    story.setWebhookUrl(`${service.url}/api/github/webhooks`);
    const { webhooks } = github;
    const number = await openPull(place, mona, {
      branch: "checked",
      path: "src/checked.js",
      text: "// checked\n",
      title: "fix: checked twenty times",
    });
    await webhooks.idle();
    const before = looks.length;
    const beganAt = performance.now();
    const sha = await mergePull(place, mona, number);
    const contexts = Array.from({ length: 20 }, (_, at) => `ci/${at}`);
    for (const context of contexts) await setStatus(place, mona, sha, "pending", context);
    for (const context of contexts.slice(1)) await setStatus(place, mona, sha, "success", context);
    await webhooks.idle();
    // At the merge, before anything is known to be pending: one look for each of its deliveries.
    const most = 2 + Math.ceil((performance.now() - beganAt) / 5_000);
    expect(looks.length - before).toBeLessThanOrEqual(most);

    // From here on only the end of the checks leads to a look within the time of this test.
    await until("a look saw the checks", async () => {
      const rows = await checked.query(
        `update smallbatch.repository set quiet_until = now() + interval '1 hour'
        where awaits @> '[{"contexts": ["ci/0"]}]' returning 1`,
      );
      return rows.length > 0 ? true : null;
    });
    await checked.query("delete from graphile_worker._private_jobs where run_at > now()");
    await setStatus(place, mona, sha, "success", "ci/0");
    await checkReleased(story, "v1.0.1", { number, sha });
  });

  it("counts what it does, without the name of any repository", async () => {
    const story = await world(measured);
    const { metricsUrl, url } = await story.start();
    story.setWebhookUrl(`${url}/api/github/webhooks`);
    // A release counts also where the pass that published it fails afterwards.
    github.faults.failRequest({ match: { graphql: "AddComments" }, when: "before", how: "502" });
    const pull = await merge(story, "fix: counted");
    await checkReleased(story, "v1.0.1", pull);
    await github.webhooks.idle();
    // A pass is counted when it ends, and what it wrote stands on GitHub before that.
    const text = await until("the pass that commented is counted", async () => {
      const seen = await (await fetch(`${metricsUrl}/metrics`)).text();
      const [failed] = /^smallbatch_passes_total{outcome="failed"} 1$/m.exec(seen) ?? [];
      const [idle] = /^smallbatch_queue_jobs{state="running"} 0$/m.exec(seen) ?? [];
      return failed !== undefined && idle !== undefined ? seen : null;
    });
    expect(text).toMatch(/^smallbatch_releases_total 1$/m);
    expect(text).toMatch(/^smallbatch_green_to_published_seconds_count 1$/m);
    expect(text).toMatch(/^smallbatch_deliveries_total{event="push",outcome="recorded"} [1-9]/m);
    expect(text).toMatch(/^smallbatch_passes_total{outcome="served"} [1-9]/m);
    expect(text).toMatch(/endpoint="POST \/repos\/{}\/{}\/git\/refs",status="201"} 1$/m);
    expect(text).toMatch(/endpoint="graphql ObserveLine",status="200"} [1-9]/m);
    expect(text).toMatch(/^smallbatch_repositories 1$/m);
    expect(text).toMatch(/^smallbatch_writes_left{window="hour"} 49[0-9]$/m);
    expect(text).toMatch(/^smallbatch_github_rate_limit_remaining{resource="core"} \d+$/m);
    for (const name of [story.place.owner, story.place.name, story.mona.login, "v1.0.1"]) {
      expect(text).not.toContain(name);
    }
    // Not on the port that GitHub reaches.
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it("answers 401 to a delivery that is signed with another secret", async () => {
    const story = await world();
    const service = await story.start();
    const answer = await fetch(`${service.url}/api/github/webhooks`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": "ping",
        "x-github-delivery": "3e1c3a5e-2b2c-4d8e-9a52-1f2f5c0a7d11",
        "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
      },
      body: "{}",
    });
    expect(answer.status).toBe(401);
  });

  it("refuses to start with a key that is none", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(() =>
      readSettings({ APP_ID: "1", PRIVATE_KEY: key, WEBHOOK_SECRET: "x".repeat(32) }, "serve"),
    ).toThrow("PRIVATE_KEY");
  });
});
