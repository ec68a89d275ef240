import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** What somebody does over GitHub's REST API with a token of their own, as in a browser. */
export interface Person {
  readonly login: string;
  readonly token: string;
}

export interface Place {
  readonly apiUrl: string;
  readonly owner: string;
  readonly name: string;
}

const checkRun = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  output: z.object({ title: z.string().nullable(), summary: z.string().nullable() }),
});

const release = z.object({
  tag_name: z.string(),
  html_url: z.string(),
  body: z.string().nullable(),
  published_at: z.string(),
});

const comment = z.object({ body: z.string(), user: z.object({ login: z.string() }) });

const numbered = z.object({ number: z.number().int() });

export const withSha = z.object({ sha: z.string() });

export type CheckRun = z.infer<typeof checkRun>;
export type Release = z.infer<typeof release>;

const REQUEST_TIMEOUT_MS = 10_000;
const POLL_MS = 25;

export async function send(
  place: Place,
  person: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly json: unknown }> {
  const answer = await fetch(`${place.apiUrl}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${person.token}`,
      "content-type": "application/json",
      "user-agent": "smallbatch-demo",
    },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === "" ? null : JSON.parse(text) };
}

export async function expectOk(
  place: Place,
  person: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { status, json } = await send(place, person, method, path, body);
  if (status >= 200 && status < 300) return json;
  const message =
    typeof json === "object" && json !== null && "message" in json ? String(json.message) : "";
  throw new Error(`${person.login}: ${method} ${path} answered ${status} ${message}`);
}

export function repositoryPath(place: Place): string {
  return `/repos/${place.owner}/${place.name}`;
}

/** Branch off the default branch or another one, write one file, open a pull into it. */
export async function openPull(
  place: Place,
  person: Person,
  change: {
    readonly branch: string;
    readonly path: string;
    readonly text: string;
    readonly title: string;
    readonly body?: string;
    /** Left out: the default branch. */
    readonly base?: string;
  },
): Promise<number> {
  const root = repositoryPath(place);
  const base = change.base ?? (await defaultBranchOf(place, person));
  const head = await headSha(place, person, base);
  await expectOk(place, person, "POST", `${root}/git/refs`, {
    ref: `refs/heads/${change.branch}`,
    sha: head,
  });
  const present = await send(
    place,
    person,
    "GET",
    `${root}/contents/${change.path}?ref=${change.branch}`,
  );
  const sha = present.status === 200 ? withSha.parse(present.json).sha : undefined;
  await expectOk(place, person, "PUT", `${root}/contents/${change.path}`, {
    message: change.title,
    branch: change.branch,
    content: Buffer.from(change.text).toString("base64"),
    ...(sha === undefined ? {} : { sha }),
  });
  const pull = await expectOk(place, person, "POST", `${root}/pulls`, {
    title: change.title,
    body: change.body ?? "",
    head: change.branch,
    base,
  });
  return numbered.parse(pull).number;
}

export async function defaultBranchOf(place: Place, person: Person): Promise<string> {
  const repository = await expectOk(place, person, "GET", repositoryPath(place));
  return z.object({ default_branch: z.string() }).parse(repository).default_branch;
}

const openPullSchema = numbered.extend({ title: z.string(), body: z.string().nullable() });

export interface OpenPull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/** The open pull of a branch of the repository itself; null while there is none. */
export async function findPull(
  place: Place,
  person: Person,
  branch: string,
): Promise<OpenPull | null> {
  const head = encodeURIComponent(`${place.owner}:${branch}`);
  const path = `${repositoryPath(place)}/pulls?state=open&head=${head}`;
  const [found] = z.array(openPullSchema).parse(await expectOk(place, person, "GET", path));
  return found === undefined ? null : { ...found, body: found.body ?? "" };
}

/** Text of a file on the default branch. */
export async function readText(place: Place, person: Person, file: string): Promise<string> {
  const path = `${repositoryPath(place)}/contents/${file}`;
  const found = await expectOk(place, person, "GET", path);
  const { content } = z.object({ content: z.string() }).parse(found);
  return Buffer.from(content, "base64").toString("utf8");
}

/** Open a pull of a branch that stands. */
export async function openPullOf(
  place: Place,
  person: Person,
  pull: {
    readonly head: string;
    /** Left out: the default branch. */
    readonly base?: string;
    readonly title: string;
  },
): Promise<number> {
  const base = pull.base ?? (await defaultBranchOf(place, person));
  const path = `${repositoryPath(place)}/pulls`;
  const opened = await expectOk(place, person, "POST", path, { ...pull, base });
  return numbered.parse(opened).number;
}

/** The commit that the merge made on the base branch, by squash where not told otherwise. */
export async function mergePull(
  place: Place,
  person: Person,
  number: number,
  method: "merge" | "squash" | "rebase" = "squash",
): Promise<string> {
  const merged = await expectOk(
    place,
    person,
    "PUT",
    `${repositoryPath(place)}/pulls/${number}/merge`,
    { merge_method: method },
  );
  return withSha.parse(merged).sha;
}

/** A review that approves, of a merged pull too: GitHub's API takes it, its page does not. */
export async function approvePull(place: Place, person: Person, number: number): Promise<void> {
  const path = `${repositoryPath(place)}/pulls/${number}/reviews`;
  await expectOk(place, person, "POST", path, { event: "APPROVE" });
}

export async function labelPull(
  place: Place,
  person: Person,
  number: number,
  label: string,
): Promise<void> {
  const path = `${repositoryPath(place)}/issues/${number}/labels`;
  await expectOk(place, person, "POST", path, { labels: [label] });
}

export async function retitlePull(
  place: Place,
  person: Person,
  number: number,
  title: string,
): Promise<void> {
  await expectOk(place, person, "PATCH", `${repositoryPath(place)}/pulls/${number}`, { title });
}

/** The comment's id. */
export async function commentOn(
  place: Place,
  person: Person,
  number: number,
  body: string,
): Promise<number> {
  const path = `${repositoryPath(place)}/issues/${number}/comments`;
  const made = await expectOk(place, person, "POST", path, { body });
  return z.object({ id: z.number().int() }).parse(made).id;
}

export async function openIssue(
  place: Place,
  person: Person,
  title: string,
  body?: string,
): Promise<number> {
  const path = `${repositoryPath(place)}/issues`;
  return numbered.parse(await expectOk(place, person, "POST", path, { title, body })).number;
}

const issue = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullable(),
});

export type Issue = z.infer<typeof issue>;

/** The newest open issue with this title; null while there is none. */
export async function findIssue(
  place: Place,
  person: Person,
  title: string,
): Promise<Issue | null> {
  const answer = await expectOk(place, person, "GET", `${repositoryPath(place)}/issues`);
  return (
    z
      .array(issue)
      .parse(answer)
      .find((each) => each.title === title) ?? null
  );
}

/** The whole text anew, as the page does it when a box is ticked. */
export async function editIssue(
  place: Place,
  person: Person,
  { number, body }: Pick<Issue, "number" | "body">,
): Promise<void> {
  await expectOk(place, person, "PATCH", `${repositoryPath(place)}/issues/${number}`, { body });
}

/** What continuous integration says about a commit. */
export async function setStatus(
  place: Place,
  person: Person,
  sha: string,
  state: "pending" | "success" | "failure",
  context = "ci/test",
): Promise<void> {
  await expectOk(place, person, "POST", `${repositoryPath(place)}/statuses/${sha}`, {
    state,
    context,
    description: state === "pending" ? "Running" : `Ended with ${state}`,
  });
}

export async function headSha(place: Place, person: Person, branch: string): Promise<string> {
  const path = `${repositoryPath(place)}/git/ref/heads/${branch}`;
  const ref = await expectOk(place, person, "GET", path);
  return z.object({ object: withSha }).parse(ref).object.sha;
}

export async function findRelease(
  place: Place,
  person: Person,
  tag: string,
): Promise<Release | null> {
  const answer = await send(
    place,
    person,
    "GET",
    `${repositoryPath(place)}/releases/tags/${encodeURIComponent(tag)}`,
  );
  return answer.status === 200 ? release.parse(answer.json) : null;
}

export async function latestRelease(place: Place, person: Person): Promise<Release | null> {
  const answer = await send(place, person, "GET", `${repositoryPath(place)}/releases/latest`);
  return answer.status === 200 ? release.parse(answer.json) : null;
}

/** Our check on a commit; null while there is none. */
export async function findCheck(
  place: Place,
  person: Person,
  sha: string,
  name = "smallbatch/release",
): Promise<CheckRun | null> {
  const named = `check_name=${encodeURIComponent(name)}`;
  const path = `${repositoryPath(place)}/commits/${sha}/check-runs?${named}`;
  const answer = await expectOk(place, person, "GET", path);
  return z.object({ check_runs: z.array(checkRun) }).parse(answer).check_runs[0] ?? null;
}

export async function listComments(
  place: Place,
  person: Person,
  number: number,
): Promise<readonly z.infer<typeof comment>[]> {
  const path = `${repositoryPath(place)}/issues/${number}/comments?per_page=100`;
  return z.array(comment).parse(await expectOk(place, person, "GET", path));
}

/** Wait until `look` finds something. Throws with `what` when it does not within the deadline. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null>,
  deadlineMs = 20_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > end) {
      throw new Error(`Waited ${deadlineMs / 1000} s, but this did not happen: ${what}`);
    }
    await sleep(POLL_MS);
  }
}
