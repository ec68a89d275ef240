/** A text of blocks that may change places, such as the entries of a lock file. */
export interface Blocks {
  /** Lines above the first block. */
  readonly head: readonly string[];
  readonly blocks: readonly Block[];
}

export interface Block {
  /** Line of the text at which it starts, from 0. */
  readonly start: number;
  /** Without the empty ones at its end. */
  readonly lines: readonly string[];
  /** Empty lines after it, which stay where they are. */
  readonly gap: readonly string[];
}

/** `isStart`: does a block start at this line? */
export function splitBlocks(text: string, isStart: (line: string) => boolean): Blocks {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, at) => (isStart(line) ? [at] : []));
  return {
    head: lines.slice(0, starts[0] ?? lines.length),
    blocks: starts.map((start, index) => {
      const own = lines.slice(start, starts[index + 1] ?? lines.length);
      const count = own.findLastIndex((line) => line.trim() !== "") + 1;
      return { start, lines: own.slice(0, count), gap: own.slice(count) };
    }),
  };
}

/** The blocks with other lines, perhaps in another order. */
export function joinBlocks(
  { head, blocks }: Blocks,
  lines: readonly (readonly string[])[],
): string {
  return [...head, ...blocks.flatMap(({ gap }, at) => [lines[at], gap].flat())].join("\n");
}

/** An entry of an ordered list, whose key changes. */
export interface Placed<Value> {
  readonly before: string;
  readonly after: string;
  readonly value: Value;
}

/** In the order of the new keys, where the old ones stood in theirs. */
export function keepOrder<Value>(
  placed: readonly Placed<Value>[],
  compare: (left: string, right: string) => number = compareCodes,
): readonly Value[] {
  const wasOrdered = placed.every(
    ({ before }, at) => at === 0 || compare(String(placed[at - 1]?.before), before) <= 0,
  );
  const now = wasOrdered ? placed.toSorted((a, b) => compare(a.after, b.after)) : placed;
  return now.map(({ value }) => value);
}

/** The line with another text at the end of it. */
export function replaceLast(line: string, from: string, to: string): string {
  const at = line.lastIndexOf(from);
  return line.slice(0, at) + to + line.slice(at + from.length);
}

/** By code units, as programs sort. */
export function compareCodes(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
