import { composeBudget, composeClient, composeForge } from "./compose.ts";
import type { GitHubClient } from "./github/client.ts";
import { assumeFeatures } from "./github/features.ts";
import { createForgeMemory } from "./github/forge-memory.ts";
import { openSigner } from "./github/signer.ts";
import type { OnAnswer } from "./github/transport.ts";
import type { Metrics } from "./metrics.ts";
import type { Forge, Logger } from "./ports.ts";
import type { ServeSettings } from "./settings.ts";
import type { Database } from "./store/database.ts";

/** Ways to GitHub, one for each installation. */
export interface Forges {
  /** Requests of the App itself. */
  readonly app: GitHubClient;
  /** GitHub through one installation; kept, because it keeps tokens and branch names. */
  client(installationId: number): GitHubClient;
  /** The same for a pass. Opened anew, without the old tokens, when the owner granted other things. */
  forge(installationId: number): Promise<Forge>;
}

interface Opened {
  readonly client: GitHubClient;
  readonly forge: Forge;
  /** The installation's permissions when it was opened; absent where no pass was made with it. */
  readonly granted: string | undefined;
}

export function forgesOf(
  settings: ServeSettings,
  parts: { readonly database: Database; readonly metrics: Metrics; readonly logger: Logger },
): Forges {
  const { database, metrics, logger } = parts;
  const count =
    (installationId: number | null): OnAnswer =>
    (answer) =>
      metrics.request({ ...answer, installationId });
  const { appId, privateKey } = settings;
  const credentials = { kind: "app", appId, privateKey } as const;
  const features = assumeFeatures();
  const memory = createForgeMemory();
  const sign = openSigner(privateKey);
  const opened = new Map<number, Opened>();
  const open = (installationId: number, granted?: string) => {
    const known = opened.get(installationId);
    if (known !== undefined && known.granted === (granted ?? known.granted)) return known;
    const budget = composeBudget(settings, database, installationId);
    const hearing = { budget, features, logger, onAnswer: count(installationId) };
    const client = composeClient(settings, { ...credentials, installationId }, hearing);
    const fresh = {
      client,
      forge: composeForge(settings, client, memory, { sign }),
      granted,
    };
    opened.set(installationId, fresh);
    return fresh;
  };
  return {
    app: composeClient(
      settings,
      { ...credentials, installationId: null },
      { logger, onAnswer: count(null) },
    ),
    client: (installationId) => open(installationId).client,
    forge: async (installationId) => {
      const permissions = await database.installations.readPermissions(installationId);
      return open(installationId, JSON.stringify(permissions)).forge;
    },
  };
}
