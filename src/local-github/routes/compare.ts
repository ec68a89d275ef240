import type { Hono } from "hono";
import { changedFiles } from "../changed-files.ts";
import {
  HttpError,
  notFound,
  pageQuery,
  requireRepository,
  setLink,
  type Env,
  type RequestContext,
} from "../context.ts";
import { countDivergence, listCommits, mergeBase } from "../git-history.ts";
import type { GitHub } from "../github.ts";
import { judgeAccess } from "../permission.ts";
import { renderCommit, renderFiles } from "../render/commit.ts";
import type { Repository } from "../world.ts";

const READ = { permission: "contents", access: "read" } as const;

/** Commits of one answer where the caller does not page (REST, "Compare two commits"). */
const COMMITS_UNPAGED = 250;

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/compare/:basehead{.+}", async (c) => {
    const repository = requireRepository(c, github, READ);
    const basehead = c.req.param("basehead");
    const dots = basehead.indexOf("...");
    if (dots === -1) throw notFound();
    const [baseName, headName] = [basehead.slice(0, dots), basehead.slice(dots + 3)];
    const base = await requireEnd(c, github, repository, baseName);
    const head = await requireEnd(c, github, repository, headName);
    const fork = await mergeBase(github.git, repository.id, base, head);
    if (fork === null) {
      throw new HttpError(404, {
        message: `No common ancestor between ${baseName} and ${headName}.`,
      });
    }
    return c.json(await compare(c, github, repository, { basehead, base, head, fork }));
  });
}

async function compare(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  range: { basehead: string; base: string; head: string; fork: string },
) {
  const { base, head, fork } = range;
  const { git } = github;
  const { ahead, behind } = await countDivergence(git, repository.id, base, head);
  const isPaged = c.req.query("page") !== undefined || c.req.query("per_page") !== undefined;
  const query = pageQuery(c);
  const { page, perPage } = isPaged ? query : { page: 1, perPage: COMMITS_UNPAGED };
  if (isPaged) setLink(c, page, Math.ceil(ahead / perPage));
  const all = await listCommits(git, repository.id, {
    revisions: [head, `^${base}`],
    isOldestFirst: true,
  });
  const commits = all.slice((page - 1) * perPage, page * perPage);
  const [baseCommit] = await git.commits(repository.id, [base]);
  const [forkCommit] = await git.commits(repository.id, [fork]);
  if (baseCommit === undefined || forkCommit === undefined) throw notFound();
  // Files come with the first page alone, and are those of the whole comparison.
  const files = page === 1 ? await changedFiles(git, repository.id, fork, head) : [];
  return {
    ...renderUrls(github, repository, range),
    base_commit: renderCommit(github, repository, baseCommit),
    merge_base_commit: renderCommit(github, repository, forkCommit),
    status: compareStatus(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => renderCommit(github, repository, commit)),
    files: renderFiles(github, repository, head, files),
  };
}

function compareStatus(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

function renderUrls(
  github: GitHub,
  repository: Repository,
  range: { basehead: string; base: string; head: string },
) {
  const fullName = github.fullName(repository);
  const page = `${github.url}/${fullName}/compare`;
  const html = `${page}/${encodeURI(range.basehead)}`;
  const owner = github.owner(repository).login;
  const short = (sha: string): string => `${owner}:${sha.slice(0, 7)}`;
  return {
    url: `${github.apiUrl}/repos/${fullName}/compare/${encodeURI(range.basehead)}`,
    html_url: html,
    permalink_url: `${page}/${short(range.base)}...${short(range.head)}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
  };
}

/** `branch`, tag or SHA; `owner:branch` of a fork, whose commits are brought here to compare. */
async function requireEnd(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  name: string,
): Promise<string> {
  const { git } = github;
  const [branch = "", ownerLogin] = name.split(":").toReversed();
  const owner = ownerLogin === undefined ? null : github.accountByLogin(ownerLogin);
  if (ownerLogin === undefined || owner?.id === repository.ownerId) {
    const sha = await git.resolveCommit(repository.id, branch);
    if (sha === null) throw notFound();
    return sha;
  }
  const fork = github.data.repositories.find(
    (each) => each.ownerId === owner?.id && each.forkOfId === repository.id,
  );
  if (fork === undefined || judgeAccess(github, c.get("actor"), fork, READ) !== "allowed") {
    throw notFound();
  }
  const sha = await git.resolveCommit(fork.id, branch);
  if (sha === null) throw notFound();
  await git.run(repository.id, ["fetch", "--quiet", "--no-tags", git.path(fork.id), sha]);
  return sha;
}
