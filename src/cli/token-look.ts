import { composeNoDrafting, openTokenSession } from "../compose.ts";
import { fleetingStore } from "../reconcile/fleeting-store.ts";
import type { ReconcileRequest } from "../reconcile/reconcile.ts";
import { readSettings } from "../settings.ts";

/**
 * What a command needs to look at a repository with GITHUB_TOKEN and without a database; nothing is
 * written unless it says so. Throws AppError, `github/not-found` where the token does not see it.
 */
export async function openTokenLook(
  owner: string,
  name: string,
): Promise<{
  readonly session: ReturnType<typeof openTokenSession>;
  readonly request: ReconcileRequest;
}> {
  const settings = readSettings(process.env, "token");
  const session = openTokenSession(settings);
  const { repository, defaultBranch } = await session.find(owner, name);
  const { forge, clock } = session;
  const store = fleetingStore();
  const drafting = composeNoDrafting(settings);
  const look = { forge, store, clock, repository, defaultBranch, drafting };
  return { session, request: { ...look, isDryRun: true } };
}
