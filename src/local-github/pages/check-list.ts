import { html } from "hono/html";
import { latestRuns, runsOfCommit } from "../checks.ts";
import { latestStatuses } from "../statuses.ts";
import type { CheckRun, CommitStatus } from "../world.ts";
import type { Html } from "./layout.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderAccount, renderRunMark, renderStatusMark, renderTime } from "./sign.ts";
import type { View } from "./view.ts";

interface Reports {
  readonly runs: readonly CheckRun[];
  readonly statuses: readonly CommitStatus[];
}

/** The newest report of each name. */
function reportsOf(view: View, sha: string): Reports {
  const { github, repository } = view;
  return {
    runs: latestRuns(runsOfCommit(github, repository.id, sha)),
    statuses: latestStatuses(github, repository.id, sha),
  };
}

/** One line for each check, for places that show something else first. */
export function renderCheckSummary(view: View, sha: string): Html {
  const { runs, statuses } = reportsOf(view, sha);
  if (runs.length + statuses.length === 0) return html`<p class="quiet">No checks.</p>`;
  return html`<div class="box">
    ${runs.map(
      (run) =>
        html`<div class="row">
          ${renderRunMark(run)}
          <div class="grow">
            <a class="title" href="${view.base}/commit/${sha}/checks#run-${run.id}">${run.name}</a>
            <div class="under">${run.output.title ?? describeRun(run)}</div>
          </div>
        </div>`,
    )}
    ${statuses.map(
      (status) =>
        html`<div class="row">
          ${renderStatusMark(status)}
          <div class="grow">
            <span class="title">${status.context}</span>
            <div class="under">${status.description ?? status.state}</div>
          </div>
        </div>`,
    )}
  </div>`;
}

/** Every check with all that it says. */
export function renderCheckList(view: View, sha: string): Html {
  const { runs, statuses } = reportsOf(view, sha);
  return html`<section>
    <h2>Check runs</h2>
    ${
      runs.length === 0
        ? html`<p class="quiet">No check run on this commit.</p>`
        : runs.map((run) => renderRun(view, run))
    }
    <h2>Statuses</h2>
    ${
      statuses.length === 0
        ? html`<p class="quiet">No status on this commit.</p>`
        : html`<div class="box">${statuses.map((status) => renderStatus(view, status))}</div>`
    }
  </section>`;
}

function renderRun(view: View, run: CheckRun): Html {
  const app = view.github.data.apps.find((each) => each.id === run.appId);
  const { title, summary, text } = run.output;
  return html`<article class="box" id="run-${run.id}">
    <div class="row loose head">
      ${renderRunMark(run)}
      <div class="grow"><strong>${run.name}</strong> by ${app?.name ?? "an App"}</div>
      <div class="end">
        ${describeRun(run)} ${renderTime(run.completedAt ?? run.startedAt, view.github.now())}
      </div>
    </div>
    ${
      title === null && summary === null && text === null
        ? html`<div class="empty">It reported nothing more.</div>`
        : html`<div class="inside prose">
            ${title === null ? "" : html`<h3>${title}</h3>`}
            ${summary === null ? "" : renderMarkdown(summary, view.references)}
            ${text === null ? "" : renderMarkdown(text, view.references)}
          </div>`
    }
    ${run.actions.map(
      ({ label, description }) =>
        html`<div class="row loose">
          <span class="badge">${label}</span> <span class="under">${description}</span>
        </div>`,
    )}
  </article>`;
}

function renderStatus(view: View, status: CommitStatus): Html {
  return html`<div class="row loose">
    ${renderStatusMark(status)}
    <div class="grow">
      <span class="title">${status.context}</span>
      <div class="under">${status.description ?? status.state}</div>
    </div>
    <div class="end under">
      ${renderAccount(view.github, status.creatorId)}
      ${renderTime(status.createdAt, view.github.now())}
    </div>
  </div>`;
}

function describeRun(run: CheckRun): string {
  return (run.conclusion ?? run.status).replaceAll("_", " ");
}
