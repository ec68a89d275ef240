import type { Clock, Forge } from "./ports.ts";
import { reconcile } from "./reconcile/reconcile.ts";
import type { Database } from "./store/database.ts";
import type { ActParts } from "./web/act-ports.ts";

/** More lines of one repository are not looked at for a page. */
const LINES_MAX = 30;

/** What pages that act are made from: the loop without its writes, and what people confirmed. */
export function composeActs(parts: {
  readonly database: Pick<Database, "forInstallation" | "pageActs">;
  readonly forge: (installationId: number) => Promise<Forge>;
  readonly clock: Clock;
}): ActParts {
  const { database, forge, clock } = parts;
  const { pageActs } = database;
  return {
    look: async ({ id, installationId, owner, name, defaultBranch }) => {
      const store = database.forInstallation(installationId);
      const looked = await reconcile({
        forge: await forge(installationId),
        store,
        clock,
        repository: { id, owner, name },
        defaultBranch,
        isDryRun: true,
        othersMax: LINES_MAX,
      });
      const row = await store.readDesk(id);
      return {
        lines: [looked, ...looked.others],
        risks: row?.risks ?? {},
        desk: row?.memory ?? null,
      };
    },
    readPlans: ({ id, installationId }) => database.forInstallation(installationId).readPlans(id),
    findSent: (keyHash, userId) => pageActs.findSent(keyHash, userId),
    claim: (keyHash, userId, sent) => pageActs.claim(keyHash, userId, sent),
    keepSaid: (keyHash, said) => pageActs.keepSaid(keyHash, said),
  };
}
