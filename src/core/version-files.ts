import { planCargo, planCargoLock, readCargoName, readCargoRootVersion } from "./cargo-text.ts";
import { hasSection } from "./changelog-text.ts";
import { planMarkedText } from "./marked-text.ts";
import { planLock, planPackage, readPackage } from "./npm-text.ts";
import type { PolicyFiles } from "./policy-files.ts";
import type { TextPlan } from "./text-plan.ts";
import { planMembers } from "./workspace-files.ts";

/** A file as it stands at one commit. */
export interface FileSeen {
  /** From the root of the repository, without a leading slash. */
  readonly path: string;
  /** Null: it is not there, or cannot be read as text. */
  readonly text: string | null;
  /** Why it cannot be read: `is not UTF-8 text`. Null: it can, or is not there. */
  readonly problem: string | null;
}

export interface FileChange {
  readonly path: string;
  readonly text: string;
}

/** The changelog, whose new section is rendered where it is written. */
export interface ChangelogChange {
  readonly path: string;
  /** As it stands; null: there is none yet. */
  readonly text: string | null;
  /** Versions of ours in it that were never released: their sections give way. */
  readonly replaces: readonly string[];
}

/** What one release changes in the files of the repository. */
export type FilesPlan =
  /** No changes and no changelog: the files say the version already. */
  | {
      readonly kind: "planned";
      readonly changes: readonly FileChange[];
      readonly changelog: ChangelogChange | null;
    }
  /** `CHANGELOG.md is not UTF-8 text`, `package.json:3 has no "version"`: nothing is released. */
  | { readonly kind: "problem"; readonly path: string; readonly text: string };

const LOCKS = ["package-lock.json", "npm-shrinkwrap.json"] as const;

/**
 * Every file that a plan may need, each once. Those that are not there are no error by themselves.
 * `members`: manifests of the packages of workspaces.
 */
export function listFiles(files: PolicyFiles, members: readonly string[] = []): readonly string[] {
  const manifests = ["package.json", ...LOCKS, "Cargo.toml", "Cargo.lock", ...members];
  return [
    ...new Set([
      ...(files.package === "on" ? manifests : []),
      ...(files.marker ?? []),
      ...(files.changelog === undefined ? [] : [files.changelog]),
    ]),
  ];
}

export interface FilesRelease {
  readonly version: string;
  /** Version of the last release; null for the first. */
  readonly previous: string | null;
  /** Versions that a release commit of ours brought and that were not released. */
  readonly unreleased: readonly string[];
  /** Manifests of the packages of workspaces. */
  readonly members: readonly string[];
}

/**
 * The texts that carry the version, with the new one: all of them, or a problem with its file and
 * line.
 */
export function planFiles(
  files: PolicyFiles,
  seen: readonly FileSeen[],
  release: FilesRelease,
): FilesPlan {
  const texts = new Map(seen.map((file) => [file.path, file.text]));
  const unreadable = seen.find((file) => file.problem !== null);
  if (unreadable !== undefined) return refuse(unreadable.path, null, `${unreadable.problem}`);
  const isLacking = !["package.json", "Cargo.toml"].some(
    (path) => typeof texts.get(path) === "string",
  );
  if (files.package === "on" && isLacking) {
    const what = "is not there, nor Cargo.toml; `files.package` needs one";
    return refuse("package.json", null, what);
  }
  for (const [path, plan] of planEach(files, texts, release)) {
    if (plan.kind === "problem") return refuse(path, plan.line, plan.what);
    // A manifest may be marked, too: the next plan sees what this one wrote.
    texts.set(path, plan.text);
  }
  return {
    kind: "planned",
    changes: seen.flatMap(({ path, text }) => {
      const planned = texts.get(path) ?? null;
      return planned === null || planned === text ? [] : [{ path, text: planned }];
    }),
    changelog: planChangelog(files.changelog, texts, release),
  };
}

function refuse(path: string, line: number | null, what: string): FilesPlan {
  const isAboutLine = line !== null && !/^(?:has|is|says) /.test(what);
  const where = line === null ? path : `${path}:${line}`;
  return { kind: "problem", path, text: `${where}${isAboutLine ? ":" : ""} ${what}` };
}

/** One after the other, as they are asked for: each sees what the one before it wrote. */
function* planEach(
  files: PolicyFiles,
  texts: ReadonlyMap<string, string | null>,
  release: FilesRelease,
): Generator<readonly [string, TextPlan]> {
  const { version } = release;
  if (files.package === "on") yield* planManifests(texts, release);
  for (const path of files.marker ?? []) {
    const text = texts.get(path) ?? null;
    yield [path, text === null ? absent() : planMarkedText(text, version)];
  }
}

function absent(): TextPlan {
  const what = "is not there; the policy names it under `files`";
  return { kind: "problem", line: null, what };
}

function* planManifests(
  texts: ReadonlyMap<string, string | null>,
  { version, previous, members }: FilesRelease,
): Generator<readonly [string, TextPlan]> {
  const npm = texts.get("package.json") ?? null;
  const cargo = texts.get("Cargo.toml") ?? null;
  if (npm !== null) {
    const own = members.filter((path) => path.endsWith("package.json"));
    const current = readPackage(npm).version ?? previous;
    yield ["package.json", planPackage(npm, version, own.length > 0)];
    for (const path of LOCKS) {
      const text = texts.get(path) ?? null;
      if (text !== null) yield [path, planLock(text, version)];
    }
    yield* planMembers(texts, own, { version, current });
  }
  if (cargo !== null) {
    const own = members.filter((path) => path.endsWith("Cargo.toml"));
    const current = readCargoRootVersion(cargo) ?? previous;
    yield ["Cargo.toml", planCargo(cargo, version, own.length > 0)];
    const released = yield* planMembers(texts, own, { version, current });
    const lock = texts.get("Cargo.lock") ?? null;
    const root = readCargoName(cargo);
    const crates = [...(root === null ? [] : [root]), ...released.map(({ name }) => name)];
    if (lock !== null) yield ["Cargo.lock", planCargoLock(lock, crates, version)];
  }
}

/** A section of the version that stands there is kept as it is: somebody wrote it. */
function planChangelog(
  path: string | undefined,
  texts: ReadonlyMap<string, string | null>,
  { version, unreleased }: FilesRelease,
): ChangelogChange | null {
  if (path === undefined) return null;
  const text = texts.get(path) ?? null;
  if (text !== null && hasSection(text, version)) return null;
  return { path, text, replaces: unreleased.filter((other) => other !== version) };
}
