import { createMemoryBudget } from "../../src/github/budget.ts";
import { openGitHub } from "../../src/github/client.ts";
import { openForge } from "../../src/github/forge.ts";
import { openSigner } from "../../src/github/signer.ts";
import type { GitHub } from "../../src/local-github/github.ts";
import {
  listComments,
  mergePull,
  openIssue,
  openPull,
  openPullOf,
  setStatus,
  type Person,
  type Place,
} from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { LocalGitHub } from "../../src/local-github/server.ts";
import type { Installation, Repository } from "../../src/local-github/world.ts";
import type { Forge, LedgerRelease, Store } from "../../src/ports.ts";
import type { Drafting } from "../../src/reconcile/drafting.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { reconcile, type Reconciled } from "../../src/reconcile/reconcile.ts";
import type { WeeklySource } from "../../src/weekly-port.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** Time of the local GitHub and of the loop: it goes on only when a test says so. */
export class StageClock {
  #now: number;

  constructor(beginsAt = "2026-11-22T12:00:00Z") {
    this.#now = Date.parse(beginsAt);
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

export interface Stage {
  readonly github: Omit<LocalGitHub, "close">;
  readonly clock: StageClock;
  readonly people: Readonly<Record<"ada" | "mona" | "wilma" | "otto", Person>>;
  /** Credentials of the App, and its installation on `acme`. */
  readonly app: {
    readonly id: number;
    readonly privateKey: string;
    readonly installationId: number;
  };
  /** A repository of `acme`, released as v1.4.2 a day ago unless told otherwise. */
  open(options?: ScenarioOptions): Promise<Scenario>;
}

export interface ScenarioOptions {
  /** Text of the policy file; null leaves it out: the repository is watched only. */
  readonly policy?: string | null;
  /** Tag of the newest release; null: there is no release and no tag. */
  readonly release?: string | null;
  readonly isPrivate?: boolean;
  /** The App was installed on this repository alone, and not on all of them. */
  readonly isSelected?: boolean;
  /** With a release desk. */
  readonly desk?: boolean;
  /** Where the loop keeps things; one that lives as long as the scenario when left out. */
  readonly store?: Store;
  /** Who drafts lines of the notes; nobody when left out. */
  readonly drafting?: Drafting;
  /** What weekly reports are made of; there are none when left out. */
  readonly weekly?: WeeklySource;
}

/** What stands on the local GitHub: the end of every story. */
interface World {
  readonly tags: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly releases: readonly {
    readonly tag: string;
    readonly body: string;
    readonly isDraft: boolean;
    readonly isLatest: boolean;
    readonly isPrerelease: boolean;
  }[];
}

const SIGN = openSigner("a private key");

let repositories = 0;

/** People, an organisation and the App on a local GitHub that goes by the clock. */
export async function buildStage(
  local: Omit<LocalGitHub, "close">,
  clock: StageClock,
): Promise<Stage> {
  const { github } = local;
  const enroll = (login: string): Person => {
    createUser(github, login);
    return { login, token: userToken(github, login) };
  };
  const people = {
    ada: enroll("ada"),
    mona: enroll("mona"),
    wilma: enroll("wilma"),
    otto: enroll("otto"),
  };
  createOrganization(github, "acme", { admins: ["ada"], members: ["mona", "wilma"] });
  const { app, privateKeyPem } = await createApp(github, { slug: "smallbatch", webhookUrl: null });
  const installation = install(github, app, "acme", { repositories: "all" });
  return {
    github: local,
    clock,
    people,
    app: { id: app.id, privateKey: privateKeyPem, installationId: installation.id },
    open: async (options = {}) => {
      repositories += 1;
      const repository = await createRepository(github, "acme", `widgets-${repositories}`, {
        private: options.isPrivate ?? false,
        collaborators: { mona: "maintain", wilma: "write" },
      });
      const own = installedOf(github, installation);
      const isSelected = options.isSelected === true;
      own.repositorySelection = isSelected ? "selected" : "all";
      own.repositoryIds = isSelected ? [repository.id] : [];
      const scenario = new Scenario({
        github: local,
        clock,
        people,
        installation,
        privateKey: privateKeyPem,
        repository,
        options,
      });
      await scenario.begin(options);
      return scenario;
    },
  };
}

/** It may have been uninstalled, and installed again. */
function installedOf(github: GitHub, installation: Installation): Installation {
  const { installations } = github.data;
  return installations.find(({ appId }) => appId === installation.appId) ?? installation;
}

interface Parts {
  readonly github: Omit<LocalGitHub, "close">;
  readonly clock: StageClock;
  readonly people: Stage["people"];
  readonly installation: Installation;
  readonly privateKey: string;
  readonly repository: Repository;
  readonly options: ScenarioOptions;
}

interface LookOptions {
  readonly isStartForced?: boolean;
  /** By a process that has no token of GitHub yet. */
  readonly isCold?: boolean;
}

export class Scenario {
  readonly repository: Repository;
  readonly #parts: Parts;
  #store: Store;
  #branches = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.repository = parts.repository;
    this.#store = parts.options.store ?? fleetingStore();
  }

  get place(): Place {
    const { github, repository } = this.#parts;
    const owner = github.github.owner(repository).login;
    return { apiUrl: github.apiUrl, owner, name: repository.name };
  }

  async begin({ policy = "version: 1\n", release = "v1.4.2" }: ScenarioOptions): Promise<void> {
    const { clock } = this.#parts;
    clock.advance(MINUTE_MS);
    await this.commit("Start", {
      "README.md": "# Widgets\n",
      ...(policy === null ? {} : { ".github/smallbatch.yml": policy }),
    });
    if (release !== null) await this.release(release);
    clock.advance(24 * HOUR_MS);
  }

  /** A commit on the default branch, pushed without a pull. */
  async commit(message: string, files: Record<string, string | null>): Promise<string> {
    const { github, repository } = this.#parts;
    return commitFiles(github.github, repository, {
      branch: repository.defaultBranch,
      message,
      files,
      author: "mona",
    });
  }

  /** A release that people made by hand, on the head. */
  async release(tag: string, sha?: string): Promise<void> {
    const { github, repository } = this.#parts;
    await publishRelease(github.github, repository, {
      tag,
      sha: sha ?? (await this.head()),
      authorLogin: "mona",
    });
  }

  async head(branch = this.repository.defaultBranch): Promise<string> {
    const { github, repository } = this.#parts;
    const sha = await github.github.git.resolve(repository.id, `refs/heads/${branch}`);
    if (sha === null) throw new Error("The branch has no head");
    return sha;
  }

  /** A pull, opened and squash-merged. The clock goes on by a second. */
  async merge(
    title: string,
    change: { body?: string; path?: string; text?: string; by?: Person; base?: string } = {},
  ): Promise<{ number: number; sha: string }> {
    const { clock, people } = this.#parts;
    this.#branches += 1;
    clock.advance(1_000);
    const number = await openPull(this.place, change.by ?? people.wilma, {
      branch: `work-${this.#branches}`,
      path: change.path ?? `src/file-${this.#branches}.js`,
      text: change.text ?? `export const value = ${this.#branches};\n`,
      title,
      body: change.body ?? "",
      ...(change.base === undefined ? {} : { base: change.base }),
    });
    return { number, sha: await mergePull(this.place, people.mona, number) };
  }

  /** A squash-merged pull with several files; null takes one away. */
  async mergeFiles(
    title: string,
    files: Record<string, string | null>,
  ): Promise<{ number: number; sha: string }> {
    const { github, repository, people, clock } = this.#parts;
    this.#branches += 1;
    clock.advance(1_000);
    const { defaultBranch: base } = repository;
    const head = `work-${this.#branches}`;
    await commitFiles(github.github, repository, { branch: head, message: title, files });
    const number = await openPullOf(this.place, people.wilma, { head, base, title });
    return { number, sha: await mergePull(this.place, people.mona, number) };
  }

  /** A branch that stands, merged into another one by a merge commit. */
  async mergeBranch(
    head: string,
    base: string,
    title: string,
  ): Promise<{ number: number; sha: string }> {
    const { clock, people } = this.#parts;
    clock.advance(1_000);
    const number = await openPullOf(this.place, people.mona, { head, base, title });
    return { number, sha: await mergePull(this.place, people.mona, number, "merge") };
  }

  /** A new branch at a commit; at the head of the default branch when left out. */
  async branch(name: string, sha?: string): Promise<void> {
    const { github, repository } = this.#parts;
    const at = sha ?? (await this.head());
    await github.github.git.run(repository.id, ["update-ref", `refs/heads/${name}`, at]);
  }

  async openIssue(title: string, body?: string, by?: Person): Promise<number> {
    return openIssue(this.place, by ?? this.#parts.people.otto, title, body);
  }

  /** What continuous integration says, as the context `ci/test`. */
  async status(sha: string, state: "pending" | "success" | "failure"): Promise<void> {
    await setStatus(this.place, this.#parts.people.mona, sha, state);
  }

  async context(
    sha: string,
    name: string,
    state: "pending" | "success" | "failure",
  ): Promise<void> {
    await setStatus(this.place, this.#parts.people.mona, sha, state, name);
  }

  /** Merged, and green at once: the usual case. */
  async mergeGreen(...change: Parameters<Scenario["merge"]>): ReturnType<Scenario["merge"]> {
    const merged = await this.merge(...change);
    await this.status(merged.sha, "success");
    return merged;
  }

  /** What the ledger says of the line, newest first. */
  ledger(): Promise<readonly LedgerRelease[]> {
    const { defaultBranch: branch, id: repositoryId } = this.repository;
    const line = { repositoryId, branch, component: "", channel: "stable" };
    return this.#store.readReleases(line, 10);
  }

  /** What the loop has written down. */
  get store(): Store {
    return this.#store;
  }

  /** The database is gone. */
  forget(): void {
    this.#store = fleetingStore();
  }

  forge(options: LookOptions = {}): Forge {
    const { github, clock, privateKey } = this.#parts;
    const installation = installedOf(github.github, this.#parts.installation);
    const token = `ghs_${installation.id}_${this.repository.id}`;
    if (!github.github.data.tokens.some((each) => each.token === token)) {
      github.github.data.tokens.push({
        token,
        userId: null,
        installationId: installation.id,
        permissions: null,
        repositoryIds: [this.repository.id],
        expiresAt: null,
      });
    }
    const { appId, id: installationId } = installation;
    const client = openGitHub({
      credentials:
        options.isCold === true
          ? { kind: "app", appId, privateKey, installationId }
          : { kind: "token", token, appId },
      apiUrl: github.apiUrl,
      graphqlUrl: github.graphqlUrl,
      budget: createMemoryBudget(clock),
      clock,
      userAgent: "smallbatch/test",
    });
    const { repositorySelection: selection, createdAt } = installation;
    const invitation = { selection, since: Date.parse(createdAt) };
    return openForge(client, {
      isStartForced: options.isStartForced ?? false,
      readInvitation: () => Promise.resolve(invitation),
      ...(this.#parts.options.desk === true ? { sign: SIGN } : {}),
    });
  }

  /** One look at the repository, as the worker takes it. */
  async look(
    options: LookOptions & { readonly isAlone?: () => boolean } = {},
  ): Promise<Reconciled> {
    return this.lookAs(this.place, this.forge(options), options.isAlone);
  }

  /** A look by a name that may be out of date. */
  async lookAs(
    name: { owner: string; name: string },
    forge: Forge,
    isAlone: () => boolean = () => true,
  ): Promise<Reconciled> {
    const { drafting, weekly } = this.#parts.options;
    return reconcile({
      ...(drafting === undefined ? {} : { drafting }),
      ...(weekly === undefined ? {} : { weekly }),
      isAlone,
      forge,
      store: this.#store,
      clock: this.#parts.clock,
      repository: { id: this.repository.id, owner: name.owner, name: name.name },
      defaultBranch: this.repository.defaultBranch,
    });
  }

  /** Look, and again at each `wakeAt` within the span, as the queue would. */
  async lookFor(spanMs: number): Promise<Reconciled> {
    const { clock } = this.#parts;
    const end = clock.now() + spanMs;
    let result = await this.look();
    while (result.wakeAt !== null && result.wakeAt <= end) {
      clock.advance(Math.max(result.wakeAt - clock.now(), 1));
      result = await this.look();
    }
    if (clock.now() < end) clock.advance(end - clock.now());
    return result;
  }

  /** Our check on a commit, as people read it; null when there is none. `line`: as in its name. */
  check(
    sha: string,
    line = "",
  ): { title: string; summary: string; conclusion: string | null } | null {
    const runs = this.#parts.github.github.data.checkRuns.filter(
      (run) =>
        run.repositoryId === this.repository.id &&
        run.headSha === sha &&
        run.name === (line === "" ? "smallbatch/release" : `smallbatch/release (${line})`),
    );
    if (runs.length > 1) throw new Error(`${runs.length} checks of ours stand on ${sha}`);
    const [run] = runs;
    if (run === undefined) return null;
    const { title, summary } = run.output;
    return { title: title ?? "", summary: summary ?? "", conclusion: run.conclusion };
  }

  /** Comments of our bot on a pull or an issue. */
  async comments(number: number): Promise<readonly string[]> {
    const comments = await listComments(this.place, this.#parts.people.mona, number);
    return comments
      .filter((comment) => comment.user.login === "smallbatch[bot]")
      .map((comment) => comment.body);
  }

  /** Nothing of the repository is left: stages of thousands of scenarios stay quick. */
  async discard(): Promise<void> {
    const { github } = this.#parts.github;
    const { id } = this.repository;
    const { data } = github;
    data.repositories = data.repositories.filter((each) => each.id !== id);
    for (const list of ["issues", "reviews", "comments", "releases", "checkSuites"] as const) {
      dropOf(data[list], id);
    }
    for (const list of ["checkRuns", "statuses", "reactions", "deliveries"] as const) {
      dropOf(data[list], id);
    }
    data.tokens = data.tokens.filter((token) => token.repositoryIds?.includes(id) !== true);
    await github.git.remove(id);
  }

  async world(): Promise<World> {
    const { github, repository } = this.#parts;
    const refs = await github.github.git.refs(repository.id, "refs/tags/");
    const tags = Object.fromEntries(
      refs.map(({ name, sha }) => [name.slice("refs/tags/".length), sha]),
    );
    const answer = await fetch(
      `${github.apiUrl}/repos/${this.place.owner}/${repository.name}/releases/latest`,
      { headers: { authorization: `Bearer ${this.#parts.people.ada.token}` } },
    );
    const latest = answer.ok ? ((await answer.json()) as { tag_name: string }).tag_name : null;
    const releases = github.github.data.releases
      .filter((release) => release.repositoryId === repository.id)
      .map((release) => ({
        tag: release.tagName,
        body: release.body ?? "",
        isDraft: release.draft,
        isLatest: release.tagName === latest,
        isPrerelease: release.prerelease,
      }))
      .toReversed();
    return { tags, releases };
  }
}

function dropOf(list: { repositoryId: number | null }[], repositoryId: number): void {
  const kept = list.filter((each) => each.repositoryId !== repositoryId);
  list.splice(0, list.length, ...kept);
}
