import { html } from "hono/html";
import type { FeedbackRecord, PullRecord, ReleaseRecord } from "../core/clocks/records.ts";
import { count } from "./charts/figure.ts";
import { renderTable } from "./charts/table.ts";
import { renderTime } from "./charts/times.ts";
import type { Html } from "./page.ts";
import { changelogPath, repositoryPath } from "./paths.ts";
import { renderFeedback } from "./release-page.ts";
import type { SeenRepository } from "./viewer.ts";

export interface RecordedReleasePage {
  readonly repository: SeenRepository;
  readonly release: ReleaseRecord;
  /** Those that it carries, as far as they are on record. */
  readonly pulls: readonly PullRecord[];
  /** What was tied to it. */
  readonly feedback: readonly FeedbackRecord[];
  /** Page of the repository on GitHub. */
  readonly githubUrl: string;
}

/** A release that somebody else published: it has no card, and the clocks know it all the same. */
export function renderRecordedRelease(page: RecordedReleasePage): Html {
  const { repository, release, githubUrl } = page;
  const { tag, sha, publishedAt, kind, withdrawnAt } = release;
  const url = `${githubUrl}/releases/tag/${encodeURIComponent(tag)}`;
  return html`<div class="head">
      <p class="crumbs">
        <a href="${repositoryPath(repository)}">${repository.owner}/${repository.name}</a> ·
        <a href="${changelogPath(repository)}">Releases</a>
      </p>
      <h1 class="tag">${tag}</h1>
      <ul class="meta">
        <li>${renderTime(publishedAt)}</li>
        ${kind === "regular" ? "" : html`<li>${kind}</li>`}
        <li>
          <a href="${githubUrl}/commit/${sha}"><code>${sha.slice(0, 8)}</code></a>
        </li>
        <li><a href="${url}">Notes on GitHub</a></li>
      </ul>
      ${withdrawnAt === null ? "" : html`<p><span class="state bad">withdrawn</span></p>`}
      <p class="quiet">
        Smallbatch did not publish this release, so it has no card: who reviewed it and which rules
        were judged is not known here.
      </p>
    </div>
    ${renderCarried(page)} ${renderFeedback(page)}`;
}

function renderCarried({ release, pulls, githubUrl }: RecordedReleasePage): Html {
  const { carries, kind } = release;
  const titles = new Map(pulls.map(({ number, title }) => [number, title]));
  return html`<section aria-labelledby="units">
    <header>
      <h2 id="units">What it brought</h2>
      <p>
        ${kind === "first" ? "The first release on record: all that was there before." : `${count(carries.length, "unit")}.`}
      </p>
    </header>
    ${
      carries.length === 0
        ? ""
        : renderTable({
            caption: "What the release before it had not.",
            columns: [
              { name: "Unit", isShort: true },
              { name: "Title" },
              { name: "How", isShort: true },
            ],
            rows: carries.map(({ pull, sha, how }) => [
              pull === null
                ? html`<a href="${githubUrl}/commit/${sha}">${sha.slice(0, 8)}</a>`
                : html`<a href="${githubUrl}/pull/${pull}">#${pull}</a>`,
              pull === null ? "a commit without a pull" : (titles.get(pull) ?? null),
              how,
            ]),
            csv: null,
          })
    }
  </section>`;
}
