import { planCargoLock } from "./cargo-lock.ts";
import { findPatched } from "./cargo-ranges.ts";
import {
  inheritsVersion,
  planCargo,
  readCargoRootVersion,
  readInheritedVersion,
} from "./cargo-text.ts";
import { planCargoRanges } from "./dependents.ts";
import { folderOf, isOfPart } from "./file-parts.ts";
import type { FilesScope } from "./file-parts.ts";
import type { ReleasedPackage } from "./lock-file.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";
import type { PartRelease } from "./version-files.ts";
import {
  planMembers,
  readManifest,
  refuseApart,
  toReleased,
  UNRELEASED,
} from "./workspace-files.ts";

type Texts = ReadonlyMap<string, string | null>;
type Plans<Result> = Generator<readonly [string, TextPlan], Result>;

/** The root of a workspace, which hands its version down. */
const ROOT = "Cargo.toml";

interface Ask {
  readonly part: PartRelease;
  /** Manifests of the packages of workspaces, whosever they are. */
  readonly members: readonly string[];
}

/** Crates of one part, as they stand. */
interface Crates {
  /** Manifest in the folder of the part; null: there is none. */
  readonly main: string | null;
  /** The others of the part that are in the workspace. */
  readonly own: readonly string[];
  /** All of the workspace that take their version from its root. */
  readonly inheriting: readonly string[];
  /** Version that the root hands down; null: none. */
  readonly inherited: string | null;
  /** Version of the part now; null: nobody knows one. */
  readonly current: string | null;
}

/** Manifests and `Cargo.lock` of one part, and the ranges of every crate that asks for its crates. */
export function* planCrates(scope: FilesScope, texts: Texts, ask: Ask): Plans<void> {
  const { part } = ask;
  const { version } = part;
  const folder = folderOf(part.component, scope);
  const all = ask.members.filter((path) => path.endsWith(ROOT));
  const crates = readCrates(scope, texts, { part, members: all });
  const { main, own, inheriting, current } = crates;
  const isHandedDown = yield* planHandedDown(scope, texts, { part, crates });
  const released: ReleasedPackage[] = isHandedDown
    ? inheriting.flatMap((path) => {
        const seen = { ...readManifest(path, textOf(texts, path)), version: crates.inherited };
        return toReleased(path, seen, version);
      })
    : [];
  if (main !== null && !inheriting.includes(main)) {
    const text = textOf(texts, main);
    const seen = readManifest(main, text);
    const isOptional = isHandedDown || (folder === "" ? all.length > 0 : seen.isPrivate);
    const tables = folder === "" ? (["package"] as const) : undefined;
    yield [main, planCargo(text, version, { isOptional, ...(tables && { tables }) })];
    released.push(...toReleased(main, seen, version));
  }
  const literal = own.filter((path) => !inheriting.includes(path));
  released.push(...(yield* planMembers(texts, literal, { version, current })));
  yield* planAsking(texts, new Set([ROOT, ...all]), released);
  for (const path of new Set([`${folder}Cargo.lock`, "Cargo.lock"])) {
    const lock = texts.get(path) ?? null;
    if (lock !== null) yield [path, planCargoLock(lock, released)];
  }
}

function readCrates(scope: FilesScope, texts: Texts, { part, members }: Ask): Crates {
  const path = `${folderOf(part.component, scope)}${ROOT}`;
  const main = typeof texts.get(path) === "string" ? path : null;
  const known = [...new Set([...(main === null ? [] : [main]), ROOT, ...members])];
  const inheriting = known.filter((own) => inheritsVersion(textOf(texts, own)));
  const inherited = readInheritedVersion(textOf(texts, ROOT));
  const literal = main === null ? null : readCargoRootVersion(textOf(texts, main));
  const handed = main !== null && inheriting.includes(main) ? inherited : null;
  return {
    main,
    own: members.filter((own) => own !== path && isOfPart(own, part.component, scope)),
    inheriting,
    inherited,
    current: literal ?? handed ?? part.previous,
  };
}

/**
 * The version that the root of the workspace hands down, where it is that of the part: with those
 * that it is linked with, if need be. Is it written?
 */
function* planHandedDown(
  scope: FilesScope,
  texts: Texts,
  { part, crates }: { readonly part: PartRelease; readonly crates: Crates },
): Plans<boolean> {
  const { main, own, inheriting, inherited, current } = crates;
  const isRoot = main === ROOT;
  const mine = inheriting.filter((path) => path === main || own.includes(path));
  // A root that nobody is known to inherit from may go along; others' versions may not.
  const isFree = isRoot && inheriting.length === 0 && inherited !== null;
  if (mine.length === 0 && !isFree) return false;
  const isPublic = (path: string): boolean => !readManifest(path, textOf(texts, path)).isPrivate;
  const isApart = current !== null && ![current, part.version, UNRELEASED].includes(`${inherited}`);
  if (isApart && inherited !== null) {
    if (mine.some(isPublic)) yield [ROOT, refuseApart(inherited, current)];
    return false;
  }
  const group = scope.linked?.find((names) => names.includes(part.component)) ?? [part.component];
  const isOurs = (path: string): boolean => group.some((name) => isOfPart(path, name, scope));
  const foreign = inheriting.find((path) => isPublic(path) && !isOurs(path));
  const other = isRoot ? foreign : foreign && mine[0];
  const refused = inherited === null ? mine[0] : other;
  yield refused === undefined
    ? [ROOT, planCargo(textOf(texts, ROOT), part.version, { tables: ["workspace.package"] })]
    : [refused, refuseInherited()];
  return true;
}

/** Who asks for one of the crates gets its new range. */
function* planAsking(
  texts: Texts,
  manifests: ReadonlySet<string>,
  released: readonly ReleasedPackage[],
): Plans<void> {
  const patched = findPatched(textOf(texts, ROOT));
  for (const path of manifests) {
    const text = texts.get(path) ?? null;
    if (text !== null) yield [path, planCargoRanges({ path, text }, released, patched)];
  }
}

function textOf(texts: Texts, path: string): string {
  return texts.get(path) ?? "";
}

/** A component cannot move the version that others inherit as well. */
function refuseInherited(): TextPlan {
  const what =
    "takes its version from the workspace: give it one of its own, link all components that do, or release the workspace as one";
  return problem(null, what);
}
