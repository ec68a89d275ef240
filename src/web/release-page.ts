import { html } from "hono/html";
import type { ReleaseCard } from "../core/card.ts";
import type { FeedbackRecord } from "../core/clocks/records.ts";
import { notesOf } from "./changelog.ts";
import type { PublishedRelease } from "./changelog.ts";
import { count } from "./charts/figure.ts";
import { renderTable } from "./charts/table.ts";
import { renderTime } from "./charts/times.ts";
import { renderNotes } from "./markdown.ts";
import type { Html } from "./page.ts";
import { changelogPath, releasePath, repositoryPath } from "./paths.ts";
import type { SeenRepository } from "./viewer.ts";

export interface ReleasePage {
  readonly repository: SeenRepository;
  readonly release: PublishedRelease;
  /** What was tied to it. */
  readonly feedback: readonly FeedbackRecord[];
  /** Page of the repository on GitHub. */
  readonly githubUrl: string;
  /** Prefilled issue that takes the release back, for whoever may; null: it was taken back. */
  readonly rollbackUrl: string | null;
  /** Asks for the same from here; shown with the issue. */
  readonly rollbackButton: Html;
}

type Unit = ReleaseCard["units"][number];

/** One release: its notes, what it was made of, who answers for it, and what became of it. */
export function renderRelease(page: ReleasePage): Html {
  const { repository, release, githubUrl, rollbackUrl } = page;
  const { tag, card, sha, publishedAt, url } = release;
  return html`<div class="head">
      <p class="crumbs">
        <a href="${repositoryPath(repository)}">${repository.owner}/${repository.name}</a> ·
        <a href="${changelogPath(repository)}">Releases</a>
      </p>
      <h1 class="tag">${tag}</h1>
      <ul class="meta">
        <li>${renderTime(publishedAt)}</li>
        <li>${card.level}</li>
        <li>
          <a href="${githubUrl}/commit/${sha}"><code>${sha.slice(0, 8)}</code></a>
        </li>
        ${url === null ? "" : html`<li><a href="${url}">On GitHub</a></li>`}
        ${card.previousTag === null ? "" : html`<li>after <a href="${releasePath(repository, card.previousTag)}">${card.previousTag}</a></li>`}
      </ul>
      ${renderOutcome(page)}
    </div>
    <section aria-labelledby="notes">
      <header><h2 id="notes">Notes</h2></header>
      <div class="notes">${renderNotes(notesOf(release), "notes")}</div>
    </section>
    ${renderUnits(card, githubUrl)} ${renderFeedback(page)} ${renderJudged(card)}
    <section aria-labelledby="back">
      <header><h2 id="back">Taking it back</h2></header>
      <div class="prose">
        <p>
          ${
            card.rollbackTarget === null
              ? "There is no earlier release to return to."
              : html`A rollback returns to the code of
                  <a href="${releasePath(repository, card.rollbackTarget)}"
                    >${card.rollbackTarget}</a
                  >
                  by a new release; nothing is deleted, and later work stays.`
          }
        </p>
        ${
          rollbackUrl === null
            ? ""
            : html`<p class="actions screen">
                ${page.rollbackButton}
                <a class="button plain" href="${rollbackUrl}">Open a rollback issue on GitHub</a>
              </p>`
        }
      </div>
    </section>`;
}

function renderOutcome({ repository, release, feedback }: ReleasePage): Html {
  const { rolledBackBy, card } = release;
  if (rolledBackBy !== null) {
    return html`<p>
      <span class="state bad">rolled back</span> Its code was taken back by
      <a href="${releasePath(repository, rolledBackBy)}">${rolledBackBy}</a>.
    </p>`;
  }
  const taken = card.rollsBack ?? [];
  if (taken.length > 0) {
    return html`<p>
      <span class="state warn">rollback</span> It takes back
      ${taken.map(({ tag, by, reason }) => html`<a href="${releasePath(repository, tag)}">${tag}</a>, asked by ${by}${reason === "" ? "" : html`: “${reason}”`} `)}
    </p>`;
  }
  const trouble = feedback.filter(({ kind }) => kind !== "idea");
  if (trouble.length === 0) return html``;
  return html`<p>
    <span class="state warn">${count(trouble.length, "report")}</span> Something was reported about
    it.
  </p>`;
}

function renderUnits(card: ReleaseCard, githubUrl: string): Html {
  const { units } = card;
  return html`<section aria-labelledby="units">
    <header>
      <h2 id="units">What it brought</h2>
      ${units.length === 0 ? "" : html`<p>${count(units.length, "unit")}, with who wrote, merged and reviewed it.</p>`}
    </header>
    ${
      units.length === 0
        ? html`<p>It has no units: somebody asked for it.</p>`
        : renderTable({
            caption: "In the order of their merges.",
            columns: [
              { name: "Unit", isShort: true },
              { name: "Title" },
              { name: "Level", isShort: true },
              { name: "Author", isShort: true },
              { name: "Merged by", isShort: true },
              { name: "Reviewed" },
              { name: "Agents, at least" },
            ],
            rows: units.map((unit) => rowOfUnit(unit, githubUrl)),
            csv: null,
          })
    }
  </section>`;
}

function rowOfUnit(unit: Unit, githubUrl: string) {
  const { pull, sha, title, level, levelFrom, author, reviews, mergedBy, agents } = unit;
  const approved = reviews.filter(({ state }) => state.toLowerCase() === "approved");
  return [
    pull === null
      ? html`<a href="${githubUrl}/commit/${sha}">${sha.slice(0, 8)}</a>`
      : html`<a href="${githubUrl}/pull/${pull}">#${pull}</a>`,
    unit.cancelledBy === null ? title : html`<s>${title}</s> (${unit.cancelledBy} reverts it)`,
    `${level}, by its ${levelFrom}`,
    author.login,
    mergedBy?.login ?? null,
    approved.length === 0 ? "nobody" : approved.map(({ login }) => login).join(", "),
    agents.map(({ name, evidence }) => `${name} (${evidence})`).join("; "),
  ];
}

export function renderFeedback({
  feedback,
  githubUrl,
}: Pick<ReleasePage, "feedback" | "githubUrl">): Html {
  return html`<section aria-labelledby="feedback">
    <header><h2 id="feedback">Feedback</h2></header>
    ${
      feedback.length === 0
        ? html`<p>
            Nothing was tied to this release so far. Silence is not success: a release is watched
            for 14 days.
          </p>`
        : renderTable({
            caption:
              "Said: somebody or something named the release. Inferred: it came while it was the newest.",
            columns: [
              { name: "What", isShort: true },
              { name: "Kind", isShort: true },
              { name: "Tied", isShort: true },
              { name: "Reported", isShort: true },
              { name: "Fixed by", isShort: true },
            ],
            rows: feedback.map(({ key, kind, kindBy, attribution, openedAt, fixTag }) => [
              renderKey(key, githubUrl),
              kindBy === "type" ? `${kind}, by its issue type` : kind,
              attribution?.tier === "explicit" ? `said, by ${attribution.by}` : "inferred",
              renderTime(openedAt),
              fixTag ?? "",
            ]),
            csv: null,
          })
    }
  </section>`;
}

function renderKey(key: string, githubUrl: string): Html | string {
  const [, place = "", number = ""] = /^(issue|revert)\/(\d+)$/.exec(key) ?? [];
  if (number === "") return key;
  return html`<a href="${githubUrl}/${place === "issue" ? "issues" : "pull"}/${number}"
    >#${number}</a
  >`;
}

function renderJudged({ checks, rules, overrides, notes }: ReleaseCard): Html {
  return html`<section aria-labelledby="judged">
    <header><h2 id="judged">How it was judged</h2></header>
    ${
      checks.length === 0
        ? html`<p>Its commit had no checks.</p>`
        : renderTable({
            caption: "Checks of the commit at the cut.",
            columns: [{ name: "Check" }, { name: "State" }],
            rows: checks.map(({ name, state }) => [name, state]),
            csv: null,
          })
    }
    ${
      rules.length === 0
        ? ""
        : renderTable({
            caption: "Rules of the policy.",
            columns: [{ name: "Rule" }, { name: "Verdict" }],
            rows: rules.map(({ rule, verdict }) => [rule, verdict]),
            csv: null,
          })
    }
    ${
      overrides.length === 0
        ? html`<p>No rule was lifted for it.</p>`
        : renderTable({
            caption: "Rules that a person lifted.",
            columns: [{ name: "Rule" }, { name: "By" }, { name: "Why" }],
            rows: overrides.map(({ rule, by, why }) => [rule, by, why]),
            csv: null,
          })
    }
    <p class="quiet">
      Notes worded by
      ${notes.source === "claude" ? "Claude, each line held against its sources" : "titles and people"}${notes.reason === null ? "" : `; ${notes.reason}`}.
    </p>
  </section>`;
}
