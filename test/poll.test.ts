import { afterEach, describe, expect, it } from "@jest/globals";
import { AppError } from "../src/errors.ts";
import type { GitHubClient, RestRequest } from "../src/github/client.ts";
import type { Answer } from "../src/github/failure.ts";
import { assumeFeatures } from "../src/github/features.ts";
import { createPoll } from "../src/poll.ts";
import { useDatabase } from "./support/database.ts";

const test = useDatabase();
const INSTALLATION = 31;
const PERIOD_MS = 1_000;
const NOW = Date.UTC(2026, 10, 27, 12);

afterEach(async () => {
  await test.query("truncate smallbatch.repository, smallbatch.installation cascade");
  await test.query("truncate smallbatch.poll_list");
});

const listOf = (count: number, changes: object = {}) =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    node_id: `R_${index + 1}`,
    name: `widgets-${index + 1}`,
    private: false,
    archived: false,
    owner: { login: "acme" },
    default_branch: "main",
    pushed_at: "2026-11-27T10:00:00Z",
    ...changes,
  }));

/** A GitHub where nothing changes: `count` repositories, each answer with an ETag. */
function calmGitHub(count: number, change: (request: RestRequest) => Partial<Answer> = () => ({})) {
  const asked: RestRequest[] = [];
  let inFlight = 0;
  let inFlightMax = 0;
  const repositories = listOf(count);
  const answerTo = ({ path }: RestRequest): unknown => {
    if (path.startsWith("/app/installations")) {
      return [{ id: INSTALLATION, account: { login: "acme" }, permissions: { contents: "write" } }];
    }
    if (path.startsWith("/installation/repositories")) {
      const page = Number(new URL(path, "https://x").searchParams.get("page") ?? 1);
      return { repositories: repositories.slice((page - 1) * 100, page * 100) };
    }
    if (path.includes("/status")) return { sha: "a".repeat(40), statuses: [] };
    return path.includes("/check-runs") ? { check_runs: [] } : [];
  };
  const rest = async (request: RestRequest): Promise<Answer> => {
    asked.push(request);
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    const page = Number(/&page=(\d+)/.exec(request.path)?.[1] ?? 1);
    const isList = request.path.startsWith("/installation/");
    const next = `</installation/repositories?per_page=100&page=${page + 1}>; rel="next"`;
    const headers = {
      etag: '"same"',
      ...(isList && page * 100 < count ? { link: next } : {}),
    };
    const status = request.etag === '"same"' ? 304 : 200;
    return { status, headers, data: status === 304 ? "" : answerTo(request), ...change(request) };
  };
  const client: GitHubClient = {
    appId: 7,
    installationId: null,
    ownJob: null,
    mayWrite: () => Promise.resolve(true),
    features: assumeFeatures(),
    rest,
    graphql: () => Promise.reject(new Error("The poll reads REST only")),
  };
  return { client, asked, inFlightMax: () => inFlightMax };
}

function pollOf(
  client: GitHubClient,
  requestsPerMinuteMax: number,
  signal = new AbortController().signal,
) {
  const said: string[] = [];
  const say = (_: object, message: string): void => void said.push(message);
  const poll = createPoll({
    database: test.database,
    app: client,
    client: () => client,
    // It stands still: how long a turn takes is up to the machine.
    clock: { now: () => NOW },
    logger: { debug: () => undefined, info: say, warn: say, error: say },
    pace: { periodMs: PERIOD_MS, requestsPerMinuteMax },
  });
  return { run: () => poll.run({ now: NOW, previousAt: null, signal }), said };
}

const hints = () => test.query("select generation from smallbatch.repository");

const looksAt = (asked: readonly RestRequest[]): string[] =>
  asked.filter(({ path }) => path.endsWith("/tags?per_page=100")).map(({ path }) => path);

describe("the poll of many repositories", () => {
  it("asks no more than its share, goes round, and says once how long a round takes", async () => {
    const { client, asked, inFlightMax } = calmGitHub(250);
    // 80 requests in 0.8 of a period of a second: 16 looks of five requests.
    const { run, said } = pollOf(client, 6_000);
    await run();
    const first = looksAt(asked);
    expect(first).toHaveLength(16);
    expect(said).toEqual([expect.stringContaining("one round takes 16 periods")]);
    await run();
    expect(said).toHaveLength(1);
    const second = looksAt(asked).slice(first.length);
    expect(second.filter((path) => first.includes(path))).toEqual([]);
    expect(inFlightMax()).toBeLessThanOrEqual(10);
    const lists = asked.filter(({ path }) => path.startsWith("/installation/"));
    // Three pages, once more because they were new, and then conditional ones.
    expect(lists.map(({ etag }) => etag ?? null)).toEqual([
      ...Array.from({ length: 6 }, () => null),
      ...Array.from({ length: 3 }, () => '"same"'),
    ]);
  });

  it("leaves a quarter of the hour's requests to the passes", async () => {
    const { client, asked } = calmGitHub(50, ({ path }) =>
      path.startsWith("/repos/")
        ? { headers: { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "1249" } }
        : {},
    );
    await pollOf(client, 60_000).run();
    // Those that had begun come to their end.
    expect(looksAt(asked)).toHaveLength(10);
  });

  it("lets an installation rest for as long as GitHub asks", async () => {
    let isLimited = true;
    const { client, asked } = calmGitHub(50, ({ path }) => {
      if (!isLimited || !path.startsWith("/repos/")) return {};
      const retry = { kind: "after", waitMs: 60_000 } as const;
      throw new AppError("github/rate-limited", "GET: 403 slow down", { retry });
    });
    const { run } = pollOf(client, 60_000);
    await run();
    isLimited = false;
    const before = asked.length;
    await run();
    expect(asked.slice(before).map(({ path }) => path)).toEqual([
      "/app/installations?per_page=100",
    ]);
  });

  it("does not take a permission that is missing for news, nor a second time for some", async () => {
    const { client } = calmGitHub(1, ({ path }) =>
      path.includes("/issues") ? { status: 403, headers: {}, data: { message: "no" } } : {},
    );
    const { run } = pollOf(client, 60_000);
    await run();
    const before = await hints();
    await run();
    expect(await hints()).toEqual(before);
  });

  it("leaves archived repositories alone", async () => {
    const { client, asked } = calmGitHub(3, ({ path }) =>
      path.startsWith("/installation/")
        ? { data: { repositories: listOf(3, { archived: true }) } }
        : {},
    );
    await pollOf(client, 60_000).run();
    expect(looksAt(asked)).toEqual([]);
  });

  it("stops when the process stops, and goes on where it was", async () => {
    const stopping = new AbortController();
    const { client, asked } = calmGitHub(30, ({ path }) => {
      if (path.startsWith("/repos/")) stopping.abort();
      return {};
    });
    // One request in 20 minutes: it would never end by itself.
    await pollOf(client, 0.05, stopping.signal).run();
    expect(looksAt(asked)).toEqual([]);
    expect(asked.filter(({ path }) => path.startsWith("/repos/"))).toHaveLength(1);
    const rows = await test.query(
      "select id from smallbatch.repository where polled_at is not null",
    );
    expect(rows).toEqual([]);
  });
});
