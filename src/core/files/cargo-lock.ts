import semver from "semver";
import type { ReleasedPackage } from "./lock-file.ts";
import { compareCodes, joinBlocks, keepOrder, splitBlocks } from "./text-blocks.ts";
import type { Placed } from "./text-blocks.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

/** An entry of `Cargo.lock`. */
interface Entry {
  readonly lines: readonly string[];
  readonly name: string;
  readonly version: string;
  /** Where it comes from; null: a folder. */
  readonly source: string | null;
}

/**
 * `Cargo.lock` with another version of these crates, as far as they come from no registry. Where two
 * crates have one name, others name the version, too, and both stand in the order of their versions.
 */
export function planCargoLock(text: string, released: readonly ReleasedPackage[]): TextPlan {
  const split = splitBlocks(text, (line) => line.startsWith("["));
  const entries = split.blocks.map(({ lines }) => readEntry(lines));
  const versions = new Map(
    released.flatMap((own) => {
      const local = entries.filter(({ name, source }) => name === own.name && source === null);
      // A crate of that name may stand outside of the workspace, too.
      const found =
        local.length === 1 ? local : local.filter((one) => one.version === own.standing);
      return found.map((entry) => [entry, own.version] as const);
    }),
  );
  const other = entries.find(
    ({ name, version, source }) =>
      source !== null && [...versions].some(([own, next]) => own.name === name && next === version),
  );
  if (other !== undefined) {
    return problem(null, `has ${other.name} ${other.version} from ${String(other.source)} already`);
  }
  const renamed = new Map([
    ...[...versions].map(
      ([{ name, version }, next]) => [`${name} ${version}`, `${name} ${next}`] as const,
    ),
    ...shorten(entries, versions),
  ]);
  const placed = entries.map((own): Placed<readonly string[]> => {
    const version = versions.get(own) ?? own.version;
    const isOurs = versions.has(own);
    const lines = renameDependencies(own.lines, renamed).map((line) =>
      isOurs ? line.replace(VERSION, `$1${version}$2`) : line,
    );
    return {
      before: `${own.name}\n${own.version}`,
      after: `${own.name}\n${version}`,
      value: lines,
    };
  });
  return { kind: "planned", text: joinBlocks(split, keepOrder(placed, compareEntries)) };
}

/** `core 1.2.0 (registry+…)` says no source once no other crate has that version, too. */
function shorten(
  entries: readonly Entry[],
  versions: ReadonlyMap<Entry, string>,
): readonly (readonly [string, string])[] {
  // The first format always says it.
  if (entries.some(({ lines }) => lines[0]?.startsWith("[metadata]") === true)) return [];
  return entries.flatMap(({ name, version, source }) => {
    const isShared = [...versions.keys()].some(
      (own) => own.name === name && own.version === version,
    );
    const short = `${name} ${version}`;
    return source !== null && isShared ? [[`${short} (${source})`, short] as const] : [];
  });
}

const VERSION = /^(\s*version\s*=\s*["'])[^"']*(["'])/;

function readEntry(lines: readonly string[]): Entry {
  const valueOf = (key: string): string | null => {
    const pattern = new RegExp(`^\\s*${key}\\s*=\\s*["']([^"']*)["']`);
    return lines.map((line) => pattern.exec(line)?.[1]).find((own) => own !== undefined) ?? null;
  };
  return {
    lines,
    // What is no crate stands below all of them.
    name: valueOf("name") ?? "\uFFFF",
    version: valueOf("version") ?? "",
    source: valueOf("source"),
  };
}

/** ` "core 1.2.0",`, as others say it where two crates have that name. */
function renameDependencies(
  lines: readonly string[],
  renamed: ReadonlyMap<string, string>,
): readonly string[] {
  const placed = lines.flatMap((line): Placed<string>[] => {
    const [, start = "", before = "", end = ""] = /^(\s*")([^"]+)("\s*,?\s*)$/.exec(line) ?? [];
    const after = renamed.get(before) ?? before;
    return before === "" ? [] : [{ before, after, value: start + after + end }];
  });
  if (!placed.some(({ before, after }) => before !== after)) return lines;
  const ordered = keepOrder(placed);
  const first = lines.findIndex((line) => /^\s*"/.test(line));
  return [...lines.slice(0, first), ...ordered, ...lines.slice(first + ordered.length)];
}

/** By name, and entries of one name by version. */
function compareEntries(left: string, right: string): number {
  const [name, version] = left.split("\n");
  const [otherName, otherVersion] = right.split("\n");
  const versions = [semver.parse(version), semver.parse(otherVersion)] as const;
  const byName = compareCodes(String(name), String(otherName));
  if (byName !== 0 || versions[0] === null || versions[1] === null) return byName;
  return semver.compare(versions[0], versions[1]);
}
