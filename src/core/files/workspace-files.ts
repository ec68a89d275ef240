import { planCargo, readCargoName, readCargoVersion } from "./cargo-text.ts";
import { folderOfPath, planNpmRanges } from "./dependents.ts";
import { openLock, WORKSPACE_LOCKS } from "./lock-file.ts";
import type { LockFile, Move, ReleasedPackage } from "./lock-file.ts";
import { planPackage, readPackage } from "./npm-text.ts";
import type { PackageSeen } from "./npm-text.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

type Texts = ReadonlyMap<string, string | null>;

/** A new package that was never released has this version. */
export const UNRELEASED = "0.0.0";

/**
 * The packages of workspaces that are released together: they have one version. `members`: paths of
 * their manifests. `current`: version that they have now; null: nobody knows one.
 *
 * A private package with a version of its own keeps it. A published one is a problem: its versions
 * need a line of their own. Returns the packages that get the version.
 */
export function* planMembers(
  texts: Texts,
  members: readonly string[],
  { version, current }: { readonly version: string; readonly current: string | null },
): Generator<readonly [string, TextPlan], readonly ReleasedPackage[]> {
  const released: ReleasedPackage[] = [];
  for (const path of members) {
    const text = texts.get(path) ?? null;
    if (text === null) continue;
    const isCargo = path.endsWith("Cargo.toml");
    const seen = readManifest(path, text);
    // A private one is never published: 0.0.0 is all that it ever says.
    const isNew = seen.version === UNRELEASED && !seen.isPrivate;
    const isTogether = current === null || isNew || [current, version, null].includes(seen.version);
    if (!isTogether && seen.isPrivate) continue;
    const planMember = isCargo ? planCargo : planPackage;
    if (seen.version !== null) {
      yield [path, isTogether ? planMember(text, version) : refuseApart(seen.version, current)];
    }
    released.push(...toReleased(path, seen, version));
  }
  return released;
}

/** One without a version is asked for by nobody, or inherits that of its workspace. */
export function toReleased(
  path: string,
  { name, version: standing }: PackageSeen,
  version: string,
): readonly ReleasedPackage[] {
  const isNamed = name !== null && (path.endsWith("Cargo.toml") || standing !== null);
  return isNamed ? [{ name, folder: folderOfPath(path), standing, version }] : [];
}

/** Who asks for one of the packages of npm, pnpm or yarn gets its new range, and lock files follow. */
export function* planRanges(
  texts: Texts,
  manifests: readonly string[],
  released: readonly ReleasedPackage[],
): Generator<readonly [string, TextPlan]> {
  if (released.length === 0) return;
  const locks = new Map<string, LockFile>();
  for (const path of WORKSPACE_LOCKS) {
    const text = texts.get(path) ?? null;
    if (text !== null) locks.set(path, openLock(path, text));
  }
  const moves: Move[] = [];
  for (const path of manifests) {
    const text = texts.get(path) ?? null;
    if (text === null) continue;
    const planned = planNpmRanges({ path, text }, released, [...locks.values()]);
    yield [path, planned.plan];
    moves.push(...planned.moves);
  }
  for (const [path, lock] of locks) yield [path, lock.write(moves, released)];
}

export function refuseApart(own: string, current: string): TextPlan {
  const what = `says ${own}, while the last release is ${current}: packages with versions of their own are \`components\` in the policy`;
  return problem(null, what);
}

/** What a manifest says of its package. */
export function readManifest(path: string, text: string): PackageSeen {
  if (!path.endsWith("Cargo.toml")) return readPackage(text);
  return {
    name: readCargoName(text),
    version: readCargoVersion(text),
    isPrivate: /^\s*publish\s*=\s*false/m.test(text),
  };
}
