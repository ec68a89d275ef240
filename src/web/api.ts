import { Hono } from "hono";
import type { Context } from "hono";
import { AppError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import { provideApiViewer } from "./api-access.ts";
import type { ApiAccess } from "./api-access.ts";
import { API_PATH, describeApi } from "./api-description.ts";
import { BadRequest } from "./api-paging.ts";
import { answerMissing, answerProblem } from "./api-problems.ts";
import { answerComparison, answerFindings, answerNumber, answerReport } from "./api-reports.ts";
import type { Subject } from "./api-reports.ts";
import { answerRepositories, answerReleases } from "./api-repositories.ts";
import { BUSY_SECONDS, TooManyAsks } from "./kept-texts.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv } from "./viewer.ts";

export interface ApiParts extends Pick<PageParts, "changelogOf" | "now" | "serverUrl" | "texts"> {
  readonly access: ApiAccess;
  readonly logger: Pick<Logger, "error">;
  /** What an error of a viewer means; null: it is none of these. */
  readonly answerError: (error: unknown, context: Context<PageEnv>) => Promise<Response | null>;
}

type Env = Context<PageEnv, string>;

const ONE = "/repositories/:owner/:name";
const ALL = "/installations/:id{[0-9]{1,15}}";

/** `GET /api/v1/…`: what the pages show, for programs. See docs/api.md. */
export function registerApi(app: Hono<PageEnv>, parts: ApiParts): void {
  const clock: Clock = { now: () => parts.now() };
  const api = new Hono<PageEnv>();
  const description = JSON.stringify(describeApi());
  api.get("/openapi.json", (context) =>
    context.body(description, 200, { "Content-Type": "application/json" }),
  );
  api.use(provideApiViewer(parts.access, clock));
  api.get("/repositories", answerRepositories);
  api.get(`${ONE}/releases`, async (context) => {
    const { owner, name } = context.req.param();
    const seen = await context.var.viewer.find(owner, name);
    return seen === null ? answerMissing(context) : await answerReleases(context, parts, seen);
  });
  for (const [path, find] of [
    [ONE, findOne],
    [ALL, findAll],
  ] as const) {
    for (const [end, answer] of [
      ["report", answerReport],
      ["findings", answerFindings],
      ["comparison", answerComparison],
      ["numbers/:number", answerNumber],
    ] as const) {
      api.get(`${path}/${end}`, async (context) => {
        const subject = await find(context);
        return subject === null ? answerMissing(context) : await answer(context, parts, subject);
      });
    }
  }
  api.all("*", answerMissing);
  api.onError((error, context) => answerFailure(error, context, parts));
  app.route(API_PATH, api);
}

async function findOne(context: Env): Promise<Subject | null> {
  const { owner = "", name = "" } = context.req.param() as { owner?: string; name?: string };
  const seen = await context.var.viewer.find(owner, name);
  if (seen === null) return null;
  const path = `${API_PATH}/repositories/${encodeURIComponent(seen.owner)}/${encodeURIComponent(seen.name)}`;
  return { installationId: seen.installationId, repositories: [seen], isOne: true, path };
}

/** Only what somebody sees is counted, in sums too. */
async function findAll(context: Env): Promise<Subject | null> {
  const installationId = Number(context.req.param("id"));
  const repositories = await context.var.viewer.list(installationId);
  if (repositories.length === 0) return null;
  const path = `${API_PATH}/installations/${installationId}`;
  return { installationId, repositories, isOne: false, path };
}

async function answerFailure(
  error: Error,
  context: Context<PageEnv>,
  { answerError, logger }: ApiParts,
): Promise<Response> {
  if (error instanceof TooManyAsks) {
    context.header("Retry-After", String(BUSY_SECONDS));
    return answerProblem(context, "busy", "Many numbers are being computed: ask again soon.");
  }
  if (error instanceof BadRequest) return answerProblem(context, "bad-request", error.message);
  if (error instanceof AppError && error.code.startsWith("github/")) {
    context.header("Retry-After", "60");
    const detail =
      "What may be shown to you has to be asked of GitHub, and it does not answer: ask again in a minute.";
    return answerProblem(context, "unavailable", detail);
  }
  const answer = await answerError(error, context);
  if (answer !== null) return answer;
  logger.error({ err: error, path: context.req.path }, "A request failed.");
  return answerProblem(context, "failed", "It is in the log of the service: ask again later.");
}
