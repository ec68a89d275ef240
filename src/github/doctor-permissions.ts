import type { GitHubFacts } from "../core/doctor/doctor-facts.ts";
import type { GitHubClient } from "./client.ts";
import { PASS_PERMISSIONS } from "./credentials.ts";
import { grantAnswer } from "./doctor-answers.ts";
import { ENDPOINTS } from "./endpoints.ts";
import type { Access, Permissions } from "./endpoints.ts";
import { understand } from "./failure.ts";

/** What is lost by one permission that is said; the worst stands first in the table. */
const COSTS_SHOWN = 2;

/** What the owner of the installation has not granted. Null: we are no installation, or GitHub does not say. */
export async function readMissing(client: GitHubClient): Promise<GitHubFacts["missing"]> {
  if (client.installationId === null) return null;
  const path = `/app/installations/${client.installationId}`;
  const scope = { kind: "app" } as const;
  const answer = await client.rest({ method: "GET", path, scope, allow: [403, 404] });
  if (answer.status !== 200) return null;
  return listMissing(understand(`GET ${path}`, grantAnswer, answer.data).permissions);
}

/** Permissions that the App asks for and lacks, with what that costs. */
export function listMissing(
  granted: Readonly<Record<string, string>>,
): NonNullable<GitHubFacts["missing"]> {
  return Object.entries(PASS_PERMISSIONS)
    .filter(([name, access]) => granted[name] !== access && granted[name] !== "write")
    .map(([name, access]) => ({
      permission: `${name}: ${access}`,
      cost: costOf(name, { access, granted: granted[name] }),
    }));
}

/** What people lose: of all requests that need it. */
function costOf(
  name: string,
  { access, granted }: { readonly access: Access; readonly granted: string | undefined },
): string {
  const isLost = (needs: Permissions): boolean =>
    needs[name] !== undefined && !(granted === "read" && needs[name] === "read");
  const costs = ENDPOINTS.filter(({ by, needs }) => by === "repository" && isLost(needs)).map(
    ({ declined }) => declined,
  );
  const worst = costs.find((cost) => cost === "nothing is released");
  if (worst !== undefined) return worst;
  const distinct = [...new Set(costs.map((cost) => cost.split(";", 1).join("")))];
  return distinct.length === 0 ? access : distinct.slice(0, COSTS_SHOWN).join(", ");
}
