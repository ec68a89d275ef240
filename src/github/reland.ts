import { z } from "zod";
import { describeReland, renderRelandPull, titleOfReland } from "../core/rollback/reland-words.ts";
import type { RelandAct, RelandEnd, RelandSeen } from "../core/rollback/reland.ts";
import type { RelandForge, Relanding } from "../rollback-port.ts";
import { nodes } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { understand, wordsOf } from "./failure.ts";
import type { Answer } from "./failure.ts";
import { READ_RELAND } from "./rollback-documents.ts";

/** Prepare what was taken back anew: one commit, one branch, one pull. */

const REFUSED = [403, 404, 409, 422];

const oid = z.object({ oid: z.string() });
const relandAnswer = z.object({
  repository: z.object({
    merge: z
      .object({ parents: z.object({ nodes: nodes(z.object({ tree: oid })) }).optional() })
      .nullable(),
    branch: z
      .object({
        target: oid
          .extend({ tree: oid.optional(), parents: z.object({ nodes: nodes(oid) }).optional() })
          .nullable(),
      })
      .nullable(),
    pulls: z.object({
      nodes: nodes(
        z.object({
          number: z.number().int(),
          url: z.string(),
          viewerDidAuthor: z.boolean(),
          isCrossRepository: z.boolean(),
        }),
      ),
    }),
  }),
});

const madeSchema = z.object({ sha: z.string() });
const openedSchema = z.object({ number: z.number().int(), html_url: z.string() });

export function openReland(client: GitHubClient): RelandForge {
  return {
    see: (relanding, mergedSha) => see(client, relanding, mergedSha),
    act: (relanding, act) => take(client, relanding, act),
  };
}

async function see(
  client: GitHubClient,
  { state, reland, rollback }: Relanding,
  mergedSha: string,
): Promise<RelandSeen> {
  const { owner, name, id } = state.repository;
  const { data } = await client.graphql({
    document: READ_RELAND,
    variables: {
      owner,
      name,
      merge: mergedSha,
      branch: `refs/heads/${reland.branch}`,
      from: reland.branch,
    },
    scope: { kind: "repository", repositoryId: id },
  });
  const { repository } = understand(
    `Read the reland of ${rollback.release.tag}`,
    relandAnswer,
    data,
  );
  const { merge, branch, pulls } = repository;
  const target = branch?.target ?? null;
  const own = pulls.nodes.find((each) => each.viewerDidAuthor && !each.isCrossRepository);
  return {
    before: merge?.parents?.nodes[0]?.tree.oid ?? null,
    branch:
      target === null
        ? null
        : {
            sha: target.oid,
            tree: target.tree?.oid ?? "",
            parents: (target.parents?.nodes ?? []).map((each) => each.oid),
          },
    pull: own === undefined ? null : { number: own.number, url: own.url },
  };
}

async function take(
  client: GitHubClient,
  relanding: Relanding,
  act: RelandAct,
): Promise<RelandEnd> {
  const { rollback, reland, state } = relanding;
  const title = titleOfReland(rollback);
  switch (act.kind) {
    case "commit": {
      // Without an author: GitHub takes us for it, and signs.
      const message = `${title}\n\n${describeReland(rollback)}`;
      const body = { message, tree: act.tree, parents: [act.parent] };
      const answer = await post(client, relanding, "git/commits", body);
      if (answer.status !== 201) return refused(answer);
      return { kind: "commit", sha: understand("Commit", madeSchema, answer.data).sha };
    }
    case "branch": {
      const body = { ref: `refs/heads/${reland.branch}`, sha: act.sha };
      const answer = await post(client, relanding, "git/refs", body);
      return answer.status === 201 ? { kind: "branch" } : unlessThere(answer);
    }
    case "open": {
      const text = renderRelandPull(rollback, state.repository.url);
      const body = { title, body: text, head: reland.branch, base: state.line.branch };
      const answer = await post(client, relanding, "pulls", body);
      if (answer.status !== 201) return unlessThere(answer);
      const opened = understand("Open the pull", openedSchema, answer.data);
      return { kind: "open", pull: { number: opened.number, url: opened.html_url } };
    }
  }
}

function post(
  client: GitHubClient,
  { state: { repository } }: Relanding,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return client.rest({
    method: "POST",
    path: `/repos/${repository.owner}/${repository.name}/${path}`,
    scope: { kind: "repository", repositoryId: repository.id },
    body,
    allow: REFUSED,
  });
}

function unlessThere(answer: Answer): RelandEnd {
  const isThere = answer.status === 422 && /already exists/i.test(wordsOf(answer.data).words);
  return isThere ? { kind: "moved" } : refused(answer);
}

/** GitHub's words, and what is known of why where they say little. */
function refused({ status, data }: Answer): RelandEnd {
  const { words } = wordsOf(data);
  const why =
    status === 403 || status === 404
      ? " (the App may not write here, or the commit changes files under .github/workflows, which needs " +
        "a permission that it does not ask for)"
      : "";
  return { kind: "refused", words: `${words === "" ? status : words}${why}` };
}
