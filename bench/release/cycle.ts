import type { LocalGitHub } from "../../src/local-github/server.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { Stage, Subject } from "./stage.ts";

/** One release, from the moment that it could be made. */
export interface Cycle {
  readonly requestsToPublished: number;
  readonly requestsInAll: number;
  readonly publishedMs: number;
  readonly wholeMs: number;
  /** Of the whole without the start of processes; null: no process is started for it. */
  readonly inProcessMs: number | null;
}

export interface Session {
  /** Merge pulls, let the tool release them, and make sure that it did. */
  cycle(): Promise<Cycle>;
  close(): Promise<void>;
}

export interface Tool {
  readonly name: string;
  open(stage: Stage, size: { readonly commits: number; readonly pulls: number }): Promise<Session>;
}

/** What the bench itself does as a person is not the tool's. */
const OWN_AGENT = "smallbatch-demo";

/** The tool's requests since then, about whatever repository. */
export function requestsSince({ log }: Stage, since: number): readonly LoggedRequest[] {
  return log.requests.filter(({ beganAt, agent }) => beganAt >= since && agent !== OWN_AGENT);
}

/** Those about one repository. A document of GraphQL names it in its body; then the token tells. */
export function requestsAbout(
  stage: Stage,
  { place, mona }: Subject,
  since: number,
): readonly LoggedRequest[] {
  return requestsSince(stage, since).filter(
    ({ path, authorization }) =>
      path.includes(`/${place.owner}/`) || authorization.includes(mona.token),
  );
}

/** Those until the release stood, and when that was. Throws where none was made. */
export function untilPublished(requests: readonly LoggedRequest[]): {
  readonly count: number;
  readonly at: number;
} {
  const publishing = requests.find(
    ({ method, path, status }) =>
      method === "POST" && /^\/repos\/[^/]+\/[^/]+\/releases$/.test(path) && status === 201,
  );
  const at = publishing?.endedAt ?? null;
  if (publishing === undefined || at === null) throw new Error("No release was made");
  return { count: requests.filter(({ beganAt }) => beganAt <= publishing.beganAt).length, at };
}

export function countReleases({ github }: Stage, { repository }: Subject): number {
  return model(github).releases.filter(({ repositoryId }) => repositoryId === repository.id).length;
}

/** Throws unless exactly one release was added and its tag stands on `sha`. */
export async function checkReleased(
  stage: Stage,
  { repository }: Subject,
  expected: { readonly releases: number; readonly sha: string },
): Promise<void> {
  const { github } = stage.github;
  const releases = github.data.releases.filter((each) => each.repositoryId === repository.id);
  if (releases.length !== expected.releases) {
    throw new Error(`${releases.length} releases stand, not ${expected.releases}`);
  }
  const tag = releases.at(-1)?.tagName ?? "";
  const sha = await github.git.resolve(repository.id, `refs/tags/${tag}^{commit}`);
  if (sha !== expected.sha) throw new Error(`${tag} stands on ${sha}, not on ${expected.sha}`);
}

/** Throws unless each of the last `pulls` pulls and issues got exactly one comment. */
export function checkTold(stage: Stage, subject: Subject, pulls: number): void {
  for (const { number, count } of countComments(stage, subject, pulls)) {
    if (count !== 1) throw new Error(`#${number} was told ${count} times`);
  }
}

/** Of the last `pulls` pulls and their issues. */
export function countComments(
  { github }: Stage,
  { repository }: Subject,
  pulls: number,
): readonly { readonly number: number; readonly count: number }[] {
  const { issues, comments } = model(github);
  const own = issues.filter(({ repositoryId }) => repositoryId === repository.id);
  return own.slice(-2 * pulls).map(({ number }) => ({
    number,
    count: comments.filter(
      ({ repositoryId, issueNumber }) => repositoryId === repository.id && issueNumber === number,
    ).length,
  }));
}

function model({ github }: LocalGitHub): LocalGitHub["github"]["data"] {
  return github.data;
}
