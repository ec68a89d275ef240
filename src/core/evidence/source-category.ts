import { parseHeader } from "../conventional.ts";
import { judgeStockLabels } from "../level.ts";
import { CATEGORIES } from "./answer.ts";
import type { DraftAnswer } from "./answer.ts";
import type { NoteSource } from "./source.ts";

export type Category = DraftAnswer["lines"][number]["category"];

const BY_TYPE: ReadonlyMap<string, Category> = new Map([
  ["feat", "feature"],
  ["feature", "feature"],
  ["fix", "fix"],
  ["bugfix", "fix"],
  ["hotfix", "fix"],
  ["security", "fix"],
  ["perf", "performance"],
]);

/** What the title's type or a stock label says; null: neither says anything. */
export function categoryOf({ title, labels }: NoteSource): Category | null {
  const header = parseHeader(title);
  const type = header?.type ?? judgeStockLabels(labels)?.type ?? null;
  if (type === null) return null;
  return BY_TYPE.get(type) ?? "other";
}

/**
 * Category of a line. A draft chooses it only where no pull says its own; a service does not
 * promise the capitals of the schema's words.
 */
export function chooseCategory(drafted: string, sources: readonly NoteSource[]): Category {
  const [known] = sources.flatMap((source) => categoryOf(source) ?? []);
  return known ?? CATEGORIES.find((name) => name === drafted.toLowerCase()) ?? "other";
}
