import { folderOf, sharedStart } from "./paths.ts";
import { Load } from "./split-load.ts";
import { needsOf } from "./split-units.ts";
import type { PlanFile, SplitUnit } from "./split-units.ts";

interface Packed {
  readonly unit: SplitUnit;
  /** Place of its first file. */
  readonly at: number;
  readonly load: Load;
  /** The folders around all of it, the outermost first. */
  readonly folders: readonly string[];
  /** The smallest of its files. */
  readonly rank: number;
  readonly needs: ReadonlySet<SplitUnit>;
  /** Made of whole commits: whoever wrote them saw them apart from the rest. */
  readonly isApart: boolean;
  /** How many of what it needs have not gone yet. */
  open: number;
}

/**
 * Units in an order in which each goes after what it needs, cut into groups with room for them. A
 * group goes on with what is near: what needs it, then what is in the same folders.
 */
export function packUnits(
  units: Iterable<SplitUnit>,
  ofCommits: ReadonlySet<PlanFile>,
): readonly (readonly PlanFile[])[] {
  const all = Array.from(units, (unit) => toPacked(unit, ofCommits));
  const neededBy = new Map<SplitUnit, Packed[]>();
  for (const packed of all) {
    for (const need of packed.needs) {
      const known = neededBy.get(need);
      if (known === undefined) neededBy.set(need, [packed]);
      else known.push(packed);
    }
  }
  const ready = new Set(all.filter(({ open }) => open === 0));
  const groups: (readonly PlanFile[])[] = [];
  while (ready.size > 0) {
    const group = new Group();
    for (let next = group.choose(ready); next !== null; next = group.choose(ready)) {
      group.add(next);
      ready.delete(next);
      for (const packed of neededBy.get(next.unit) ?? []) {
        packed.open -= 1;
        if (packed.open === 0) ready.add(packed);
      }
    }
    groups.push(group.files);
  }
  return groups;
}

function toPacked(unit: SplitUnit, ofCommits: ReadonlySet<PlanFile>): Packed {
  const { files } = unit;
  const needs = needsOf(unit);
  return {
    unit,
    at: Math.min(...files.map(({ at }) => at)),
    load: new Load(files),
    folders: commonFolders(files.map(({ path }) => path)),
    rank: Math.min(...files.map(({ rank }) => rank)),
    needs,
    isApart: files.every((file) => ofCommits.has(file)),
    open: needs.size,
  };
}

/** Nearer than any folder: it needs what the group brings. */
const NEEDS_GROUP = 1_000;

/** Of the room: with so much a group is worth a review, and less than that no group of its own. */
const GROUP_SHARE = 1 / 2;
const CRUMB_SHARE = 1 / 8;

class Group {
  readonly files: PlanFile[] = [];
  readonly #load = new Load([]);
  readonly #units = new Set<SplitUnit>();
  #folders: readonly string[] = [];
  #isApart = true;

  add({ unit, load, folders, isApart }: Packed): void {
    this.#isApart &&= isApart;
    this.files.push(...unit.files);
    this.#load.add(load);
    this.#units.add(unit);
    this.#folders = folders;
  }

  /** Null: nothing fits, or only what is far from here and may as well begin a group. */
  choose(ready: ReadonlySet<Packed>): Packed | null {
    const isEmpty = this.files.length === 0;
    let best: { readonly packed: Packed; readonly near: number } | null = null;
    for (const packed of ready) {
      const near = this.#nearTo(packed);
      const isBetter =
        best === null || near > best.near || (near === best.near && isBefore(packed, best.packed));
      // The room last: it costs most, and few come so far.
      if (isBetter && (isEmpty || this.#load.hasRoomFor(packed.load))) best = { packed, near };
    }
    if (best === null) return null;
    const { packed, near } = best;
    const isFar = !isEmpty && near === 0;
    const isOther = packed.isApart !== this.#isApart || this.#load.takes(GROUP_SHARE);
    const isEnough = isOther && packed.load.takes(CRUMB_SHARE);
    return isFar && isEnough ? null : packed;
  }

  #nearTo({ needs, folders, isApart }: Packed): number {
    if (isApart) return 0;
    for (const need of needs) if (this.#units.has(need)) return NEEDS_GROUP;
    return countShared(folders, this.#folders);
  }
}

function isBefore(left: Packed, right: Packed): boolean {
  return left.rank === right.rank ? left.at < right.at : left.rank < right.rank;
}

/** How many of the outermost are the same? */
function countShared(left: readonly string[], right: readonly string[]): number {
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return count;
}

/** Folders that are around all of some paths. */
export function commonFolders(paths: readonly string[]): readonly string[] {
  const all = paths.map((path): readonly string[] => folderOf(path).split("/"));
  return all.reduce(sharedStart).filter((name) => name !== "");
}
