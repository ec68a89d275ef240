import { z } from "zod";
import type { Instant, Sha } from "../core/state.ts";
import type { RepositoryRef } from "../ports.ts";
import { instant, nodes } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { READ_FAILURE_CASE } from "./failure-case-documents.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";

/** What GitHub knows of a release that went wrong. Titles and bodies are untrusted text. */
export interface FailureCaseSeen {
  /** Checks and statuses of its commit, at most 100, in order of name. Null: GitHub has not the commit. */
  readonly checks: readonly { readonly name: string; readonly conclusion: string | null }[] | null;
  /** The pull that brought the fix; null: none is known. */
  readonly pull: { readonly number: number; readonly title: string; readonly body: string } | null;
  /** Issues that it closed, at most 5; those that we may not read are left out. */
  readonly issues: readonly {
    readonly number: number;
    readonly url: string;
    readonly title: string;
    readonly body: string;
    readonly openedAt: Instant;
  }[];
}

const context = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("CheckRun"), name: z.string(), conclusion: z.string().nullable() }),
  z.object({ kind: z.literal("StatusContext"), context: z.string(), state: z.string() }),
]);

const issue = z.object({
  number: z.number().int(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  createdAt: instant,
});

const answerSchema = z.object({
  repository: z
    .object({
      bad: z
        .object({
          statusCheckRollup: z.object({ contexts: z.object({ nodes: nodes(context) }) }).nullish(),
        })
        .nullable(),
      fix: z
        .object({
          associatedPullRequests: z
            .object({
              nodes: nodes(
                z.object({
                  number: z.number().int(),
                  title: z.string(),
                  body: z.string(),
                  closingIssuesReferences: z.object({ nodes: nodes(issue) }).nullable(),
                }),
              ),
            })
            .nullish(),
        })
        .nullable(),
    })
    .nullable(),
});

/** One request. Throws AppError where GitHub does not answer, or keeps us out. */
export async function readFailureCase(
  client: GitHubClient,
  { id, owner, name }: RepositoryRef,
  commits: { readonly bad: Sha; readonly fix: Sha },
): Promise<FailureCaseSeen> {
  const { data } = await client.graphql({
    document: READ_FAILURE_CASE,
    variables: { owner, name, ...commits },
    scope: { kind: "repository", repositoryId: id },
    tolerate: isOutOfSight,
  });
  const found = understand(`Read a case of ${owner}/${name}`, answerSchema, data).repository;
  const bad = found?.bad ?? null;
  const [pull] = found?.fix?.associatedPullRequests?.nodes ?? [];
  return {
    checks: bad === null ? null : readChecks(bad.statusCheckRollup?.contexts.nodes ?? []),
    pull: pull === undefined ? null : { number: pull.number, title: pull.title, body: pull.body },
    issues: (pull?.closingIssuesReferences?.nodes ?? []).map(({ createdAt: openedAt, ...it }) => {
      return { ...it, openedAt };
    }),
  };
}

function readChecks(contexts: readonly z.infer<typeof context>[]) {
  const checks = contexts.map(toCheck);
  return checks.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** GitHub writes conclusions of checks in capitals; a status that waits has no conclusion. */
function toCheck(own: z.infer<typeof context>): NonNullable<FailureCaseSeen["checks"]>[number] {
  if (own.kind === "CheckRun") {
    return { name: own.name, conclusion: own.conclusion?.toLowerCase() ?? null };
  }
  const state = own.state.toLowerCase();
  return { name: own.context, conclusion: WAITING.has(state) ? null : state };
}

const WAITING: ReadonlySet<string> = new Set(["pending", "expected"]);

/** Issues may be withheld from us, and a commit may never have been pushed. */
function isOutOfSight({ type, path }: GraphqlError): boolean {
  const isOfIssues = path?.includes("closingIssuesReferences") === true;
  return (type === "FORBIDDEN" && isOfIssues) || (type === "NOT_FOUND" && path?.length === 2);
}
