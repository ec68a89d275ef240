import type { ChangeBlock } from "./change-blocks.ts";
import type { ChangeClaim } from "./change-claims.ts";
import { findClaims } from "./change-claims.ts";
import type { Fault } from "./fault.ts";
import { standsAt } from "./occurs.ts";
import { isSaid } from "./said-change.ts";
import type { SourceText } from "./source-text.ts";
import { isAbout, topicsOf } from "./topics.ts";

/** What claims of one sentence are held against. */
interface Scene {
  readonly texts: readonly SourceText[];
  readonly blocks: readonly ChangeBlock[];
  readonly topics: readonly string[];
}

/**
 * "Raised to 22" needs a diff in which 22 took the place of something, or people who say so: a
 * value that merely stands near a change is what models take for the change.
 */
export function judgeClaims(sentence: string, texts: readonly SourceText[]): readonly Fault[] {
  const scene = {
    texts,
    blocks: texts.flatMap((text) => text.blocks),
    topics: topicsOf(sentence),
  };
  return findClaims(sentence).flatMap((claim) => judgeClaim(claim, scene) ?? []);
}

function judgeClaim(claim: ChangeClaim, scene: Scene): Fault | null {
  const { texts, topics } = scene;
  const isTold = texts.some(({ said }) =>
    said.some((line) => isSaid(claim, line) && (claim.kind !== "required" || isOn(topics, line))),
  );
  return judgeDirection(claim, scene) ?? (isTold ? null : judgeDiff(claim, scene));
}

function judgeDirection(
  { direction, before, after }: ChangeClaim,
  { blocks }: Scene,
): Fault | null {
  const [young] = after;
  if (direction === null || young === undefined) return null;
  const [known] = before;
  const [old, now] =
    known === undefined ? blocks.flatMap((block) => changeTo(young, block)) : [known, young];
  const order = old === undefined || now === undefined ? null : compare(old, now);
  if (order === null || (direction === "up" ? order <= 0 : order >= 0)) return null;
  const reason = `it says that a value went ${direction}, and ${old} to ${now} goes the other way`;
  return { code: "direction", reason };
}

function judgeDiff(claim: ChangeClaim, scene: Scene): Fault | null {
  const { kind, before, after } = claim;
  const { texts, blocks } = scene;
  if (blocks.length === 0) {
    const names = [...before, ...after].join(" and ");
    const reason = `it says that something became of ${names}, and the pull request does not say so`;
    return { code: "no-change-in-source", reason };
  }
  const fresh = blocks.filter((block) => after.some((name) => isNew(name, block, scene)));
  if (after.length > 0 && fresh.length === 0) {
    const isShown = after.some((name) =>
      texts.some(({ shown }) => shown.some((line) => stands(name, line))),
    );
    const what = `it says that ${after.join(" ")} is new, and the diff`;
    return isShown
      ? { code: "unchanged-in-diff", reason: `${what} shows it without a change` }
      : { code: "after-not-in-diff", reason: `${what} does not show it` };
  }
  // Another file may have had the same value before.
  const places = blocks.filter(
    ({ path }) => kind !== "changed" || fresh.some((block) => block.path === path),
  );
  if (
    before.length > 0 &&
    !places.some((block) => before.some((name) => isOld(name, after, block)))
  ) {
    const reason = `it says that ${before.join(" ")} is gone, and the diff does not take it away`;
    return { code: "before-not-in-diff", reason };
  }
  // What is only new was not raised from anything.
  if (kind !== "changed" || places.some(({ removed }) => removed.length > 0)) return null;
  const reason = `it says that something became ${after.join(" ")}, and the diff shows no value before`;
  return { code: "before-not-in-diff", reason };
}

function count(name: string, lines: readonly string[]): number {
  return lines.filter((line) => stands(name, line)).length;
}

/** Put there by this block. A number stands in many: the block has to be about the same thing. */
function isNew(name: string, block: ChangeBlock, { blocks, topics }: Scene): boolean {
  const { path, removed, added } = block;
  if (count(name, added) <= count(name, removed)) return false;
  if (/^\d+[a-z%]*$/i.test(name)) return isOn(topics, [path, ...removed, ...added].join("\n"));
  // What was moved is not new.
  const all = (side: "removed" | "added") => blocks.flatMap((each) => each[side]);
  return count(name, all("added")) > count(name, all("removed"));
}

/** Taken away by this block; a longer name in its place may hold it still. */
function isOld(name: string, after: readonly string[], { removed, added }: ChangeBlock): boolean {
  const isKept = after.length === 0 || after.some((other) => other.includes(name));
  return count(name, removed) > (isKept ? 0 : count(name, added));
}

function isOn(topics: readonly string[], text: string): boolean {
  return topics.length === 0 || isAbout(topics, text);
}

function stands(name: string, line: string): boolean {
  return standsAt(name, line) >= 0;
}

/** The number that stood there and the one that stands there now, in lines otherwise the same. */
function changeTo(young: string, { removed, added }: ChangeBlock): readonly string[] {
  for (const line of added.filter((text) => stands(young, text))) {
    const twin = removed.find((old) => maskNumbers(old) === maskNumbers(line)) ?? line;
    const olds = Array.from(twin.matchAll(NUMBERS), ([number]) => number);
    const youngs = Array.from(line.matchAll(NUMBERS), ([number]) => number);
    const pairs = olds.flatMap((old, at) => youngs.slice(at, at + 1).map((now) => [old, now]));
    const changed = pairs.find(([old, now]) => old !== now);
    if (changed !== undefined) return changed;
  }
  return [];
}

const NUMBERS = /\d+(?:[._]\d+)*/g;

function maskNumbers(line: string): string {
  return line.replaceAll(NUMBERS, "0").replaceAll(/\s+/g, "");
}

/** Numbers and versions, part by part; null: they are none. */
function compare(before: string, after: string): number | null {
  const [left, right] = [before, after].map((text) =>
    /^[<>=~^v]*(\d+(?:[._]\d+)*)/i.exec(text)?.[1]?.replaceAll("_", "").split(".").map(Number),
  );
  if (left === undefined || right === undefined) return null;
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
