import { takes } from "./dependency-range.ts";
import type { LockFile, Move, ReleasedPackage } from "./lock-file.ts";
import { compareCodes, joinBlocks, keepOrder, replaceLast, splitBlocks } from "./text-blocks.ts";
import type { Blocks } from "./text-blocks.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";
import { formatKey, readEntry, startsEntry } from "./yarn-entries.ts";
import type { Asked, Entry } from "./yarn-entries.ts";

interface Read {
  readonly split: Blocks;
  readonly entries: readonly Entry[];
  /** By what they were found for: `@acme/core@npm:^1.2.0`. */
  readonly byDescriptor: ReadonlyMap<string, Entry>;
  /** Packages of the workspace, by their folder. */
  readonly byFolder: ReadonlyMap<string, Entry>;
}

/** An asked range with the one that it gets. */
interface Moved {
  readonly asked: Asked;
  readonly from: string;
  readonly to: string;
}

/**
 * yarn's lock file since yarn 2 names every range that a workspace was found for, in the key of its
 * entry and at who asks; `yarn install --immutable` compares all of it. That of yarn 1 says nothing
 * of workspaces.
 */
export function openYarnLock(text: string): LockFile {
  if (/^# yarn lockfile v1\r?$/m.test(text)) {
    return { isLinked: () => null, write: () => ({ kind: "planned", text }) };
  }
  const read = readLock(text);
  return {
    isLinked: ({ folder, name }) => {
      const asked = read.byFolder.get(folder)?.asked ?? [];
      const own = asked.find((one) => one.name === name && !one.isPeer);
      const found = own === undefined ? undefined : read.byDescriptor.get(describe(own));
      return found === undefined ? null : found.folder !== null;
    },
    write: (moves, released) => {
      const refused = findStranger(read, released);
      if (refused !== null) return refused;
      if (moves.length === 0) return { kind: "planned", text };
      const isYarn = /^__metadata:\r?$/m.test(text);
      return isYarn
        ? { kind: "planned", text: write(read, moves) }
        : problem(null, "is no lock file that yarn wrote");
    },
  };
}

function readLock(text: string): Read {
  const split = splitBlocks(text, startsEntry);
  const entries = split.blocks.map(readEntry);
  return {
    split,
    entries,
    byDescriptor: new Map(
      entries.flatMap((own) => own.descriptors.map((descriptor) => [descriptor, own] as const)),
    ),
    byFolder: new Map(
      entries.flatMap((own) => (own.folder === null ? [] : [[own.folder, own] as const])),
    ),
  };
}

function describe({ name, range }: Pick<Asked, "name" | "range">): string {
  return `${name}@${range}`;
}

/**
 * A package of a registry that uses a released one of the workspace, or another one of that name,
 * and would use the other with the new version: yarn would have to look it up.
 */
function findStranger(read: Read, released: readonly ReleasedPackage[]): TextPlan | null {
  const byName = new Map(released.map((own) => [own.name, own]));
  const strangers = read.entries.filter(({ folder }) => folder === null);
  for (const entry of strangers) {
    for (const asked of entry.asked) {
      const own = byName.get(asked.name);
      if (own === undefined || asked.isPeer) continue;
      const { name, version, standing } = own;
      const range = asked.range.replace(/^npm:/, "");
      const isLinked = (read.byDescriptor.get(describe(asked))?.folder ?? null) !== null;
      const wasTaken = standing !== null && takes(range, standing);
      const isKept = isLinked ? takes(range, version) : wasTaken || !takes(range, version);
      if (isKept) continue;
      const what = `which ${version} is ${isLinked ? "not" : "now"}`;
      return problem(
        asked.line + 1,
        `${String(entry.descriptors[0])} asks for ${name} ${range}, ${what}: set that version by hand, with \`yarn install\``,
      );
    }
  }
  return null;
}

function write(read: Read, moves: readonly Move[]): string {
  const moved = moves.flatMap((move) => findMoved(read, move) ?? []);
  const byLine = new Map(moved.map((own) => [own.asked.line, own]));
  const keys = renewKeys(read, moved);
  const placed = read.entries.map((entry, index) => {
    const { start, lines } = entry.block;
    const descriptors = keys.get(entry) ?? entry.descriptors;
    const lineEnd = lines[0]?.endsWith("\r") === true ? "\r" : "";
    const key = keys.has(entry) ? formatKey(descriptors, lineEnd) : lines.slice(0, entry.keyLines);
    const rest = lines.slice(entry.keyLines).map((line, at) => {
      const own = byLine.get(start + entry.keyLines + at);
      return own === undefined ? line : replaceLast(line, own.from, own.to);
    });
    // The first one is no package.
    const [before, after] = index === 0 ? ["", ""] : [join(entry.descriptors), join(descriptors)];
    return { before, after, value: [...key, ...rest] };
  });
  return joinBlocks(read.split, keepOrder(placed));
}

function join(descriptors: readonly string[]): string {
  return descriptors.join(", ");
}

/** Null: the lock file says another range than the manifest, as with `resolutions`. */
function findMoved({ byFolder }: Read, { folder, field, name, range, to }: Move): Moved | null {
  const isPeer = field === "peerDependencies";
  const asked = byFolder
    .get(folder)
    ?.asked.find(
      (own) =>
        own.name === name && own.isPeer === isPeer && own.range.replace(/^npm:/, "") === range,
    );
  return asked === undefined ? null : { asked, from: range, to };
}

/** The keys that change: a range that nobody has any more goes, and the new one comes. */
function renewKeys(
  { entries, byDescriptor }: Read,
  moved: readonly Moved[],
): ReadonlyMap<Entry, readonly string[]> {
  const next = new Map(
    moved
      .filter(({ asked }) => !asked.isPeer)
      .map(({ asked, from, to }) => [asked, { ...asked, range: asked.range.replace(from, to) }]),
  );
  const used = new Set(
    entries.flatMap(({ asked }) =>
      asked.filter(({ isPeer }) => !isPeer).map((own) => describe(next.get(own) ?? own)),
    ),
  );
  const keys = new Map<Entry, ReadonlySet<string>>();
  for (const [before, after] of next) {
    const entry = byDescriptor.get(describe(before));
    if (entry === undefined) continue;
    const key = new Set(keys.get(entry) ?? entry.descriptors);
    if (!used.has(describe(before))) key.delete(describe(before));
    keys.set(entry, key.add(describe(after)));
  }
  return new Map([...keys].map(([entry, key]) => [entry, [...key].toSorted(compareCodes)]));
}
