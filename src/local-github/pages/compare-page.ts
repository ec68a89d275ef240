import { html } from "hono/html";
import { changedFiles } from "../changed-files.ts";
import { countDivergence, listCommits, mergeBase } from "../git-history.ts";
import { renderCommitRow, tagsByCommit } from "./commit-rows.ts";
import { renderFileChanges } from "./file-changes.ts";
import type { Page } from "./layout.ts";
import { renderBox } from "./list-page.ts";
import { frame } from "./repository-frame.ts";
import { encodeSlashed, type View } from "./view.ts";

/** Commits on the page; GitHub's own compare page stops there as well. */
const COMMITS_MAX = 250;

/** `range` is `base...head`. Null when one of them is unknown or they have nothing in common. */
export async function comparePage(view: View, range: string): Promise<Page | null> {
  const [baseName = "", headName = ""] = range.split("...");
  const { git } = view.github;
  const { id } = view.repository;
  const [base, head] = await Promise.all([
    git.resolveCommit(id, baseName),
    git.resolveCommit(id, headName),
  ]);
  if (base === null || head === null) return null;
  const start = await mergeBase(git, id, base, head);
  if (start === null) return null;
  const [commits, files, divergence, tags] = await Promise.all([
    listCommits(git, id, { revisions: [head, `^${base}`], limit: COMMITS_MAX }),
    changedFiles(git, id, start, head),
    countDivergence(git, id, base, head),
    tagsByCommit(view),
  ]);
  const link = (name: string) =>
    html`<a href="${view.base}/commits/${encodeSlashed(name)}">${name}</a>`;
  const body = html`<h1>
      Compare ${link(baseName)}<span class="quiet">...</span>${link(headName)}
    </h1>
    <p class="byline">
      ${headName} is ${divergence.ahead} ${divergence.ahead === 1 ? "commit" : "commits"} ahead of
      and ${divergence.behind} behind ${baseName}.
    </p>
    ${renderBox(
      commits.map((commit) => renderCommitRow(view, commit, tags)),
      "The same commit, or nothing new.",
    )}
    ${renderFileChanges(files)}`;
  return frame(view, "Commits", `Compare ${range}`, body);
}
