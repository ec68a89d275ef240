import type { Hono } from "hono";
import type { Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import type { Webhooks } from "../webhooks.ts";
import * as apps from "./apps.ts";
import * as checkSuites from "./check-suites.ts";
import * as checks from "./checks.ts";
import * as comments from "./comments.ts";
import * as deliveries from "./deliveries.ts";
import * as immutableReleases from "./immutable-releases.ts";
import * as issues from "./issues.ts";
import * as labels from "./labels.ts";
import * as logins from "./logins.ts";
import * as manifests from "./manifests.ts";
import * as releases from "./releases.ts";
import * as statuses from "./statuses.ts";
import * as users from "./users.ts";

/** Apps, people, issues, releases, checks and statuses: all but git and pulls. */
export function register(app: Hono<Env>, github: GitHub, webhooks: Webhooks): void {
  for (const part of [
    apps,
    manifests,
    logins,
    users,
    labels,
    comments,
    issues,
    releases,
    immutableReleases,
    checks,
    checkSuites,
    statuses,
  ]) {
    part.register(app, github);
  }
  deliveries.register(app, github, webhooks);
}
