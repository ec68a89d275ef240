import type { Hono, Next } from "hono";
import { authenticate } from "../auth.ts";
import { HttpError, type Env, type RequestContext } from "../context.ts";
import type { GitHub } from "../github.ts";
import { isApiPath } from "../http.ts";
import { latestRelease } from "../latest-release.ts";
import type { Actor } from "../permission.ts";
import type { Issue } from "../world.ts";
import { registerAppPages, type Respond } from "./app-routes.ts";
import { checksPage, commitPage, commitsPage } from "./commit-pages.ts";
import { comparePage } from "./compare-page.ts";
import { filesPage } from "./files-page.ts";
import { issuePage, issuesPage, pullPage, readStateFilter, type IssueKind } from "./issue-pages.ts";
import { CONTENT_SECURITY_POLICY, renderPage, type Page } from "./layout.ts";
import { readPageNumber } from "./list-page.ts";
import { registerLoginPages } from "./login-routes.ts";
import { missingPage } from "./missing-page.ts";
import { accountPage, overviewPage, repositoriesPage } from "./overview-pages.ts";
import { releasesPage, tagPage, tagsPage } from "./release-pages.ts";
import { encodeSlashed, mayRead, tagUrl, viewRepository, type View } from "./view.ts";

/** A page, the address that shows it instead, or null where there is nothing to see. */
type Answer = Page | { readonly moveTo: string } | null;

type Show = (view: View, c: RequestContext) => Answer | Promise<Answer>;

/**
 * What a person sees who opens an address that the API names as `html_url`. Registered after every
 * API route: the pages leave the API's and git's paths alone even where no route answers them.
 */
export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/", (c) => {
    const actor = actorOf(c, github);
    const repositories = github.data.repositories.filter((each) => mayRead(github, actor, each));
    return answer(c, repositoriesPage(github, repositories));
  });
  registerAppPages(app, github, respond);
  registerLoginPages(app, github, respond);
  app.get("/:login", (c, next) => {
    if (isApiPath(c.req.path)) return next();
    const account = github.accountByLogin(c.req.param("login"));
    if (account === null) return answer(c, null);
    const actor = actorOf(c, github);
    const repositories = github.data.repositories
      .filter((each) => each.ownerId === account.id)
      .filter((each) => mayRead(github, actor, each));
    return answer(c, accountPage(github, account, repositories));
  });
  for (const [path, show] of SHOWS) {
    app.get(`/:owner/:repo${path}`, (c, next) => answerRepository(c, next, github, show));
  }
}

const SHOWS: readonly (readonly [path: string, show: Show])[] = [
  ["", (view) => overviewPage(view)],
  ["/releases", (view, c) => releasesPage(view, pageOf(c))],
  ["/releases/latest", (view) => moveToLatest(view)],
  ["/releases/tag/:tag{.+}", (view, c) => tagPage(view, parameter(c, "tag"))],
  ["/tags", (view, c) => tagsPage(view, pageOf(c))],
  ["/pulls", (view, c) => showIssues(view, c, "pulls")],
  ["/issues", (view, c) => showIssues(view, c, "issues")],
  ["/pull/:number{[0-9]+}", (view, c) => showIssue(view, parameter(c, "number"), "pulls")],
  ["/pull/:number{[0-9]+}/checks", (view, c) => moveToChecks(view, Number(parameter(c, "number")))],
  ["/issues/:number{[0-9]+}", (view, c) => showIssue(view, parameter(c, "number"), "issues")],
  ["/commits", (view) => ({ moveTo: `${view.base}/commits/${branchOf(view)}` })],
  ["/commits/:ref{.+}", (view, c) => commitsPage(view, parameter(c, "ref"), pageOf(c))],
  ["/commit/:sha", (view, c) => commitPage(view, parameter(c, "sha"))],
  ["/commit/:sha/checks", (view, c) => checksPage(view, parameter(c, "sha"))],
  ["/runs/:id{[0-9]+}", (view, c) => moveToRun(view, Number(parameter(c, "id")))],
  ["/compare/:range{.+}", (view, c) => comparePage(view, parameter(c, "range"))],
  ["/tree/:place{.+}", (view, c) => filesPage(view, parameter(c, "place"))],
  ["/blob/:place{.+}", (view, c) => filesPage(view, parameter(c, "place"))],
];

async function answerRepository(
  c: RequestContext,
  next: Next,
  github: GitHub,
  show: Show,
): Promise<Response | void> {
  const name = parameter(c, "repo");
  if (isApiPath(c.req.path) || name.endsWith(".git")) return next();
  const found = github.findRepository(parameter(c, "owner"), name);
  const actor = actorOf(c, github);
  if (found === null || !mayRead(github, actor, found.repository)) return answer(c, null);
  const view = viewRepository(github, actor, found.repository);
  if (found.isFormerName) {
    const { pathname, search } = new URL(c.req.url);
    const rest = pathname.split("/").slice(3);
    return answer(c, { moveTo: `${[view.base, ...rest].join("/")}${search}` });
  }
  return answer(c, await show(view, c));
}

const respond: Respond = (c, answered) => {
  if (answered === null || "moveTo" in answered) return answer(c, answered);
  return answer(c, answered.page, answered.status);
};

function answer(
  c: RequestContext,
  shown: Answer,
  status: 200 | 422 = 200,
): Response | Promise<Response> {
  if (shown !== null && "moveTo" in shown) return c.redirect(shown.moveTo, 302);
  c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  // What stands here changes while somebody watches, so a page is never shown from memory.
  c.header("Cache-Control", "no-store");
  return c.html(renderPage(shown ?? missingPage()), shown === null ? 404 : status);
}

/** A browser has no way to be told that its token is bad; to a page it is then nobody. */
function actorOf(c: RequestContext, github: GitHub): Actor {
  try {
    return authenticate(github, c.req.header("authorization")).actor;
  } catch (error) {
    if (error instanceof HttpError) return { kind: "anonymous" };
    throw error;
  }
}

/** The router gives every parameter that its pattern names. */
function parameter(c: RequestContext, name: string): string {
  return c.req.param(name) ?? "";
}

function pageOf(c: RequestContext): number {
  return readPageNumber(c.req.query("page"));
}

function branchOf(view: View): string {
  return encodeSlashed(view.repository.defaultBranch);
}

function showIssues(view: View, c: RequestContext, kind: IssueKind): Page {
  return issuesPage(view, kind, { state: readStateFilter(c.req.query("state")), page: pageOf(c) });
}

/** An issue and a pull share their numbers; the address of the other kind leads to the right one. */
function showIssue(view: View, number: string, kind: IssueKind): Answer | Promise<Answer> {
  const issue: Issue | null = view.github.issue(view.repository.id, Number(number));
  if (issue === null) return null;
  if (issue.pull === undefined) {
    return kind === "issues" ? issuePage(view, issue) : { moveTo: `${view.base}/issues/${number}` };
  }
  if (kind === "issues") return { moveTo: `${view.base}/pull/${number}` };
  return pullPage(view, issue, issue.pull);
}

function moveToLatest(view: View): Answer {
  const release = latestRelease(view.github, view.repository);
  if (release === null) return { moveTo: `${view.base}/releases` };
  return { moveTo: tagUrl(view, release.tagName) };
}

function moveToChecks(view: View, number: number): Answer {
  const pull = view.github.issue(view.repository.id, number)?.pull;
  return pull === undefined ? null : { moveTo: `${view.base}/commit/${pull.headSha}/checks` };
}

function moveToRun(view: View, id: number): Answer {
  const run = view.github.data.checkRuns.find(
    (each) => each.id === id && each.repositoryId === view.repository.id,
  );
  if (run === undefined) return null;
  return { moveTo: `${view.base}/commit/${run.headSha}/checks#run-${id}` };
}
