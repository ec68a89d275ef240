import { html } from "hono/html";
import { listCommits } from "../git-history.ts";
import type { GitHub } from "../github.ts";
import { latestRelease } from "../latest-release.ts";
import type { Account, Repository } from "../world.ts";
import { renderCommitRow, tagsByCommit } from "./commit-rows.ts";
import type { Html, Page } from "./layout.ts";
import { renderBox } from "./list-page.ts";
import { renderMarkdown } from "./markdown.ts";
import { releaseUrl, renderReleaseBadges } from "./release-pages.ts";
import { frame } from "./repository-frame.ts";
import { renderAccount, renderBadge, renderCommitMark, renderSha, renderTime } from "./sign.ts";
import { accountUrl, encodeSlashed, repositoryUrl, type View } from "./view.ts";

/** What a first look shows of each list; the list itself is a click away. */
const COMMITS_MAX = 12;
const BRANCHES_MAX = 8;

/** The front page: every repository that the visitor may read. */
export function repositoriesPage(github: GitHub, repositories: readonly Repository[]): Page {
  const body = html`<h1>Repositories</h1>
    <p class="byline">What stands on this local GitHub, pushed last first.</p>
    ${renderRepositories(github, repositories)}`;
  return { title: "Local GitHub", steps: [], tabs: [], body };
}

export function accountPage(
  github: GitHub,
  account: Account,
  repositories: readonly Repository[],
): Page {
  const roles = github.data.memberships.filter((each) => each.organizationId === account.id);
  const body = html`<h1>
      ${account.name ?? account.login}
      ${account.type === "User" ? "" : renderBadge("idle", account.type)}
    </h1>
    <p class="byline">${account.login}</p>
    ${renderRepositories(github, repositories)}
    ${
      roles.length === 0
        ? ""
        : html`<h2>People</h2>
            <div class="box">
              ${roles.map(
                ({ userId, role }) =>
                  html`<div class="row">
                    <div class="grow">${renderAccount(github, userId)}</div>
                    <div class="end quiet">${role}</div>
                  </div>`,
              )}
            </div>`
    }`;
  const steps = [{ text: account.login, url: accountUrl(account) }];
  return { title: account.login, steps, tabs: [], body };
}

function renderRepositories(github: GitHub, repositories: readonly Repository[]): Html {
  const rows = repositories
    .toSorted((a, b) => b.pushedAt.localeCompare(a.pushedAt))
    .map((repository) => {
      const release = latestRelease(github, repository);
      return html`<div class="row">
        <div class="grow">
          <a class="title" href="${repositoryUrl(github, repository)}"
            >${github.fullName(repository)}</a
          >
          ${renderRepositoryBadges(repository)}
          <div class="under">
            ${repository.description === null ? "" : `${repository.description} · `}pushed
            ${renderTime(repository.pushedAt, github.now())}
          </div>
        </div>
        <div class="end">${release === null ? "" : renderBadge("good", release.tagName)}</div>
      </div>`;
    });
  return renderBox(rows, "No repository.");
}

function renderRepositoryBadges(repository: Repository): Html[] {
  return [
    ...(repository.private ? [renderBadge("wait", "Private")] : []),
    ...(repository.archived ? [renderBadge("idle", "Archived")] : []),
  ];
}

export async function overviewPage(view: View): Promise<Page> {
  const { github, repository, base } = view;
  const branch = repository.defaultBranch;
  const head = await github.git.resolveCommit(repository.id, `refs/heads/${branch}`);
  const [commits, tags, branches, readme] = await Promise.all([
    head === null
      ? []
      : listCommits(github.git, repository.id, { revisions: [head], limit: COMMITS_MAX }),
    tagsByCommit(view),
    renderBranches(view),
    github.git.blob(repository.id, `refs/heads/${branch}:README.md`),
  ]);
  const rows = commits.map((commit) => renderCommitRow(view, commit, tags));
  const body = html`<h1>${repository.name} ${renderRepositoryBadges(repository)}</h1>
    <p class="byline">${repository.description ?? "No description."}</p>
    <div class="split">
      <div>
        <h2>Recent commits</h2>
        ${renderBox(rows, "No commit yet.")}
        ${
          head === null
            ? ""
            : html`<p>
                <a href="${base}/commits/${encodeSlashed(branch)}">All commits of ${branch}</a> ·
                <a href="${base}/tree/${encodeSlashed(branch)}">Files</a>
              </p>`
        }
        ${
          readme === null
            ? ""
            : html`<div class="box">
                <div class="head">README.md</div>
                <div class="inside prose">
                  ${renderMarkdown(readme.toString("utf8"), view.references)}
                </div>
              </div>`
        }
      </div>
      <aside>
        <h2>Latest release</h2>
        ${renderLatestRelease(view)}
        <h2>Branches</h2>
        ${branches}
        <h2>Clone</h2>
        <div class="box"><pre class="plain">git clone ${github.url}${base}.git</pre></div>
      </aside>
    </div>`;
  return frame(view, "Overview", repository.description ?? repository.name, body);
}

function renderLatestRelease(view: View): Html {
  const release = latestRelease(view.github, view.repository);
  if (release === null) return html`<p class="quiet">None yet.</p>`;
  const address = releaseUrl(view, release);
  return html`<div class="box">
    <div class="row">
      <div class="grow">
        <a class="title" href="${address}">${release.name || release.tagName}</a>
        ${renderReleaseBadges(view, release)}
        <div class="under">
          ${renderTime(release.publishedAt ?? release.createdAt, view.github.now())} by
          ${renderAccount(view.github, release.authorId)}
        </div>
      </div>
    </div>
  </div>`;
}

/** The default branch first. */
async function renderBranches(view: View): Promise<Html> {
  const { github, repository, base } = view;
  const refs = await github.git.refs(repository.id, "refs/heads/");
  const branches = refs
    .map((ref) => ({ name: ref.name.slice("refs/heads/".length), sha: ref.sha }))
    .toSorted(
      (a, b) =>
        Number(b.name === repository.defaultBranch) - Number(a.name === repository.defaultBranch),
    );
  const rows = branches.slice(0, BRANCHES_MAX).map(
    ({ name, sha }) =>
      html`<div class="row">
        <div class="grow"><a href="${base}/commits/${encodeSlashed(name)}">${name}</a></div>
        <div class="end">${renderCommitMark(view, sha)} ${renderSha(view, sha)}</div>
      </div>`,
  );
  const rest = branches.length - rows.length;
  return html`${renderBox(rows, "No branch yet.")}
  ${rest > 0 ? html`<p class="quiet small">and ${rest} more</p>` : ""}`;
}
