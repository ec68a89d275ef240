import { planCrates } from "./cargo-files.ts";
import { folderOf, isOfPart } from "./file-parts.ts";
import type { FilesScope } from "./file-parts.ts";
import type { ReleasedPackage } from "./lock-file.ts";
import { planLock, planPackage, readPackage } from "./npm-text.ts";
import type { TextPlan } from "./text-plan.ts";
import type { PartRelease } from "./version-files.ts";
import { planMembers, planRanges, toReleased } from "./workspace-files.ts";

const LOCKS = ["package-lock.json", "npm-shrinkwrap.json"] as const;

type Texts = ReadonlyMap<string, string | null>;
type Plans<Result> = Generator<readonly [string, TextPlan], Result>;

interface Ask {
  readonly part: PartRelease;
  /** Manifests of the packages of workspaces, whosever they are. */
  readonly members: readonly string[];
}

/**
 * Manifests and lock files of one part: its own package, the packages of workspaces in it, and the
 * ranges of every package of the workspaces that asks for one of them.
 */
export function* planManifests(scope: FilesScope, texts: Texts, ask: Ask): Plans<void> {
  yield* planNpm(scope, texts, ask);
  yield* planCrates(scope, texts, ask);
}

function* planNpm(scope: FilesScope, texts: Texts, ask: Ask): Plans<void> {
  const { part, members } = ask;
  const { version } = part;
  const folder = folderOf(part.component, scope);
  const all = members.filter((path) => path.endsWith("package.json"));
  const main = `${folder}package.json`;
  const text = texts.get(main) ?? null;
  const released: ReleasedPackage[] = [];
  if (text !== null) {
    const seen = readPackage(text);
    const isOptional = folder === "" ? all.length > 0 : seen.isPrivate;
    yield [main, planPackage(text, version, isOptional)];
    for (const path of LOCKS.map((name) => folder + name)) {
      const lock = texts.get(path) ?? null;
      if (lock !== null) yield [path, planLock(lock, version)];
    }
    if (all.includes(main)) released.push(...toReleased(main, seen, version));
  }
  const current = (text === null ? null : readPackage(text).version) ?? part.previous;
  const own = all.filter((path) => path !== main && isOfPart(path, part.component, scope));
  released.push(...(yield* planMembers(texts, own, { version, current })));
  yield* planRanges(texts, ["package.json", ...all], released);
}
