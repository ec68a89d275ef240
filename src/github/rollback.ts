import { z } from "zod";
import type { Sign } from "../core/desk/desk-marker.ts";
import { addBanner } from "../core/rollback/banner.ts";
import type { ReleaseNamed, RollbackIssue } from "../core/rollback/rollback.ts";
import type { Repository } from "../core/state.ts";
import type { FoundIssue, Refused, RollbackForge } from "../rollback-port.ts";
import { REFUSALS } from "./apply.ts";
import type { GitHubClient } from "./client.ts";
import { understand, wordsOf } from "./failure.ts";
import type { Answer } from "./failure.ts";
import { readOlderReleases } from "./older-releases.ts";
import { openIssue, readOurIssues } from "./our-issues.ts";
import type { FileMemory } from "./pull-files.ts";
import { openReland } from "./reland.ts";
import { openRestoration } from "./restoration.ts";
import { openRollbackComments } from "./rollback-comments.ts";
import { openRisks } from "./rollback-facts.ts";

const GONE = 410;

const markedSchema = z.object({ body: z.string().nullish(), prerelease: z.boolean() });

export function openRollbacks(client: GitHubClient, sign: Sign, files: FileMemory): RollbackForge {
  return {
    sign,
    code: openRestoration(client, sign),
    reland: openReland(client),
    readReleases: (state, tags) => readOlderReleases(client, state, tags),
    makeLatest: (repository, release) => makeLatest(client, repository, release),
    mark: (repository, release, as) => mark(client, repository, { release, ...as }),
    dispatch: (repository, told) => dispatch(client, repository, told),
    ...openRisks(client, files),
    find: (repository, reach) => find(client, repository, reach),
    open: (repository, said) => open(client, repository, said),
    ...openRollbackComments(client),
    write: (repository, issue, said) => write(client, repository, { issue, ...said }),
  };
}

function scopeOf({ id }: Repository) {
  return { kind: "repository", repositoryId: id } as const;
}

function pathOf({ owner, name }: Repository, rest: string): string {
  return `/repos/${owner}/${name}/${rest}`;
}

async function edit(
  client: GitHubClient,
  repository: Repository,
  { id }: ReleaseNamed,
  body: Readonly<Record<string, unknown>>,
): Promise<Refused> {
  const answer = await client.rest({
    method: "PATCH",
    path: pathOf(repository, `releases/${id}`),
    scope: scopeOf(repository),
    body,
    allow: REFUSALS,
  });
  return answer.status < 300 ? null : sayRefused(answer);
}

/** GitHub's words, and what is known of why where they say little. */
function sayRefused({ status, data }: Answer): string {
  const { words } = wordsOf(data);
  const said = words === "" ? String(status) : words;
  if (status !== 403 && status !== 404) return said;
  return (
    `${said} (the release is gone, or the App may not write contents here, or its commit changes files under ` +
    ".github/workflows that the default branch does not have)"
  );
}

/** The good release takes the mark; nothing else of it changes. */
function makeLatest(
  client: GitHubClient,
  repository: Repository,
  release: ReleaseNamed,
): Promise<Refused> {
  return edit(client, repository, release, { make_latest: "true" });
}

/**
 * Both at once; where GitHub refuses that, as for an immutable release that only takes words, each by
 * itself, so that what can be said is said.
 */
async function mark(
  client: GitHubClient,
  repository: Repository,
  {
    release,
    banner,
    isPrerelease,
  }: {
    readonly release: ReleaseNamed;
    readonly banner: string;
    readonly isPrerelease: boolean;
  },
): Promise<Refused> {
  const path = pathOf(repository, `releases/${release.id}`);
  const read = await client.rest({
    method: "GET",
    path,
    scope: scopeOf(repository),
    allow: [403, 404],
  });
  if (read.status >= 300) return sayRefused(read);
  const standing = understand(`GET ${path}`, markedSchema, read.data);
  const before = standing.body ?? "";
  const after = addBanner(before, banner);
  const words = after === before ? {} : { body: after };
  const flag = isPrerelease && !standing.prerelease ? { prerelease: true } : {};
  const wanted = [words, flag].filter((part) => Object.keys(part).length > 0);
  if (wanted.length === 0) return null;
  const whole = await edit(client, repository, release, { ...words, ...flag });
  if (whole === null || wanted.length === 1) return whole;
  const noted = await edit(client, repository, release, words);
  const flagged = await edit(client, repository, release, flag);
  if (noted === null && flagged === null) return null;
  return noted ?? `its notes say it, and it is no prerelease: ${flagged ?? ""}`;
}

/** "newest": of the newest 50 of our issues, whatever they are. */
async function find(
  client: GitHubClient,
  repository: Repository,
  reach: "newest" | "all",
): ReturnType<RollbackForge["find"]> {
  const found: FoundIssue[] = [];
  for await (const page of readOurIssues(client, repository)) {
    found.push(...page.map(({ number, url, body }) => ({ issue: { number, url }, body })));
    if (reach === "newest") break;
  }
  return found;
}

async function open(
  client: GitHubClient,
  repository: Repository,
  said: { readonly title: string; readonly body: string },
): Promise<RollbackIssue | string> {
  const opened = await openIssue(client, repository, { ...said, isPatient: false });
  return opened.kind === "opened" ? { number: opened.number, url: opened.url } : opened.words;
}

async function write(
  client: GitHubClient,
  repository: Repository,
  {
    issue,
    body,
    isClosing,
  }: { readonly issue: RollbackIssue; readonly body: string; readonly isClosing: boolean },
): Promise<void> {
  await client.rest({
    method: "PATCH",
    path: pathOf(repository, `issues/${issue.number}`),
    scope: scopeOf(repository),
    body: { body, ...(isClosing ? { state: "closed", state_reason: "completed" } : {}) },
    isPatient: true,
    allow: [...REFUSALS, GONE],
  });
}

async function dispatch(
  client: GitHubClient,
  repository: Repository,
  { type, payload }: Parameters<RollbackForge["dispatch"]>[1],
): Promise<Refused> {
  const answer = await client.rest({
    method: "POST",
    path: pathOf(repository, "dispatches"),
    scope: scopeOf(repository),
    body: { event_type: type, client_payload: payload },
    allow: REFUSALS,
  });
  return answer.status < 300 ? null : wordsOf(answer.data).words || String(answer.status);
}
