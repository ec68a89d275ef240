import {
  mergePull,
  openIssue,
  openPull,
  setStatus,
  type Person,
  type Place,
} from "../../src/local-github/person.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalGitHubOptions,
} from "../../src/local-github/server.ts";
import type { Repository } from "../../src/local-github/world.ts";
import { logRequests, type RequestLog } from "./request-log.ts";

const HOUR_MS = 3_600_000;
/** A release every so many commits: some in a young repository, more than a page in an old one. */
const COMMITS_PER_RELEASE = 40;
const FILES_MAX = 200;

/** One local GitHub for all tools, and a log of all that is asked of it. */
export interface Stage {
  readonly github: LocalGitHub;
  readonly log: RequestLog;
  close(): Promise<void>;
}

export async function openStage(options: LocalGitHubOptions = {}): Promise<Stage> {
  const github = await startLocalGitHub(options);
  const log = logRequests(Number(new URL(github.url).port));
  return {
    github,
    log,
    close: async () => {
      log.close();
      await github.close();
    },
  };
}

/** A repository of an organisation of its own, released for the last time a day ago. */
export interface Subject {
  readonly place: Place;
  readonly repository: Repository;
  readonly mona: Person;
}

let subjects = 0;

/** Every tool gets the same history: its own settings and those of the others stand in the tree. */
export async function seedSubject({ github }: Stage, commits: number): Promise<Subject> {
  subjects += 1;
  const [owner, login] = [`acme-${subjects}`, `mona-${subjects}`];
  const model = github.github;
  createUser(model, login);
  createOrganization(model, owner, { admins: [login] });
  const repository = await createRepository(model, owner, "widgets");
  const { input, tags } = formatHistory(commits);
  await model.git.run(repository.id, ["fast-import", "--quiet"], { input });
  for (const { tag, at } of tags) {
    const sha = (await model.git.resolve(repository.id, `refs/tags/${tag}`)) ?? "";
    await publishRelease(model, repository, { tag, sha, authorLogin: login, at: new Date(at) });
  }
  return {
    place: { apiUrl: github.apiUrl, owner, name: "widgets" },
    repository,
    mona: { login, token: userToken(model, login) },
  };
}

/** For `git fast-import`: a commit an hour, the last one a day ago and released. */
function formatHistory(commits: number): {
  readonly input: string;
  readonly tags: readonly { readonly tag: string; readonly at: number }[];
} {
  const releases = Math.ceil(commits / COMMITS_PER_RELEASE);
  const first = Date.now() - 24 * HOUR_MS - commits * HOUR_MS;
  const parts: string[] = [];
  const tags: { tag: string; at: number }[] = [];
  for (let commit = 1; commit <= commits; commit += 1) {
    const at = first + commit * HOUR_MS;
    const message = commit === 1 ? "feat: start" : `fix: change ${commit}`;
    const files: Readonly<Record<string, string>> =
      commit === 1
        ? settingsFiles(`1.${releases}.0`)
        : { [`src/file-${commit % FILES_MAX}.js`]: `export const value = ${commit};\n` };
    parts.push(
      `commit refs/heads/main\nmark :${commit}\n`,
      `committer Mona <mona@example.com> ${Math.floor(at / 1_000)} +0000\n`,
      `${formatData(message)}\n`,
      ...Object.entries(files).map(
        ([path, text]) => `M 100644 inline ${path}\n${formatData(text)}\n`,
      ),
    );
    const isLast = commit === commits;
    if (!isLast && commit % COMMITS_PER_RELEASE !== 0) continue;
    const tag = `v1.${isLast ? releases : commit / COMMITS_PER_RELEASE}.0`;
    parts.push(`reset refs/tags/${tag}\nfrom :${commit}\n\n`);
    tags.push({ tag, at });
  }
  return { input: parts.join(""), tags };
}

function formatData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** `version`: of the newest release, which release-please keeps in the tree. */
function settingsFiles(version: string): Readonly<Record<string, string>> {
  return {
    "package.json": `${JSON.stringify({ name: "widgets", version }, null, 2)}\n`,
    ".github/smallbatch.yml": "version: 1\n",
    "release-please-config.json": JSON.stringify({
      packages: { ".": { "release-type": "node", "include-v-in-tag": true } },
      "include-component-in-tag": false,
    }),
    ".release-please-manifest.json": JSON.stringify({ ".": version }),
  };
}

const CONTEXT = "ci/test";
let branches = 0;

/** Pulls that close an issue each, merged one after the other: the head they leave. */
export async function mergePulls({ place, mona }: Subject, count: number): Promise<string> {
  let head = "";
  for (let pull = 0; pull < count; pull += 1) {
    branches += 1;
    const issue = await openIssue(place, mona, `Widget ${branches} is crooked`);
    const number = await openPull(place, mona, {
      branch: `work-${branches}`,
      path: `src/work-${branches}.js`,
      text: `export const work = ${branches};\n`,
      title: `fix: straighten widget ${branches}`,
      body: `Fixes #${issue}`,
    });
    head = await mergePull(place, mona, number);
  }
  return head;
}

export async function ci(
  { place, mona }: Subject,
  sha: string,
  state: "pending" | "success",
): Promise<void> {
  await setStatus(place, mona, sha, state, CONTEXT);
}
