import { z } from "zod";
import type { Person } from "../core/size/size-exception.ts";
import type { RevertedPull } from "../core/size/size-exempt.ts";
import type { LineState } from "../core/state.ts";
import type { ExceptionForge } from "../size-port.ts";
import { inRepository, instant, nodes } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { formatReverted } from "./exception-documents.ts";
import { understand } from "./failure.ts";
import { ask, beginLook, numbered } from "./look.ts";
import { readRole } from "./permission.ts";

/** What exceptions from the size limit need of GitHub. */
export function openExceptions(client: GitHubClient): ExceptionForge {
  return {
    listMaintainers: async (state) => {
      // Whether the filter means "at least" is not said: both words are asked for.
      const lists = [];
      for (const permission of ["maintain", "admin"]) {
        const people = await listPeople(client, state, permission);
        if (people === null) return null;
        lists.push(people);
      }
      const byLogin = new Map(lists.flat().map((person) => [person.login, person]));
      return [...byLogin.values()];
    },
    readReverted: (state, claim) => readReverted(client, state, claim),
  };
}

const collaborators = z.array(
  z.object({
    login: z.string(),
    type: z.string(),
    role_name: z.string(),
    permissions: z.object({ admin: z.boolean(), maintain: z.boolean().optional() }).optional(),
  }),
);

async function listPeople(
  client: GitHubClient,
  { repository: { id, owner, name } }: LineState,
  permission: string,
): Promise<readonly Person[] | null> {
  const path = `/repos/${owner}/${name}/collaborators?permission=${permission}&per_page=100`;
  const answer = await client.rest({
    method: "GET",
    path,
    scope: { kind: "repository", repositoryId: id },
    allow: [403, 404],
  });
  if (answer.status !== 200) return null;
  return understand(`GET ${path}`, collaborators, answer.data).flatMap(
    ({ login, type, role_name: role, permissions }) => {
      const least = permissions?.admin ? "admin" : permissions?.maintain ? "maintain" : "none";
      return type === "User" ? [{ login, permission: readRole(role, least) }] : [];
    },
  );
}

const reverted = z.object({
  number: z.number().int(),
  merged: z.boolean(),
  mergedAt: instant.nullable(),
  baseRefName: z.string(),
  additions: z.number().int(),
  deletions: z.number().int(),
  changedFiles: z.number().int(),
});

const revertedAnswer = inRepository(
  z.record(
    z.string(),
    z.union([
      reverted,
      z.object({
        kind: z.string(),
        associatedPullRequests: z.object({ nodes: nodes(reverted) }).nullish(),
      }),
      z.null(),
    ]),
  ),
);

async function readReverted(
  client: GitHubClient,
  { repository: { owner, name }, line, memory }: LineState,
  { pulls, shas }: Parameters<ExceptionForge["readReverted"]>[1],
): Promise<readonly RevertedPull[]> {
  const look = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  const { repository } = await ask(look, revertedAnswer, {
    document: formatReverted(pulls.length, shas.length),
    variables: { ...numbered("p", pulls), ...numbered("s", shas) },
    // An issue, or nothing that is there.
    tolerate: ({ type, path }) => type === "NOT_FOUND" && path?.length === 2,
  });
  const found = Object.values(repository).flatMap((answer) => {
    if (answer === null) return [];
    return "number" in answer ? [answer] : (answer.associatedPullRequests?.nodes ?? []);
  });
  const byNumber = new Map(found.map((pull) => [pull.number, pull]));
  return [...byNumber.values()].flatMap(
    ({ number, merged, mergedAt, baseRefName: baseBranch, changedFiles: files, ...lines }) => {
      const { additions, deletions } = lines;
      if (!merged || mergedAt === null) return [];
      return [{ number, baseBranch, mergedAt, files, additions, deletions }];
    },
  );
}
