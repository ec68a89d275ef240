import { html } from "hono/html";
import { capabilityFacts } from "../core/clocks/capability-clock.ts";
import { measureClock } from "../core/clocks/clock.ts";
import { measureFailures } from "../core/clocks/failures.ts";
import { knownAt } from "../core/clocks/known.ts";
import type { Records } from "../core/clocks/records.ts";
import { releaseFacts } from "../core/clocks/release-clock.ts";
import { renderTable } from "./charts/table.ts";
import type { AskedRepository } from "./clock-ask.ts";
import { sayValue } from "./number-names.ts";
import type { Html } from "./page.ts";
import { installationPath, repositoryPath } from "./paths.ts";
import type { SeenRepository } from "./viewer.ts";
import type { Work } from "./work-section.ts";

/** More rows than anybody compares. */
const REPOSITORIES_MAX = 100;

/** Repositories of an installation with their clocks, those with the most merged work first. */
export function renderRepositories(
  repositories: readonly AskedRepository[],
  { report, records }: Pick<Work, "report" | "records">,
): Html {
  const parts = partsOf(records);
  const rows = repositories.map((repository) => {
    const own = parts.get(repository.id) ?? NOTHING;
    const merged = own.pulls.filter(
      ({ mergedAt }) =>
        mergedAt !== null && mergedAt >= report.window.from && mergedAt < report.window.to,
    );
    return { repository, own, merged: merged.length };
  });
  const shown = rows
    .toSorted((left, right) => right.merged - left.merged)
    .slice(0, REPOSITORIES_MAX);
  return html`<section aria-labelledby="repositories">
    <header>
      <h2 id="repositories">Repositories</h2>
      <p>Those that GitHub shows to you; nothing else is counted on this page.</p>
    </header>
    ${renderTable({
      caption: "The most merged pulls first.",
      columns: [
        { name: "Repository" },
        { name: "Merged pulls", isNumber: true },
        { name: "Start to merged", isNumber: true },
        { name: "Merged to usable", isNumber: true },
        { name: "Waiting", isNumber: true },
        { name: "Releases", isNumber: true },
        { name: "Failed", isNumber: true },
      ],
      rows: shown.map(({ repository, own, merged }) => rowOf(repository, own, merged, report)),
      csv: null,
    })}
    ${
      rows.length > shown.length
        ? html`<p class="quiet">${rows.length - shown.length} more with fewer merged pulls.</p>`
        : ""
    }
  </section>`;
}

function rowOf(
  repository: AskedRepository,
  own: Records,
  merged: number,
  { asOf, window }: Work["report"],
) {
  const scope = { known: knownAt(own, asOf), window };
  const capability = measureClock(scope, capabilityFacts(scope));
  const release = measureClock(scope, releaseFacts(scope));
  const { changeFailLow: low, changeFailHigh: high } = measureFailures(scope);
  const failed =
    high.value === null ? null : `${sayValue(low, low.value)} to ${sayValue(high, high.value)}`;
  const released = own.releases.filter(
    ({ publishedAt }) => publishedAt >= window.from && publishedAt < window.to,
  );
  return [
    html`<a href="${repositoryPath(repository)}">${repository.name}</a>`,
    merged,
    capability.value === null ? null : sayValue(capability, capability.value),
    release.value === null ? null : sayValue(release, release.value),
    release.censored,
    released.length,
    failed,
  ];
}

const NOTHING: Records = { pulls: [], commits: [], releases: [], feedback: [] };

/** By repository, each once over all of them. */
function partsOf(records: Records): ReadonlyMap<number, Records> {
  const parts = new Map<number, { -readonly [K in keyof Records]: Records[K][number][] }>();
  const part = (id: number) => {
    const known = parts.get(id) ?? { pulls: [], commits: [], releases: [], feedback: [] };
    parts.set(id, known);
    return known;
  };
  for (const each of records.pulls) part(each.repositoryId).pulls.push(each);
  for (const each of records.commits) part(each.repositoryId).commits.push(each);
  for (const each of records.releases) part(each.repositoryId).releases.push(each);
  for (const each of records.feedback) part(each.repositoryId).feedback.push(each);
  return parts;
}

/** Where somebody starts: all that they see, by installation. */
export function renderStart(repositories: readonly SeenRepository[], isLoggedIn: boolean): Html {
  const byInstallation = Map.groupBy(repositories, ({ installationId }) => installationId);
  return html`<div class="head">
      <h1>Is the team really getting faster?</h1>
      <p class="headline">
        Three clocks check each other: how long work takes to become able, to become usable, and to
        come back as a fix.
      </p>
    </div>
    ${
      byInstallation.size > 0
        ? [...byInstallation].map(([id, own]) => renderInstallation(id, own))
        : renderNone(isLoggedIn)
    }`;
}

function renderInstallation(id: number, repositories: readonly SeenRepository[]): Html {
  const owner = repositories[0]?.owner ?? "";
  return html`<section aria-labelledby="installation-${id}">
    <header>
      <h2 id="installation-${id}"><a href="${installationPath(id)}">${owner}</a></h2>
    </header>
    <ul class="links">
      ${repositories.map(
        (repository) =>
          html`<li>
            <a href="${repositoryPath(repository)}">${repository.name}</a>
            ${repository.isPrivate ? html`<span class="state plain">private</span>` : ""}
          </li>`,
      )}
    </ul>
  </section>`;
}

function renderNone(isLoggedIn: boolean): Html {
  return html`<div class="teach">
    ${
      isLoggedIn
        ? html`<h2>Nothing to show yet</h2>
            <p>
              Repositories that you have a role in stand here as soon as Smallbatch is installed on
              them.
            </p>`
        : html`<h2>Nobody is logged in</h2>
            <p>
              Logged in with GitHub you see here what GitHub shows to you. The clocks and the
              changelog of a public repository are open to everybody, at
              <code>/r/OWNER/REPOSITORY</code>.
            </p>`
    }
  </div>`;
}
