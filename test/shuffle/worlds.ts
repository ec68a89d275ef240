import { DRAFT_WORLD } from "./draft-world.ts";
import { FILE_WORLDS } from "./file-worlds.ts";
import { HOLD_WORLD } from "./hold-world.ts";
import { PREVIEW_WORLD } from "./preview-world.ts";
import { assertSame, type Actor, type Deed, type World } from "./world.ts";

const FOLDERS = ["packages/a", "packages/b"] as const;
const COMPONENTS = `version: 1
components: [{ name: a, path: packages/a }, { name: b, path: packages/b }]
`;

/** A pull in two components is in a release of each. */
const inBoth: Deed = {
  name: "merge a pull in two components",
  act: async ({ scenario, units }, { checks }) => {
    const paths = FOLDERS.map((folder) => `${folder}/both-${units.length}.js`);
    const title = `fix: unit ${units.length} in both`;
    const merged = await scenario.mergeFiles(
      title,
      Object.fromEntries(paths.map((path) => [path, "// both\n"])),
    );
    units.push({ title, sha: merged.sha, pull: merged.number, paths });
    if (checks !== "none") await scenario.status(merged.sha, checks);
    return `#${merged.number}, ${checks}`;
  },
};

async function mergeInOne(
  { scenario, units }: Actor,
  { title, folder }: { readonly title: string; readonly folder: string },
): Promise<{ readonly number: number; readonly sha: string }> {
  const path = `${folder}/one-${units.length}.js`;
  const { number, sha } = await scenario.merge(title, { path });
  units.push({ title, sha, pull: number, paths: [path] });
  return { number, sha };
}

/** The other one goes with it. */
const inOne: Deed = {
  name: "merge a feature in one component",
  act: async (actor, { pick, checks }) => {
    const folder = FOLDERS[pick % FOLDERS.length] ?? FOLDERS[0];
    const title = `feat: unit ${actor.units.length} in one`;
    const { number, sha } = await mergeInOne(actor, { title, folder });
    if (checks !== "none") await actor.scenario.status(sha, checks);
    return `#${number}, ${checks}`;
  },
};

/**
 * When all is released, each of the two is given more than the other, once: one without a change of
 * its own would follow later and come to the same version.
 */
async function differ(actor: Actor): Promise<string | null> {
  const features = FOLDERS.map((folder) => ({ title: `feat: more in ${folder}`, folder }));
  const known = new Set(actor.units.map(({ title }) => title));
  const feature = features.find(({ title }) => !known.has(title));
  if (feature === undefined) return null;
  await mergeInOne(actor, feature);
  for (const folder of FOLDERS.filter((each) => each !== feature.folder)) {
    const { sha } = await mergeInOne(actor, { title: `fix: less in ${folder}`, folder });
    await actor.scenario.status(sha, "success");
  }
  return feature.title;
}

const COMPONENT_LINES = [
  { folder: "src", prefix: "" },
  { folder: FOLDERS[0], prefix: "a-" },
  { folder: FOLDERS[1], prefix: "b-" },
];

/** A later feature that writes something else adds its world here. */
export const WORLDS: readonly World[] = [
  {
    name: "tags alone",
    policy: "version: 1\n",
    lines: [{ folder: "src", prefix: "" }],
    deeds: [],
  },
  { name: "components", policy: COMPONENTS, lines: COMPONENT_LINES, deeds: [inBoth] },
  {
    name: "linked components",
    policy: `${COMPONENTS}linked: [[a, b]]\n`,
    lines: COMPONENT_LINES,
    deeds: [inBoth, inOne],
    askPerson: differ,
    assertEnd: async (_actor, { releases }) => {
      const [left, right] = ["a-v", "b-v"].map((start) =>
        releases.filter(({ tag }) => tag.startsWith(start)).map(({ version }) => version),
      );
      assertSame("Versions of two that are linked", left, right);
    },
  },
  ...FILE_WORLDS,
  DRAFT_WORLD,
  PREVIEW_WORLD,
  HOLD_WORLD,
];

export function findWorld(name: string): World {
  const found = WORLDS.find((world) => world.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `There is no world "${name}"; there are: ${WORLDS.map((each) => each.name).join(", ")}`,
  );
}
