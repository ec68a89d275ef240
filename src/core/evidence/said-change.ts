import type { ChangeClaim } from "./change-claims.ts";
import { ADD, CHANGE, DOWN, REMOVE, RENAME, says, UP } from "./change-words.ts";
import { standsAt } from "./occurs.ts";

const ARROW = /->|→|=>/;
const MOVES = `(?:${UP}|${DOWN}|${CHANGE}|${RENAME})`;
const REQUIRES =
  "(?:requires?|required|needs?|minimum|msrv|supports?|drop(?:s|ped)?|now|defaults?)";
const GONE = `(?:${REMOVE}|unsupported|stop(?:s|ped)?|no longer|without|strip(?:s|ped)?|clean(?:s|ed)? up|get rid of|revert(?:s|ed)?)`;
const NEW = `(?:${ADD}|new|supports?|implement(?:s|ed)?|allows?|enables?|exposes?|creates?|provides?|includes?|exports?)`;

/** Does a line of what people wrote say the same as the claim? */
export function isSaid({ kind, before, after }: ChangeClaim, line: string): boolean {
  switch (kind) {
    case "removed":
      return says(GONE, line) && some(before, line);
    case "added":
      return (says(NEW, line) || /^feat\b/i.test(line)) && !says(REMOVE, line) && some(after, line);
    case "required":
      return (says(REQUIRES, line) || says(MOVES, line)) && some(after, line);
    case "renamed":
    case "changed":
      if (!says(MOVES, line) && !ARROW.test(line)) return false;
      return before.length === 0 ? isTarget(after, line) : areInOrder(before, after, line);
  }
}

function some(names: readonly string[], line: string): boolean {
  return names.some((name) => standsAt(name, line) >= 0);
}

/** `to 30`, `-> 30`, `= 30`; a line with one number has no other target. */
function isTarget(after: readonly string[], line: string): boolean {
  return after.some((name) => {
    const at = standsAt(name, line);
    if (at < 0) return false;
    const words = line.slice(0, at).trim().split(/\s+/).slice(-3).join(" ");
    const isOnly = (line.match(/\d+(?:\.\d+)*/g) ?? []).length < 2;
    return isOnly || /\b(?:to|now|is|be)\b|->|→|=>|=|:/i.test(words);
  });
}

/** `from 1 to 2`, `1 -> 2`; or `to 2 from 1`. */
function areInOrder(before: readonly string[], after: readonly string[], line: string): boolean {
  return before.some((old) =>
    after.some((young) => {
      const [left, right] = [standsAt(old, line), standsAt(young, line)];
      if (left < 0 || right < 0) return false;
      const isTurned = /\b(?:from|was|instead of|over)\W*(?:\w+\W+)?$/i.test(line.slice(0, left));
      return left < right || (isTurned && right < left);
    }),
  );
}
