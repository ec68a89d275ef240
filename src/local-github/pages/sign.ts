import { html, raw } from "hono/html";
import type { GitHub } from "../github.ts";
import { statusCheckRollup } from "../status-rollup.ts";
import type { CheckRun, CommitStatus, Issue, Repository } from "../world.ts";
import type { Html } from "./layout.ts";
import { accountUrl, type View } from "./view.ts";

/** The small signs that all pages share: marks, badges, labels, people, times. */

export type Tone = "good" | "bad" | "wait" | "idle" | "done";

type Shape = Tone | "open";

const SHAPES: Record<Shape, string> = {
  good: '<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m4.8 8.2 2.2 2.3 4.2-4.8" fill="none" stroke="var(--mark-text)" stroke-width="1.7"/>',
  bad: '<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" fill="none" stroke="var(--mark-text)" stroke-width="1.7"/>',
  wait: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.7"/><path d="M8 4.6V8l2.4 1.6" fill="none" stroke="currentColor" stroke-width="1.7"/>',
  idle: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.7"/><path d="M5 8h6" stroke="currentColor" stroke-width="1.7"/>',
  open: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.7"/><circle cx="8" cy="8" r="2" fill="currentColor"/>',
  done: '<path d="M4.5 4.5v7M4.5 6c0 3 6.5 1 6.5 4" fill="none" stroke="currentColor" stroke-width="1.7"/><circle cx="4.5" cy="3.5" r="2" fill="currentColor"/><circle cx="4.5" cy="12.5" r="2" fill="currentColor"/><circle cx="11" cy="11.5" r="2" fill="currentColor"/>',
};

/** A drawn sign with words for those who do not see it. */
function renderMark(shape: Shape, words: string): Html {
  return html`<svg class="mark ${shape}" viewBox="0 0 16 16" role="img" aria-label="${words}">
    <title>${words}</title>
    ${raw(SHAPES[shape])}
  </svg>`;
}

export function renderBadge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

const TONE_BY_CONCLUSION: Record<NonNullable<CheckRun["conclusion"]>, Tone> = {
  success: "good",
  failure: "bad",
  timed_out: "bad",
  cancelled: "bad",
  action_required: "wait",
  stale: "idle",
  neutral: "idle",
  skipped: "idle",
};

export function renderRunMark(run: CheckRun): Html {
  const tone = run.conclusion === null ? "wait" : TONE_BY_CONCLUSION[run.conclusion];
  return renderMark(tone, (run.conclusion ?? run.status).replaceAll("_", " "));
}

const TONE_BY_STATE: Record<CommitStatus["state"], Tone> = {
  success: "good",
  failure: "bad",
  error: "bad",
  pending: "wait",
};

export function renderStatusMark(status: CommitStatus): Html {
  return renderMark(TONE_BY_STATE[status.state], status.state);
}

const ROLLUP_SIGNS = {
  SUCCESS: { tone: "good", words: "All checks passed" },
  FAILURE: { tone: "bad", words: "Some checks failed" },
  ERROR: { tone: "bad", words: "Some checks failed" },
  PENDING: { tone: "wait", words: "Checks are pending" },
  EXPECTED: { tone: "wait", words: "Checks are expected" },
} as const;

/** The sign beside a commit, leading to its checks; nothing where it has none. */
export function renderCommitMark(view: View, sha: string): Html | "" {
  const rollup = statusCheckRollup(view.github, view.repository.id, sha);
  if (rollup === null) return "";
  const { tone, words } = ROLLUP_SIGNS[rollup.state];
  return html`<a href="${view.base}/commit/${sha}/checks">${renderMark(tone, words)}</a>`;
}

export function renderIssueMark(issue: Issue): Html {
  if (issue.pull?.merged) return renderMark("done", "Merged");
  if (issue.state === "open") return renderMark(issue.pull?.draft ? "idle" : "open", "Open");
  return issue.pull ? renderMark("bad", "Closed") : renderMark("done", "Closed");
}

export function renderIssueBadge(issue: Issue): Html {
  if (issue.pull?.merged) return renderBadge("done", "Merged");
  if (issue.state === "closed") return renderBadge(issue.pull ? "bad" : "done", "Closed");
  return issue.pull?.draft ? renderBadge("idle", "Draft") : renderBadge("good", "Open");
}

export function renderLabels(repository: Repository, names: readonly string[]): Html[] {
  return names.map((name) => {
    const label = repository.labels.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const color = /^[\da-f]{6}$/i.test(label?.color ?? "") ? label?.color : "ededed";
    return html`<span class="label" title="${label?.description ?? ""}"
      ><span class="dot" style="background:#${color}"></span>${name}</span
    >`;
  });
}

export function renderAccount(github: GitHub, id: number): Html {
  const account = github.account(id);
  return html`<a class="who" href="${accountUrl(account)}">${account.login}</a>`;
}

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `3 days ago`, with the exact time for the pointer and for machines. */
export function renderTime(iso: string, now: Date): Html {
  const seconds = Math.round((Date.parse(iso) - now.getTime()) / 1_000);
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  const words =
    unit === undefined ? "just now" : RELATIVE.format(Math.trunc(seconds / unit[1]), unit[0]);
  const exact = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return html`<time datetime="${iso}" title="${exact}">${words}</time>`;
}

export function renderSha(view: View, sha: string): Html {
  return html`<a class="sha" href="${view.base}/commit/${sha}">${sha.slice(0, 7)}</a>`;
}
