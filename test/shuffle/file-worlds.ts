import { inc, rcompare } from "semver";
import { diffPaths } from "../../src/local-github/git-tree.ts";
import {
  assertSame,
  attempt,
  choose,
  pullsOf,
  type Actor,
  type Deed,
  type Ended,
  type World,
} from "./world.ts";

const FILES = {
  "package.json": '{ "version": "1.4.2" }\n',
  "CHANGELOG.md": "# Changelog\n\n## 1.4.2\n\n- by hand\n",
};
const POLICY = "version: 1\nfiles: { package: on, changelog: CHANGELOG.md";
const METHODS = ["squash", "merge", "rebase"] as const;

type OwnPull = ReturnType<typeof pullsOf>[number];

function open(actor: Actor): OwnPull | null {
  return pullsOf(actor, true).findLast(({ state }) => state === "open") ?? null;
}

/** A person merges the release pull. Null: GitHub does not let it, because it conflicts. */
async function merge(actor: Actor, { number }: OwnPull, pick: number): Promise<string | null> {
  const method = METHODS[pick % METHODS.length];
  actor.stage.clock.advance(1_000);
  const merged = await attempt(actor, ["PUT", `pulls/${number}/merge`], { merge_method: method });
  return merged === null ? null : String(merged["sha"]);
}

async function deleteBranch(actor: Actor, { pull }: OwnPull): Promise<boolean> {
  return (await attempt(actor, ["DELETE", `git/refs/heads/${pull.headRef}`])) !== null;
}

/** What `package.json` on a commit says. */
async function versionAt(actor: Actor, at: string): Promise<string> {
  const { version } = JSON.parse(await read(actor, `${at}:package.json`)) as { version: string };
  return version;
}

async function read({ stage, scenario }: Actor, expression: string): Promise<string> {
  const { git } = stage.github.github;
  const sha = await git.resolve(scenario.repository.id, expression);
  const object = sha === null ? null : await git.read(scenario.repository.id, sha);
  if (object === null) throw new Error(`There is no ${expression}`);
  return String(object.content);
}

async function newestTag(scenario: Actor["scenario"]): Promise<string> {
  const [newest] = Object.keys((await scenario.world()).tags).toSorted(rcompare);
  if (newest === undefined) throw new Error("There is no tag");
  return newest;
}

/** Somebody writes the version back that was released last, as the check asks for it. */
async function mend(actor: Actor): Promise<void> {
  const { scenario, units } = actor;
  const last = await newestTag(scenario);
  const title = "chore: take the version back";
  const text = `{ "version": "${last.slice(1)}" }\n`;
  const sha = await scenario.commit(title, { "package.json": text });
  units.push({ title, sha, pull: null, paths: ["package.json"] });
  await scenario.status(sha, "success");
}

const AFTER_ANOTHER = "fix: after a release by hand";

/**
 * Once, instead of merging the release pull, somebody releases by hand, and the next one is due: by
 * themselves stories seldom come to it. Is it done?
 */
async function supersede(actor: Actor): Promise<boolean> {
  const { scenario, units } = actor;
  if (units.some(({ title }) => title === AFTER_ANOTHER)) return false;
  await tagByHand(actor);
  const path = "src/after.js";
  const { number, sha } = await scenario.merge(AFTER_ANOTHER, { path });
  units.push({ title: AFTER_ANOTHER, sha, pull: number, paths: [path] });
  await scenario.status(sha, "success");
  return true;
}

async function tagByHand(actor: Actor): Promise<string> {
  const { scenario, byHand } = actor;
  const tag = `v${inc(await newestTag(scenario), "patch")}`;
  byHand.add(tag);
  await scenario.release(tag);
  return tag;
}

/** People do what the check on the newest commit asks for. Null: nothing. */
async function askPerson(actor: Actor): Promise<string | null> {
  const { scenario, lots } = actor;
  const title = scenario.check(await scenario.head())?.title ?? "";
  const [, number] = /release pull #(\d+)/.exec(title) ?? [];
  const pull = pullsOf(actor, true).find((each) => each.number === Number(number));
  if (title.startsWith("released in ")) return null;
  if (/cannot be written: package\.json:\d+ says/.test(title)) {
    await mend(actor);
  } else if (pull === undefined) {
    throw new Error(`Nothing that a person could do: ${title}`);
  } else if (title.includes("was closed")) {
    const reopened = lots.chance(0.5)
      ? await attempt(actor, ["PATCH", `pulls/${pull.number}`], { state: "open" })
      : null;
    if (reopened === null) await deleteBranch(actor, pull);
  } else if (title.includes("says another version")) {
    await deleteBranch(actor, pull);
  } else if (!(await supersede(actor))) {
    const sha = await merge(actor, pull, lots.between(0, METHODS.length));
    if (sha !== null) await scenario.status(sha, "success");
    else await deleteBranch(actor, pull);
  }
  return title;
}

const mergeIt: Deed = {
  name: "merge the release pull",
  act: async (actor, { pick, checks }) => {
    const pull = open(actor);
    const sha = pull === null ? null : await merge(actor, pull, pick);
    if (pull === null || sha === null) return null;
    if (checks !== "none") await actor.scenario.status(sha, checks);
    return `#${pull.number}, ${pull.title}, ${checks}`;
  },
};

const closeIt: Deed = {
  name: "close the release pull",
  act: async (actor) => {
    const pull = open(actor);
    if (pull === null) return null;
    await attempt(actor, ["PATCH", `pulls/${pull.number}`], { state: "closed" });
    return `#${pull.number}`;
  },
};

const reopenIt: Deed = {
  name: "reopen a release pull",
  act: async (actor, { pick }) => {
    const closed = pullsOf(actor, true).filter(
      ({ state, pull }) => state === "closed" && !pull.merged,
    );
    const pull = choose(closed, pick);
    if (pull === undefined || open(actor) !== null) return null;
    const body = { state: "open" };
    const done = await attempt(actor, ["PATCH", `pulls/${pull.number}`], body);
    return done === null ? null : `#${pull.number}`;
  },
};

/** GitHub closes the pull of it, where that is open. */
const deleteIt: Deed = {
  name: "delete the branch of a release pull",
  act: async (actor, { pick }) => {
    const pull = choose(pullsOf(actor, true), pick);
    const isDone = pull !== undefined && (await deleteBranch(actor, pull));
    return isDone ? `#${pull.number}` : null;
  },
};

const wordIt: Deed = {
  name: "word the changelog of the release pull",
  act: async (actor) => {
    const pull = open(actor);
    if (pull === null) return null;
    const { headRef: branch, headSha } = pull.pull;
    const text = await read(actor, `${headSha}:CHANGELOG.md`);
    const sha = await actor.stage.github.github.git.resolve(
      actor.scenario.repository.id,
      `${headSha}:CHANGELOG.md`,
    );
    const content = Buffer.from(`${text}\nWorded by hand.\n`).toString("base64");
    const body = { message: "docs: word it", branch, sha, content };
    const done = await attempt(actor, ["PUT", "contents/CHANGELOG.md"], body);
    return done === null ? null : `#${pull.number}`;
  },
};

/** The release pull that is open is then superseded. */
const releaseByHand: Deed = {
  name: "release by hand",
  act: async (actor, { pick }) => {
    // Seldom without one: it empties the batch.
    if (pick !== 0 && open(actor) === null) return null;
    return tagByHand(actor);
  },
};

/** At each tag of ours the files say its version, and no version stands there that never was. */
async function assertFiles(actor: Actor, { releases }: Ended): Promise<void> {
  const byHand = [...actor.byHand].map((tag) => tag.slice(1));
  const released = new Set(["1.4.2", ...byHand]);
  for (const { tag, version } of releases) {
    released.add(version);
    assertSame(`package.json at ${tag}`, await versionAt(actor, `refs/tags/${tag}`), version);
    const sections = findSections(await read(actor, `refs/tags/${tag}:CHANGELOG.md`));
    assertSame(`Newest section of CHANGELOG.md at ${tag}`, sections[0], version);
    assertSame(
      `Sections of CHANGELOG.md at ${tag} that were never released`,
      sections.filter((each, index) => !released.has(each) || sections.indexOf(each) !== index),
      [],
    );
  }
}

function findSections(changelog: string): readonly string[] {
  return [...changelog.matchAll(/^#+ \[?(\d+\.\d+\.\d+)/gm)].map(([, version]) => String(version));
}

async function assertCommits(actor: Actor, ended: Ended): Promise<void> {
  await assertFiles(actor, ended);
  const { git } = actor.stage.github.github;
  const { id } = actor.scenario.repository;
  const people = new Set(actor.units.map(({ sha }) => sha));
  for (const { tag, sha } of ended.releases) {
    const { parents = [], signature = null } = (await git.commit(id, sha)) ?? {};
    assertSame(
      `Parents of ${tag} that people merged`,
      parents.map((each) => people.has(each)),
      [true],
    );
    const changes = await diffPaths(git, id, parents[0] ?? null, sha);
    const paths = changes.map(({ path }) => path).toSorted();
    assertSame(`Files of ${tag}`, paths, Object.keys(FILES).toSorted());
    assertSame(`Signed: ${tag}`, signature !== null, true);
  }
}

async function assertPulls(actor: Actor, ended: Ended): Promise<void> {
  await assertFiles(actor, ended);
  const left = pullsOf(actor, true).filter(({ state }) => state === "open");
  assertSame(
    "Release pulls that are left open",
    left.map(({ title }) => title),
    [],
  );
}

const ROOT = [{ folder: "src", prefix: "" }];

const checkHead: Deed = {
  name: "check the newest commit",
  act: async ({ scenario }, { checks }) => {
    if (checks === "none") return null;
    await scenario.status(await scenario.head(), checks);
    return checks;
  },
};

export const FILE_WORLDS: readonly World[] = [
  {
    name: "files as a commit",
    policy: `${POLICY} }\n`,
    files: FILES,
    lines: ROOT,
    deeds: [checkHead],
    writesCommits: true,
    assertEnd: assertCommits,
  },
  {
    name: "files as a release pull",
    policy: `${POLICY}, as: pull }\n`,
    files: FILES,
    lines: ROOT,
    deeds: [
      mergeIt,
      mergeIt,
      mergeIt,
      mergeIt,
      closeIt,
      reopenIt,
      deleteIt,
      wordIt,
      releaseByHand,
      releaseByHand,
      checkHead,
      checkHead,
    ],
    askPerson,
    assertEnd: assertPulls,
  },
];
