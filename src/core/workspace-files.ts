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

const ROOTS = ["package.json", "package-lock.json", "npm-shrinkwrap.json", "Cargo.toml"];

/**
 * The packages of workspaces where the whole repository is one line: they have one version, and who
 * asks for one of them gets its new range. `members`: paths of their manifests. `current`: version
 * that they have now; null: nobody knows one.
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
    const seen: PackageSeen = isCargo ? readCargo(text) : readPackage(text);
    const isTogether =
      current === null || [current, version, UNRELEASED, null].includes(seen.version);
    if (!isTogether && seen.isPrivate) continue;
    const planMember = isCargo ? planCargo : planPackage;
    if (seen.version !== null) {
      yield [path, isTogether ? planMember(text, version) : refuseApart(seen.version, current)];
    }
    // One without a version is asked for by nobody, or inherits that of its workspace.
    if (seen.name !== null && (isCargo || seen.version !== null)) {
      released.push({ name: seen.name, folder: path.slice(0, path.lastIndexOf("/")), version });
    }
  }
  const manifests = [...texts].flatMap(([path, text]) =>
    text !== null && (ROOTS.includes(path) || members.includes(path)) ? [{ path, text }] : [],
  );
  for (const { path, text } of planDependents(manifests, released)) {
    yield [path, { kind: "planned", text }];
  }
  return released;
}

function refuseApart(own: string, current: string): TextPlan {
  const what = `says ${own}, while the last release is ${current}: packages with versions of their own are \`components\` in the policy`;
  return problem(null, what);
}

function readCargo(text: string): PackageSeen {
  return {
    name: readCargoName(text),
    version: readCargoVersion(text),
    isPrivate: /^\s*publish\s*=\s*false/m.test(text),
  };
}
