import type { Instant, Sha } from "../state.ts";
import type { KeptKinds, Seen } from "./kept.ts";

/** A deployment as GitHub has it. */
export interface DeploymentRead {
  readonly id: number;
  readonly sha: Sha;
  /** A name that whoever deploys gave. */
  readonly environment: string;
  readonly createdAt: Instant;
  readonly statuses: readonly { readonly state: string; readonly at: Instant }[];
}

/** `production`, `prod-eu`, `Production – shop`; what people try out is none. */
const PRODUCTION = /(?:^|[^a-z0-9])(?:production|prod|live)(?:[^a-z0-9]|$)/;
const NO_PRODUCTION = /(?:^|[^a-z0-9])(?:pre|non|preview|staging|test)(?:[^a-z0-9]|$)/;

/** Names of environments, without regard to case; null: those that are called so. */
export type Production = readonly string[] | null;

export function isProduction(environment: string, names: Production): boolean {
  const name = environment.toLowerCase();
  if (names !== null) return names.some((each) => each.toLowerCase() === name);
  return PRODUCTION.test(name) && !NO_PRODUCTION.test(name);
}

/** The same text for the same environments. */
export function formatProduction(names: Production): string {
  return JSON.stringify(names?.map((each) => each.toLowerCase()).toSorted() ?? null);
}

/** What `formatProduction` made, in lower case; null for anything else, too. */
export function parseProduction(text: string): Production {
  const names: unknown = JSON.parse(text);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : null;
}

/** Only production says when people have something; one that failed is feedback. */
export function seeDeployment(
  deployment: DeploymentRead,
  at: Instant,
  production: Production,
): {
  readonly deployments: readonly Seen<KeptKinds["deployment"]>[];
  readonly feedback: readonly Seen<KeptKinds["feedback"]>[];
} {
  const { id, sha, environment, createdAt, statuses } = deployment;
  if (!isProduction(environment, production)) return { deployments: [], feedback: [] };
  const firstOf = (states: readonly string[]): Instant | null => {
    const times = statuses.filter(({ state }) => states.includes(state)).map((each) => each.at);
    return times.length === 0 ? null : Math.min(...times);
  };
  const succeededAt = firstOf(["SUCCESS"]);
  const failedAt = firstOf(["FAILURE", "ERROR"]);
  const record = { id, sha, environment, createdAt, succeededAt, failedAt };
  return {
    deployments: [{ at, isWhole: true, record }],
    feedback: failedAt === null ? [] : [seeFailure({ id, sha, failedAt }, at)],
  };
}

/** What became of it, the store finds among the deployments. */
function seeFailure(
  { id, sha, failedAt }: { readonly id: number; readonly sha: Sha; readonly failedAt: Instant },
  at: Instant,
): Seen<KeptKinds["feedback"]> {
  return {
    at,
    isWhole: false,
    record: {
      key: `deployment/${id}`,
      kind: "deployment",
      isDropped: false,
      openedAt: failedAt,
      reporter: "internal",
      claim: { by: "deployment", sha },
    },
  };
}
