import type { ClockForge, ClockStore, Page, RepositoryName, Sightings } from "../clocks-port.ts";
import {
  formatProduction,
  isProduction,
  parseProduction,
  seeDeployment,
} from "../core/clock-records/deployment-sighting.ts";
import type { Production } from "../core/clock-records/deployment-sighting.ts";
import { effectivePolicy, policyIn } from "../core/policy/policy.ts";
import type { Instant } from "../core/state.ts";

type DeploymentsPage = Awaited<ReturnType<ClockForge["readDeployments"]>>;

export interface PartSeen {
  readonly page: Page<unknown>;
  readonly seen: Sightings;
  /** By what deployments on record were judged once `seen` is kept; absent: as before. */
  readonly production?: string;
}

/**
 * What a page of deployments says, by the environments that the policy calls production. Where it
 * calls others so than before, those that are none any more are forgotten, and pages are read back
 * to the beginning of what is on record.
 */
export async function seeDeployments(
  { store, repository }: { readonly store: ClockStore; readonly repository: RepositoryName },
  page: DeploymentsPage,
  at: Instant,
): Promise<PartSeen> {
  const [known] = await store.readCoverage([repository.id]);
  const before = known?.production ?? null;
  const names = productionIn(page, before);
  const seen = seeAll(page, names, at);
  const production = formatProduction(names);
  if (before === production) return { page, seen };
  // Whatever the policy says meanwhile: until it was read back to its beginning, it is not known.
  if (before !== null) await store.keepReading(repository.id, { production: null });
  const environments = await store.listEnvironments(repository.id);
  const noProduction = environments.filter((environment) => !isProduction(environment, names));
  const forgetting = { ...seen, noProduction };
  const since = known?.knownSince ?? null;
  const isAll = since === null || page.next === null || Number(page.oldestAt) < since;
  // Without a time of its oldest, a page is never the last one that is wanted.
  if (!isAll) return { page: { ...page, oldestAt: null }, seen: forgetting };
  return { page, seen: forgetting, production };
}

/** What a policy that cannot be read said before stands. */
function productionIn({ policyFile }: DeploymentsPage, before: string | null): Production {
  const effective = effectivePolicy(policyFile, []);
  if (effective.kind !== "invalid" || before === null) {
    return policyIn(effective)?.production ?? null;
  }
  return parseProduction(before);
}

function seeAll({ items }: DeploymentsPage, names: Production, at: Instant): Sightings {
  const all = items.map((deployment) => seeDeployment(deployment, at, names));
  return {
    deployments: all.flatMap(({ deployments }) => deployments),
    feedback: all.flatMap(({ feedback }) => feedback),
  };
}
