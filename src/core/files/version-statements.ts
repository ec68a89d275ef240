import semver from "semver";
import type { RepositoryFiles } from "../doctor/doctor-facts.ts";
import { readCargoRootVersion, readCargoVersion, readTomlText } from "./cargo-text.ts";
import { readPackage } from "./npm-text.ts";

/** A file at the root that says a version. */
export interface VersionStatement {
  readonly path: string;
  /** `1.4.2`, as it stands there. */
  readonly version: string;
  /** Version of the last release that it belongs to; null: there is none. */
  readonly base: string | null;
  /**
   * Who could write it: `package` of the policy, a marked line, or nobody: the file has no room for
   * a mark.
   */
  readonly by: "package" | "marker" | "nobody";
  /** Does the file have a mark already? */
  readonly isMarked: boolean;
}

/** Files whose every version could be another one: the line has to say that it is its own. */
const OTHERS =
  /^(?:setup\.(?:py|cfg)|pyproject\.toml|pom\.xml|gradle\.properties|build\.gradle(?:\.kts)?|pubspec\.yaml|mix\.exs|[^/]+\.(?:gemspec|podspec|cabal|csproj)|composer\.json|(?:deno|jsr)\.jsonc?|lerna\.json|bower\.json|component\.json|manifest\.json|Chart\.yaml|galaxy\.yml|meson\.build|CMakeLists\.txt|version\.(?:go|py|rb|txt|h)|VERSION(?:\.txt)?|CITATION\.cff)$/;

/** What a line says beside a version of its own. */
const OWN = /version|^\s*(?:v?\d|project\()/i;

/** JSON has no comments, and a file that is nothing but a version has no room. */
const UNMARKABLE = /\.json$|^VERSION(?:\.txt)?$|^version\.txt$/;

export function saysVersion(path: string): boolean {
  return path === "package.json" || path === "Cargo.toml" || OTHERS.test(path);
}

/**
 * Statements of the version, each file once. `base`: version of the last release, which a file must
 * name, or a higher one, to be one that people keep; null: there is none, and manifests alone tell.
 */
export function findStatements(
  { texts }: RepositoryFiles,
  base: string | null,
): readonly VersionStatement[] {
  return [...texts]
    .flatMap(([path, text]) => {
      if (text === null || !saysVersion(path)) return [];
      const file = { path, text, base };
      if (path === "package.json") return readNpm(file);
      if (path === "Cargo.toml") return toStatement(file, readCargoRootVersion(text));
      if (path === "pyproject.toml") return toStatement(file, readPyproject(text), "marker");
      return base === null ? [] : findNamed({ path, text, base });
    })
    .filter(({ version }) => base === null || version === base || isAbove(version, base));
}

/** One file at the root, and the version that it may say. */
interface Looked {
  readonly path: string;
  readonly text: string;
  readonly base: string | null;
}

/** A private package whose version is another one is published nowhere. */
function readNpm(file: Looked): readonly VersionStatement[] {
  const { version, isPrivate } = readPackage(file.text);
  return isPrivate && version !== file.base ? [] : toStatement(file, version);
}

/** `0.0.0` and `0.0.0-development` are what tools leave there to say nothing. */
function toStatement(
  { path, text, base }: Looked,
  version: string | null,
  by: VersionStatement["by"] = "package",
): readonly VersionStatement[] {
  if (version === null || version.startsWith("0.0.0")) return [];
  return [{ path, version, base, by, isMarked: isMarked(text) }];
}

/** Packages of workspaces that say the version of their last release, which `baseOf` tells. */
export function memberStatements(
  { texts, members }: RepositoryFiles,
  baseOf: (path: string) => string | null,
): readonly VersionStatement[] {
  return members.flatMap((path) => {
    const text = texts.get(path);
    const base = baseOf(path);
    if (typeof text !== "string" || base === null) return [];
    const version = path.endsWith("Cargo.toml")
      ? readCargoVersion(text)
      : readPackage(text).version;
    return version === base ? toStatement({ path, text, base }, version) : [];
  });
}

/** Does a crate take its version from its workspace? Nobody can write it alone then. */
export function inheritsVersion(text: string): boolean {
  return /^[ \t]*version(?:\.workspace[ \t]*=[ \t]*true|[ \t]*=[ \t]*\{[ \t]*workspace[ \t]*=[ \t]*true)/m.test(
    text,
  );
}

/** Of a project of Python, or of Poetry. */
function readPyproject(text: string): string | null {
  return (
    readTomlText(text, { table: "project", key: "version" }) ??
    readTomlText(text, { table: "tool.poetry", key: "version" })
  );
}

/** The first line that names the version of the last release as one of its own. */
function findNamed({
  path,
  text,
  base,
}: Looked & { readonly base: string }): readonly VersionStatement[] {
  const whole = new RegExp(`(?<![\\w.])v?${base.replaceAll(/[.+]/g, "\\$&")}(?![\\w.]|-\\w)`);
  const isNamed = text.split("\n").some((line) => OWN.test(line) && whole.test(line));
  const by = UNMARKABLE.test(path) ? "nobody" : "marker";
  return isNamed ? toStatement({ path, text, base }, base, by) : [];
}

function isMarked(text: string): boolean {
  return text.includes("x-release-version");
}

/** How a package of Python reads its version from the tag; null: it does not. */
export function readsTag({ texts }: RepositoryFiles): string | null {
  const text = ["pyproject.toml", "setup.cfg", "setup.py"]
    .map((path) => texts.get(path) ?? "")
    .join("\n");
  const tools =
    /setuptools[-_]scm|hatch-vcs|versioningit|poetry-dynamic-versioning|pdm-backend.{0,100}scm|dunamai|versioneer/;
  const isDynamic =
    /dynamic[ \t]*=[ \t]*\[[^\]]{0,200}["']version["']|use_scm_version|poetry-dynamic/.test(text);
  return isDynamic ? (tools.exec(text)?.[0] ?? null) : null;
}

/** Is one version higher than another? False where either is none that npm would read. */
export function isAbove(version: string, other: string): boolean {
  const [left, right] = [semver.coerce(version), semver.coerce(other)];
  return left !== null && right !== null && semver.gt(left, right);
}
