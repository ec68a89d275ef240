import { beforeAll, describe, expect, it } from "@jest/globals";
import type { KeptKinds, Seen } from "../src/core/clock-records/kept.ts";
import { Metrics } from "../src/metrics.ts";
import { useDatabase } from "./support/database.ts";

const test = useDatabase();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 9, 1);
const NOW = T0 + 50 * DAY;
const INSTALLATION = 11;

function seen<T>(record: T): Seen<T> & { readonly record: T } {
  return { at: T0, isWhole: false, record };
}

const pull = (number: number, record: Partial<KeptKinds["pull"]>) =>
  seen({ number, createdAt: T0, kind: "feature", isReleasable: true, ...record } as const);

/** A pull of long ago. */
const merge = (number: number, mergedAt: number) =>
  pull(number, { createdAt: T0 - 900 * DAY, mergedAt, mergeSha: `${number}`.repeat(40) });

const release = (
  number: number,
  { tag, at, ownKind }: { tag: string; at: number; ownKind: "regular" | "first" | "backfill" },
) =>
  seen({
    tag,
    sha: `${number}`.repeat(40),
    publishedAt: at,
    isPrerelease: false,
    ownKind,
    carries: [{ pull: number, sha: `${number}`.repeat(40), how: "ancestry" }],
  } as const);

beforeAll(async () => {
  await test.query("insert into smallbatch.installation (id, account) values (11, 'acme')");
  const label = { nodeId: "R_1", defaultBranch: "main", owner: "acme" };
  const clocks = test.database.clocksOf(INSTALLATION);
  await test.database.repositories.upsert(INSTALLATION, [
    { ...label, id: 1, name: "open", isPrivate: false },
    { ...label, id: 2, name: "secret", isPrivate: true },
    { ...label, id: 3, name: "hidden", isPrivate: true },
    ...Array.from({ length: 60 }, (_, at) => {
      return { ...label, id: 100 + at, name: `small-${at}`, isPrivate: false };
    }),
  ]);
  const agent = { agent: "Claude", role: "coauthor", from: "trailer", evidence: "x" } as const;
  await clocks.keep(1, {
    pulls: [
      pull(1, { mergedAt: T0 + 2 * HOUR, mergeSha: "a".repeat(40), agents: [agent] }),
      // An author date of last year is not believed.
      pull(2, { mergedAt: T0 + 3 * DAY, firstAuthoredAt: T0 - 400 * DAY, kind: "chore" }),
      pull(3, { mergedAt: T0 + 5 * DAY, isBot: true, kind: "dependencies" }),
      pull(4, {}),
    ],
    releases: [
      seen({
        tag: "v1.0.0",
        sha: "e".repeat(40),
        publishedAt: T0 + DAY,
        isPrerelease: false,
        carries: [{ pull: 1, sha: "a".repeat(40), how: "ancestry" }],
      } as const),
    ],
    feedback: [
      seen({ key: "issue/9", kind: "bug", openedAt: T0 + 40 * DAY, reporter: "external" } as const),
    ],
  });
  for (const id of [2, 3]) {
    await clocks.keep(id, { pulls: [pull(1, { mergedAt: T0 + 20 * HOUR })] });
  }
  for (let at = 0; at < 60; at += 1) {
    await clocks.keep(100 + at, { pulls: [pull(1, { mergedAt: T0 + HOUR })] });
  }
});

async function lines(metrics: Metrics, now = NOW): Promise<readonly string[]> {
  return (await metrics.render(now)).split("\n");
}

describe("the clocks in /metrics", () => {
  it("are histograms and counts by repository and by words that have an end", async () => {
    const text = await lines(new Metrics(test.database));
    const feature = 'repo="acme/open",class="feature",ai="yes",bot="no"';
    const lead = "smallbatch_change_lead_seconds";
    const wanted = [
      `# TYPE ${lead} histogram`,
      `${lead}_bucket{${feature},le="3600"} 0`,
      `${lead}_bucket{${feature},le="14400"} 1`,
      `${lead}_bucket{${feature},le="+Inf"} 1`,
      `${lead}_sum{${feature}} 7200`,
      `${lead}_count{${feature}} 1`,
      // Thirty days at most before it was opened.
      `${lead}_sum{repo="acme/open",class="other",ai="no",bot="no"} ${33 * 86_400}`,
      `smallbatch_merged_pulls_total{${feature}} 1`,
      'smallbatch_merged_pulls_total{repo="acme/open",class="other",ai="no",bot="yes"} 1',
      'smallbatch_merge_to_release_seconds_sum{repo="acme/open"} 79200',
      'smallbatch_release_events_total{repo="acme/open",kind="regular"} 1',
      'smallbatch_open_age_seconds_bucket{repo="acme/open",of="pull",le="+Inf"} 1',
      'smallbatch_open_age_seconds_bucket{repo="acme/open",of="pull",le="2419200"} 0',
      'smallbatch_open_age_seconds_bucket{repo="acme/open",of="waiting",le="+Inf"} 2',
      'smallbatch_open_age_seconds_bucket{repo="acme/open",of="feedback",le="1209600"} 1',
    ];
    expect(wanted.filter((line) => !text.includes(line))).toEqual([]);
    expect(text.some((line) => /^smallbatch_build_info\{version="[^"]+"\} 1$/.test(line))).toBe(
      true,
    );
  });

  it("name no private repository, and none beside the fifty that are busiest", async () => {
    const text = (await lines(new Metrics(test.database))).join("\n");
    expect(text).not.toMatch(/secret|hidden/);
    const merged = 'class="feature",ai="no",bot="no"';
    expect(text).toContain(`smallbatch_merged_pulls_total{repo="private",${merged}} 2`);
    const named = new Set(text.match(/repo="acme\/[^"]+"/g));
    expect(named.size).toBe(50);
    expect(named.has('repo="acme/open"')).toBe(true);
    expect(text).toContain(`smallbatch_merged_pulls_total{repo="other",${merged}} 11`);
  });

  it("have labels with no end to them nowhere", async () => {
    const text = (await lines(new Metrics(test.database))).join("\n");
    const names = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name));
    for (const name of ["pull", "number", "sha", "login", "author", "tag"]) {
      expect(names).not.toContain(name);
    }
  });

  it("are read from the database once a minute, and a name goes with what was public", async () => {
    let reads = 0;
    const metrics = new Metrics({
      readGauges: () => test.database.readGauges(),
      readClockGauges: (now) => {
        reads += 1;
        return test.database.readClockGauges(now);
      },
    });
    await lines(metrics);
    await lines(metrics, NOW + 59_000);
    expect(reads).toBe(1);
    await test.query("update smallbatch.repository set is_private = true where id = 1");
    expect((await lines(metrics, NOW + 60_000)).join("\n")).not.toContain("acme/open");
    expect(reads).toBe(2);
    await test.query("update smallbatch.repository set is_private = false where id = 1");
  });

  it("measure no work of the first release, of a late one, or taken back before its own", async () => {
    await test.database.repositories.upsert(INSTALLATION, [
      {
        id: 4,
        nodeId: "R_4",
        defaultBranch: "main",
        owner: "acme",
        name: "old",
        isPrivate: false,
      },
    ]);
    await test.database.clocksOf(INSTALLATION).keep(4, {
      pulls: [
        merge(1, T0 - 800 * DAY),
        merge(2, T0 - 700 * DAY),
        merge(3, T0),
        merge(4, T0 + 10 * DAY),
        pull(5, { mergedAt: T0 + 12 * DAY, kind: "revert", revertsPulls: [4] }),
      ],
      releases: [
        release(1, { tag: "v1.0.0", at: T0 - DAY, ownKind: "first" }),
        release(2, { tag: "v0.9.1", at: T0 + HOUR, ownKind: "backfill" }),
        release(3, { tag: "v1.1.0", at: T0 + 2 * HOUR, ownKind: "regular" }),
        release(4, { tag: "v1.2.0", at: T0 + 20 * DAY, ownKind: "regular" }),
      ],
    });
    const text = await lines(new Metrics(test.database));
    const name = "smallbatch_merge_to_release_seconds";
    expect(text).toContain(`${name}_count{repo="acme/old"} 1`);
    expect(text).toContain(`${name}_sum{repo="acme/old"} 7200`);
  });
});
