import type { Hono } from "hono";
import { requireString } from "../body.ts";
import {
  findOrOpenSuite,
  noCommitFound,
  rerequestSuite,
  runsOfSuite,
  suitesOfCommit,
} from "../checks.ts";
import { page, readJson, requireAccount, requireRepository, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import { renderCheckSuite } from "../render/check.ts";
import { branchOf, requireSuite, requireWriter } from "./check-access.ts";
import { requireCommit } from "./statuses.ts";

const READ = { permission: "checks", access: "read" } as const;
const WRITE = { permission: "checks", access: "write" } as const;
const SUITES = "/repos/:owner/:repo/check-suites";

export function register(app: Hono<Env>, github: GitHub): void {
  app.get(`${SUITES}/:id{[0-9]+}`, async (c) => {
    const repository = requireRepository(c, github, READ);
    return c.json(await renderCheckSuite(github, repository, requireSuite(c, github, repository)));
  });

  app.get("/repos/:owner/:repo/commits/:ref{.+}/check-suites", async (c) => {
    const repository = requireRepository(c, github, READ);
    const sha = await requireCommit(c, github, repository);
    const { app_id: appId, check_name: checkName } = c.req.query();
    const suites = suitesOfCommit(github, repository.id, sha)
      .filter((suite) => !appId || suite.appId === Number(appId))
      .filter(
        (suite) => !checkName || runsOfSuite(github, suite).some((run) => run.name === checkName),
      );
    return c.json({
      total_count: suites.length,
      check_suites: await Promise.all(
        page(c, suites).map((suite) => renderCheckSuite(github, repository, suite)),
      ),
    });
  });

  app.post(SUITES, async (c) => {
    const { repository, writer } = requireWriter(c, github);
    const sha = requireString(await readJson(c), "head_sha");
    if ((await github.git.resolveCommit(repository.id, sha)) === null) throw noCommitFound(sha);
    const headBranch = await branchOf(github, repository, sha);
    const { suite, isNew } = findOrOpenSuite(github, repository, {
      appId: writer.id,
      headSha: sha,
      headBranch,
    });
    return c.json(await renderCheckSuite(github, repository, suite), isNew ? 201 : 200);
  });

  app.post(`${SUITES}/:id{[0-9]+}/rerequest`, (c) => {
    const repository = requireRepository(c, github, WRITE);
    rerequestSuite(github, requireSuite(c, github, repository), requireAccount(c).id);
    return c.json({}, 201);
  });
}
