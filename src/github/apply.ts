import { z } from "zod";
import type { ActionOf } from "../core/action.ts";
import { checkNameOf } from "../core/check.ts";
import { readMarker } from "../core/marker.ts";
import type { LineState, Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Outcome } from "../ports.ts";
import type { GitHubClient } from "./client.ts";
import type { Scope } from "./credentials.ts";
import { understand, wordsOf } from "./failure.ts";
import type { Answer } from "./failure.ts";

/** Answers of GitHub that refuse a write: what stands there decides what they mean. */
export const REFUSALS = [403, 404, 409, 422] as const;

const refSchema = z.object({ object: z.object({ type: z.string(), sha: z.string() }) });
export const releaseSchema = z.object({ html_url: z.string(), body: z.string().nullish() });
const checkSchema = z.object({ html_url: z.string().nullable() });

export function scopeOf(state: LineState): Scope {
  return { kind: "repository", repositoryId: state.repository.id };
}

export function pathOf(state: LineState, rest: string): string {
  return `/repos/${state.repository.owner}/${state.repository.name}/${rest}`;
}

/** Tags may hold slashes, which stay; everything else is encoded. */
function encodeTag(tag: string): string {
  return tag.split("/").map(encodeURIComponent).join("/");
}

/**
 * Create the tag: a compare-and-swap, because GitHub refuses a name that stands. On any other
 * answer, or none, what stands there decides.
 */
export async function createTag(
  client: GitHubClient,
  state: LineState,
  { tag, sha }: ActionOf<"createTag">,
): Promise<Outcome> {
  const url = `${state.repository.url}/tree/${encodeTag(tag)}`;
  const tried = await attempt(client, {
    method: "POST",
    path: pathOf(state, "git/refs"),
    scope: scopeOf(state),
    body: { ref: `refs/tags/${tag}`, sha },
  });
  if (tried.kind === "made") return { kind: "done", url, how: "made" };
  const standing = await readTagCommit(client, state, tag);
  if (standing === sha) return { kind: "done", url, how: "found" };
  if (standing !== null) return conflict(tag, standing, sha);
  return refuse(tried, state, tag);
}

/** Publish the release of a tag that stands. One that stands already is adopted as it is. */
export async function publishRelease(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"publishRelease">,
): Promise<Outcome> {
  const standing = { draft: false, make_latest: String(action.isLatest) };
  const tried = await postRelease(client, state, action, standing);
  if (tried.kind === "made") {
    const made = understand("POST releases", releaseSchema, tried.answer.data);
    return { kind: "done", url: made.html_url, how: "made" };
  }
  return (await findPublished(client, state, action)) ?? refuse(tried, state, action.tag);
}

/**
 * `target_commitish` is unused where the tag stands; should it be gone meanwhile, it keeps the
 * release on our commit.
 */
export function postRelease(
  client: GitHubClient,
  state: LineState,
  { tag, sha, title, body, isPrerelease }: ActionOf<"publishRelease" | "draftRelease">,
  standing: { readonly draft: boolean; readonly make_latest?: string },
): Promise<Attempt> {
  return attempt(client, {
    method: "POST",
    path: pathOf(state, "releases"),
    scope: scopeOf(state),
    body: {
      tag_name: tag,
      target_commitish: sha,
      name: title,
      body,
      prerelease: isPrerelease,
      ...standing,
    },
  });
}

/** What the release of our tag that others can see means for us; null: none stands. */
export async function findPublished(
  client: GitHubClient,
  state: LineState,
  { tag, sha, body: said }: { readonly tag: string; readonly sha: Sha; readonly body?: string },
): Promise<Outcome | null> {
  const path = pathOf(state, `releases/tags/${encodeTag(tag)}`);
  const read = await client.rest({ method: "GET", path, scope: scopeOf(state), allow: [404] });
  if (read.status === 404) return null;
  const standing = await readTagCommit(client, state, tag);
  if (standing !== sha) return conflict(tag, standing, sha);
  const found = understand(`GET ${path}`, releaseSchema, read.data);
  const body = found.body ?? "";
  // Our marker: by us before, or by somebody else who runs Smallbatch here, with another card.
  const isSaid = said !== undefined && normalise(body) === normalise(said);
  const isOurs = isSaid || readMarker(body, state.line) === sha;
  return { kind: "done", url: found.html_url, how: isOurs ? "found" : "adopted" };
}

/** GitHub keeps line ends as they came, but not the space at the end. */
function normalise(text: string): string {
  return text.replaceAll("\r\n", "\n").trimEnd();
}

type Attempt =
  | { readonly kind: "made"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly answer: Answer }
  /** No answer, or one that does not say whether it took effect. */
  | { readonly kind: "unknown"; readonly error: AppError };

export async function attempt(
  client: GitHubClient,
  request: {
    readonly method: "POST" | "PATCH";
    readonly path: string;
    readonly scope: Scope;
    readonly body: Record<string, unknown>;
  },
): Promise<Attempt> {
  try {
    const answer = await client.rest({ ...request, allow: REFUSALS });
    return { kind: answer.status < 300 ? "made" : "refused", answer };
  } catch (error) {
    const isUnknown = error instanceof AppError && error.code === "github/unavailable";
    if (isUnknown) return { kind: "unknown", error };
    throw error;
  }
}

/** Commit of a tag, annotated ones peeled; null where it does not stand. */
async function readTagCommit(
  client: GitHubClient,
  state: LineState,
  tag: string,
): Promise<Sha | null> {
  const path = pathOf(state, `git/ref/tags/${encodeTag(tag)}`);
  const scope = scopeOf(state);
  const answer = await client.rest({ method: "GET", path, scope, allow: [404] });
  if (answer.status === 404) return null;
  const { object } = understand(`GET ${path}`, refSchema, answer.data);
  if (object.type !== "tag") return object.sha;
  const peel = pathOf(state, `git/tags/${object.sha}`);
  const peeled = await client.rest({ method: "GET", path: peel, scope });
  return understand(`GET ${peel}`, refSchema, peeled.data).object.sha;
}

function conflict(tag: string, standing: Sha | null, sha: Sha): Outcome {
  const where = standing === null ? "nowhere" : `on ${standing}`;
  return { kind: "conflict", message: `The tag ${tag} stands ${where}, not on ${sha}` };
}

/**
 * It does not stand. Where GitHub refused, a person has to act and gets GitHub's words; where it
 * was only silent, it is tried again.
 */
export function refuse(
  tried: Exclude<Attempt, { kind: "made" }>,
  state: LineState,
  tag: string,
): Outcome {
  if (tried.kind === "unknown") throw tried.error;
  const { status, data } = tried.answer;
  const { words, documentationUrl } = wordsOf(data);
  const said = words === "" ? String(status) : words;
  if (status === 422) {
    const rules = `${state.repository.url}/rules?ref=${encodeURIComponent(`refs/tags/${tag}`)}`;
    return { kind: "refused", message: said, url: rules };
  }
  // GitHub answers so to a missing permission, and to a commit with workflow files that the default
  // branch does not have: tagging one needs `workflows: write`, which we do not ask for.
  const hint =
    status === 409
      ? ""
      : " (the App may not write contents here, or the commit changes files under .github/workflows that the default branch does not have)";
  return { kind: "refused", message: `${said}${hint}`, url: documentationUrl };
}

/** Write our check. A person's token may not, nor an App that was not granted it: never the end. */
export async function writeCheck(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"writeCheck">,
): Promise<Outcome> {
  const content = {
    name: action.name ?? checkNameOf(state.line, state.repository.defaultBranch),
    external_id: action.externalId,
    status: "completed",
    conclusion: action.conclusion,
    ...(action.buttons === undefined ? {} : { actions: action.buttons }),
    output: {
      title: action.title,
      summary: action.summary,
      ...(action.annotations === undefined
        ? {}
        : { annotations: action.annotations.map(formatAnnotation) }),
    },
  };
  const how = {
    scope: scopeOf(state),
    allow: [403, 404, 422],
    // Those on open pulls are many, and nobody waits for them as for a release.
    isPatient: action.name !== undefined,
  };
  if (action.existing !== null) {
    const path = pathOf(state, `check-runs/${action.existing.id}`);
    const answer = await client.rest({ method: "PATCH", path, body: content, ...how });
    if (answer.status !== 404) return describeCheck(answer);
  }
  const path = pathOf(state, "check-runs");
  const body = { ...content, head_sha: action.sha };
  return describeCheck(await client.rest({ method: "POST", path, body, ...how }));
}

function formatAnnotation({
  path,
  line,
  column,
  message,
}: NonNullable<ActionOf<"writeCheck">["annotations"]>[number]) {
  return {
    path,
    start_line: line,
    end_line: line,
    start_column: column,
    end_column: column,
    annotation_level: "failure",
    message,
  };
}

function describeCheck(answer: Answer): Outcome {
  if (answer.status >= 300) {
    const { words, documentationUrl } = wordsOf(answer.data);
    return { kind: "refused", message: `${answer.status} ${words}`.trim(), url: documentationUrl };
  }
  const { html_url: url } = understand("Write the check", checkSchema, answer.data);
  return { kind: "done", url, how: "made" };
}
