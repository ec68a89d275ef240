import { planCargo, readCargoName, readCargoVersion } from "./cargo-text.ts";
import { planDependents } from "./dependents.ts";
import type { ReleasedPackage } from "./dependents.ts";
import { planPackage, readPackage } from "./npm-text.ts";
import type { PackageSeen } from "./npm-text.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

type Texts = ReadonlyMap<string, string | null>;

/** A new package that was never released has this version. */
const UNRELEASED = "0.0.0";

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
    const isTogether =
      current === null || [current, version, UNRELEASED, null].includes(seen.version);
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
  { name, version: own }: PackageSeen,
  version: string,
): readonly ReleasedPackage[] {
  const isNamed = name !== null && (path.endsWith("Cargo.toml") || own !== null);
  return isNamed ? [{ name, folder: path.slice(0, path.lastIndexOf("/")), version }] : [];
}

/** Who asks for one of the packages gets its new range: `manifests` and lock files, by path. */
export function* planRanges(
  texts: Texts,
  manifests: readonly string[],
  released: readonly ReleasedPackage[],
): Generator<readonly [string, TextPlan]> {
  const standing = manifests.flatMap((path) => {
    const text = texts.get(path) ?? null;
    return text === null ? [] : [{ path, text }];
  });
  for (const { path, text } of planDependents(standing, released)) {
    yield [path, { kind: "planned", text }];
  }
}

function refuseApart(own: string, current: string): TextPlan {
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
