import { createIssue, authorOf } from "../../local-github/issues.ts";
import { mergePull } from "../../local-github/merge.ts";
import type { Actor } from "../../local-github/permission.ts";
import type { Pull } from "../../local-github/pull-heads.ts";
import { openPull, submitReview } from "../../local-github/pulls.ts";
import { publishRelease } from "../../local-github/seed-release.ts";
import { commitFiles, createRepository, createUser, userToken } from "../../local-github/seed.ts";
import type { LocalGitHub } from "../../local-github/server.ts";
import type { Repository } from "../../local-github/world.ts";
import { drawLots, type Habits } from "./quarters.ts";

/** Everything is plainly marked as made up: the repository, its people and its titles. */
export const SIMULATED_NAME = "simulated-quarters";

const DEVELOPERS = 5;
const USERS = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const AGENT_TRAILER = "Co-Authored-By: Claude <noreply@anthropic.com>";

const README = `# Simulated quarters

Nobody wrote this, and nobody uses it: the demo of Smallbatch made it up by lot, so that there are
two quarters of pull requests, releases and bug reports to look at.
`;

export interface SimulatedYear {
  readonly local: LocalGitHub;
  /** Added to the local GitHub's clock. */
  readonly clock: { offsetMs: number };
  /** Login of the organisation. */
  readonly owner: string;
  /** Oldest first, one right after the other; the last ends now. */
  readonly quarters: readonly Habits[];
  readonly quarterDays: number;
  readonly seed: number;
}

type Step = () => Promise<void> | void;

/** A pull that is merged and not released yet; `isFix`: nothing is reported of it. */
interface Merged {
  readonly pull: Pull;
  readonly sha: string;
  readonly isFix: boolean;
}

/**
 * A team at work on the local GitHub, in the past: it opens pulls, reviews, merges and releases
 * them, people report what broke, and it mends that. All of it is there to be read as the work of
 * any team, with its dates. Leaves the clock at now.
 */
export async function simulateTeam(asked: SimulatedYear): Promise<Repository> {
  const team = new Team(asked);
  try {
    return await team.work();
  } finally {
    asked.clock.offsetMs = 0;
  }
}

class Team {
  readonly #asked: SimulatedYear;
  readonly #next: () => number;
  readonly #now = Date.now();
  readonly #beganAt: number;
  readonly #people: { readonly developers: Actor[]; readonly users: Actor[] };
  /** What is to happen, the soonest last. */
  readonly #agenda: { readonly at: number; readonly step: Step }[] = [];
  #repository: Repository | null = null;
  #part = 0;
  #head = "";
  #unreleased: Merged[] = [];
  #version: readonly [number, number] = [0, 0];

  constructor(asked: SimulatedYear) {
    this.#asked = asked;
    this.#next = drawLots(asked.seed);
    this.#beganAt = this.#now - asked.quarters.length * asked.quarterDays * DAY_MS;
    this.#setClock(this.#beganAt - DAY_MS);
    this.#people = {
      developers: this.#enroll("simulated-developer", DEVELOPERS),
      users: this.#enroll("simulated-user", USERS),
    };
  }

  async work(): Promise<Repository> {
    const { local, owner, quarters, quarterDays } = this.#asked;
    const { github } = local;
    const logins = this.#people.developers.map((each) => loginOf(each));
    const repository = await createRepository(github, owner, SIMULATED_NAME, {
      collaborators: Object.fromEntries(logins.map((login) => [login, "write" as const])),
    });
    this.#repository = repository;
    const files = { "README.md": README };
    const message = "chore: begin the simulation";
    this.#head = await commitFiles(github, repository, { branch: "main", message, files });
    await this.#publish("v1.0.0");
    for (const [nth, habits] of quarters.entries()) {
      const pulls = Math.round(habits.pullsADay * quarterDays);
      for (let pull = 0; pull < pulls; pull += 1) {
        const day = nth * quarterDays + this.#next() * quarterDays;
        this.#plan(this.#beganAt + day * DAY_MS, () => this.#open(habits, null));
      }
    }
    const last = quarters.at(-1);
    if (last !== undefined) this.#leaveUndone(last);
    for (let due = this.#agenda.pop(); due !== undefined; due = this.#agenda.pop()) {
      if (due.at >= this.#now) break;
      this.#setClock(due.at);
      await due.step();
    }
    return repository;
  }

  /** What nobody has come to yet today: open pulls, and merged ones that wait for their release. */
  #leaveUndone(habits: Habits): void {
    for (const hours of [12, 7, 2]) {
      const slow = { ...habits, codingHours: 48 };
      this.#plan(this.#now - hours * HOUR_MS, () => this.#open(slow, null));
    }
    for (const hours of [3, 2.5]) {
      const stuck = { ...habits, codingHours: 1, releaseHours: 48 };
      this.#plan(this.#now - hours * HOUR_MS, () => this.#open(stuck, null));
    }
  }

  /** The issue that it fixes; null: it is new work. */
  async #open(habits: Habits, issue: number | null): Promise<void> {
    const { github } = this.#asked.local;
    const repository = this.#there();
    const author = this.#pick(this.#people.developers);
    this.#part += 1;
    const part = this.#part;
    const title = issue === null ? `feat: add simulated part ${part}` : `fix: mend part ${part}`;
    const branch = `part-${part}`;
    const isAgents = this.#chance(habits.agentsShare);
    const lines = 10 + Math.floor(this.#next() * (isAgents ? 120 : 40));
    const code = Array.from({ length: lines }, (_, line) => `export const step${line} = ${part};`);
    await commitFiles(github, repository, {
      branch,
      message: isAgents ? `${title}\n\n${AGENT_TRAILER}` : title,
      author: loginOf(author),
      files: {
        [`src/part-${part}.js`]: `${code.join("\n")}\n`,
        ...(this.#chance(habits.testedShare)
          ? { [`test/part-${part}.test.js`]: `import "../src/part-${part}.js";\n` }
          : {}),
      },
    });
    const pull = await openPull(github, repository, author, {
      title,
      body: issue === null ? "Simulated work." : `Simulated work. Fixes #${issue}`,
      head: branch,
      base: repository.defaultBranch,
      draft: false,
      maintainerCanModify: false,
    });
    const openedAt = this.#time();
    const mergedAt = openedAt + this.#around(habits.codingHours);
    if (this.#chance(habits.reviewedShare)) {
      const at = openedAt + (mergedAt - openedAt) * (0.5 + this.#next() * 0.4);
      this.#plan(at, () => this.#review(pull));
    }
    this.#plan(mergedAt, () => this.#merge(habits, pull, issue !== null));
  }

  #review(pull: Pull): void {
    const others = this.#people.developers.filter((each) => idOf(each) !== pull.authorId);
    const asked = { verdict: "APPROVE", body: "", commitSha: null } as const;
    submitReview(this.#asked.local.github, this.#there(), pull, this.#pick(others), asked);
  }

  async #merge(habits: Habits, pull: Pull, isFix: boolean): Promise<void> {
    const by = this.#pick(this.#people.developers);
    const asked = { method: "squash", sha: null, title: null, message: null } as const;
    const { github } = this.#asked.local;
    const sha = await mergePull(github, this.#there(), pull, by, asked);
    this.#head = sha;
    this.#unreleased.push({ pull, sha, isFix });
    this.#plan(this.#time() + this.#around(habits.releaseHours), () => this.#release(habits));
  }

  /** All that is merged; nothing where an earlier release took it along. */
  async #release(habits: Habits): Promise<void> {
    const carried = this.#unreleased;
    if (carried.length === 0) return;
    this.#unreleased = [];
    const [minor, patch] = this.#version;
    const isNew = carried.some(({ isFix }) => !isFix);
    this.#version = isNew ? [minor + 1, 0] : [minor, patch + 1];
    const tag = `v1.${this.#version.join(".")}`;
    await this.#publish(tag);
    if (!isNew || !this.#chance(habits.troubleShare)) return;
    this.#plan(this.#time() + this.#around(habits.reportHours), () => this.#report(habits, tag));
  }

  #report(habits: Habits, tag: string): void {
    const { github } = this.#asked.local;
    const issue = createIssue(github, this.#there(), authorOf(this.#pick(this.#people.users)), {
      title: `Simulated report: ${tag} broke something`,
      body: `Regressed in ${tag}.`,
      labels: ["bug"],
      assigneeIds: [],
    });
    const noticedAt = this.#time() + this.#around(habits.fixHours);
    this.#plan(noticedAt, () => this.#open(habits, issue.number));
  }

  async #publish(tag: string): Promise<void> {
    const [author] = this.#people.developers;
    if (author === undefined) throw new Error("Nobody releases");
    await publishRelease(this.#asked.local.github, this.#there(), {
      tag,
      sha: this.#head,
      authorLogin: loginOf(author),
      body: "Simulated.",
    });
  }

  #enroll(name: string, count: number): Actor[] {
    const { github } = this.#asked.local;
    return Array.from({ length: count }, (_, nth) => {
      const account = createUser(github, `${name}-${nth + 1}`);
      const text = userToken(github, account.login);
      const token = github.data.tokens.find((each) => each.token === text);
      if (token === undefined) throw new Error(`${account.login} has no token`);
      return { kind: "user", account, token } as const;
    });
  }

  #there(): Repository {
    if (this.#repository === null) throw new Error("There is no repository yet");
    return this.#repository;
  }

  #plan(at: number, step: Step): void {
    const place = this.#agenda.findLastIndex((each) => each.at > at);
    this.#agenda.splice(place + 1, 0, { at, step });
  }

  #time(): number {
    return this.#asked.local.github.now().getTime();
  }

  #setClock(at: number): void {
    this.#asked.clock.offsetMs = at - Date.now();
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  #around(hours: number): number {
    return hours * HOUR_MS * (0.5 + this.#next());
  }

  #pick(from: readonly Actor[]): Actor {
    const picked = from[Math.floor(this.#next() * from.length)];
    if (picked === undefined) throw new Error("There is nobody");
    return picked;
  }
}

function loginOf(actor: Actor): string {
  return actor.kind === "user" ? actor.account.login : "";
}

function idOf(actor: Actor): number {
  return actor.kind === "user" ? actor.account.id : 0;
}
