import { z } from "zod";
import type { RepositoryLabel } from "../deliveries-port.ts";
import type { GitHubClient } from "./client.ts";
import { nextPageOf } from "./client.ts";
import type { Scope } from "./credentials.ts";
import { understand } from "./failure.ts";

/** 100,000 of either: above it something else is wrong. */
const PAGES_MAX = 1_000;

export interface InstallationSeen {
  readonly id: number;
  /** Login of the owner; empty where GitHub does not say. */
  readonly account: string;
  readonly isSuspended: boolean;
  /** e.g. `{ contents: "write" }` */
  readonly permissions: Readonly<Record<string, string>>;
}

const installationSchema = z.object({
  id: z.number().int(),
  account: z.object({ login: z.string().optional() }).nullable(),
  suspended_at: z.string().nullish(),
  permissions: z.record(z.string(), z.string()),
});

const repositoriesSchema = z.object({
  repositories: z.array(
    z
      .object({
        id: z.number().int(),
        node_id: z.string(),
        name: z.string(),
        private: z.boolean(),
        archived: z.boolean().nullish(),
        owner: z.object({ login: z.string() }),
        default_branch: z.string(),
        pushed_at: z.string().nullish(),
      })
      .transform((found): ListedRepository => ({
        id: found.id,
        nodeId: found.node_id,
        owner: found.owner.login,
        name: found.name,
        isPrivate: found.private,
        isArchived: found.archived ?? false,
        defaultBranch: found.default_branch,
        pushedAt: found.pushed_at ?? null,
      })),
  ),
});

/** A repository as the list of an installation shows it. */
export interface ListedRepository extends RepositoryLabel {
  readonly isArchived: boolean;
  /** Last push to any branch or tag, as GitHub writes times; null: never, or not said. */
  readonly pushedAt: string | null;
}

/** First page of the list; its answers link to the next. */
export const REPOSITORIES_PATH = "/installation/repositories?per_page=100";

export function readRepositories(data: unknown): readonly ListedRepository[] {
  return understand(`GET ${REPOSITORIES_PATH}`, repositoriesSchema, data).repositories;
}

async function readPages<T>(
  client: GitHubClient,
  first: string,
  scope: Scope,
  schema: z.ZodType<T>,
): Promise<readonly T[]> {
  const pages: T[] = [];
  let path: string | null = first;
  while (path !== null && pages.length < PAGES_MAX) {
    const answer = await client.rest({ method: "GET", path, scope });
    pages.push(understand(`GET ${first}`, schema, answer.data));
    path = nextPageOf(answer);
  }
  return pages;
}

/** Every installation of the App, asked as the App itself. */
export async function listInstallations(app: GitHubClient): Promise<readonly InstallationSeen[]> {
  const path = "/app/installations?per_page=100";
  const pages = await readPages(app, path, { kind: "app" }, z.array(installationSchema));
  return pages.flat().map((installation) => ({
    id: installation.id,
    account: installation.account?.login ?? "",
    isSuspended: (installation.suspended_at ?? null) !== null,
    permissions: installation.permissions,
  }));
}

/** Every repository that an installation covers, asked with its own token. */
export async function listRepositories(client: GitHubClient): Promise<readonly ListedRepository[]> {
  const scope = { kind: "installation" } as const;
  const pages = await readPages(client, REPOSITORIES_PATH, scope, z.unknown());
  return pages.flatMap(readRepositories);
}
