import { planCargo, planCargoLock, readCargoName } from "./cargo-text.ts";
import { hasSection } from "./changelog-text.ts";
import { planMarkedText } from "./marked-text.ts";
import { planLock, planPackage } from "./npm-text.ts";
import type { PolicyFiles } from "./policy-files.ts";
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

/** Every file that a plan may need, each once. Those that are not there are no error by themselves. */
export function listFiles(files: PolicyFiles): readonly string[] {
  const manifests = ["package.json", ...LOCKS, "Cargo.toml", "Cargo.lock"];
  return [
    ...new Set([
      ...(files.package === "on" ? manifests : []),
      ...(files.marker ?? []),
      ...(files.changelog === undefined ? [] : [files.changelog]),
    ]),
  ];
}

/**
 * The texts that carry the version, with the new one: all of them, or a problem with its file and
 * line. `unreleased`: versions that a release commit of ours brought and that were not released.
 */
export function planFiles(
  files: PolicyFiles,
  seen: readonly FileSeen[],
  { version, unreleased }: { readonly version: string; readonly unreleased: readonly string[] },
): FilesPlan {
  const texts = new Map(seen.map((file) => [file.path, file.text]));
  const unreadable = seen.find((file) => file.problem !== null);
  if (unreadable !== undefined) return refuse(unreadable.path, null, `${unreadable.problem}`);
  const planned: FileChange[] = [];
  for (const [path, plan] of planEach(files, texts, version)) {
    if (plan.kind === "problem") return refuse(path, plan.line, plan.what);
    // A file may be a manifest and marked; the mark is looked for in what the manifest became.
    texts.set(path, plan.text);
    planned.push({ path, text: plan.text });
  }
  const changed = new Map(planned.map(({ path, text }) => [path, text]));
  const standing = new Map(seen.map(({ path, text }) => [path, text]));
  return {
    kind: "planned",
    changes: [...changed]
      .filter(([path, text]) => standing.get(path) !== text)
      .map(([path, text]) => ({ path, text })),
    changelog: planChangelog(files.changelog, texts, { version, unreleased }),
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
  version: string,
): Generator<readonly [string, TextPlan]> {
  if (files.package === "on") yield* planManifests(texts, version);
  for (const path of files.marker ?? []) {
    const text = texts.get(path) ?? null;
    yield [path, text === null ? absent() : planMarkedText(text, version)];
  }
}

function absent(what = "is not there; the policy names it under `files`"): TextPlan {
  return { kind: "problem", line: null, what };
}

function* planManifests(
  texts: ReadonlyMap<string, string | null>,
  version: string,
): Generator<readonly [string, TextPlan]> {
  const npm = texts.get("package.json") ?? null;
  const cargo = texts.get("Cargo.toml") ?? null;
  if (npm === null && cargo === null) {
    yield ["package.json", absent("is not there, nor Cargo.toml; `files.package` needs one")];
  }
  if (npm !== null) {
    yield ["package.json", planPackage(npm, version)];
    for (const path of LOCKS) {
      const text = texts.get(path) ?? null;
      if (text !== null) yield [path, planLock(text, version)];
    }
  }
  if (cargo !== null) {
    yield ["Cargo.toml", planCargo(cargo, version)];
    const lock = texts.get("Cargo.lock") ?? null;
    const name = readCargoName(cargo);
    if (lock !== null && name !== null) yield ["Cargo.lock", planCargoLock(lock, [name], version)];
  }
}

/** A section of the version that stands there is kept as it is: somebody wrote it. */
function planChangelog(
  path: string | undefined,
  texts: ReadonlyMap<string, string | null>,
  { version, unreleased }: { readonly version: string; readonly unreleased: readonly string[] },
): ChangelogChange | null {
  if (path === undefined) return null;
  const text = texts.get(path) ?? null;
  if (text !== null && hasSection(text, version)) return null;
  return { path, text, replaces: unreleased.filter((other) => other !== version) };
}
