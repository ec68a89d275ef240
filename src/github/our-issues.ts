import { z } from "zod";
import type { Repository } from "../core/state.ts";
import { nodes, pageInfo } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { createdIssue, viewerAnswer } from "./desk-answers.ts";
import { READ_VIEWER } from "./desk-documents.ts";
import { understand, wordsOf } from "./failure.ts";
import { FIND_OUR_ISSUES } from "./our-issue-documents.ts";

/** Issues that we open: rollbacks, weekly reports, the desk. */

function scopeOf({ id }: Repository) {
  return { kind: "repository", repositoryId: id } as const;
}

/** Our login: the same for every repository. */
export async function readViewer(client: GitHubClient, repository: Repository): Promise<string> {
  const scope = scopeOf(repository);
  const { data } = await client.graphql({ document: READ_VIEWER, variables: {}, scope });
  return understand("Read who we are", viewerAnswer, data).viewer.login;
}

/** 2,000 issues of ours, a report a week for 38 years: where there are more, the oldest are not read. */
const PAGES_MAX = 40;

const ourIssue = z.object({
  id: z.string(),
  number: z.number().int(),
  url: z.string(),
  body: z.string(),
  closed: z.boolean(),
  viewerDidAuthor: z.boolean(),
});

const foundAnswer = z.object({
  repository: z
    .object({
      issues: z.object({
        pageInfo,
        nodes: nodes(ourIssue),
      }),
    })
    .nullable(),
});

type OurIssue = z.infer<typeof ourIssue>;

/**
 * Open and closed ones, a page at a time until nobody asks for more: one request a page of 50, and one
 * for who we are where that is not known. `after`: a cursor of the same list.
 */
export async function* readOurIssues(
  client: GitHubClient,
  repository: Repository,
  known: { readonly login?: string; readonly after?: string | null } = {},
): AsyncGenerator<readonly OurIssue[]> {
  const { owner, name } = repository;
  const login = known.login ?? (await readViewer(client, repository));
  let after = known.after ?? null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { data } = await client.graphql({
      document: FIND_OUR_ISSUES,
      variables: { owner, name, login, after },
      scope: scopeOf(repository),
    });
    const found = understand(`Find our issues in ${owner}/${name}`, foundAnswer, data);
    const issues = found.repository?.issues;
    yield (issues?.nodes ?? []).filter(({ viewerDidAuthor }) => viewerDidAuthor);
    if (issues?.pageInfo.hasNextPage !== true) return;
    after = issues.pageInfo.endCursor;
  }
}

/** Statuses by which GitHub refuses an issue: not granted, gone, locked, or issues are disabled. */
const REFUSALS = [403, 404, 409, 410, 422] as const;
const DISABLED = 410;

type Opened =
  | {
      readonly kind: "opened";
      readonly number: number;
      readonly nodeId: string;
      readonly url: string;
    }
  /** "disabled": the repository has no issues. */
  | { readonly kind: "disabled" | "refused"; readonly words: string };

/** `isPatient`: nobody waits for it, releases go first. */
export async function openIssue(
  client: GitHubClient,
  repository: Repository,
  said: { readonly title: string; readonly body: string; readonly isPatient: boolean },
): Promise<Opened> {
  const { owner, name } = repository;
  const { title, body, isPatient } = said;
  const answer = await client.rest({
    method: "POST",
    path: `/repos/${owner}/${name}/issues`,
    scope: scopeOf(repository),
    body: { title, body },
    isPatient,
    allow: REFUSALS,
  });
  const { status, data } = answer;
  if (status < 300) {
    const {
      number,
      node_id: nodeId,
      html_url: url,
    } = understand("Open an issue", createdIssue, data);
    return { kind: "opened", number, nodeId, url };
  }
  const words = wordsOf(data).words || String(status);
  return { kind: status === DISABLED ? "disabled" : "refused", words };
}
