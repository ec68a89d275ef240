import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono, type MiddlewareHandler } from "hono";
import type { Env, RequestContext } from "./context.ts";
import { GitStore } from "./git.ts";
import { GitHub } from "./github.ts";
import { readGraphql } from "./graphql-request.ts";
import type { WorldData } from "./world.ts";

type Routes = (app: Hono<Env>, view: GitHub) => void;

/** The world at one moment. Objects of git never change, so its refs are all that it keeps. */
interface Snapshot {
  /** Epoch milliseconds by the local GitHub's clock. */
  at: number;
  data: WorldData;
  /** The text of a `packed-refs` file for each repository. */
  refs: Map<number, string>;
  view: Promise<View> | null;
}

interface View {
  github: GitHub;
  app: Hono<Env>;
  directory: string;
}

/**
 * Answers reads from the past. While it is on, every change leaves a snapshot, and a read of a
 * repository goes to a second set of the same routes over the snapshot that was the newest so many
 * seconds ago. Off, it costs nothing.
 */
export class StaleReads {
  readonly #github: GitHub;
  readonly #directory: string;
  readonly #routes: Routes;
  readonly #variables = new WeakMap<Request, Env["Variables"]>();
  #snapshots: Snapshot[] = [];
  #seconds = 0;
  /** When the world last changed without a snapshot; null when the newest shows it as it is. */
  #changedAt: number | null = null;
  #count = 0;
  #work: Promise<void> = Promise.resolve();

  /** `directory` is made when it is needed; `routes` registers what a view answers. */
  constructor(github: GitHub, directory: string, routes: Routes) {
    this.#github = github;
    this.#directory = directory;
    this.#routes = routes;
    github.onChange(() => {
      this.#changedAt = github.now().getTime();
    });
  }

  /** 0 ends it and forgets the past. */
  async set(seconds: number): Promise<void> {
    this.#seconds = seconds;
    if (seconds > 0) return this.#remember(this.#github.now().getTime());
    await this.close();
  }

  async close(): Promise<void> {
    this.#seconds = 0;
    await this.#work;
    await Promise.all(this.#snapshots.splice(0).map(closeView));
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Stands behind authentication and before the routes. */
  middleware(): MiddlewareHandler<Env> {
    return async (c, next) => {
      if (this.#seconds === 0) return next();
      const request = await readOf(c);
      if (request === null) {
        await this.#rememberChanges();
        await next();
        this.#changedAt ??= this.#github.now().getTime();
        await this.#rememberChanges();
        return;
      }
      await this.#rememberChanges();
      const { github, app } = await this.#viewOf(this.#snapshotNow());
      github.associationLagSeconds = this.#github.associationLagSeconds;
      this.#variables.set(request, {
        actor: c.get("actor"),
        requestId: c.get("requestId"),
        apiPath: c.get("apiPath"),
      });
      return app.fetch(request, c.env);
    };
  }

  async #rememberChanges(): Promise<void> {
    const at = this.#changedAt;
    if (at !== null) await this.#remember(at);
  }

  #remember(at: number): Promise<void> {
    this.#work = this.#work.then(() => this.#takeSnapshot(at));
    return this.#work;
  }

  async #takeSnapshot(at: number): Promise<void> {
    this.#changedAt = null;
    const data = cloneWorld(this.#github.data);
    const refs = new Map<number, string>();
    for (const { id } of data.repositories) refs.set(id, await packedRefs(this.#github.git, id));
    this.#snapshots.push({ at, data, refs, view: null });
  }

  /** The newest that is old enough, else the oldest there is. Older ones are never asked again. */
  #snapshotNow(): Snapshot {
    const wanted = this.#github.now().getTime() - this.#seconds * 1_000;
    const found = this.#snapshots.findLastIndex((each) => each.at <= wanted);
    for (const old of this.#snapshots.splice(0, Math.max(found, 0))) void closeView(old);
    const snapshot = this.#snapshots[0];
    if (snapshot === undefined) throw new Error("Stale reads are on, but nothing was remembered.");
    return snapshot;
  }

  #viewOf(snapshot: Snapshot): Promise<View> {
    snapshot.view ??= this.#open(snapshot);
    return snapshot.view;
  }

  async #open({ data, refs }: Snapshot): Promise<View> {
    this.#count += 1;
    const directory = join(this.#directory, String(this.#count));
    for (const [id, text] of refs) {
      const path = join(directory, `${id}.git`);
      const source = this.#github.git.path(id);
      await mkdir(join(path, "refs"), { recursive: true });
      await symlink(join(source, "objects"), join(path, "objects"));
      for (const file of ["HEAD", "config"]) await cp(join(source, file), join(path, file));
      await writeFile(join(path, "packed-refs"), text);
    }
    const live = this.#github.data;
    const { accounts, apps, installations, memberships, tokens } = live;
    const github = new GitHub({
      git: new GitStore(directory),
      now: () => this.#github.now(),
      profile: this.#github.profile,
      data: { ...data, accounts, apps, installations, memberships, tokens },
    });
    github.url = this.#github.url;
    const app = new Hono<Env>();
    // Errors go out through the rules of the app that asked.
    app.onError((error) => {
      throw error;
    });
    app.use(async (c, next) => {
      const variables = this.#variables.get(c.req.raw);
      if (variables === undefined) throw new Error("A view was asked without its middleware.");
      c.set("actor", variables.actor);
      c.set("requestId", variables.requestId);
      c.set("apiPath", variables.apiPath);
      await next();
    });
    this.#routes(app, github);
    return { github, app, directory };
  }
}

/** The request to pass on when it only reads a repository; null for everything else. */
async function readOf(c: RequestContext): Promise<Request | null> {
  if (c.req.method === "GET" && /^\/(repos|search)\//.test(c.req.path)) {
    return new Request(c.req.raw.url, { headers: c.req.raw.headers });
  }
  const graphql = await readGraphql(c);
  if (graphql === null || /\bmutation\b/.test(graphql.query)) return null;
  const body = await c.req.text();
  return new Request(c.req.raw.url, { method: "POST", headers: c.req.raw.headers, body });
}

/** Deliveries are many and are asked of the App alone, whose reads are never stale. */
function cloneWorld(data: WorldData): WorldData {
  return structuredClone({ ...data, deliveries: [] });
}

async function packedRefs(git: GitStore, repositoryId: number): Promise<string> {
  const refs = await git.refs(repositoryId);
  const lines = refs.map(({ name, sha, peeledSha }) =>
    peeledSha === sha ? `${sha} ${name}\n` : `${sha} ${name}\n^${peeledSha}\n`,
  );
  return `# pack-refs with: peeled fully-peeled sorted \n${lines.join("")}`;
}

async function closeView({ view }: Snapshot): Promise<void> {
  if (view === null) return;
  const { github, directory } = await view;
  github.git.close();
  await rm(directory, { recursive: true, force: true });
}
