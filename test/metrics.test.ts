import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Registry } from "prom-client";
import { Metrics, endpointOf, startMetricsServer } from "../src/metrics.ts";
import type { GaugeSource, MetricsServer } from "../src/metrics.ts";
import { openDatabase } from "../src/store/database.ts";
import { useDatabase } from "./support/database.ts";
import { deliveryOf, repositoryLabel } from "./support/deliveries.ts";

const test = useDatabase();
const NOW = 1_767_600_000_000;
const servers: MetricsServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The samples of our own metrics, by name and labels. */
async function samples(metrics: Metrics, now = NOW): Promise<Record<string, number>> {
  const text = await metrics.render(now);
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line.startsWith("smallbatch_"))
      .map((line): [string, number] => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}

const nothing: GaugeSource = {
  readGauges: () => Promise.reject(new Error("no database")),
  readClockGauges: () => Promise.reject(new Error("no database")),
};

function byName(left: { name: string | undefined }, right: { name: string | undefined }): number {
  return String(left.name).localeCompare(String(right.name));
}

describe("docs/metrics.md", () => {
  it("lists what the registry has: name, kind, labels and meaning", async () => {
    const page = readFileSync(new URL("../docs/metrics.md", import.meta.url), "utf8");
    const rows = page
      .split("\n")
      .filter((line) => line.startsWith("| `smallbatch_"))
      .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
      .map(([, name, kind, labels, , help]) => ({ name, kind, labels, help }));
    const { registry, knownRegistry } = new Metrics(nothing);
    const all = Registry.merge([registry, knownRegistry]);
    const known = (await all.getMetricsAsJSON())
      .filter(({ name }) => name.startsWith("smallbatch_"))
      .map(({ name, type, help }) => {
        const metric = all.getSingleMetric(name) as unknown as { labelNames: string[] };
        const labels = metric.labelNames.filter((label) => label !== "le").join(", ");
        return { name, kind: String(type), labels, help };
      });
    expect(rows.toSorted(byName)).toEqual(known.toSorted(byName));
  });
});

describe("what is counted", () => {
  it("are deliveries by event and outcome, with the time of those that were kept", async () => {
    const metrics = new Metrics(nothing);
    metrics.delivery({ event: "push", outcome: "recorded", ms: 40 });
    metrics.delivery({ event: "push", outcome: "duplicate", ms: 4 });
    metrics.delivery({ event: "push", outcome: "overload", ms: 1 });
    // Nobody has proven anything yet.
    metrics.delivery({ event: "made_up", outcome: "refused", ms: 1 });
    expect(await samples(metrics)).toMatchObject({
      'smallbatch_deliveries_total{event="push",outcome="recorded"}': 1,
      'smallbatch_deliveries_total{event="push",outcome="duplicate"}': 1,
      'smallbatch_deliveries_total{event="push",outcome="overload"}': 1,
      'smallbatch_deliveries_total{event="other",outcome="refused"}': 1,
      smallbatch_delivery_seconds_count: 2,
      'smallbatch_delivery_seconds_bucket{le="0.005"}': 1,
    });
  });

  it("is the time from the last check to the release, where there was one", async () => {
    const metrics = new Metrics(nothing);
    metrics.release({ at: NOW, greenAt: NOW - 1_500 });
    // GitHub's clock is ahead of ours.
    metrics.release({ at: NOW, greenAt: NOW + 10 });
    metrics.release({ at: NOW, greenAt: null });
    expect(await samples(metrics)).toMatchObject({
      smallbatch_releases_total: 3,
      smallbatch_green_to_published_seconds_count: 2,
      smallbatch_green_to_published_seconds_sum: 1.5,
    });
  });

  it("are requests to GitHub, and what is left of its limits where least is left", async () => {
    const metrics = new Metrics(nothing);
    const answer = (installationId: number, remaining: string, resetMs: number) => ({
      attempt: "POST /graphql ObserveLine",
      status: 200,
      headers: {
        "x-ratelimit-remaining": remaining,
        "x-ratelimit-reset": String((NOW + resetMs) / 1_000),
        "x-ratelimit-resource": "graphql",
      },
      installationId,
    });
    metrics.request(answer(1, "4999", 60_000));
    metrics.request(answer(2, "7", 60_000));
    metrics.request(answer(3, "1", -60_000));
    metrics.request({
      attempt: "GET /repos/a/b",
      status: null,
      headers: {},
      installationId: null,
    });
    expect(await samples(metrics)).toMatchObject({
      'smallbatch_github_requests_total{endpoint="graphql ObserveLine",status="200"}': 3,
      'smallbatch_github_requests_total{endpoint="GET /repos/{}/{}",status="none"}': 1,
      'smallbatch_github_rate_limit_remaining{resource="graphql"}': 7,
    });
    const later = await samples(metrics, NOW + 120_000);
    expect(Object.keys(later).join()).not.toContain("rate_limit");
  });
});

describe("drafts of Claude", () => {
  it("are counted by how they ended, with tokens and dollars", async () => {
    const metrics = new Metrics(nothing);
    const ended = { model: "claude-haiku-5-5", requests: 1, tookMs: 900 };
    const usage = { inputTokens: 2_000, outputTokens: 90, cacheReadTokens: 7, cacheWriteTokens: 0 };
    metrics.draft({ ...ended, outcome: "drafted", usage, costUsd: 0.25 });
    metrics.draft({ ...ended, outcome: "cut-off", usage, costUsd: null });
    metrics.draft({ ...ended, outcome: "deadline", usage: null, costUsd: null });
    expect(await samples(metrics)).toMatchObject({
      'smallbatch_claude_drafts_total{outcome="drafted"}': 1,
      'smallbatch_claude_drafts_total{outcome="cut-off"}': 1,
      'smallbatch_claude_drafts_total{outcome="deadline"}': 1,
      'smallbatch_claude_tokens_total{kind="input"}': 4_000,
      'smallbatch_claude_tokens_total{kind="output"}': 180,
      'smallbatch_claude_tokens_total{kind="cache_read"}': 14,
      smallbatch_claude_dollars_total: 0.25,
    });
  });
});

describe("the kind of a request", () => {
  it.each([
    ["POST /repos/acme/widgets/git/refs", "POST /repos/{}/{}/git/refs"],
    ["GET /repos/git/refs/git/ref/tags/v1.4.3", "GET /repos/{}/{}/git/ref/tags/{}"],
    ["GET /repos/acme/widgets/releases/tags/v1%2F2", "GET /repos/{}/{}/releases/tags/{}"],
    ["PATCH /repos/acme/widgets/check-runs/17", "PATCH /repos/{}/{}/check-runs/{}"],
    ["GET /app/hook/deliveries?per_page=100", "GET /app/hook/deliveries"],
    ["POST /app/hook/deliveries/123/attempts", "POST /app/hook/deliveries/{}/attempts"],
    [
      "GET https://ghes.example/api/v3/installation/repositories?page=2",
      "GET /installation/repositories",
    ],
    ["POST /app/installations/77/access_tokens", "POST /app/installations/{}/access_tokens"],
    ["POST /graphql ObserveLine", "graphql ObserveLine"],
  ])("of %s is %s", (attempt, kind) => {
    expect(endpointOf(attempt)).toBe(kind);
  });
});

describe("what the database knows", () => {
  it("is how the work stands", async () => {
    const { database } = test;
    await database.inbox.recordDelivery(deliveryOf("m-1"));
    await database.inbox.recordDelivery(deliveryOf("m-2", { repository: repositoryLabel(43) }));
    await test.query("update smallbatch.repository set parked_at = now() where id = 43");
    await test.query(
      `update graphile_worker._private_jobs set run_at = now() - interval '90 s'
      where key = 'repository:42'`,
    );
    await database.work.hint(44, Date.now() + 3_600_000);
    await test.query(
      `update graphile_worker._private_jobs set run_at = now() + interval '1 hour'
      where key = 'repository:43'`,
    );
    await database.budget(11).takeWrites(30, Date.now());
    await database.budget(12).takeWrites(20, Date.now() - 120_000);
    const seen = await samples(new Metrics(database));
    expect(seen).toMatchObject({
      smallbatch_database_up: 1,
      'smallbatch_queue_jobs{state="due"}': 1,
      'smallbatch_queue_jobs{state="later"}': 1,
      'smallbatch_queue_jobs{state="running"}': 0,
      smallbatch_repositories: 2,
      smallbatch_repositories_parked: 1,
      'smallbatch_writes_left{window="minute"}': 50,
      'smallbatch_writes_left{window="hour"}': 470,
    });
    expect(seen["smallbatch_queue_oldest_due_seconds"]).toBeGreaterThanOrEqual(90);
  });

  it("is left out while it does not answer, and the rest is there", async () => {
    const gone = openDatabase("postgres://nobody:x@127.0.0.1:1/none");
    const metrics = new Metrics(gone);
    const text = await metrics.render(NOW);
    await gone.close();
    expect(text).toContain("smallbatch_database_up 0");
    expect(text).toContain("process_cpu_seconds_total");
    expect(text).not.toMatch(/^smallbatch_repositories_parked/m);
  });
});

describe("the server of metrics", () => {
  it("answers /metrics and nothing else", async () => {
    const metrics = new Metrics(nothing);
    const server = await startMetricsServer({
      metrics,
      host: "127.0.0.1",
      port: 0,
      clock: { now: () => NOW },
    });
    servers.push(server);
    const answer = await fetch(`${server.url}/metrics`);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect(await answer.text()).toContain("# TYPE smallbatch_deliveries_total counter");
    for (const path of ["/", "/metrics/x", "/livez"]) {
      expect((await fetch(`${server.url}${path}`)).status).toBe(404);
    }
    const port = Number(new URL(server.url).port);
    const again = startMetricsServer({
      metrics,
      host: "127.0.0.1",
      port,
      clock: { now: () => NOW },
    });
    await expect(again).rejects.toThrow(`SMALLBATCH_METRICS_PORT: ${port} is taken`);
  });
});
