import { systemClock } from "./compose.ts";
import type { GitHubClient } from "./github/client.ts";
import { openUserClient } from "./github/user-client.ts";
import { openUserLogin } from "./github/user-login.ts";
import { openNobody, readPublic } from "./github/user-visibility.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Settings } from "./settings.ts";
import type { Database } from "./store/database.ts";
import { readVersion } from "./version.ts";
import { openLogin } from "./web/login.ts";
import type { Login } from "./web/login.ts";

/** Who looks at pages, on one GitHub and one database. */
export function composeLogin(
  settings: Pick<Settings, "login" | "serverUrl" | "apiUrl" | "graphqlUrl">,
  parts: {
    readonly database: Pick<Database, "viewed" | "webSessions">;
    /** GitHub through one installation. */
    readonly client: (installationId: number) => GitHubClient;
    readonly logger: Pick<Logger, "info" | "warn">;
    readonly clock?: Clock;
  },
): Login {
  const { login, serverUrl, apiUrl, graphqlUrl } = settings;
  const { database, client, logger, clock = systemClock } = parts;
  const userAgent = `smallbatch/${readVersion()}`;
  const now = () => clock.now();
  const open = (given: NonNullable<Settings["login"]>) => ({
    github: {
      ...openUserLogin({ ...given, serverUrl, apiUrl, userAgent, now }),
      ...openUserClient({ apiUrl, graphqlUrl, userAgent, clock }),
    },
    clientSecret: given.clientSecret,
    ownUrl: given.ownUrl,
  });
  return openLogin({
    people: login === null ? null : open(login),
    publicGitHub: {
      readPublic: (installationId, nodeIds) => readPublic(client(installationId), nodeIds),
      showsToNobody: openNobody({ serverUrl, apiUrl, userAgent, now }),
    },
    sessions: database.webSessions,
    repositories: database.viewed,
    clock,
    logger,
  });
}
