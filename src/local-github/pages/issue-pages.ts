import { html } from "hono/html";
import { changedFiles } from "../changed-files.ts";
import { listCommits, mergeBase } from "../git-history.ts";
import type { Issue, PullFields } from "../world.ts";
import { renderCheckSummary } from "./check-list.ts";
import { renderCommitRow } from "./commit-rows.ts";
import { renderConversation } from "./conversation.ts";
import { renderFileChanges } from "./file-changes.ts";
import type { Html, Page } from "./layout.ts";
import { renderBox, renderPager, ROWS_MAX } from "./list-page.ts";
import { frame } from "./repository-frame.ts";
import {
  renderAccount,
  renderCommitMark,
  renderIssueBadge,
  renderIssueMark,
  renderLabels,
  renderSha,
  renderTime,
} from "./sign.ts";
import { encodeSlashed, issueUrl, type View } from "./view.ts";

export type IssueKind = "pulls" | "issues";
export type StateFilter = "all" | "open" | "closed";

export interface IssueQuery {
  readonly state: StateFilter;
  readonly page: number;
}

/** Anything but the words of a state shows them all. */
export function readStateFilter(text: string | undefined): StateFilter {
  return text === "open" || text === "closed" ? text : "all";
}

export function issuesPage(view: View, kind: IssueKind, { state, page }: IssueQuery): Page {
  const all = view.github.data.issues
    .filter((issue) => issue.repositoryId === view.repository.id)
    .filter((issue) => (issue.pull !== undefined) === (kind === "pulls"))
    .toSorted((a, b) => b.number - a.number);
  const fitting = all.filter((issue) => state === "all" || issue.state === state);
  const start = (page - 1) * ROWS_MAX;
  const rows = fitting.slice(start, start + ROWS_MAX).map((issue) => renderIssueRow(view, issue));
  const title = kind === "pulls" ? "Pull requests" : "Issues";
  const path = `${view.base}/${kind}`;
  const filter = (name: StateFilter, count: number) =>
    html`<a href="${path}?state=${name}" ${name === state ? html`aria-current="true"` : ""}
      >${count} ${name}</a
    >`;
  const open = all.filter((issue) => issue.state === "open").length;
  const body = html`<h1>${title}</h1>
    <nav class="filter" aria-label="State">
      ${filter("all", all.length)} ${filter("open", open)} ${filter("closed", all.length - open)}
    </nav>
    ${renderBox(rows, "None.")}
    ${renderPager(path, { state }, page, fitting.length > start + ROWS_MAX)}`;
  return frame(view, kind === "pulls" ? "Pulls" : "Issues", title, body);
}

function renderIssueRow(view: View, issue: Issue): Html {
  const { github, repository } = view;
  const { pull } = issue;
  const by = renderAccount(github, issue.authorId);
  return html`<div class="row">
    ${renderIssueMark(issue)}
    <div class="grow">
      <a class="title" href="${issueUrl(github, repository, issue.number)}">${issue.title}</a>
      ${renderLabels(repository, issue.labels)}
      <div class="under">
        #${issue.number}
        ${
          pull?.mergedAt
            ? html`by ${by}, merged ${renderTime(pull.mergedAt, github.now())}`
            : html`opened ${renderTime(issue.createdAt, github.now())} by ${by}`
        }
      </div>
    </div>
    <div class="end">
      ${pull ? renderCommitMark(view, pull.mergeCommitSha ?? pull.headSha) : ""}
    </div>
  </div>`;
}

export function issuePage(view: View, issue: Issue): Page {
  const body = html`${renderIssueHeading(issue)}
    <p class="byline">
      ${renderIssueBadge(issue)} ${renderAccount(view.github, issue.authorId)} opened this
      ${renderTime(issue.createdAt, view.github.now())}
    </p>
    ${renderIssueLabels(view, issue)} ${renderConversation(view, issue)}`;
  return frame(view, "Issues", `${issue.title} · issue ${issue.number}`, body);
}

function renderIssueHeading(issue: Issue): Html {
  return html`<h1>${issue.title} <span class="quiet">#${issue.number}</span></h1>`;
}

function renderIssueLabels(view: View, issue: Issue): Html | "" {
  if (issue.labels.length === 0) return "";
  return html`<p class="chips">${renderLabels(view.repository, issue.labels)}</p>`;
}

export async function pullPage(view: View, issue: Issue, pull: PullFields): Promise<Page> {
  const changes = await renderPullChanges(view, pull);
  const body = html`${renderIssueHeading(issue)}
    <p class="byline">${renderIssueBadge(issue)} ${describePull(view, issue, pull)}</p>
    ${renderIssueLabels(view, issue)}
    <div class="split">
      <div>${renderConversation(view, issue)}</div>
      <aside>
        ${
          pull.mergeCommitSha === null || !pull.merged
            ? ""
            : html`<h2>Checks of the merge ${renderSha(view, pull.mergeCommitSha)}</h2>
                ${renderCheckSummary(view, pull.mergeCommitSha)}`
        }
        <h2>Checks of the head ${renderSha(view, pull.headSha)}</h2>
        ${renderCheckSummary(view, pull.headSha)}
      </aside>
    </div>
    ${changes}`;
  return frame(view, "Pulls", `${issue.title} · pull request ${issue.number}`, body);
}

function describePull(view: View, issue: Issue, pull: PullFields): Html {
  const { github, repository, base } = view;
  const now = github.now();
  const headRepository = github.repository(pull.headRepositoryId);
  const prefix =
    headRepository === null || headRepository.id === repository.id
      ? ""
      : `${github.owner(headRepository).login}:`;
  const target = html`<a href="${base}/commits/${encodeSlashed(pull.baseRef)}">${pull.baseRef}</a>`;
  const source = html`<code>${prefix}${pull.headRef}</code>`;
  if (pull.merged && pull.mergedAt !== null) {
    return html`${renderAccount(github, pull.mergedById ?? issue.authorId)} merged ${source} into
    ${target} ${renderTime(pull.mergedAt, now)}`;
  }
  return html`${renderAccount(github, issue.authorId)} wants to merge ${source} into ${target},
  opened ${renderTime(issue.createdAt, now)}`;
}

/** Commits and files, from where the head left its base. */
async function renderPullChanges(view: View, pull: PullFields): Promise<Html> {
  const { git } = view.github;
  const { id } = view.repository;
  const head = await git.resolveCommit(id, pull.headSha);
  const start = head === null ? null : await mergeBase(git, id, pull.baseSha, head);
  if (head === null || start === null) return html``;
  const [commits, files] = await Promise.all([
    listCommits(git, id, { revisions: [head, `^${start}`], isOldestFirst: true, limit: ROWS_MAX }),
    changedFiles(git, id, start, head),
  ]);
  return html`<h2 id="commits">Commits</h2>
    ${renderBox(
      commits.map((commit) => renderCommitRow(view, commit, new Map())),
      "No commit.",
    )}
    ${renderFileChanges(files)}`;
}
