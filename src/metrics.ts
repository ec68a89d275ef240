import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { DraftEnded } from "./claude/drafter.ts";
import { ClockMetrics } from "./clock-metrics.ts";
import { listen } from "./listen.ts";
import type { Clock } from "./ports.ts";
import type { Published } from "./published.ts";
import type { ClockGauges } from "./store/clock-gauges.ts";
import type { Gauges } from "./store/gauges.ts";
import { readVersion } from "./version.ts";

/** Where the numbers come from that only the database knows. */
export interface GaugeSource {
  readGauges(): Promise<Gauges>;
  readClockGauges(now: number): Promise<ClockGauges>;
}

/** How an answer of GitHub is counted. */
export interface AnswerSeen {
  /** `POST /graphql ObserveLine`, or method and path. */
  readonly attempt: string;
  /** Null: none came. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** Null for the App itself. */
  readonly installationId: number | null;
}

/** From what a person does not notice to what GitHub gives up on. */
const INGEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PASS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const RELEASE_SECONDS = [1, 2, 3, 5, 10, 30, 60, 300, 1_800];

/**
 * Words of GitHub's paths. Every other part of a path is a name, a number or a commit: it says whose
 * repository it is, and there is no end to them.
 */
const PATH_WORDS = new Set(
  (
    "access_tokens app attempts branches check-runs collaborators comments commits compare contents " +
    "deliveries git hook installation installations issues labels latest permission pulls ref refs " +
    "releases repos repositories statuses tags"
  ).split(" "),
);

/** Events that are counted by name: whoever sends a request may write any into its header. */
const NAMED_EVENTS = new Set(
  (
    "check_run check_suite deployment_status installation installation_repositories issue_comment " +
    "issues merge_group ping pull_request pull_request_review push release repository status"
  ).split(" "),
);

/** What this process counts, and what the database knows. */
export class Metrics {
  readonly registry = new Registry();
  /** Read anew for each answer; left out of it while PostgreSQL does not answer. */
  readonly knownRegistry = new Registry();
  readonly #source: GaugeSource;
  readonly #deliveries: Counter;
  readonly #ingest: Histogram;
  readonly #passes: Counter;
  readonly #passSeconds: Histogram;
  readonly #requests: Counter;
  readonly #releases: Counter;
  readonly #releaseSeconds: Histogram;
  readonly #setGauges: (seen: Gauges) => void;
  readonly #rateLimit: Gauge;
  readonly #databaseUp: Gauge;
  readonly #drafts: ClaudeCounters;
  readonly #clocks: ClockMetrics;
  readonly #remaining = new Map<string, { resource: string; left: number; resetAt: number }>();

  constructor(source: GaugeSource) {
    this.#source = source;
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#deliveries = new Counter({
      name: "smallbatch_deliveries_total",
      help: "Webhook deliveries: recorded, duplicate, refused, overload (503), failed (503).",
      labelNames: ["event", "outcome"],
      registers,
    });
    this.#ingest = new Histogram({
      name: "smallbatch_delivery_seconds",
      help: "From the headers of a delivery to its 202, commit included.",
      buckets: INGEST_SECONDS,
      registers,
    });
    this.#passes = new Counter({
      name: "smallbatch_passes_total",
      help: "Looks at a repository: served, wait, failed, parked.",
      labelNames: ["outcome"],
      registers,
    });
    this.#passSeconds = new Histogram({
      name: "smallbatch_pass_seconds",
      help: "One look at a repository, with all that it did.",
      buckets: PASS_SECONDS,
      registers,
    });
    this.#requests = new Counter({
      name: "smallbatch_github_requests_total",
      help: "Requests to GitHub by kind and status; none: no answer came.",
      labelNames: ["endpoint", "status"],
      registers,
    });
    this.#releases = new Counter({
      name: "smallbatch_releases_total",
      help: "Releases that this process published.",
      registers,
    });
    this.#releaseSeconds = new Histogram({
      name: "smallbatch_green_to_published_seconds",
      help: "From the end of a commit's last check, as GitHub tells it, to its release.",
      buckets: RELEASE_SECONDS,
      registers,
    });
    this.#rateLimit = new Gauge({
      name: "smallbatch_github_rate_limit_remaining",
      help: "Requests left until GitHub's limit, of the installation with the fewest.",
      labelNames: ["resource"],
      registers,
    });
    this.#drafts = countClaude(registers);
    this.#databaseUp = new Gauge({
      name: "smallbatch_database_up",
      help: "1: PostgreSQL answered just now. 0: what it knows is missing here.",
      registers,
    });
    this.#setGauges = makeGauges(this.knownRegistry);
    this.#clocks = new ClockMetrics(this.knownRegistry, (now) => source.readClockGauges(now));
    sayVersion(registers);
  }

  /** A delivery was answered, so long after its headers came. */
  delivery(answered: {
    readonly event: string;
    readonly outcome: string;
    readonly ms: number;
  }): void {
    const { event, outcome, ms } = answered;
    this.#deliveries.inc({ event: NAMED_EVENTS.has(event) ? event : "other", outcome });
    const isKept = outcome === "recorded" || outcome === "duplicate";
    if (isKept) this.#ingest.observe(ms / 1_000);
  }

  pass(ended: { readonly outcome: string; readonly ms: number }): void {
    this.#passes.inc({ outcome: ended.outcome });
    this.#passSeconds.observe(ended.ms / 1_000);
  }

  request({ attempt, status, headers, installationId }: AnswerSeen): void {
    this.#requests.inc({ endpoint: endpointOf(attempt), status: status ?? "none" });
    const left = Number(headers["x-ratelimit-remaining"]);
    const resetAt = Number(headers["x-ratelimit-reset"]) * 1_000;
    const resource = String(headers["x-ratelimit-resource"]);
    if (!Number.isFinite(left) || !Number.isFinite(resetAt)) return;
    if (!/^[a-z_]{1,30}$/.test(resource)) return;
    this.#remaining.set(`${installationId} ${resource}`, { resource, left, resetAt });
  }

  release({ at, greenAt }: Published): void {
    this.#releases.inc();
    if (greenAt !== null) this.#releaseSeconds.observe(Math.max(0, at - greenAt) / 1_000);
  }

  draft({ outcome, usage, costUsd }: DraftEnded): void {
    const { drafts, tokens, dollars } = this.#drafts;
    drafts.inc({ outcome });
    dollars.inc(costUsd ?? 0);
    tokens.inc({ kind: "input" }, usage?.inputTokens ?? 0);
    tokens.inc({ kind: "output" }, usage?.outputTokens ?? 0);
    tokens.inc({ kind: "cache_read" }, usage?.cacheReadTokens ?? 0);
    tokens.inc({ kind: "cache_write" }, usage?.cacheWriteTokens ?? 0);
  }

  /** All of it in Prometheus' text format. */
  async render(now: number): Promise<string> {
    this.#rateLimit.reset();
    for (const [key, { resource, left, resetAt }] of this.#remaining) {
      if (resetAt < now) this.#remaining.delete(key);
      else await this.#lower(resource, left);
    }
    let known = "";
    try {
      this.#setGauges(await this.#source.readGauges());
      await this.#clocks.refresh(now);
      known = await this.knownRegistry.metrics();
    } catch {
      // Whoever reads this sees that it is missing.
    }
    this.#databaseUp.set(known === "" ? 0 : 1);
    return `${await this.registry.metrics()}\n${known}`;
  }

  async #lower(resource: string, left: number): Promise<void> {
    const { values } = await this.#rateLimit.get();
    const known = values.find(({ labels }) => labels["resource"] === resource)?.value;
    this.#rateLimit.set({ resource }, Math.min(left, known ?? left));
  }
}

function sayVersion(registers: Registry[]): void {
  new Gauge({
    name: "smallbatch_build_info",
    help: "Always 1, with the version that runs.",
    labelNames: ["version"],
    registers,
  }).set({ version: readVersion() }, 1);
}

interface ClaudeCounters {
  readonly drafts: Counter;
  readonly tokens: Counter;
  readonly dollars: Counter;
}

function countClaude(registers: Registry[]): ClaudeCounters {
  return {
    drafts: new Counter({
      name: "smallbatch_claude_drafts_total",
      help: "Drafts asked of Claude: drafted, or the code of docs/notes.md.",
      labelNames: ["outcome"],
      registers,
    }),
    tokens: new Counter({
      name: "smallbatch_claude_tokens_total",
      help: "Tokens of drafts: input, output, cache_read, cache_write.",
      labelNames: ["kind"],
      registers,
    }),
    dollars: new Counter({
      name: "smallbatch_claude_dollars_total",
      help: "Dollars of drafts, as far as the price of the model is known.",
      registers,
    }),
  };
}

function makeGauges(registry: Registry): (seen: Gauges) => void {
  const registers = [registry];
  const jobs = new Gauge({
    name: "smallbatch_queue_jobs",
    help: "Looks in the queue of all replicas: due, later, running.",
    labelNames: ["state"],
    registers,
  });
  const oldestDue = new Gauge({
    name: "smallbatch_queue_oldest_due_seconds",
    help: "How long the look that is due longest has waited; 0: none is due.",
    registers,
  });
  const repositories = new Gauge({
    name: "smallbatch_repositories",
    help: "Repositories that the App is installed on.",
    registers,
  });
  const parked = new Gauge({
    name: "smallbatch_repositories_parked",
    help: "Repositories given up until a webhook or a later time, after an error.",
    registers,
  });
  const writes = new Gauge({
    name: "smallbatch_writes_left",
    help: "Content writes left in our own budget, of the installation with the fewest.",
    labelNames: ["window"],
    registers,
  });
  return (seen) => {
    jobs.set({ state: "due" }, seen.jobsDue);
    jobs.set({ state: "later" }, seen.jobsLater);
    jobs.set({ state: "running" }, seen.jobsRunning);
    oldestDue.set(seen.oldestDueSeconds);
    repositories.set(seen.repositories);
    parked.set(seen.parked);
    writes.set({ window: "minute" }, seen.writesLeftMinute);
    writes.set({ window: "hour" }, seen.writesLeftHour);
  };
}

/** `POST /repos/{}/{}/git/refs` of a request for one; `graphql ObserveLine` of a document. */
export function endpointOf(attempt: string): string {
  const [method = "", address = "", name = ""] = attempt.split(" ");
  if (address === "/graphql") return `graphql ${name}`;
  const path = URL.parse(address, "https://github.invalid")?.pathname ?? "";
  const parts = path.replace(/^\/api\/v3(?=\/)/, "").split("/");
  const kinds = parts.map((part, at) => {
    const isName = parts[1] === "repos" && (at === 2 || at === 3);
    return part === "" || (PATH_WORDS.has(part) && !isName) ? part : "{}";
  });
  return `${method} ${kinds.join("/")}`;
}

export interface MetricsServer {
  /** `http://localhost:9464`, with the real port. */
  readonly url: string;
  close(): Promise<void>;
}

/** `GET /metrics` on a port of its own: what is open to GitHub must not show it. */
export async function startMetricsServer(options: {
  readonly metrics: Metrics;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
}): Promise<MetricsServer> {
  const { metrics, host, port, clock } = options;
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end("There is nothing here but /metrics.\n");
      return;
    }
    void answer(response);
  });
  async function answer(response: ServerResponse): Promise<void> {
    const text = await metrics.render(clock.now());
    response.writeHead(200, { "Content-Type": metrics.registry.contentType });
    response.end(text);
  }
  const url = await listen(server, { name: "SMALLBATCH_METRICS_PORT", host, port });
  return {
    url,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
