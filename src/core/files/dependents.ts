import { findCargoRanges } from "./cargo-ranges.ts";
import { nextRange, takes, targetOf } from "./dependency-range.ts";
import { findJsonStrings, lineAt, replaceJsonStrings } from "./json-text.ts";
import type { LockFile, Move, ReleasedPackage, Wish } from "./lock-file.ts";
import { FIELDS } from "./npm-text.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

/** A file as it stands: the manifest of a package of a workspace. */
export interface Manifest {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Folder of a file, without a slash; empty at the root. */
export function folderOfPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * A `package.json` with the ranges of the new versions, and what lock files have to follow. A range
 * that is none of `^1.2.3`, `~1.2.3`, `1.2.3` and `workspace:^1.2.3` is somebody's own choice and
 * stays, as does `workspace:*`. So does one that is met by a registry, where the new version is not
 * yet.
 */
export function planNpmRanges(
  { path, text }: Manifest,
  released: readonly ReleasedPackage[],
  locks: readonly LockFile[],
): { readonly plan: TextPlan; readonly moves: readonly Move[] } {
  const byName = new Map(released.map((own) => [own.name, own]));
  const strings = findJsonStrings(
    text,
    ([field = "", , ...rest]) => rest.length === 0 && FIELDS.includes(field),
  );
  // Text that is not JSON stays as it is: whoever writes its version says so.
  const found = strings.kind === "failed" ? [] : strings.found;
  const moves: Move[] = [];
  const replacements = [];
  for (const own of found) {
    const [field = "", name = ""] = own.path;
    const wish = { folder: folderOfPath(path), field, name, range: own.value };
    const wanted = byName.get(targetOf(name, own.value));
    if (wanted === undefined || !isLinked(wish, wanted, locks)) continue;
    const isMet = takes(own.value, wanted.version);
    // A peer is what others bring: its range is only moved where the new version is not in it.
    const isKept = isMet && field === "peerDependencies";
    const to = isKept ? null : nextRange(own.value, wanted.version);
    if (to === null && !isMet) {
      const plan = refuse(lineAt(text, own.start), { ...wanted, range: own.value });
      return { plan, moves: [] };
    }
    if (to === null || to === own.value) continue;
    moves.push({ ...wish, to });
    replacements.push({ found: own, value: to });
  }
  return { plan: { kind: "planned", text: replaceJsonStrings(text, replacements) }, moves };
}

/** Does a package get what it asks for from the workspace? Lock files know, if there are any. */
function isLinked(wish: Wish, { standing }: ReleasedPackage, locks: readonly LockFile[]): boolean {
  const said = locks.map((lock) => lock.isLinked(wish)).filter((own) => own !== null);
  if (said.length > 0) return !said.includes(false);
  return wish.range.startsWith("workspace:") || standing === null || takes(wish.range, standing);
}

/**
 * A `Cargo.toml` with the ranges of the new versions of crates that it takes from their folders.
 * `patched`: folders from which the root of the workspace takes crates for everybody.
 */
export function planCargoRanges(
  { path: manifest, text }: Manifest,
  released: readonly ReleasedPackage[],
  patched: ReadonlyMap<string, string>,
): TextPlan {
  const parts: string[] = [];
  let from = 0;
  for (const { name, range, start, line, path } of findCargoRanges(text)) {
    const [base, own = null] =
      path === null ? ["", patched.get(name)] : [folderOfPath(manifest), path];
    const folder = own === null ? null : resolveFolder(base, own);
    const wanted = released.find((one) => one.name === name && one.folder === folder);
    if (wanted === undefined) continue;
    const to = nextRange(range, wanted.version, "cargo");
    if (to === null && !takes(range, wanted.version, "cargo")) {
      return refuse(line, { ...wanted, range });
    }
    parts.push(text.slice(from, start), to ?? range);
    from = start + range.length;
  }
  return { kind: "planned", text: parts.join("") + text.slice(from) };
}

/** `packages/core`, from `packages/cli` and `../core`. */
function resolveFolder(base: string, path: string): string {
  const names: string[] = [];
  for (const name of `${base}/${path}`.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "." && name !== "") names.push(name);
  }
  return names.join("/");
}

function refuse(
  line: number,
  { name, range, version }: { readonly name: string; range: string; readonly version: string },
): TextPlan {
  return problem(line, `asks for ${name} ${range}, which ${version} is not: widen that range`);
}
