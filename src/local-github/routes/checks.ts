import type { Hono } from "hono";
import { z } from "zod";
import { readOneOf, readObject, readString } from "../body.ts";
import {
  createCheckRun,
  latestRuns,
  noCommitFound,
  rerequestCheckRun,
  runsOfCommit,
  runsOfSuite,
  updateCheckRun,
  type CheckRunChange,
} from "../checks.ts";
import {
  HttpError,
  notFound,
  page,
  readJson,
  requireAccount,
  requireRepository,
  validationFailed,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { formatTime } from "../github.ts";
import { renderCheckRun } from "../render/check.ts";
import type { CheckRun, Repository } from "../world.ts";
import { branchOf, requireSuite, requireWriter } from "./check-access.ts";
import { requireCommit } from "./statuses.ts";

const READ = { permission: "checks", access: "read" } as const;
const WRITE = { permission: "checks", access: "write" } as const;
const RUNS = "/repos/:owner/:repo/check-runs";
const CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
] as const;
const TEXT_CHARACTERS_MAX = 65_535;
/** GitHub takes so many annotations and buttons in one request. */
const ANNOTATIONS_MAX = 50;
const ACTIONS_MAX = 3;

export function register(app: Hono<Env>, github: GitHub): void {
  registerReads(app, github);
  registerWrites(app, github);
}

function registerReads(app: Hono<Env>, github: GitHub): void {
  app.get(`${RUNS}/:id{[0-9]+}`, (c) => {
    const repository = requireRepository(c, github, READ);
    return c.json(renderCheckRun(github, repository, requireRun(c, github, repository)));
  });

  app.get(`${RUNS}/:id{[0-9]+}/annotations`, (c) => {
    requireRun(c, github, requireRepository(c, github, READ));
    return c.json([]);
  });

  app.get("/repos/:owner/:repo/commits/:ref{.+}/check-runs", async (c) => {
    const repository = requireRepository(c, github, READ);
    const sha = await requireCommit(c, github, repository);
    return answerRuns(c, github, repository, runsOfCommit(github, repository.id, sha));
  });

  app.get("/repos/:owner/:repo/check-suites/:id{[0-9]+}/check-runs", (c) => {
    const repository = requireRepository(c, github, READ);
    const suite = requireSuite(c, github, repository);
    return answerRuns(c, github, repository, runsOfSuite(github, suite));
  });
}

function registerWrites(app: Hono<Env>, github: GitHub): void {
  app.post(RUNS, async (c) => {
    const { repository, writer } = requireWriter(c, github);
    const body = await readJson(c);
    const { name, ...change } = readChange(body);
    if (!name)
      throw validationFailed({ resource: "CheckRun", code: "missing_field", field: "name" });
    const sha = readString(body, "head_sha") ?? "";
    const isSha = /^[0-9a-f]{40}$/.test(sha);
    const commit = isSha ? await github.git.resolveCommit(repository.id, sha) : null;
    if (commit === null) throw noCommitFound(sha);
    const headBranch = await branchOf(github, repository, sha);
    const run = createCheckRun(
      github,
      repository,
      { appId: writer.id, accountId: writer.botId },
      { name, headSha: sha, headBranch, ...change },
    );
    const rendered = renderCheckRun(github, repository, run);
    return c.json(rendered, 201, { location: rendered.url });
  });

  app.patch(`${RUNS}/:id{[0-9]+}`, async (c) => {
    const { repository, writer } = requireWriter(c, github);
    const run = requireRun(c, github, repository);
    if (run.appId !== writer.id) {
      throw new HttpError(403, {
        message: `Invalid app_id \`${writer.id}\` - check run can only be modified by the GitHub App that created it.`,
      });
    }
    updateCheckRun(github, run, writer.botId, readChange(await readJson(c)));
    return c.json(renderCheckRun(github, repository, run));
  });

  app.post(`${RUNS}/:id{[0-9]+}/rerequest`, (c) => {
    const repository = requireRepository(c, github, WRITE);
    rerequestCheckRun(github, requireRun(c, github, repository), requireAccount(c).id);
    return c.json({}, 201);
  });
}

function answerRuns(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  runs: readonly CheckRun[],
) {
  const query = c.req.query();
  const chosen = (query["filter"] === "all" ? runs : latestRuns(runs))
    .filter((run) => !query["check_name"] || run.name === query["check_name"])
    .filter((run) => !query["app_id"] || run.appId === Number(query["app_id"]))
    .filter((run) => !query["status"] || run.status === query["status"])
    .toReversed();
  return c.json({
    total_count: chosen.length,
    check_runs: page(c, chosen).map((run) => renderCheckRun(github, repository, run)),
  });
}

function requireRun(c: RequestContext, github: GitHub, repository: Repository): CheckRun {
  const id = Number(c.req.param("id"));
  const run = github.data.checkRuns.find(
    (each) => each.repositoryId === repository.id && each.id === id,
  );
  if (run === undefined) throw notFound();
  return run;
}

function readChange(body: Record<string, unknown>): CheckRunChange {
  const name = readString(body, "name");
  const status = readOneOf(body, "status", ["queued", "in_progress", "completed"]);
  const conclusion = readOneOf(body, "conclusion", CONCLUSIONS);
  const detailsUrl = readString(body, "details_url");
  const externalId = readString(body, "external_id");
  const startedAt = readTime(body, "started_at");
  const completedAt = readTime(body, "completed_at");
  const actions = readActions(body["actions"]);
  return {
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status }),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(detailsUrl === undefined ? {} : { detailsUrl }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(actions === undefined ? {} : { actions }),
    ...readOutput(body),
  };
}

const actionsSchema = z
  .array(
    z.object({
      identifier: z.string().min(1).max(20),
      label: z.string().min(1).max(20),
      description: z.string().min(1).max(40),
    }),
  )
  .max(ACTIONS_MAX);

function readActions(value: unknown): CheckRun["actions"] | undefined {
  if (value === undefined) return undefined;
  const read = actionsSchema.safeParse(value);
  if (read.success) return read.data;
  throw validationFailed({ resource: "CheckRun", code: "invalid", field: "actions" });
}

function readOutput(body: Record<string, unknown>): Pick<CheckRunChange, "output" | "annotations"> {
  const output = readObject(body, "output");
  if (output === undefined) return {};
  const summary = readString(output, "summary");
  const text = readString(output, "text") ?? null;
  if (summary === undefined) {
    throw validationFailed({ resource: "CheckRun", code: "missing_field", field: "summary" });
  }
  for (const [field, value] of [
    ["summary", summary],
    ["text", text ?? ""],
  ] as const) {
    if (value.length <= TEXT_CHARACTERS_MAX) continue;
    throw validationFailed({
      resource: "CheckRun",
      code: "custom",
      field,
      message: `Only ${TEXT_CHARACTERS_MAX} characters are allowed; ${value.length} were supplied.`,
    });
  }
  const annotations = output["annotations"];
  const count = Array.isArray(annotations) ? annotations.length : 0;
  if (count > ANNOTATIONS_MAX) {
    throw validationFailed({ resource: "CheckRun", code: "invalid", field: "annotations" });
  }
  const title = readString(output, "title") ?? null;
  return { output: { title, summary, text }, annotations: count };
}

function readTime(body: Record<string, unknown>, field: string): string | undefined {
  const text = readString(body, field);
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw validationFailed({ resource: "CheckRun", code: "invalid", field });
  }
  return formatTime(time);
}
