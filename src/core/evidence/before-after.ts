import type { ChangeClaim } from "./change-claims.ts";
import { findClaims } from "./change-claims.ts";
import type { Fault } from "./fault.ts";
import { occurs } from "./occurs.ts";
import type { SourceText } from "./source-text.ts";

const SAYS_CHANGE =
  /\b(?:rais|increas|bump|upgrad|lower|reduc|decreas|downgrad|chang|updat|switch|mov|renam|replac|set|requir|need|default|minimum|min|support|now|from|to|migrat|up)\w*|->|→|=>/i;
const SAYS_REMOVED =
  /\b(?:remov|drop|delet|no longer|without|unsupport|get rid|strip|clean|revert)\w*/i;
const SAYS_ADDED =
  /\b(?:add|introduc|new|support|implement|allow|enabl|feat|expos|creat|provid|includ|export)\w*/i;

/**
 * "Raised to 22" needs a diff in which 22 took the place of something, or people who say so: a
 * value that merely stands near a change is what models take for the change.
 */
export function judgeClaims(sentence: string, texts: readonly SourceText[]): readonly Fault[] {
  return findClaims(sentence).flatMap((claim) => judgeClaim(claim, texts) ?? []);
}

function judgeClaim(claim: ChangeClaim, texts: readonly SourceText[]): Fault | null {
  const { kind, before, after, direction } = claim;
  const names = [before, after].filter((name) => name !== null);
  if (direction !== null && before !== null && after !== null) {
    const order = compare(before, after);
    if (order !== null && (direction === "up" ? order > 0 : order < 0)) {
      return {
        code: "direction",
        reason: `it says that a value went ${direction}, and ${before} to ${after} goes the other way`,
      };
    }
  }
  const says = kind === "removed" ? SAYS_REMOVED : kind === "added" ? SAYS_ADDED : SAYS_CHANGE;
  const isSaid = texts.some(({ said }) =>
    said.some((line) => says.test(line) && names.every((name) => stands(name, line))),
  );
  if (isSaid) return null;
  const blocks = texts.flatMap((text) => text.blocks);
  if (blocks.length === 0) {
    const reason = `it says that ${names.join(" and ")} changed, and the pull request does not`;
    return { code: "no-change-in-source", reason };
  }
  if (after !== null && balance(after, texts) <= 0) {
    const isShown = texts.some(({ shown }) => shown.some((line) => stands(after, line)));
    return isShown
      ? {
          code: "unchanged-in-diff",
          reason: `it says that ${after} is new, and the diff did not change it`,
        }
      : {
          code: "after-not-in-diff",
          reason: `it says that ${after} is new, and the diff does not show it`,
        };
  }
  if (before !== null && balance(before, texts) >= 0) {
    const reason = `it says that ${before} is gone, and the diff does not take it away`;
    return { code: "before-not-in-diff", reason };
  }
  return null;
}

/** Lines that the diff adds with this name, less those that it takes away. */
function balance(name: string, texts: readonly SourceText[]): number {
  const count = (lines: readonly string[]) => lines.filter((line) => stands(name, line)).length;
  let sum = 0;
  for (const { added, removed } of texts.flatMap(({ blocks }) => blocks)) {
    sum += count(added) - count(removed);
  }
  return sum;
}

function stands(name: string, line: string): boolean {
  const bare = name.replace(/^v(?=\d)/i, "");
  return occurs(bare, line) || occurs(`v${bare}`, line);
}

/** Numbers and versions, part by part; null: they are none. */
function compare(before: string, after: string): number | null {
  const [left, right] = [before, after].map((text) => /^v?\d+(?:\.\d+)*/i.exec(text)?.[0]);
  if (left === undefined || right === undefined) return null;
  const [old, young] = [left, right].map((text) => text.replace(/^v/i, "").split(".").map(Number));
  for (let at = 0; at < Math.max(old?.length ?? 0, young?.length ?? 0); at += 1) {
    const difference = (old?.[at] ?? 0) - (young?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
