import { html } from "hono/html";
import { changedFiles } from "../changed-files.ts";
import { listCommits } from "../git-history.ts";
import { EMPTY_TREE, type GitCommit } from "../git-object.ts";
import { renderCheckList, renderCheckSummary } from "./check-list.ts";
import { renderAuthor, renderCommitRow, tagsByCommit } from "./commit-rows.ts";
import { renderFileChanges } from "./file-changes.ts";
import type { Html, Page } from "./layout.ts";
import { renderBox, renderPager, ROWS_MAX } from "./list-page.ts";
import { renderLine } from "./markdown.ts";
import { frame } from "./repository-frame.ts";
import { renderCommitMark, renderSha, renderTime } from "./sign.ts";
import { encodeSlashed, tagUrl, type View } from "./view.ts";

/**
 * Null when `reference` (a branch, tag or SHA) names no commit; the default branch of an empty
 * repository is an empty list.
 */
export async function commitsPage(
  view: View,
  reference: string,
  page: number,
): Promise<Page | null> {
  const { github, repository } = view;
  const sha = await github.git.resolveCommit(repository.id, reference);
  if (sha === null && reference !== repository.defaultBranch) return null;
  const [commits, tags] = await Promise.all([
    sha === null
      ? []
      : listCommits(github.git, repository.id, {
          revisions: [sha],
          skip: (page - 1) * ROWS_MAX,
          limit: ROWS_MAX + 1,
        }),
    tagsByCommit(view),
  ]);
  const path = `${view.base}/commits/${encodeSlashed(reference)}`;
  const rows = commits.slice(0, ROWS_MAX).map((commit) => renderCommitRow(view, commit, tags));
  return frame(
    view,
    "Commits",
    `Commits of ${reference}`,
    html`<h1>Commits <span class="quiet">of ${reference}</span></h1>
      <p class="byline">Newest first</p>
      ${renderBox(rows, "No commit.")} ${renderPager(path, {}, page, commits.length > ROWS_MAX)}`,
  );
}

/** Null when there is no such commit. */
export async function commitPage(view: View, reference: string): Promise<Page | null> {
  const commit = await findCommit(view, reference);
  if (commit === null) return null;
  const { github, repository } = view;
  const [files, tags] = await Promise.all([
    changedFiles(github.git, repository.id, commit.parents[0] ?? EMPTY_TREE, commit.sha),
    tagsByCommit(view),
  ]);
  const body = html`${renderHeading(view, commit, tags)}
    <h2>Checks</h2>
    ${renderCheckSummary(view, commit.sha)} ${renderFileChanges(files)}`;
  return frame(view, "Commits", headlineOf(commit), body);
}

/** Null when there is no such commit. */
export async function checksPage(view: View, reference: string): Promise<Page | null> {
  const commit = await findCommit(view, reference);
  if (commit === null) return null;
  const body = html`${renderHeading(view, commit, await tagsByCommit(view))}
  ${renderCheckList(view, commit.sha)}`;
  return frame(view, "Commits", `Checks of ${commit.sha.slice(0, 7)}`, body);
}

async function findCommit(view: View, reference: string): Promise<GitCommit | null> {
  const { github, repository } = view;
  const sha = await github.git.resolveCommit(repository.id, reference);
  return sha === null ? null : github.git.commit(repository.id, sha);
}

function headlineOf(commit: GitCommit): string {
  return commit.message.split("\n", 1)[0] || "(no message)";
}

function renderHeading(
  view: View,
  commit: GitCommit,
  tags: ReadonlyMap<string, readonly string[]>,
): Html {
  const text = commit.message.split("\n").slice(1).join("\n").trim();
  const names = tags.get(commit.sha) ?? [];
  return html`<h1>${renderLine(headlineOf(commit), view.references)}</h1>
    <p class="byline">
      ${renderCommitMark(view, commit.sha)} ${renderAuthor(view, commit.author)} committed
      ${renderTime(commit.committer.date, view.github.now())} ·
      <a href="${view.base}/commit/${commit.sha}"><span class="sha">${commit.sha}</span></a>
      ${commit.parents.map((parent) => html` · parent ${renderSha(view, parent)}`)}
      ${names.map(
        (name) =>
          html` ·
            <a href="${tagUrl(view, name)}"><span class="badge done">${name}</span></a>`,
      )}
      · <a href="${view.base}/commit/${commit.sha}/checks">all checks</a>
    </p>
    ${
      text === ""
        ? ""
        : html`<div class="box">
            <pre class="plain">${renderLine(text, view.references)}</pre>
          </div>`
    }`;
}
