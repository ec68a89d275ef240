import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

/** The word that marks a line, or begins and ends a block, whose version follows the releases. */
const MARK = "x-release-version";

/**
 * `1.4.2` and `1.5.0-beta.3`, also in `v1.4.2`, `pkg@1.4.2` and `badge/v-1.4.2-blue`; not a part of
 * `1.4.2.1`. A prerelease ends in a number, as ours do: other words after a dash are no part of it.
 */
const VERSION = /(?<![\d.])\d+\.\d+\.\d+(?:-[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*\.\d+)?(?![\d.]*\d)/g;

/**
 * Put `version` on every marked line and into every marked block. All versions of a line or block
 * must be the same, so that no other version beside it is changed by mistake.
 */
export function planMarkedText(text: string, version: string): TextPlan {
  const lines = text.split("\n");
  const planned: string[] = [];
  let isMarked = false;
  let block: { readonly line: number; readonly versions: Set<string> } | null = null;
  for (const [at, line] of lines.entries()) {
    const kind = new RegExp(`${MARK}(-start|-end)?(?![\\w-])`).exec(line)?.[1];
    const isLine = line.includes(MARK) && kind === undefined;
    isMarked ||= line.includes(MARK);
    if (kind === "-start") {
      if (block !== null) return problem(at + 1, `${MARK}-start stands inside another block`);
      block = { line: at + 1, versions: new Set() };
    }
    if (kind === "-end" && block === null) {
      return problem(at + 1, `${MARK}-end has no ${MARK}-start before it`);
    }
    if (block === null && !isLine) {
      planned.push(line);
      continue;
    }
    const versions = block?.versions ?? new Set<string>();
    for (const [found] of line.matchAll(VERSION)) versions.add(found);
    if (versions.size > 1) {
      const seen = [...versions].join(" and ");
      return problem(at + 1, `${seen} are marked together; only one version may be`);
    }
    if (isLine && block === null && versions.size === 0) {
      return problem(at + 1, `this line is marked, and has no version such as 1.4.2`);
    }
    if (kind === "-end" && block !== null) {
      if (versions.size === 0)
        return problem(block.line, "this block has no version such as 1.4.2");
      block = null;
    }
    planned.push(line.replaceAll(VERSION, () => version));
  }
  if (block !== null) return problem(block.line, `${MARK}-start has no ${MARK}-end after it`);
  if (!isMarked) return problem(null, `no line is marked with ${MARK}`);
  return { kind: "planned", text: planned.join("\n") };
}
