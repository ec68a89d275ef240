import { parsePreviewTag } from "../../src/core/preview-tag.ts";
import { openPull, retitlePull } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { act, reactionsOn, say } from "../support/hearing.ts";
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

const TITLES = ["fix", "feat", "docs"];

/** Pulls by people, from branches of the repository or of a fork, that are not merged yet. */
function openOf(actor: Actor) {
  return pullsOf(actor, false).filter(({ state }) => state === "open");
}

const openIt: Deed = {
  name: "open a pull",
  act: async (actor, { pick }) => {
    const { scenario, stage } = actor;
    const nth = pullsOf(actor, false).length;
    const title = `${TITLES[pick % TITLES.length]}: opened ${nth}`;
    const branch = `open-${nth}`;
    const change = { branch, path: pathOf(branch), text: "1\n", title };
    return `#${await openPull(scenario.place, stage.people.wilma, change)}, ${title}`;
  },
};

const openFork: Deed = {
  name: "open a pull from a fork",
  act: async (actor) => {
    const { scenario, stage } = actor;
    const { github } = stage.github;
    const { otto } = stage.people;
    const find = () =>
      github.data.repositories.find(({ forkOfId }) => forkOfId === scenario.repository.id);
    if (find() === undefined) await act(scenario, otto, ["POST", "forks"]);
    const fork = find();
    if (fork === undefined) throw new Error("There is no fork");
    const branch = `idea-${pullsOf(actor, false).length}`;
    const files = { [pathOf(branch)]: "1\n" };
    await commitFiles(github, fork, { branch, message: "an idea", files, author: "otto" });
    const pull = { title: "feat: an idea", head: `otto:${branch}`, base: "main" };
    return `#${String((await act(scenario, otto, ["POST", "pulls"], pull))["number"])}`;
  },
};

const push: Deed = {
  name: "push to an open pull",
  act: async (actor, { pick }) => {
    const { scenario, stage } = actor;
    const own = openOf(actor).filter(
      ({ pull }) => pull.headRepositoryId === scenario.repository.id,
    );
    const pull = choose(own, pick);
    if (pull === undefined) return null;
    stage.clock.advance(1_000);
    const { headRef: branch, headSha } = pull.pull;
    const body = { message: "more", branch, content: "MQo=" };
    const path = `contents/src/more-${headSha.slice(0, 7)}.js`;
    await act(scenario, stage.people.wilma, ["PUT", path], body);
    return `#${pull.number}`;
  },
};

const retitle: Deed = {
  name: "retitle an open pull",
  act: async (actor, { pick }) => {
    const pull = choose(openOf(actor), pick);
    if (pull === undefined) return null;
    const { scenario, stage } = actor;
    await retitlePull(
      scenario.place,
      stage.people.mona,
      pull.number,
      `${TITLES[pick % 3]}: titled`,
    );
    return `#${pull.number}`;
  },
};

function preview(by: "wilma" | "mona" | "otto"): Deed {
  return {
    name: `/preview by ${by}`,
    act: async (actor, { pick, checks }) => {
      if (openOf(actor).length === 0) await openIt.act(actor, { pick, checks });
      const pull = choose(openOf(actor), pick);
      if (pull === undefined) return null;
      const { scenario, stage, said } = actor;
      const { number } = pull;
      stage.clock.advance(1_000);
      const { headSha } = pull.pull;
      const isFork = pull.pull.headRepositoryId !== scenario.repository.id;
      const id = await say(scenario, stage.people[by], number, "/preview");
      said.push({ id, number, login: by, headSha, isFork });
      return `#${number} at ${headSha.slice(0, 7)}`;
    },
  };
}

const land: Deed = {
  name: "merge an open pull",
  act: async (actor, { pick, checks }) => {
    const pull = choose(openOf(actor), pick);
    if (pull === undefined) return null;
    const { scenario, stage, units } = actor;
    stage.clock.advance(1_000);
    const body = { merge_method: "squash" };
    const merged = await attempt(actor, ["PUT", `pulls/${pull.number}/merge`], body);
    if (merged === null) return null;
    const sha = String(merged["sha"]);
    units.push({ title: pull.title, sha, pull: pull.number, paths: [pathOf(pull.pull.headRef)] });
    if (checks !== "none") await scenario.status(sha, checks);
    return `#${pull.number}, ${checks}`;
  },
};

const close: Deed = {
  name: "close an open pull",
  act: async (actor, { pick }) => {
    const pull = pick === 0 ? choose(openOf(actor), pick) : undefined;
    if (pull === undefined) return null;
    await attempt(actor, ["PATCH", `pulls/${pull.number}`], { state: "closed" });
    return `#${pull.number}`;
  },
};

/** The file that a branch brings. */
function pathOf(branch: string): string {
  return branch.startsWith("idea-") ? `${branch}.txt` : `src/${branch}.js`;
}

/** Each command that arrived was answered once, and one that was lost did nothing. */
function assertAnswers(actor: Actor, { heard }: Ended): void {
  for (const said of actor.said) {
    const { id, number, login, isFork } = said;
    const what = `Answer to /preview (${id}) by ${login} on #${number}`;
    const answers = reactionsOn(actor.stage, id);
    if (!heard.has(id)) {
      assertSame(`${what}, which never arrived`, answers, []);
      assertSame(`${what} in words`, isNamed(actor, id), false);
    } else if (login === "otto" || isFork) assertSame(what, answers, ["confused"]);
    else if (answers.length !== 1) assertSame(what, answers, ["rocket or confused"]);
  }
}

function isNamed({ stage, scenario }: Actor, commentId: number): boolean {
  return stage.github.github.data.comments.some(
    ({ appId, repositoryId, body }) =>
      appId === stage.app.id &&
      repositoryId === scenario.repository.id &&
      body.includes(`#issuecomment-${commentId})`),
  );
}

/** Tags of a pull stand exactly on the heads of which somebody was shown a rocket. */
async function assertPreviews(actor: Actor, ended: Ended): Promise<void> {
  assertAnswers(actor, ended);
  const previews = Object.entries(ended.tags).flatMap(([tag, sha]) => {
    const read = parsePreviewTag(tag);
    return read === null ? [] : [{ ...read, tag, sha }];
  });
  for (const { number } of pullsOf(actor, false)) {
    const own = previews.filter(({ pull }) => pull === number);
    const ordered = own.toSorted((left, right) => left.nth - right.nth);
    const taken = actor.said.filter(
      (said) => said.number === number && reactionsOn(actor.stage, said.id).includes("rocket"),
    );
    assertSame(
      `Commits of the previews of #${number}`,
      own.map(({ sha }) => sha).toSorted(),
      [...new Set(taken.map(({ headSha }) => headSha))].toSorted(),
    );
    assertSame(
      `Numbers of the previews of #${number}`,
      ordered.map(({ nth }) => nth),
      [1, 2, 3].slice(0, ordered.length),
    );
    const where = ended.releases.find(({ units }) =>
      units.some((sha) => actor.units.some((unit) => unit.sha === sha && unit.pull === number)),
    );
    if (where === undefined) continue;
    const carded = where.previews.filter(({ pull }) => pull === number).flatMap(({ tags }) => tags);
    const tags = own.map(({ tag }) => tag).toSorted();
    assertSame(`Previews of #${number} on the card of ${where.tag}`, carded.toSorted(), tags);
  }
}

export const PREVIEW_WORLD: World = {
  name: "previews",
  policy: "version: 1\npreview: on\n",
  lines: [{ folder: "src", prefix: "" }],
  deeds: [
    openIt,
    openIt,
    openFork,
    push,
    retitle,
    preview("wilma"),
    preview("wilma"),
    preview("mona"),
    preview("otto"),
    land,
    land,
    close,
  ],
  assertEnd: assertPreviews,
};
