import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Sightings } from "../../src/clocks-port.ts";
import type { KeptKinds, Seen } from "../../src/core/clock-records/kept.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();

const HOUR_MS = 3_600_000;
const T0 = Date.UTC(2026, 0, 5);
const REPOSITORY = 42;
const ALWAYS = { from: 0, to: 9_000_000_000_000 };

const sha = (digit: string): string => digit.repeat(40);

const clocks = () => test.database.clocksOf(INSTALLATION);
const keep = (seen: Sightings): Promise<void> => clocks().keep(REPOSITORY, seen);
const read = () => clocks().readRecords([REPOSITORY], ALWAYS);

/** Released so many hours after the beginning, on the commit of a digit. */
function release(
  tag: string,
  digit: string,
  hours: number,
  record: Partial<KeptKinds["release"]> = {},
): Seen<KeptKinds["release"]> {
  const publishedAt = T0 + hours * HOUR_MS;
  const usual = { tag, sha: sha(digit), publishedAt, isPrerelease: false };
  return { at: T0, isWhole: false, record: { ...usual, ...record } };
}

function deployment(
  id: number,
  digit: string,
  record: Partial<KeptKinds["deployment"]>,
): Seen<KeptKinds["deployment"]> {
  const usual = { id, sha: sha(digit), environment: "production" };
  const createdAt = record.succeededAt ?? record.failedAt ?? T0;
  return { at: T0, isWhole: true, record: { ...usual, createdAt, ...record } };
}

const failure = (id: number, digit: string, at: number): Seen<KeptKinds["feedback"]> => ({
  at: T0,
  isWhole: false,
  record: {
    key: `deployment/${id}`,
    kind: "deployment",
    openedAt: at,
    reporter: "internal",
    claim: { by: "deployment", sha: sha(digit) },
  },
});

const pull = (
  number: number,
  record: Partial<KeptKinds["pull"]> = {},
): Seen<KeptKinds["pull"]> => ({
  at: T0,
  isWhole: false,
  record: { number, createdAt: T0, ...record },
});

/** All of it in one, then one by one in the other order; it has to come to the same. */
async function keepAnyhow(
  story: Required<Pick<Sightings, "releases" | "deployments">> & Sightings,
) {
  await keep(story);
  const first = await read();
  await clear();
  for (const one of story.deployments.toReversed()) await keep({ deployments: [one] });
  for (const one of (story.feedback ?? []).toReversed()) await keep({ feedback: [one] });
  for (const one of story.releases.toReversed()) await keep({ releases: [one] });
  for (const one of (story.pulls ?? []).toReversed()) await keep({ pulls: [one] });
  expect(await read()).toEqual(first);
  return first;
}

async function clear(): Promise<void> {
  for (const table of ["pull", "release", "carried", "feedback", "deployment"]) {
    await test.query(`delete from smallbatch.clock_${table}`);
  }
}

beforeEach(async () => {
  const repository = repositoryLabel(REPOSITORY);
  await test.database.inbox.recordDelivery(deliveryOf(`d-${Math.random()}`, { repository }));
  await clear();
});

const usable = (releases: Awaited<ReturnType<typeof read>>["releases"]) =>
  releases.map(({ usableBy, usableAt }) => [
    usableBy,
    usableAt === null ? null : (usableAt - T0) / HOUR_MS,
  ]);

describe("when people can use a release", () => {
  it("is when it was published, or when the checks that this started are green", async () => {
    const at = T0 + 5 * HOUR_MS;
    await keep({
      releases: [
        release("v1.0.0", "a", 1),
        release("v1.0.1", "b", 2, { checks: "green", checksAt: at }),
        release("v1.0.2", "c", 3, { checks: "pending" }),
        release("v1.0.3", "d", 4, { checks: "red" }),
      ],
    });
    const by = "publish-checks";
    expect(usable((await read()).releases)).toEqual([
      ["published", 1],
      [by, 5],
      [by, null],
      [by, null],
    ]);
    // Later it is done; the first time of publishing stays.
    const done = { checks: "green", checksAt: at + HOUR_MS } as const;
    await keep({ releases: [{ ...release("v1.0.2", "c", 9, done), at: T0 + 1 }] });
    expect(usable((await read()).releases)[2]).toEqual([by, 6]);
  });

  it("is when a deployment holds it, from the first one of its line to production on", async () => {
    const { releases } = await keepAnyhow({
      releases: [
        release("v1.0.0", "a", 1),
        release("v1.0.1", "b", 10),
        release("v1.0.2", "c", 11, {
          carries: [{ pull: null, sha: sha("9"), how: "direct" }],
        }),
        release("v1.0.3", "d", 12),
        release("v1.1.0", "f", 50 * 24),
        release("cli-v1.0.0", "e", 12, { component: "cli" }),
      ],
      deployments: [
        deployment(1, "a", { succeededAt: T0 + 5 * HOUR_MS }),
        // A commit that v1.0.2 brought: what was released before it is there, too.
        deployment(2, "9", { succeededAt: T0 + 20 * HOUR_MS }),
        deployment(3, "d", { failedAt: T0 + 30 * HOUR_MS }),
        deployment(4, "7", { succeededAt: T0 + 40 * HOUR_MS }),
      ],
    });
    expect(releases.map(({ tag }) => tag)[0]).toBe("cli-v1.0.0");
    expect(usable(releases)).toEqual([
      ["published", 12],
      ["published", 1],
      ["deployment", 20],
      ["deployment", 20],
      ["deployment", null],
      // Nobody deployed for a month.
      ["published", 50 * 24],
    ]);
  });
});

describe("a deployment that failed", () => {
  it("speaks against its release until one to its environment succeeds", async () => {
    const failedAt = T0 + 2 * HOUR_MS;
    const mended = deployment(3, "b", { succeededAt: T0 + 6 * HOUR_MS });
    const story = {
      releases: [release("v1.0.0", "a", 1), release("v1.0.1", "b", 5)],
      deployments: [
        deployment(1, "a", { failedAt }),
        deployment(2, "b", { environment: "prod-eu", succeededAt: T0 + 3 * HOUR_MS }),
      ],
      feedback: [failure(1, "a", failedAt)],
    };
    const attribution = { tier: "explicit", tag: "v1.0.0", by: "deployment" };
    await keep(story);
    expect((await read()).feedback).toMatchObject([
      { key: "deployment/1", attribution, closedAt: null, fixedAt: null },
    ]);
    await clear();
    const { feedback } = await keepAnyhow({
      ...story,
      deployments: [...story.deployments, mended],
    });
    expect(feedback).toMatchObject([
      {
        attribution,
        resolution: "fixed",
        closedAt: T0 + 6 * HOUR_MS,
        fixedAt: T0 + 6 * HOUR_MS,
        fixUsableAt: T0 + 6 * HOUR_MS,
      },
    ]);
  });
});

const seen = async () =>
  (await read()).pulls.map(({ number, mergedAt }) => [
    number,
    mergedAt === null ? null : (mergedAt - T0) / HOUR_MS,
  ]);

const stacked = (number: number, onto: string, hours: number, headBranch: string | null = null) =>
  pull(number, { onto, ontoAt: T0 + hours * HOUR_MS, headBranch, isReleasable: false });
const merged = (number: number, headBranch: string, hours: number) =>
  pull(number, { headBranch, mergedAt: T0 + hours * HOUR_MS });

describe("a pull that was merged into another branch", () => {
  const STACK = [
    stacked(1, "feature", 2, "part"),
    stacked(2, "part", 1),
    stacked(3, "feature", 9),
    merged(4, "feature", 5),
    merged(5, "feature", 1),
    merged(6, "feature", 8),
    stacked(7, "abandoned", 1),
  ];

  it("is merged with the one that brings that branch on, also over several", async () => {
    const expected = [
      [1, 5],
      [2, 5],
      [4, 5],
      [5, 1],
      [6, 8],
    ];
    await keep({ pulls: STACK });
    expect(await seen()).toEqual(expected);
    for (const order of [STACK, STACK.toReversed()]) {
      await clear();
      for (const one of order) await keep({ pulls: [one] });
      expect(await seen()).toEqual(expected);
    }
  });
});

describe("exceptions", () => {
  it("stand on record with the pulls that releases name, whichever comes first", async () => {
    const letPass = release("v1.0.0", "a", 1, { excepted: [7, 7, 8] });
    await keep({ releases: [letPass], pulls: [pull(7)] });
    await keep({ pulls: [pull(8), pull(9)] });
    await keep({ releases: [release("v1.0.1", "b", 2, { excepted: [9] })] });
    await keep({ releases: [letPass] });
    expect((await read()).pulls.map(({ exceptions }) => exceptions)).toEqual([2, 1, 1]);
  });
});

describe("releases that stand", () => {
  it("are those that nobody took away, and that are no mere tags", async () => {
    await keep({
      releases: [
        release("v1.0.0", "a", 1),
        release("v1.0.1", "b", 2, { withdrawnAt: T0 + 3 * HOUR_MS }),
        release("v1.0.2", "c", 3, { isTagOnly: true }),
        release("v1.0.3", "d", 4),
      ],
    });
    const list = (since: number, limit = 9) => clocks().listStanding(REPOSITORY, since, limit);
    expect(await list(0)).toEqual(["v1.0.3", "v1.0.0"]);
    expect(await list(0, 1)).toEqual(["v1.0.3"]);
    expect(await list(T0 + 2 * HOUR_MS)).toEqual(["v1.0.3"]);
    expect(await test.database.clocksOf(INSTALLATION + 1).listStanding(REPOSITORY, 0, 9)).toEqual(
      [],
    );
  });
});
