/** Lines of one text file that a change adds and takes away. */
export interface LineCount {
  readonly additions: number;
  readonly deletions: number;
}

/** Counts the lines of a patch, and those that differ in more than white space. */
export class PatchCounter {
  #all = { additions: 0, deletions: 0 };
  #real = { additions: 0, deletions: 0 };
  #removed: string[] = [];
  #added: string[] = [];

  /** A line of the patch, after its head: hunks and what is in them. */
  add(line: string): void {
    const sign = line.charAt(0);
    if (sign === "\\") return;
    if (sign === "-" && this.#added.length === 0) this.#removed.push(line);
    else if (sign === "+") this.#added.push(line);
    else {
      this.#close();
      if (sign === "-") this.#removed.push(line);
    }
  }

  /** `real`: without lines that only moved by white space, and without empty ones. */
  end(): { readonly all: LineCount; readonly real: LineCount } {
    this.#close();
    return { all: this.#all, real: this.#real };
  }

  #close(): void {
    const [removed, added] = [this.#removed, this.#added];
    if (removed.length === 0 && added.length === 0) return;
    this.#all.additions += added.length;
    this.#all.deletions += removed.length;
    const [left, right] = [removed.filter(isText), added.filter(isText)];
    const same = countSame(left, right);
    this.#real.additions += right.length - same;
    this.#real.deletions += left.length - same;
    this.#removed = [];
    this.#added = [];
  }
}

/** The patch of one file as GitHub gives it. */
export function countPatch(patch: string): { readonly all: LineCount; readonly real: LineCount } {
  const counter = new PatchCounter();
  for (const line of patch.split("\n")) counter.add(line);
  return counter.end();
}

/** More than white space behind its sign? */
function isText(line: string): boolean {
  return /^.\s*\S/.test(line);
}

function strip(line: string): string {
  return line.slice(1).replaceAll(/\s+/g, "");
}

/**
 * Lines that both have in the same order: the longest rising run of places, after the nth line of a
 * text was paired with the nth of the same. In n log n, where an exact answer would be quadratic.
 */
function countSame(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0;
  // Most changes: one line that became another one.
  if (left.length === 1 && right.length === 1) {
    return left.map(strip).join("") === right.map(strip).join("") ? 1 : 0;
  }
  const places = new Map<string, number[]>();
  for (const [at, line] of left.entries()) {
    const text = strip(line);
    const known = places.get(text);
    if (known === undefined) places.set(text, [at]);
    else known.push(at);
  }
  const taken = new Map<string, number>();
  const ends: number[] = [];
  for (const line of right) {
    const text = strip(line);
    const nth = taken.get(text) ?? 0;
    const place = places.get(text)?.[nth];
    if (place === undefined) continue;
    taken.set(text, nth + 1);
    ends[findPlace(ends, place)] = place;
  }
  return ends.length;
}

/** Of the first that is not smaller, in rising numbers. */
function findPlace(ends: readonly number[], place: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(ends[middle]) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
