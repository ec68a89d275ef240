import type { PullKind } from "../clocks/records.ts";
import { headline, parseHeader } from "../conventional.ts";

/** What a pull is about, in its own words. */

const TYPES: ReadonlyMap<string, PullKind> = new Map([
  ["feat", "feature"],
  ["feature", "feature"],
  ["fix", "fix"],
  ["bugfix", "fix"],
  ["hotfix", "fix"],
  ["perf", "performance"],
  ["security", "security"],
  ["deps", "dependencies"],
  ["revert", "revert"],
  ["docs", "documentation"],
  ["doc", "documentation"],
  ["test", "test"],
  ["tests", "test"],
  ["ci", "ci"],
  ["chore", "chore"],
  ["style", "refactoring"],
  ["build", "chore"],
  ["refactor", "refactoring"],
]);

/** GitHub's stock labels and the usual ones, lower case; the first that is set counts. */
const LABELS: readonly (readonly [PullKind, RegExp])[] = [
  ["security", /^(?:kind|type)?\W*security$/],
  ["dependencies", /^dependenc(?:y|ies)$/],
  ["fix", /^(?:kind|type)?\W*(?:bug|bugfix|fix)$/],
  ["feature", /^(?:kind|type)?\W*(?:enhancement|feature)$/],
  ["performance", /^(?:kind|type)?\W*performance$/],
  ["documentation", /^(?:kind|type)?\W*(?:documentation|docs)$/],
  ["refactoring", /^(?:kind|type)?\W*(?:refactor|refactoring)$/],
  ["chore", /^(?:kind|type)?\W*chore$/],
];

/** Of several commits that say different things, the first of these is what the pull is about. */
const WEIGHTS: readonly PullKind[] = [
  "security",
  "feature",
  "fix",
  "performance",
  "revert",
  "dependencies",
  "refactoring",
  "test",
  "documentation",
  "ci",
  "chore",
];

const REVERT = /^Revert "/;
const DEPENDENCIES = /^\w+\((?:[\w./-]{1,100}\/)?deps\b/i;

export function kindOf(pull: {
  readonly title: string;
  readonly labels: readonly string[];
  /** Messages of its commits; empty: they were not read. */
  readonly messages: readonly string[];
  readonly isDependencyBot: boolean;
}): PullKind {
  const labelled = LABELS.find(([, pattern]) =>
    pull.labels.some((label) => pattern.test(label.toLowerCase())),
  )?.[0];
  if (labelled === "security") return labelled;
  if (pull.isDependencyBot) return "dependencies";
  const said = kindIn(pull.title);
  if (said !== null) return said;
  if (labelled !== undefined) return labelled;
  const kinds = pull.messages.map((message) => kindIn(headline(message)));
  return WEIGHTS.find((kind) => kinds.includes(kind)) ?? "untyped";
}

function kindIn(title: string): PullKind | null {
  if (REVERT.test(title)) return "revert";
  const type = parseHeader(title)?.type;
  if (type === undefined) return null;
  return DEPENDENCIES.test(title) ? "dependencies" : (TYPES.get(type) ?? null);
}

const ALONE_NO_RELEASE: ReadonlySet<PullKind> = new Set([
  "documentation",
  "test",
  "ci",
  "chore",
  "refactoring",
]);

/** Does it ask for a release at all? What rides along does not. */
export function isReleasable(
  kind: PullKind,
  pull: { readonly title: string; readonly labels: readonly string[] },
): boolean {
  const labels = pull.labels.map((label) => label.toLowerCase());
  if (labels.includes("release:skip")) return false;
  const isAsked = labels.some((label) => /^release:(?:major|minor|patch)$/.test(label));
  return isAsked || parseHeader(pull.title)?.isBreaking === true || !ALONE_NO_RELEASE.has(kind);
}
