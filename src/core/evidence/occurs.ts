import { Numbers } from "./numbers.ts";

const WORD = /[\p{L}\p{N}_]/u;

/** Does a name stand in a text by itself, not inside a longer one? Case is not looked at. */
export function occurs(name: string, text: string): boolean {
  return placeIn(name.toLowerCase(), text.toLowerCase()) >= 0;
}

/**
 * Place of a number, version or name in a line, or -1. `v1.2` stands for `1.2`; an option also
 * stands where code names it without its dashes.
 */
export function standsAt(name: string, line: string): number {
  const text = line.toLowerCase();
  if (/^\d[\d.,_]*[a-z%]*$/i.test(name))
    return new Numbers([line]).has(name) ? placeOfNumber(name, text) : placeInName(name, text);
  const bare = name.toLowerCase().replace(/^[<>=~^]*v?(?=\d)|^--?(?=[a-z]{2})/, "");
  const at = placeIn(bare, text);
  if (at >= 0) return at;
  // A diff shows a member without its owner.
  const member = /^[\w$.:]+(?:::|\.)([a-z_$][\w$]{2,})$/.exec(bare)?.[1];
  if (member !== undefined) return placeIn(member, text);
  return bare === name.toLowerCase() ? -1 : placeIn(`v${bare}`, text);
}

/** Place of `2.0` where code has `KOTLIN_2_0`, or -1. */
export function placeInName(version: string, text: string): number {
  if (!/^\d+(?:\.\d+)+$/.test(version)) return -1;
  const form = new RegExp(`\\p{L}_?${version.replaceAll(".", "_")}(?!_?\\d)`, "u");
  return text.search(form);
}

/** A number that stands there in another unit has no place of its own. */
function placeOfNumber(name: string, text: string): number {
  return Math.max(0, placeIn(name.replace(/[a-z%]+$/i, ""), text));
}

function placeIn(needle: string, hay: string): number {
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const before = hay.charAt(at - 1);
    const after = hay.charAt(at + needle.length);
    const isStart = isEdge(needle.charAt(0), before) && !isInNumber(needle, hay, at);
    if (isStart && isEdge(needle.charAt(needle.length - 1), after)) return at;
  }
  return -1;
}

function isEdge(inner: string, outer: string): boolean {
  if (outer === "") return true;
  if (inner === "-") return outer !== "-";
  return !WORD.test(inner) || !WORD.test(outer);
}

/** `2.1` is not in `1.2.1`, and `5` not in `1.5`. */
function isInNumber(needle: string, hay: string, at: number): boolean {
  if (!/^\d/.test(needle)) return false;
  const isTail = /[.,]/.test(hay.charAt(at - 1)) && /\d/.test(hay.charAt(at - 2));
  const end = at + needle.length;
  const isHead = /^\d+$/.test(needle) && hay.charAt(end) === "." && /\d/.test(hay.charAt(end + 1));
  return isTail || (isHead && !/^\.\d+\.\d/.test(hay.slice(end, end + 12)));
}
