import { findLeftBehind, hasSection } from "./changelog-text.ts";
import { changelogOf, filePathOf, folderOf, markedOf } from "./file-parts.ts";
import type { FilesScope } from "./file-parts.ts";
import { WORKSPACE_LOCKS } from "./lock-file.ts";
import { planMarkedText } from "./marked-text.ts";
import { planManifests } from "./package-files.ts";
import type { TextPlan } from "./text-plan.ts";

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

/** A changelog, whose new section is rendered where it is written. */
export interface ChangelogChange {
  /** Component that it is of; empty: the whole repository. */
  readonly component: string;
  readonly version: string;
  readonly path: string;
  /** As it stands; null: there is none yet. */
  readonly text: string | null;
  /** Versions of ours in it that were never released: their sections give way. */
  readonly replaces: readonly string[];
}

/** What one release changes in the files of the repository. */
export type FilesPlan =
  /** No changes and no changelogs: the files say the version already. */
  | {
      readonly kind: "planned";
      readonly changes: readonly FileChange[];
      readonly changelogs: readonly ChangelogChange[];
    }
  /** `CHANGELOG.md is not UTF-8 text`, `package.json:3 has no "version"`: nothing is released. */
  | { readonly kind: "problem"; readonly path: string; readonly text: string };

/** Every file at the root of the repository or of a component that says a version by its name. */
const PACKAGE_FILES = [
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "Cargo.toml",
  "Cargo.lock",
];

/**
 * Every file that a plan for these parts may need, each once. Those that are not there are no error
 * by themselves. `parts`: names of components, empty for the whole repository. `members`: manifests
 * of the packages of workspaces, which may ask for what is released.
 */
export function listFiles(
  scope: FilesScope,
  parts: readonly string[],
  members: readonly string[] = [],
): readonly string[] {
  const { files } = scope;
  const folders = ["", ...parts.map((part) => folderOf(part, scope))];
  const manifests = folders.flatMap((folder) => PACKAGE_FILES.map((name) => folder + name));
  return [
    ...new Set([
      ...(files?.package === "on" ? [...manifests, ...filesOfWorkspace(members)] : []),
      ...parts.flatMap((part) => [
        ...markedOf(part, scope),
        // A component that is a single file has no folder for a changelog.
        ...[changelogOf(part, scope), filePathOf(part, scope)].filter(
          (path) => path !== null && files?.changelog !== undefined,
        ),
      ]),
    ]),
  ].filter((path) => path !== null);
}

/** Manifests of the packages of a workspace, and the lock files that name their ranges. */
export function filesOfWorkspace(members: readonly string[]): readonly string[] {
  return members.length === 0 ? [] : [...members, ...WORKSPACE_LOCKS];
}

/** A part of the repository that gets a version. */
export interface PartRelease {
  /** Name of the component; empty: the whole repository. */
  readonly component: string;
  readonly version: string;
  /** Version of the last release; null for the first, and where nobody knows it. */
  readonly previous: string | null;
  /** Versions that a release commit of ours brought and that were not released. */
  readonly unreleased: readonly string[];
  /** Tags of the line before its last release; empty where only another line knows them. */
  readonly olderTags: readonly string[];
}

export interface FilesRelease {
  /** Those that are released by one commit. */
  readonly parts: readonly PartRelease[];
  /** Manifests of the packages of workspaces. */
  readonly members: readonly string[];
}

/**
 * The texts that carry the version, with the new one: all of them, or a problem with its file and
 * line.
 */
export function planFiles(
  scope: FilesScope,
  seen: readonly FileSeen[],
  { parts, members }: FilesRelease,
): FilesPlan {
  const texts = new Map(seen.map((file) => [file.path, file.text]));
  const unreadable = seen.find((file) => file.problem !== null);
  if (unreadable !== undefined) return refuse(unreadable.path, null, `${unreadable.problem}`);
  const isLacking = !["package.json", "Cargo.toml"].some(
    (path) => typeof texts.get(path) === "string",
  );
  // Components may be no packages: a chart, a page, an action.
  if (scope.files?.package === "on" && scope.components === undefined && isLacking) {
    const what = "is not there, nor Cargo.toml; `files.package` needs one";
    return refuse("package.json", null, what);
  }
  for (const part of parts) {
    for (const [path, plan] of planEach(scope, texts, { part, members })) {
      if (plan.kind === "problem") return refuse(path, plan.line, plan.what);
      // A manifest may be marked, too: the next plan sees what this one wrote.
      texts.set(path, plan.text);
    }
  }
  return {
    kind: "planned",
    changes: seen.flatMap(({ path, text }) => {
      const planned = texts.get(path) ?? null;
      return planned === null || planned === text ? [] : [{ path, text: planned }];
    }),
    changelogs: parts.flatMap((part) => planChangelog(scope, texts, part) ?? []),
  };
}

function refuse(path: string, line: number | null, what: string): FilesPlan {
  const isAboutLine = line !== null && !/^(?:asks|has|is|says|takes) /.test(what);
  const where = line === null ? path : `${path}:${line}`;
  return { kind: "problem", path, text: `${where}${isAboutLine ? ":" : ""} ${what}` };
}

/** One after the other, as they are asked for: each sees what the one before it wrote. */
function* planEach(
  scope: FilesScope,
  texts: ReadonlyMap<string, string | null>,
  { part, members }: { readonly part: PartRelease; readonly members: readonly string[] },
): Generator<readonly [string, TextPlan]> {
  if (scope.files?.package === "on") yield* planManifests(scope, texts, { part, members });
  for (const path of markedOf(part.component, scope)) {
    const text = texts.get(path) ?? null;
    yield [path, text === null ? absent() : planMarkedText(text, part.version)];
  }
}

function absent(): TextPlan {
  const what = "is not there; the policy names it under `files`";
  return { kind: "problem", line: null, what };
}

/**
 * A section of the version that stands there is kept as it is: somebody wrote it, unless it was left
 * behind.
 */
function planChangelog(
  scope: FilesScope,
  texts: ReadonlyMap<string, string | null>,
  { component, version, unreleased, olderTags }: PartRelease,
): ChangelogChange | null {
  const path = changelogOf(component, scope);
  const single = filePathOf(component, scope);
  const isFile = single !== null && typeof texts.get(single) === "string";
  if (path === null || isFile) return null;
  const text = texts.get(path) ?? null;
  const left = findLeftBehind(text ?? "", version, olderTags);
  if (text !== null && hasSection(text, version) && !left.includes(version)) return null;
  const own = unreleased.filter((other) => other !== version);
  const replaces = [...new Set([...own, ...left])];
  return { component, version, path, text, replaces };
}
