import { spawn } from "node:child_process";
import { gunzipSync } from "node:zlib";
import type { Hono } from "hono";
import { authenticate } from "../auth.ts";
import { HttpError, type Env, type RequestContext } from "../context.ts";
import { gitEnvironment } from "../git-process.ts";
import type { GitHub } from "../github.ts";
import { authorOf } from "../issues.ts";
import { actorAccount, judgeAccess, type Actor } from "../permission.ts";
import { formatRefusal, parseCommands } from "../push-commands.ts";
import { announceRefChange } from "../refs.ts";
import { judgeRefChange } from "../rules.ts";
import type { Repository } from "../world.ts";

type Service = "git-upload-pack" | "git-receive-pack";

interface Backend {
  path: string;
  query: string;
  method: "GET" | "POST";
  body: Buffer;
}

/** Clone, fetch and push, by the program that git brings for it (`git help http-backend`). */
export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/:owner/:repo/info/refs", async (c) => {
    const service = c.req.query("service");
    if (service !== "git-upload-pack" && service !== "git-receive-pack") {
      return c.text("Please upgrade your git client.", 400);
    }
    return serveGit(c, github, service, async ({ repository }) =>
      runBackend(c, github, repository, {
        path: "info/refs",
        query: `service=${service}`,
        method: "GET",
        body: Buffer.alloc(0),
      }),
    );
  });

  app.post("/:owner/:repo/git-upload-pack", (c) =>
    serveGit(c, github, "git-upload-pack", async ({ repository }) =>
      runBackend(c, github, repository, {
        path: "git-upload-pack",
        query: "",
        method: "POST",
        body: await readBody(c),
      }),
    ),
  );

  app.post("/:owner/:repo/git-receive-pack", (c) =>
    serveGit(c, github, "git-receive-pack", ({ repository, actor }) =>
      receivePack(c, github, repository, actor),
    ),
  );
}

async function serveGit(
  c: RequestContext,
  github: GitHub,
  service: Service,
  serve: (access: { repository: Repository; actor: Actor }) => Promise<Response>,
): Promise<Response> {
  const ask = (): Response =>
    c.text("Authentication required", 401, { "WWW-Authenticate": 'Basic realm="GitHub"' });
  let actor: Actor;
  try {
    actor = authenticate(github, c.req.header("authorization")).actor;
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) return ask();
    throw error;
  }
  const name = (c.req.param("repo") ?? "").replace(/\.git$/, "");
  const found = github.findRepository(c.req.param("owner") ?? "", name);
  const isWrite = service === "git-receive-pack";
  const verdict =
    found === null
      ? "hidden"
      : judgeAccess(github, actor, found.repository, {
          permission: "contents",
          access: isWrite ? "write" : "read",
        });
  if (verdict !== "allowed" && actor.kind === "anonymous") return ask();
  if (found === null || verdict === "hidden") return c.text("Repository not found.", 404);
  const { repository } = found;
  if (verdict !== "allowed") {
    const login = actorAccount(actor)?.login ?? "integration";
    return c.text(`Permission to ${github.fullName(repository)}.git denied to ${login}.`, 403);
  }
  if (isWrite && repository.archived) {
    return c.text("This repository was archived so it is read-only.", 403);
  }
  return serve({ repository, actor });
}

/** Looks at all refs before and after, and tells what moved. */
async function receivePack(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  actor: Actor,
): Promise<Response> {
  const body = await readBody(c);
  const { changes, hasSideBand } = parseCommands(body);
  const by = authorOf(actor);
  return github.git.exclusive(repository.id, async () => {
    const reasons = changes.flatMap((change) =>
      judgeRefChange(github, repository, by, change).map((reason) => ({ ref: change.ref, reason })),
    );
    if (reasons.length > 0) {
      return c.body(new Uint8Array(formatRefusal(changes, reasons, hasSideBand)), 200, {
        "Content-Type": "application/x-git-receive-pack-result",
      });
    }
    const before = await readRefs(github, repository);
    const response = await runBackend(c, github, repository, {
      path: "git-receive-pack",
      query: "",
      method: "POST",
      body,
    });
    github.git.forgetRefs(repository.id);
    const after = await readRefs(github, repository);
    for (const ref of new Set([...before.keys(), ...after.keys()])) {
      const change = { ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null };
      if (change.before === change.after) continue;
      await announceRefChange(github, repository, by, change);
    }
    await followFirstBranch(github, repository);
    return response;
  });
}

/** GitHub takes the first pushed branch as the default one when there is none of that name. */
async function followFirstBranch(github: GitHub, repository: Repository): Promise<void> {
  const branches = await github.git.refs(repository.id, "refs/heads/");
  const [first] = branches;
  const isThere = branches.some(({ name }) => name === `refs/heads/${repository.defaultBranch}`);
  if (isThere || first === undefined || branches.length > 1) return;
  repository.defaultBranch = first.name.slice("refs/heads/".length);
  await github.git.setHead(repository.id, repository.defaultBranch);
}

async function readRefs(github: GitHub, repository: Repository): Promise<Map<string, string>> {
  const refs = await github.git.refs(repository.id);
  return new Map(refs.map(({ name, sha }) => [name, sha]));
}

async function readBody(c: RequestContext): Promise<Buffer> {
  const body = Buffer.from(await c.req.arrayBuffer());
  return c.req.header("content-encoding") === "gzip" ? gunzipSync(body) : body;
}

/** One run of the CGI program; its answer is read to the end. */
function runBackend(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  request: Backend,
): Promise<Response> {
  const protocol = c.req.header("git-protocol");
  const environment = gitEnvironment({
    GIT_PROJECT_ROOT: github.git.directory,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${repository.id}.git/${request.path}`,
    QUERY_STRING: request.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: c.req.header("content-type") ?? "",
    CONTENT_LENGTH: String(request.body.length),
    REMOTE_USER: "local-github",
    REMOTE_ADDR: "127.0.0.1",
    ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol }),
  });
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], { env: environment });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", () => resolve(parseCgi(Buffer.concat(chunks))));
    // The program may end before it has read everything; its answer says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(request.body);
  });
}

function parseCgi(output: Buffer): Response {
  const end = output.indexOf("\r\n\r\n");
  if (end === -1) return new Response("git http-backend gave no answer", { status: 500 });
  const headers = new Headers();
  let status = 200;
  for (const line of output.toString("latin1", 0, end).split("\r\n")) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    if (line.slice(0, colon).toLowerCase() === "status") status = Number.parseInt(value, 10);
    else headers.set(line.slice(0, colon), value);
  }
  return new Response(new Uint8Array(output.subarray(end + 4)), { status, headers });
}
