import { html } from "hono/html";
import type { Standing } from "../core/proposal/proposal-state.ts";
import { ERROR_TABLE, findErrorCode } from "../errors.ts";
import type { Layout } from "./layout.ts";
import type { Html } from "./page.ts";

/** GitHub's "setup URL" of the App: people come here when they have installed it. */
export const SETUP_PATH = "/setup";

/** A repository of an installation, as the last look left it. */
export interface InstalledRepository {
  readonly owner: string;
  readonly name: string;
  /** Null: it was not looked at yet. */
  readonly standing: Standing | null;
  /** Code of the error that it is parked for; null: it works. */
  readonly parkedCode: string | null;
}

interface Setup {
  readonly serverUrl: string;
  readonly isMore: boolean;
  /** Where to log in; null: somebody is, or nobody can. */
  readonly loginUrl: string | null;
}

type SetupPage = Pick<Layout, "title" | "content">;

/**
 * The repositories of an installation that whoever looks sees on GitHub, with their state. Who guesses
 * a number cannot tell an installation with private repositories from none.
 */
export function setupPage(repositories: readonly InstalledRepository[], setup: Setup): SetupPage {
  if (repositories.length === 0) return emptyPage(setup);
  const { serverUrl, isMore } = setup;
  return page(
    "Smallbatch is installed",
    html`<p>
        Nothing is released before a repository is started. Where you selected it, one pull request
        proposes that at the first merge; merging it is the start.
      </p>
      <ul class="standings">
        ${repositories.map((repository) => row(repository, serverUrl))}
      </ul>
      ${isMore ? html`<p>There are more; these are the first of them.</p>` : ""}
      ${sayPrivate(setup)}`,
  );
}

function emptyPage(setup: Setup): SetupPage {
  return page(
    "Nothing to show yet",
    html`<p>
        Repositories appear here as soon as GitHub has told of the installation: reload the page in
        a moment.
      </p>
      ${sayPrivate(setup)}`,
  );
}

function page(title: string, body: Html): SetupPage {
  const content = html`<div class="prose">
    <h1>${title}</h1>
    ${body}
  </div>`;
  return { title, content };
}

function sayPrivate({ loginUrl }: Setup): Html {
  const who = html`Private repositories are shown to who is logged in and sees them on GitHub.`;
  return html`<p>
    ${loginUrl === null ? who : html`${who} <a href="${loginUrl}">Log in with GitHub</a>.`} The
    check <code>smallbatch/release</code> on their merge commits says what would be released, and
    the proposal comes at the first merge.
  </p>`;
}

function row(repository: InstalledRepository, serverUrl: string): Html {
  const { owner, name, standing } = repository;
  const address = `${serverUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  const pull = standing?.pull ?? null;
  const link =
    pull === null ? "" : html` <a href="${`${address}/pull/${pull.number}`}">#${pull.number}</a>`;
  return html`<li>
    <a href="${address}">${owner}/${name}</a>
    <span>${describe(repository)}${link}</span>
  </li>`;
}

const WORDS: Readonly<Record<Standing["state"], string>> = {
  watched: "Watched: nothing is released.",
  unasked: "Watched: nothing is released. Nobody has asked for a proposal.",
  proposed: "Proposed: merging the pull request starts it.",
  declined: "Declined: it stays watched.",
  started: "Started: merges are released.",
  answered: "Watched: a pull request of somebody stands in the proposal's place.",
  cannot: "Cannot start.",
};

const BUG = "It met a bug; the log of whoever runs Smallbatch says more.";

function describe({ standing, parkedCode }: InstalledRepository): string {
  if (parkedCode !== null) {
    const code = findErrorCode(parkedCode);
    return `Cannot be looked at. ${code === null ? BUG : ERROR_TABLE[code]}`;
  }
  if (standing === null) return "Not looked at yet.";
  const { state, note } = standing;
  const why = note === null ? "" : ` ${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
  return `${WORDS[state]}${state === "answered" ? "" : why}`;
}
