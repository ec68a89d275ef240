import { DRAFT_WORLD } from "./draft-world.ts";
import { FILE_WORLDS } from "./file-worlds.ts";
import { HOLD_WORLD } from "./hold-world.ts";
import { PREVIEW_WORLD } from "./preview-world.ts";
import { assertSame, type Deed, type World } from "./world.ts";

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
    deeds: [inBoth],
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
