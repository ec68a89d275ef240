import { beforeAll, describe, expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();

const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 0, 5);
const REPOSITORY = 42;
const ALWAYS = { from: 0, to: 9_000_000_000_000 };
/** More than a function takes as arguments. */
const DEPLOYMENTS = 150_000;

const clocks = () => test.database.clocksOf(INSTALLATION);

/** A minute apart, of an environment that is production until somebody says otherwise. */
async function deployOften(): Promise<void> {
  await test.query(
    `insert into smallbatch.clock_deployment
      (repository_id, installation_id, id, seen_at, sha, environment, created_at, succeeded_at)
    select $1, $2, nth, $3, repeat('a', 40), 'staging', $3 + nth * 60000, $3 + nth * 60000
    from generate_series(1, $4::bigint) as nth`,
    [REPOSITORY, INSTALLATION, T0, DEPLOYMENTS],
  );
}

beforeAll(async () => {
  const repository = repositoryLabel(REPOSITORY);
  await test.database.inbox.recordDelivery(deliveryOf("d-1", { repository }));
  await deployOften();
});

describe("an environment that is production no more", () => {
  it("is forgotten with any number of deployments, and with what they said of releases", async () => {
    const sha = "a".repeat(40);
    const last = T0 + DEPLOYMENTS * 60_000;
    const release = (tag: string, publishedAt: number) => ({
      at: T0,
      isWhole: false,
      record: { tag, sha, publishedAt, isPrerelease: false },
    });
    const failed = (id: number) => ({
      at: T0,
      isWhole: false,
      record: {
        key: `deployment/${id}`,
        kind: "deployment" as const,
        openedAt: T0,
        reporter: "internal" as const,
        claim: { by: "deployment" as const, sha },
      },
    });
    await clocks().keep(REPOSITORY, {
      releases: [release("v1.0.0", T0 + DAY_MS), release("v1.0.1", last + DAY_MS)],
      feedback: [failed(1), failed(DEPLOYMENTS), failed(DEPLOYMENTS + 1)],
    });
    const before = await clocks().readRecords([REPOSITORY], ALWAYS);
    expect(before.releases.map(({ usableBy }) => usableBy)).toEqual(["deployment", "deployment"]);

    await clocks().keep(REPOSITORY, { noProduction: ["staging"] });
    const { releases, feedback } = await clocks().readRecords([REPOSITORY], ALWAYS);
    expect(releases.map(({ usableBy, usableAt }) => [usableBy, usableAt])).toEqual([
      ["published", T0 + DAY_MS],
      ["published", last + DAY_MS],
    ]);
    expect(feedback.map(({ key }) => key)).toEqual([`deployment/${DEPLOYMENTS + 1}`]);
    expect(await clocks().listEnvironments(REPOSITORY)).toEqual([]);
  });
});
