import { beforeAll } from "@jest/globals";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import type { Memory } from "../../src/core/memory.ts";
import type { LineState } from "../../src/core/state.ts";
import { createMemoryBudget } from "../../src/github/budget.ts";
import { openGitHub } from "../../src/github/client.ts";
import type { GitHubClient } from "../../src/github/client.ts";
import type { Credentials } from "../../src/github/credentials.ts";
import { openForge } from "../../src/github/forge.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { Installation, Repository } from "../../src/local-github/world.ts";
import type { Forge } from "../../src/ports.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import type { LocalGitHubFixture } from "../support/local-github.ts";

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export interface Bench {
  readonly github: LocalGitHubFixture;
  readonly time: { now: number };
  /** Tokens of people: mona maintains, triager triages, outsider is nobody here. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly installation: Installation;
  /** As the App, with a token that a time far from today does not end. */
  client(): GitHubClient;
  /** As the App, with tokens that it mints itself. Needs a clock that goes with the real one. */
  mintingClient(): GitHubClient;
  /** A repository of `acme` with one commit on its default branch, unless it is `empty`. */
  open(options?: {
    readonly empty?: boolean;
    readonly defaultBranch?: string;
    readonly policy?: string | null;
    readonly release?: string;
    readonly isPrivate?: boolean;
  }): Promise<Subject>;
}

/** The real clock, to the second, as GitHub shows it; setting it changes nothing. */
const REAL_TIME = {
  get now(): number {
    return Math.floor(Date.now() / 1_000) * 1_000;
  },
  set now(_: number) {
    // Time goes by itself.
  },
};

/** One repository, seen by the App. */
export class Subject {
  readonly bench: Bench;
  readonly repository: Repository;
  readonly forge: Forge;
  #files = 0;

  constructor(bench: Bench, repository: Repository) {
    this.bench = bench;
    this.repository = repository;
    this.forge = openForge(bench.client(), { isStartForced: false });
  }

  get ref() {
    const owner = this.bench.github.github.owner(this.repository).login;
    return { id: this.repository.id, owner, name: this.repository.name };
  }

  async head(ref = `refs/heads/${this.repository.defaultBranch}`): Promise<string> {
    const { git } = this.bench.github.github;
    return (await git.resolveCommit(this.repository.id, ref)) ?? "";
  }

  /** A commit a minute later. */
  commit(message: string, files?: Record<string, string | null>): Promise<string> {
    this.bench.time.now += MINUTE_MS;
    this.#files += 1;
    return commitFiles(this.bench.github.github, this.repository, {
      branch: this.repository.defaultBranch,
      message,
      files: files ?? { [`file-${this.#files}.txt`]: message },
      author: "mona",
    });
  }

  /** Many commits at once, a second apart; their SHAs, newest first. */
  async commitMany(count: number): Promise<readonly string[]> {
    const { git } = this.bench.github.github;
    const from = this.bench.time.now / 1_000;
    const head = await this.head();
    const input = Array.from({ length: count }, (_, at) => {
      const message = `fix: ${at}`;
      const who = `Mona <mona@example.com> ${from + at + 1} +0000`;
      const parent = at === 0 ? `from ${head}\n` : "";
      return `commit refs/heads/main\ncommitter ${who}\ndata ${message.length}\n${message}\n${parent}`;
    }).join("\n");
    await git.run(this.repository.id, ["fast-import", "--quiet"], { input });
    this.bench.time.now += count * 1_000;
    const listed = await git.run(this.repository.id, ["rev-list", `${head}..refs/heads/main`]);
    return listed.trim().split("\n");
  }

  async release(tag: string, body = "", sha?: string): Promise<void> {
    await publishRelease(this.bench.github.github, this.repository, {
      tag,
      sha: sha ?? (await this.head()),
      authorLogin: "mona",
      body,
    });
  }

  /** Over REST, as a person of the bench. */
  async rest(method: string, path: string, body?: unknown, as = "mona"): Promise<unknown> {
    const { owner, name } = this.ref;
    const answer = await fetch(`${this.bench.github.apiUrl}/repos/${owner}/${name}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.bench.tokens[as] ?? ""}`,
        "content-type": "application/json",
        "user-agent": "bench",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** A pull, opened a minute later; its number. */
  async openPull(title: string, change: { body?: string; as?: string } = {}): Promise<number> {
    const as = change.as ?? "mona";
    this.bench.time.now += MINUTE_MS;
    this.#files += 1;
    const branch = `work-${this.#files}`;
    await this.rest(
      "POST",
      "/git/refs",
      { ref: `refs/heads/${branch}`, sha: await this.head() },
      as,
    );
    await this.rest(
      "PUT",
      `/contents/work-${this.#files}.txt`,
      { message: title, branch, content: Buffer.from(title).toString("base64") },
      as,
    );
    const pull = await this.rest(
      "POST",
      "/pulls",
      { title, body: change.body ?? "", head: branch, base: this.repository.defaultBranch },
      as,
    );
    return (pull as { number: number }).number;
  }

  /** Opened and merged: its number and its merge commit. */
  async merge(
    title: string,
    change: { body?: string; as?: string; method?: "squash" | "merge" | "rebase" } = {},
  ): Promise<{ number: number; sha: string }> {
    const number = await this.openPull(title, change);
    const method = { merge_method: change.method ?? "squash" };
    const merged = await this.rest("PUT", `/pulls/${number}/merge`, method);
    return { number, sha: (merged as { sha: string }).sha };
  }

  /** A look at the default line, by a name that may be out of date. */
  observe(
    memory: Partial<Memory> = {},
    repository = this.ref,
    defaultBranch: string | null = null,
  ): Promise<LineState> {
    return this.forge.observe({
      repository,
      line: null,
      defaultBranch,
      memory: { ...EMPTY_MEMORY, ...memory },
      now: this.bench.time.now,
    });
  }

  /** Requests that `work` makes as Smallbatch, without those for tokens. */
  async requestsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    const { requests } = this.bench.github;
    const before = requests.length;
    await work();
    return requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((request) => !request.endsWith("/access_tokens"));
  }
}

/** A local GitHub with an organisation and the App, on a clock that stands unless it is real. */
export function useBench(options: { readonly isClockReal?: boolean } = {}): Bench {
  const standing = { now: Date.UTC(2026, 10, 22, 12) };
  const time = options.isClockReal === true ? REAL_TIME : standing;
  const github = useLocalGitHub({ now: () => new Date(time.now) });
  const tokens: Record<string, string> = {};
  let app: Extract<Credentials, { kind: "app" }> | null = null;
  let installed: Installation | null = null;
  let count = 0;

  beforeAll(async () => {
    for (const login of ["ada", "mona", "wilma", "triager", "outsider"]) {
      createUser(github.github, login);
      tokens[login] = userToken(github.github, login);
    }
    createOrganization(github.github, "acme", { admins: ["ada"], members: ["mona", "wilma"] });
    createOrganization(github.github, "globex", { admins: ["ada"] });
    const made = await createApp(github.github, { slug: "smallbatch", webhookUrl: null });
    installed = install(github.github, made.app, "acme", { repositories: "all" });
    app = {
      kind: "app",
      appId: made.app.id,
      privateKey: made.privateKeyPem,
      installationId: installed.id,
    };
  });

  const open = (credentials: Credentials): GitHubClient => {
    const clock = { now: () => time.now };
    return openGitHub({
      credentials,
      apiUrl: github.apiUrl,
      graphqlUrl: github.graphqlUrl,
      budget: createMemoryBudget(clock),
      clock,
      userAgent: "smallbatch/test",
    });
  };

  const bench: Bench = {
    github,
    time,
    tokens,
    get installation() {
      if (installed === null) throw new Error("The bench stands from beforeAll on");
      return installed;
    },
    client: () => {
      const { id, appId } = bench.installation;
      const token = `ghs_${id}`;
      if (!github.github.data.tokens.some((each) => each.token === token)) {
        github.github.data.tokens.push({
          token,
          userId: null,
          installationId: id,
          permissions: null,
          repositoryIds: null,
          expiresAt: null,
        });
      }
      return open({ kind: "token", token, appId });
    },
    mintingClient: () => {
      if (app === null) throw new Error("The bench stands from beforeAll on");
      return open(app);
    },
    open: async ({
      empty = false,
      defaultBranch = "main",
      policy = "version: 1\n",
      release,
      isPrivate = false,
    } = {}) => {
      count += 1;
      const repository = await createRepository(github.github, "acme", `widgets-${count}`, {
        defaultBranch,
        private: isPrivate,
        collaborators: { mona: "maintain", wilma: "write", triager: "triage" },
      });
      const subject = new Subject(bench, repository);
      if (empty) return subject;
      const files = { "README.md": "# Widgets\n" };
      await subject.commit(
        "Start",
        policy === null ? files : { ...files, ".github/smallbatch.yml": policy },
      );
      if (release !== undefined) await subject.release(release);
      return subject;
    },
  };
  return bench;
}
