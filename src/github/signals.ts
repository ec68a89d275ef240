import { z } from "zod";
import type { ReportKind, ReportSeen, SignalsSeen } from "../core/rollback/signals.ts";
import type { Repository } from "../core/state.ts";
import type { SignalForge } from "../rollback-port.ts";
import { instant, nodes } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { READ_SIGNALS } from "./signal-documents.ts";

const account = z.object({ kind: z.string(), login: z.string() }).nullable();

const issue = z.object({
  number: z.number().int(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  createdAt: instant,
  viewerDidAuthor: z.boolean(),
  author: account,
  timelineItems: z
    .object({
      nodes: nodes(
        z.object({ actor: account.optional(), label: z.object({ name: z.string() }).optional() }),
      ),
    })
    .optional(),
});

const issues = z.object({ nodes: nodes(issue) });

const signalsAnswer = z.object({
  repository: z
    .object({
      bugs: issues,
      regressions: issues,
      pulls: issues,
      deployments: z
        .object({
          nodes: nodes(
            z.object({
              commitOid: z.string(),
              environment: z.string().nullable(),
              latestStatus: z.object({ state: z.string() }).nullable(),
            }),
          ),
        })
        .optional(),
    })
    .nullable(),
});

/** States in which nothing arrived; `INACTIVE` is one that a later deployment took the place of. */
const FAILED = new Set(["FAILURE", "ERROR"]);

export function openSignals(client: GitHubClient): SignalForge {
  return { read: (repository) => read(client, repository) };
}

/**
 * An owner may decline that deployments are read. GitHub then gives nothing at all, and is asked once
 * more for the rest.
 */
async function read(client: GitHubClient, repository: Repository): Promise<SignalsSeen> {
  const whole = await ask(client, repository, true);
  const seen = whole === "declined" ? await ask(client, repository, false) : whole;
  return seen === "declined" ? { reports: [], deployments: [] } : seen;
}

async function ask(
  client: GitHubClient,
  { id, owner, name }: Repository,
  hasDeployments: boolean,
): Promise<SignalsSeen | "declined"> {
  const { data } = await client.graphql({
    document: READ_SIGNALS,
    variables: { owner, name, hasDeployments },
    scope: { kind: "repository", repositoryId: id },
    tolerate: ({ type }) => type === "FORBIDDEN",
  });
  const answer = understand(
    `Read what speaks against releases of ${owner}/${name}`,
    signalsAnswer,
    data,
  );
  if (answer.repository === null) return "declined";
  const { bugs, regressions, pulls, deployments } = answer.repository;
  return {
    reports: [
      ...listReports(bugs, { kind: "bug", isPull: false }),
      ...listReports(regressions, { kind: "regression", isPull: false }),
      ...listReports(pulls, { kind: "regression", isPull: true }),
    ],
    deployments: (deployments?.nodes ?? []).flatMap(
      ({ commitOid: sha, environment, latestStatus }) =>
        latestStatus === null
          ? []
          : [{ sha, environment: environment ?? "", isFailed: FAILED.has(latestStatus.state) }],
    ),
  };
}

/** Ours name releases too. */
function listReports(
  found: z.infer<typeof issues>,
  as: { readonly kind: ReportKind; readonly isPull: boolean },
): readonly ReportSeen[] {
  return found.nodes
    .filter(({ viewerDidAuthor }) => !viewerDidAuthor)
    .map((each) => ({
      ...as,
      number: each.number,
      url: each.url,
      text: `${each.title}\n${each.body}`,
      createdAt: each.createdAt,
      by: as.kind === "bug" ? personOf(each.author) : setterOf(each),
    }));
}

function personOf(actor: z.infer<typeof account> | undefined): string | null {
  return actor?.kind === "User" ? actor.login : null;
}

/** The newest comes last. */
function setterOf({ timelineItems }: z.infer<typeof issue>): string | null {
  const set = timelineItems?.nodes.findLast(
    ({ label }) => label?.name.toLowerCase() === "regression",
  );
  return personOf(set?.actor);
}
