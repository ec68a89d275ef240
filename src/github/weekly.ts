import { z } from "zod";
import type { Repository } from "../core/state.ts";
import { readWeeklyMarker } from "../core/weekly/weekly-marker.ts";
import type { WeeklyForge } from "../weekly-port.ts";
import { nodes } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { createdIssue } from "./desk-answers.ts";
import { readViewer } from "./desk.ts";
import { understand } from "./failure.ts";
import { FIND_WEEKLY } from "./weekly-documents.ts";

/** Statuses by which GitHub refuses an issue: not granted, gone, locked, or issues are disabled. */
const REFUSALS = [403, 404, 410, 422] as const;
const DISABLED = 410;

const foundAnswer = z.object({
  repository: z
    .object({
      issues: z.object({
        nodes: nodes(
          z.object({
            number: z.number().int(),
            url: z.string(),
            body: z.string(),
            closed: z.boolean(),
            viewerDidAuthor: z.boolean(),
          }),
        ),
      }),
    })
    .nullable(),
});

export function openWeekly(client: GitHubClient): WeeklyForge {
  return {
    find: (repository) => find(client, repository),
    open: (repository, said) => open(client, repository, said),
  };
}

async function find(client: GitHubClient, repository: Repository): ReturnType<WeeklyForge["find"]> {
  const { owner, name } = repository;
  const { data } = await client.graphql({
    document: FIND_WEEKLY,
    variables: { owner, name, login: await readViewer(client, repository) },
    scope: { kind: "repository", repositoryId: repository.id },
  });
  const found = understand(`Find the reports of ${owner}/${name}`, foundAnswer, data);
  return (found.repository?.issues.nodes ?? []).flatMap((issue) => {
    const to = issue.viewerDidAuthor ? readWeeklyMarker(issue.body, repository.id) : null;
    return to === null ? [] : [{ number: issue.number, url: issue.url, isOpen: !issue.closed, to }];
  });
}

/** Nobody waits for it: releases go first. */
async function open(
  client: GitHubClient,
  { id, owner, name }: Repository,
  said: { readonly title: string; readonly body: string },
): ReturnType<WeeklyForge["open"]> {
  const answer = await client.rest({
    method: "POST",
    path: `/repos/${owner}/${name}/issues`,
    scope: { kind: "repository", repositoryId: id },
    body: said,
    isPatient: true,
    allow: REFUSALS,
  });
  if (answer.status === DISABLED) return "disabled";
  if (answer.status >= 300) return "refused";
  const { number, html_url: url } = understand("Open the report", createdIssue, answer.data);
  return { number, url };
}
