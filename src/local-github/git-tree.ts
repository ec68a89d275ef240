import { EMPTY_TREE, formatLevel, parseLevel, TREE_MODE, type LevelEntry } from "./git-object.ts";
import type { GitStore } from "./git.ts";

export interface TreeChange {
  path: string;
  /** `040000` puts a whole tree there. */
  mode: string;
  /** Null removes the path. */
  sha: string | null;
}

export interface PathChange {
  path: string;
  status: "added" | "modified" | "removed";
}

/** SHA of the tree that has the changes on top of the base (null: on top of nothing). */
export async function writeTree(
  git: GitStore,
  repositoryId: number,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  const sha = await writeLevel(git, repositoryId, base, changes);
  return sha ?? git.write(repositoryId, "tree", Buffer.alloc(0));
}

/** Null for a tree without entries: git keeps no empty folders. */
async function writeLevel(
  git: GitStore,
  repositoryId: number,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string | null> {
  const entries = new Map<string, LevelEntry>();
  for (const entry of await readLevel(git, repositoryId, base)) entries.set(entry.name, entry);
  const below = new Map<string, TreeChange[]>();
  for (const change of changes) {
    const slash = change.path.indexOf("/");
    if (slash === -1) {
      const { path: name, sha } = change;
      if (sha === null) entries.delete(name);
      else entries.set(name, { name, sha, mode: change.mode.replace(/^0/, "") });
    } else {
      const folder = change.path.slice(0, slash);
      const rest = { ...change, path: change.path.slice(slash + 1) };
      below.set(folder, [...(below.get(folder) ?? []), rest]);
    }
  }
  for (const [name, nested] of below) {
    const present = entries.get(name);
    const start = present?.mode === TREE_MODE ? present.sha : null;
    const sha = await writeLevel(git, repositoryId, start, nested);
    // Removing below a file or nothing leaves it as it is.
    if (sha !== null) entries.set(name, { name, sha, mode: TREE_MODE });
    else if (start !== null) entries.delete(name);
  }
  if (entries.size === 0) return null;
  return git.write(repositoryId, "tree", formatLevel([...entries.values()]));
}

/** Which paths differ between two commits or trees, in the order of their names; no moves. */
export async function diffPaths(
  git: GitStore,
  repositoryId: number,
  from: string | null,
  to: string | null,
  prefix = "",
): Promise<PathChange[]> {
  if (from === to) return [];
  const [before, after] = (
    await Promise.all([readLevel(git, repositoryId, from), readLevel(git, repositoryId, to)])
  ).map((entries) => new Map(entries.map((entry) => [entry.name, entry])));
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  const changes: PathChange[] = [];
  for (const name of [...names].toSorted()) {
    const one = before?.get(name);
    const other = after?.get(name);
    if (one?.sha === other?.sha && one?.mode === other?.mode) continue;
    const path = `${prefix}${name}`;
    const oneTree = one?.mode === TREE_MODE ? one.sha : null;
    const otherTree = other?.mode === TREE_MODE ? other.sha : null;
    const oneFile = one !== undefined && oneTree === null;
    const otherFile = other !== undefined && otherTree === null;
    if (oneFile && otherFile) changes.push({ path, status: "modified" });
    else if (oneFile) changes.push({ path, status: "removed" });
    else if (otherFile) changes.push({ path, status: "added" });
    changes.push(...(await diffPaths(git, repositoryId, oneTree, otherTree, `${path}/`)));
  }
  return changes;
}

/** What stands at a path of a commit or tree; null when nothing does. */
export async function findTreeEntry(
  git: GitStore,
  repositoryId: number,
  root: string,
  path: string,
): Promise<{ mode: string; sha: string } | null> {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  const folder = parts.length === 0 ? root : `${root}:${parts.join("/")}`;
  const entries = await readLevel(git, repositoryId, folder);
  const entry = entries.find((each) => each.name === name);
  return entry === undefined ? null : { mode: entry.mode.padStart(6, "0"), sha: entry.sha };
}

/** Empty for what is not a tree. A commit stands for its tree. */
async function readLevel(
  git: GitStore,
  repositoryId: number,
  expression: string | null,
): Promise<LevelEntry[]> {
  if (expression === null || expression === EMPTY_TREE) return [];
  const object = await git.read(repositoryId, expression);
  if (object?.type === "tree") return parseLevel(object.content);
  const tree = object && (await git.read(repositoryId, `${object.sha}^{tree}`));
  return tree?.type === "tree" ? parseLevel(tree.content) : [];
}
