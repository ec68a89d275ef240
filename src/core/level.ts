import type { ReleaseCard } from "./card.ts";
import { hasBreakingBody, headline, parseHeader } from "./conventional.ts";
import type { Label } from "./pull.ts";
import { standingWork } from "./reverts.ts";
import type { Permission } from "./state.ts";
import type { Unit } from "./units.ts";
import { exceedsLevel, maxLevel } from "./version.ts";
import type { Level } from "./version.ts";

type LevelFrom = ReleaseCard["units"][number]["levelFrom"];

export interface LevelVerdict {
  readonly level: Level;
  readonly from: LevelFrom;
  /** Conventional type, or null where none is known. */
  readonly type: string | null;
}

const STEERING: ReadonlySet<Permission | null> = new Set(["write", "maintain", "admin"] as const);

/** May somebody with this permission steer releases by a label? Null: nobody knows who set it. */
export function maySteer(setter: Permission | null): boolean {
  return STEERING.has(setter);
}

const RELEASE_LABELS: ReadonlyMap<string, Level> = new Map([
  ["release:major", "major"],
  ["release:minor", "minor"],
  ["release:patch", "patch"],
  ["release:none", "none"],
  ["release:skip", "none"],
]);

/** What a label says about a level, whoever set it; null: nothing. */
export function levelOfLabel(name: string): Level | null {
  return RELEASE_LABELS.get(name.toLowerCase().replaceAll(" ", "")) ?? null;
}

/**
 * Level by a `release:*` label; null without one. Only labels set by somebody with write count,
 * because triage may set labels too. With several the highest counts.
 */
export function judgeReleaseLabel(labels: readonly Label[]): Level | null {
  let level: Level | null = null;
  for (const { name, setterPermission } of labels) {
    const asked = levelOfLabel(name);
    if (asked === null || !maySteer(setterPermission)) continue;
    level = level === null ? asked : maxLevel(level, asked);
  }
  return level;
}

/** Level and type by GitHub's stock labels; null without one. With several the highest counts. */
export function judgeStockLabels(
  names: readonly string[],
): { readonly level: Level; readonly type: string | null } | null {
  const found = names.map((name) => name.toLowerCase());
  if (found.some((name) => name.startsWith("breaking"))) return { level: "major", type: null };
  if (found.includes("enhancement")) return { level: "minor", type: "feat" };
  if (found.includes("bug")) return { level: "patch", type: "fix" };
  return found.includes("documentation") ? { level: "none", type: "docs" } : null;
}

/**
 * Level of one unit, reverts aside; the first rule that applies decides. A breaking change declared
 * in a commit's body raises what title and commits say: a footer is a promise, not a remark.
 */
export function judgeLevel(unit: Unit): LevelVerdict {
  const title = parseHeader(unit.title);
  const label = judgeReleaseLabel(unit.pull?.labels ?? []);
  if (label !== null) return { level: label, from: "label", type: title?.type ?? null };
  const said = title === null ? judgeCommits(unit) : { ...title, from: "title" as const };
  if (said?.level !== "major" && unit.commits.some(({ message }) => hasBreakingBody(message))) {
    return { level: "major", from: "breaking-body", type: said?.type ?? null };
  }
  if (said !== null) return { level: said.level, from: said.from, type: said.type };
  const stock = judgeStockLabels(unit.pull?.labels.map(({ name }) => name) ?? []);
  if (stock !== null) return { ...stock, from: "stock-label" };
  return { level: "patch", from: "untyped", type: null };
}

/**
 * Level by the commits' first lines. Null where they say nothing, or where all that is typed rides
 * along and something untyped stands beside it: that might be a change people wait for.
 */
function judgeCommits(unit: Unit): LevelVerdict | null {
  const work = standingWork(unit);
  // A merge commit that brought only other units, or nothing that stands, carries nothing itself.
  if (work.length === 0) return { level: "none", from: "commits", type: null };
  const parsed = work.map(({ message }) => parseHeader(headline(message)));
  const typed = parsed.filter((header) => header !== null);
  const [first, ...rest] = typed;
  if (first === undefined) return null;
  const highest = rest.reduce(
    (high, header) => (exceedsLevel(header.level, high.level) ? header : high),
    first,
  );
  if (highest.level === "none" && typed.length < parsed.length) return null;
  return { level: highest.level, from: "commits", type: highest.type };
}
