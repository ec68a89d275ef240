import { keyOfLine } from "../../src/core/desk/desk-box.ts";
import { revokeGrant } from "../../src/local-github/logins.ts";
import { commentOn, mergePull, openPull } from "../../src/local-github/person.ts";
import { addRepositories } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import { commitFiles, createRepository, userToken } from "../../src/local-github/seed.ts";
import type { Repository } from "../../src/local-github/world.ts";
import type { useLoginWorld } from "../support/login-world.ts";

/** Repositories whose next release stands on pages, and what people may do about it. */

type World = ReturnType<typeof useLoginWorld>;

const MINUTE = 60_000;

const WAITING = "waiting";
const HELD = "held";

/** Where the pages of acts are. */
export interface ActAddresses {
  readonly waiting: string;
  readonly publish: string;
  readonly hold: string;
  readonly rollBack: string;
  readonly refused: string;
  readonly held: string;
  readonly resume: string;
}

/** One whose release waits for a person, after one that may be taken back; one that somebody holds. */
export async function keepActing(world: World): Promise<ActAddresses> {
  const made = [await start(world, WAITING), await start(world, HELD)];
  const [waiting, held] = made;
  if (waiting === undefined || held === undefined) throw new Error("Two were asked for.");
  addRepositories(world.local.github, world.github.installation, made);
  await merge(world, waiting, "fix: keep the last row of an export");
  await merge(world, held, "fix: one", "/hold the API of a partner is down until Monday");
  await work(world, made);
  await merge(world, waiting, "feat!: leave out orders that were archived, as in `GET /orders`");
  await merge(world, waiting, "fix: <b>show</b> totals of carts & wish lists, ελληνικά");
  await merge(world, held, "feat: two");
  await work(world, made);
  return {
    waiting: at(WAITING),
    publish: at(WAITING, `/act/publish?line=${lineOf(waiting)}`),
    hold: at(WAITING, "/act/hold?branch=main"),
    rollBack: at(WAITING, "/act/rollback?tag=v1.4.3"),
    refused: at(WAITING, "/act/rollback?tag=v9.9.9"),
    held: at(HELD),
    resume: at(HELD, "/act/resume?branch=main"),
  };
}

/** What happens between a page and a press on it; gives back what ends it. */
export type Meanwhile = (world: World) => Promise<() => void>;

/** The next release has one change more. */
export const mergeOneMore: Meanwhile = async (world) => {
  await merge(world, repositoryOf(world, WAITING), "fix: one more, merged while somebody looked");
  await world.settle();
  return () => undefined;
};

export const becomeReader: Meanwhile = (world) => {
  const { collaborators } = repositoryOf(world, WAITING);
  const { id } = world.person("mona");
  collaborators[id] = "read";
  return Promise.resolve(() => {
    collaborators[id] = "maintain";
  });
};

/** Whoever owns the installation has not granted what comments need. */
export const forbidComments: Meanwhile = ({ github: { installation } }) => {
  const { permissions } = installation;
  installation.permissions = { ...permissions, issues: "read" };
  return Promise.resolve(() => {
    installation.permissions = permissions;
  });
};

/** GitHub answers 502 where a comment is sent, and nobody knows whether it took it. */
export const breakComments: Meanwhile = ({ local }) => {
  const match = { method: "POST", path: /\/comments$/ };
  const fault = local.faults.failRequest({ match, when: "before", how: "502", times: 1_000 });
  return Promise.resolve(() => fault.remove());
};

/** GitHub answers 502 to all that it is asked. */
export const breakGitHub: Meanwhile = ({ local }) => {
  const match = { path: /^\/(repos|user|graphql|app)/ };
  const fault = local.faults.failRequest({ match, when: "before", how: "502", times: 1_000 });
  return Promise.resolve(() => fault.remove());
};

/** They take back on GitHub what they had allowed. */
export const endLogin: Meanwhile = async (world) => {
  revokeGrant(world.local.github, world.github.app, world.person("wilma").id);
  await world.settle();
  return () => undefined;
};

function repositoryOf({ local }: World, name: string): Repository {
  const found = local.github.data.repositories.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

function at(name: string, rest = ""): string {
  return `/r/acme/${name}${rest}`;
}

async function start({ local, github }: World, name: string): Promise<Repository> {
  const roles = { mona: "maintain", wilma: "write", rita: "read" } as const;
  const repository = await createRepository(local.github, github.acme.login, name, {
    collaborators: roles,
  });
  const sha = await commitFiles(local.github, repository, {
    branch: "main",
    message: "Start",
    files: { "README.md": "# One\n", ".github/smallbatch.yml": "version: 1\n" },
    author: "mona",
  });
  await publishRelease(local.github, repository, { tag: "v1.4.2", sha, authorLogin: "mona" });
  return repository;
}

let pulls = 0;

async function merge(
  { local }: World,
  { name }: Repository,
  title: string,
  command?: string,
): Promise<void> {
  pulls += 1;
  const place = { apiUrl: local.apiUrl, owner: "acme", name };
  const person = (login: string) => ({ login, token: userToken(local.github, login) });
  const change = { branch: `work-${pulls}`, path: `src/${pulls}.js`, text: "1\n", title };
  const number = await openPull(place, person("wilma"), { ...change, body: "" });
  await mergePull(place, person("mona"), number);
  if (command !== undefined) await commentOn(place, person("mona"), number, command);
}

/** As workers do: until nothing is due within a minute. */
async function work(world: World, repositories: readonly Repository[]): Promise<void> {
  for (let looks = 0; looks < 4; looks += 1) {
    await world.settle();
    for (const each of repositories) await world.look(each);
    world.time.now += MINUTE;
  }
  await world.settle();
}

function lineOf({ id }: Repository): string {
  return keyOfLine({ repositoryId: id, branch: "main", component: "", channel: "stable" });
}
