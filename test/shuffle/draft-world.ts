import {
  assertSame,
  attempt,
  choose,
  stateOf,
  type Actor,
  type Deed,
  type Ended,
  type World,
} from "./world.ts";

/** The check that a draft waits for. */
const BUILD = "build";

function releasesOf({ stage, scenario }: Actor) {
  const { releases } = stage.github.github.data;
  return releases.filter(({ repositoryId }) => repositoryId === scenario.repository.id);
}

function draftOf(actor: Actor) {
  return releasesOf(actor).findLast(({ draft }) => draft) ?? null;
}

/** Of the draft that stands; where none does, of some commit before its tag. */
const build: Deed = {
  name: "build",
  act: async (actor, { pick, checks }) => {
    if (checks === "none") return null;
    const draft = draftOf(actor);
    const { tags } = await actor.scenario.world();
    const sha = draft === null ? choose(actor.units, pick)?.sha : tags[draft.tagName];
    if (sha === undefined) return null;
    await actor.scenario.context(sha, BUILD, checks);
    return `${draft?.tagName ?? "before a tag"}: ${checks}`;
  },
};

/** Often, and only while somebody waits for it: the others seldom meet a look in that moment. */
const breakIt: Deed = {
  name: "break the build of the draft",
  act: async (actor) => {
    const draft = draftOf(actor);
    if (draft === null) return null;
    const sha = (await actor.scenario.world()).tags[draft.tagName];
    if (sha === undefined) return null;
    await actor.scenario.context(sha, BUILD, "failure");
    return draft.tagName;
  },
};

const publishIt: Deed = {
  name: "publish the draft by hand",
  act: async (actor) => {
    const draft = draftOf(actor);
    if (draft === null) return null;
    await attempt(actor, ["PATCH", `releases/${draft.id}`], { draft: false });
    return draft.tagName;
  },
};

const editIt: Deed = {
  name: "give the draft another title",
  act: async (actor) => {
    const draft = draftOf(actor);
    if (draft === null) return null;
    await attempt(actor, ["PATCH", `releases/${draft.id}`], { name: `By hand: ${draft.tagName}` });
    return draft.tagName;
  },
};

const deleteIt: Deed = {
  name: "delete the draft",
  act: async (actor) => {
    const draft = draftOf(actor);
    if (draft === null) return null;
    await attempt(actor, ["DELETE", `releases/${draft.id}`]);
    return draft.tagName;
  },
};

async function assertPublished(actor: Actor, { releases, tags }: Ended): Promise<void> {
  const drafts = releasesOf(actor).filter(({ draft }) => draft);
  assertSame(
    "Drafts that are left",
    drafts.map(({ tagName }) => tagName),
    [],
  );
  for (const { tag } of releases) {
    assertSame(`${BUILD} of ${tag}`, stateOf(actor, String(tags[tag]), BUILD), "success");
  }
}

export const DRAFT_WORLD: World = {
  name: "draft first",
  policy: `version: 1\npublishWhen: [${BUILD}]\n`,
  lines: [{ folder: "src", prefix: "" }],
  deeds: [build, build, build, build, breakIt, breakIt, breakIt, publishIt, editIt, deleteIt],
  turnGreen: async ({ scenario }, shas) => {
    for (const sha of shas) await scenario.context(sha, BUILD, "success");
  },
  publishedWhen: BUILD,
  assertEnd: assertPublished,
};
