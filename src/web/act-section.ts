import { html } from "hono/html";
import type { PageAct } from "../core/acts/page-act.ts";
import { keyOfLine } from "../core/desk/desk-box.ts";
import { FORCED, PREPARED } from "../core/desk/desk-line.ts";
import { nameLine } from "../core/lines.ts";
import { judgeRight } from "../core/permission.ts";
import type { RightName } from "../core/permission.ts";
import type { LinePlan } from "../ports.ts";
import { actPath } from "./act-paths.ts";
import type { ActParts } from "./act-ports.ts";
import { renderMinute } from "./charts/times.ts";
import { loginPath } from "./login-paths.ts";
import type { Html } from "./page.ts";
import { repositoryPath } from "./paths.ts";
import type { SeenRepository, Viewer } from "./viewer.ts";

/** What somebody may do about the next release, on the page of a repository. */

/** Lines that are shown, busy ones first. */
const LINES_MAX = 20;

type Looking = Pick<Viewer, "login" | "canLogIn">;

/** `acts` null: nothing is done from these pages. Asks GitHub for nothing. */
export async function renderActSection(
  acts: ActParts | null,
  repository: SeenRepository | undefined,
  viewer: Looking,
): Promise<Html> {
  if (acts === null || repository === undefined) return html``;
  const plans = (await acts.readPlans(repository)).toSorted(byNeed).slice(0, LINES_MAX);
  if (plans.length === 0) return html``;
  const branches = [...new Set(plans.map(({ line }) => line.branch))];
  return html`<section class="screen" aria-labelledby="acts">
    <header>
      <h2 id="acts">The next release</h2>
      <p>${sayWho(repository, viewer)}</p>
    </header>
    ${plans.map((plan) => renderLine(repository, plan, viewer))}
    ${branches.map((branch) => renderBranch(repository, branch, { plans, viewer }))}
  </section>`;
}

function byNeed(left: LinePlan, right: LinePlan): number {
  return rank(right) - rank(left);
}

function rank({ plan: { reason } }: LinePlan): number {
  if (reason.state === "prepared") return 2;
  return reason.state === "held" ? 1 : 0;
}

function may(right: RightName, { permission }: SeenRepository, { login }: Looking): boolean {
  return login !== null && judgeRight(right, { login, permission }, null).kind === "may";
}

/** What they may do, and why not. */
function sayWho(repository: SeenRepository, viewer: Looking): Html {
  const { permission } = repository;
  if (viewer.login === null) {
    return viewer.canLogIn
      ? html`<a href="${loginPath(repositoryPath(repository))}">Log in</a> to publish, hold or roll
          back, as far as you may on GitHub.`
      : html`Publishing, holding and rolling back work on GitHub, by comments and the release desk.`;
  }
  if (may("release", repository, viewer)) {
    return html`You have the ${permission} role: each button shows first what it would do.`;
  }
  if (may("hold", repository, viewer)) {
    return html`You have the ${permission} role: you may hold, resume and roll back. Publishing
    needs maintain.`;
  }
  return html`You have the ${permission} role. Holding and rolling back need write, publishing needs
  maintain.`;
}

function renderLine(
  repository: SeenRepository,
  { line, plan, at }: LinePlan,
  viewer: Looking,
): Html {
  const { reason, version } = plan;
  const name = nameLine(line, repository.defaultBranch ?? line.branch);
  const kind = PREPARED.has(reason.code) ? "publish" : FORCED.has(reason.code) ? "release" : null;
  const offer =
    kind === null || !may("release", repository, viewer)
      ? ""
      : renderButton(
          repository,
          { kind, line: keyOfLine(line) },
          kind === "publish" ? `Publish ${version ?? "it"}…` : `Release ${version ?? "it"} now…`,
        );
  return html`<p>
      ${name === "" ? "" : html`<strong>${name}</strong>: `}${capital(reason.text)}.
      <span class="quiet">As of ${renderMinute(at)}.</span>
    </p>
    ${offer === "" ? "" : html`<p class="actions">${offer}</p>`}`;
}

function renderBranch(
  repository: SeenRepository,
  branch: string,
  { plans, viewer }: { readonly plans: readonly LinePlan[]; readonly viewer: Looking },
): Html {
  if (!may("hold", repository, viewer)) return html``;
  const own = plans.filter(({ line }) => line.branch === branch);
  const codes = own.map(({ plan }) => plan.reason.code);
  const isHeld = codes.includes("hold-person");
  const isBraked = codes.includes("brake");
  return html`<p class="actions">
    ${branch === repository.defaultBranch ? "" : html`<strong>${branch}</strong>: `}
    ${isHeld ? "" : renderButton(repository, { kind: "hold", branch }, "Hold releases…")}
    ${isHeld || isBraked ? renderButton(repository, { kind: "resume", branch }, "Resume releases…") : ""}
  </p>`;
}

function renderButton(repository: SeenRepository, act: PageAct, name: string): Html {
  return html`<a class="button plain screen" href="${actPath(repository, act)}">${name}</a>`;
}

/** A version is not a word. */
function capital(text: string): string {
  return /^v?\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** For the page of a release, where it was not taken back. */
export function renderRollbackButton(
  acts: ActParts | null,
  repository: SeenRepository,
  tag: string,
): Html {
  if (acts === null) return html``;
  return renderButton(repository, { kind: "rollback", tag }, `Roll back ${tag}…`);
}
