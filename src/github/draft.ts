import { z } from "zod";
import type { ActionOf } from "../core/action.ts";
import { readMarker } from "../core/marker.ts";
import type { LineState } from "../core/state.ts";
import type { Outcome } from "../ports.ts";
import {
  attempt,
  findPublished,
  pathOf,
  postRelease,
  refuse,
  releaseSchema,
  scopeOf,
} from "./apply.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";

/** Releases among which a draft of ours is looked for; GitHub lists the newest first. */
const LISTED_MAX = 100;

const draftSchema = releaseSchema.extend({
  id: z.number().int(),
  tag_name: z.string(),
  draft: z.boolean(),
});

/**
 * Make a draft release, once. GitHub takes any number of drafts of one tag, so ours is looked for
 * before, by its marker, and again where no answer says whether it was made.
 */
export async function draftRelease(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"draftRelease">,
): Promise<Outcome> {
  const standing = await findDraft(client, state, action);
  if (standing !== null) return standing;
  const tried = await postRelease(client, state, action, { draft: true });
  if (tried.kind === "made") {
    const made = understand("POST releases", draftSchema, tried.answer.data);
    return { kind: "done", url: made.html_url, how: "made", releaseId: made.id };
  }
  return (await findDraft(client, state, action)) ?? refuse(tried, state, action.tag);
}

/** Of several, which requests at the same time may have made, the oldest. */
async function findDraft(
  client: GitHubClient,
  state: LineState,
  { tag, sha }: ActionOf<"draftRelease">,
): Promise<Outcome | null> {
  const path = pathOf(state, `releases?per_page=${LISTED_MAX}`);
  const { data } = await client.rest({ method: "GET", path, scope: scopeOf(state) });
  const [found] = understand(`GET ${path}`, z.array(draftSchema), data)
    .filter((release) => release.draft && release.tag_name === tag)
    .filter(({ body }) => readMarker(body ?? "", state.line) === sha)
    .toSorted((left, right) => left.id - right.id);
  if (found === undefined) return null;
  return { kind: "done", url: found.html_url, how: "found", releaseId: found.id };
}

/**
 * Publish a draft of ours. Its words stay as they are. What is published already, by a person or by
 * a request whose answer was lost, is left alone; a draft that is gone is planned for again.
 */
export async function publishDraft(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"publishDraft">,
): Promise<Outcome> {
  const { tag, releaseId, isLatest } = action;
  const gone: Outcome = { kind: "conflict", message: `The draft of ${tag} is gone` };
  const path = pathOf(state, `releases/${releaseId}`);
  const scope = scopeOf(state);
  const read = await client.rest({ method: "GET", path, scope, allow: [404] });
  if (read.status === 404) return gone;
  const before = understand(`GET ${path}`, draftSchema, read.data);
  if (!before.draft) return (await findPublished(client, state, action)) ?? gone;
  const tried = await attempt(client, {
    method: "PATCH",
    path,
    scope,
    body: { draft: false, make_latest: String(isLatest) },
  });
  if (tried.kind === "made") {
    const made = understand(`PATCH ${path}`, releaseSchema, tried.answer.data);
    return { kind: "done", url: made.html_url, how: "made" };
  }
  return (await findPublished(client, state, action)) ?? refuse(tried, state, tag);
}
