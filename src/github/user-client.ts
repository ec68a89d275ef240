import { z } from "zod";
import type { Permission } from "../core/state.ts";
import type { CommandHeard } from "../doors-port.ts";
import { AppError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { createMemoryBudget } from "./budget.ts";
import { openGitHub } from "./client.ts";
import type { GitHubClient } from "./client.ts";
import type { Scope } from "./credentials.ts";
import { understand } from "./failure.ts";
import type { Answer } from "./failure.ts";

/** GitHub does not take the token any more: it was revoked, or has ended. */
type Ended = "ended";

/** A repository that GitHub shows to a person through our App. */
interface GrantedRepository {
  readonly id: number;
  readonly permission: Exclude<Permission, "none">;
}

/** GitHub, asked in the name of a person: what the person and the App both reach. */
export interface UserClient {
  /** Throws AppError, as all of them. */
  readPerson(token: string): Promise<{ readonly id: number; readonly login: string } | Ended>;
  /** Null: GitHub does not show it, for whatever reason. */
  findRepository(
    token: string,
    owner: string,
    name: string,
  ): Promise<GrantedRepository | null | Ended>;
  /** Those that they were given a role in, where the App is installed. */
  listRepositories(token: string): Promise<readonly GrantedRepository[] | Ended>;
  /** A comment of theirs on an issue or pull. Throws AppError where it surely was not made. */
  say(token: string, saying: Saying): Promise<Said | Ended>;
}

interface Saying {
  readonly owner: string;
  readonly name: string;
  /** Of the issue or pull. */
  readonly number: number;
  readonly text: string;
}

type Said =
  | { readonly kind: "said"; readonly url: string; readonly command: CommandHeard }
  /** In GitHub's own words. */
  | { readonly kind: "refused"; readonly message: string }
  /** No answer came: nobody knows whether it stands. */
  | { readonly kind: "unknown" };

/** A plain token is sent as it is, whatever the scope. */
const ANYWHERE: Scope = { kind: "repository", repositoryId: 0 };

/** Of a comment: also a place that is gone, and a text that it does not take. */
const REFUSALS: readonly number[] = [401, 403, 404, 410, 422, 451];

/** Answers that say no: to a token (401), or to what it asks for. */
const NO: readonly number[] = [401, 403, 404, 451];

const PER_PAGE = 100;
/** 5,000 repositories of one person in one installation; more are not shown in lists. */
const PAGES_MAX = 50;
/** Pages that are asked for at the same time: GitHub takes 100 requests of one person at once. */
const PAGES_AT_ONCE = 8;

const rights = z
  .object({
    admin: z.boolean().optional(),
    maintain: z.boolean().optional(),
    push: z.boolean().optional(),
    triage: z.boolean().optional(),
  })
  .optional();

const repositorySchema = z.object({ id: z.number().int(), permissions: rights });
const personSchema = z.object({ id: z.number().int(), login: z.string() });
const installationsSchema = z.object({
  installations: z.array(z.object({ id: z.number().int() })),
  total_count: z.number(),
});
const repositoriesSchema = z.object({
  repositories: z.array(repositorySchema),
  total_count: z.number(),
});

export function openUserClient(options: {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly userAgent: string;
  readonly clock: Clock;
}): UserClient {
  const clientOf = (token: string): GitHubClient =>
    openGitHub({
      ...options,
      credentials: { kind: "token", token, appId: null, ownJob: null },
      budget: createMemoryBudget(options.clock),
    });

  return {
    readPerson: async (token) => {
      const answer = await read(clientOf(token), "/user", [401]);
      if (answer.status === 401) return "ended";
      return understand("GET /user", personSchema, answer.data);
    },
    findRepository: async (token, owner, name) => {
      const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
      const answer = await read(clientOf(token), path, NO);
      if (answer.status === 401) return "ended";
      if (answer.status !== 200) return null;
      return readGranted(understand("GET /repos/{owner}/{repo}", repositorySchema, answer.data));
    },
    listRepositories: async (token) => {
      const client = clientOf(token);
      const pages = await readPages(client, "/user/installations", installationsSchema);
      if (pages === "ended") return "ended";
      const found: GrantedRepository[] = [];
      for (const { id } of pages.flatMap(({ installations }) => installations)) {
        const path = `/user/installations/${id}/repositories`;
        const lists = await readPages(client, path, repositoriesSchema);
        if (lists === "ended") return "ended";
        found.push(...lists.flatMap(({ repositories }) => repositories.map(readGranted)));
      }
      return found;
    },
    say: (token, saying) => say(clientOf(token), saying),
  };
}

const commentSchema = z.object({
  id: z.number().int(),
  node_id: z.string(),
  html_url: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  user: z.object({ id: z.number().int() }),
});
const refusalSchema = z.object({ message: z.string() });

async function say(
  client: GitHubClient,
  { owner, name, number, text }: Saying,
): Promise<Said | Ended> {
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/issues/${number}/comments`;
  let answer: Answer;
  try {
    const body = { body: text };
    answer = await client.rest({ method: "POST", path, scope: ANYWHERE, body, allow: REFUSALS });
  } catch (error) {
    // It may have been made all the same.
    if (error instanceof AppError && error.code === "github/unavailable")
      return { kind: "unknown" };
    throw error;
  }
  if (answer.status === 401) return "ended";
  if (answer.status >= 300) {
    const { data } = refusalSchema.safeParse(answer.data);
    return { kind: "refused", message: data?.message ?? `It answers ${answer.status}.` };
  }
  const made = understand(`POST ${path}`, commentSchema, answer.data);
  return {
    kind: "said",
    url: made.html_url,
    command: {
      commentId: made.id,
      nodeId: made.node_id,
      number,
      authorId: made.user.id,
      saidAt: Date.parse(made.created_at),
    },
  };
}

async function read(client: GitHubClient, path: string, allow: readonly number[]): Promise<Answer> {
  return await client.rest({ method: "GET", path, scope: ANYWHERE, allow });
}

/** Every page; none where GitHub says no, as for a suspended installation or one behind a sign-on. */
async function readPages<T extends { readonly total_count: number }>(
  client: GitHubClient,
  path: string,
  schema: z.ZodType<T>,
): Promise<readonly T[] | Ended> {
  const readPage = async (page: number): Promise<T | null | Ended> => {
    const answer = await read(client, `${path}?per_page=${PER_PAGE}&page=${page}`, NO);
    if (answer.status === 401) return "ended";
    return answer.status === 200 ? understand(`GET ${path}`, schema, answer.data) : null;
  };
  const first = await readPage(1);
  if (first === "ended") return "ended";
  if (first === null) return [];
  const pages: T[] = [first];
  const count = Math.min(PAGES_MAX, Math.ceil(first.total_count / PER_PAGE));
  for (let next = 2; next <= count; next += PAGES_AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(PAGES_AT_ONCE, count - next + 1) },
      (_, at) => at,
    );
    const more = await Promise.all(numbers.map((at) => readPage(next + at)));
    for (const page of more) {
      if (page === "ended") return "ended";
      if (page !== null) pages.push(page);
    }
  }
  return pages;
}

function readGranted({ id, permissions }: z.infer<typeof repositorySchema>): GrantedRepository {
  return { id, permission: permissionOf(permissions) };
}

/** Whatever GitHub shows may be read. */
function permissionOf(given: z.infer<typeof rights>): GrantedRepository["permission"] {
  if (given?.admin === true) return "admin";
  if (given?.maintain === true) return "maintain";
  if (given?.push === true) return "write";
  return given?.triage === true ? "triage" : "read";
}
