import { html } from "hono/html";
import type { GitCommit } from "../git-object.ts";
import { accountByAddress } from "../signature.ts";
import type { Html } from "./layout.ts";
import { renderAccount, renderCommitMark, renderSha, renderTime } from "./sign.ts";
import { tagUrl, type View } from "./view.ts";

/** Names of the tags on each commit. */
export async function tagsByCommit(view: View): Promise<Map<string, string[]>> {
  const refs = await view.github.git.refs(view.repository.id, "refs/tags/");
  const names = new Map<string, string[]>();
  for (const ref of refs) {
    const name = ref.name.slice("refs/tags/".length);
    names.set(ref.peeledSha, [...(names.get(ref.peeledSha) ?? []), name]);
  }
  return names;
}

/** The account that an author's address belongs to, else the name that the commit carries. */
export function renderAuthor(view: View, person: GitCommit["author"]): Html {
  const account = accountByAddress(view.github, person.email);
  return account === null
    ? html`<span class="who">${person.name}</span>`
    : renderAccount(view.github, account.id);
}

export function renderCommitRow(
  view: View,
  commit: GitCommit,
  tags: ReadonlyMap<string, readonly string[]>,
): Html {
  return html`<div class="row">
    <div class="grow">
      ${renderHeadline(view, commit)}
      <div class="under">
        ${renderAuthor(view, commit.author)} committed
        ${renderTime(commit.committer.date, view.github.now())}
        ${(tags.get(commit.sha) ?? []).map(
          (tag) =>
            html` ·
              <a href="${tagUrl(view, tag)}"><span class="badge done">${tag}</span></a>`,
        )}
      </div>
    </div>
    <div class="end">${renderCommitMark(view, commit.sha)} ${renderSha(view, commit.sha)}</div>
  </div>`;
}

/** The headline leads to the commit, and a pull's number in it to the pull. */
function renderHeadline(view: View, commit: GitCommit): Html {
  const headline = commit.message.split("\n", 1)[0] || "(no message)";
  const address = `${view.base}/commit/${commit.sha}`;
  const pieces = headline.split(/(#\d{1,9}\b)/).filter((piece) => piece !== "");
  return html`${pieces.map((piece) => {
    const number = /^#(\d+)$/.exec(piece)?.[1];
    const url = number === undefined ? null : view.references.issueUrl(Number(number));
    return url === null
      ? html`<a class="title" href="${address}">${piece}</a>`
      : html`<a href="${url}">${piece}</a>`;
  })}`;
}
