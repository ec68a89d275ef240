import type { Sha } from "../state.ts";

/**
 * The files of a component as they were, among all others as they are: which trees of git have to be
 * written, and of what. Folders are named by their path; the root is empty.
 */

export interface TreeEntry {
  readonly name: string;
  /** Octal, six digits. */
  readonly mode: string;
  readonly type: string;
  readonly sha: Sha;
}

/** Entries of a folder; null: there is no such folder. */
export type ReadFolder = (folder: string) => readonly TreeEntry[] | null;

/** A tree to write, of entries that stand and of trees to write before it. */
export type TreePlan = readonly (TreeEntry | { readonly name: string; readonly plan: TreePlan })[];

interface Part {
  /** Of the component; empty: all. */
  readonly path: string;
  /** Of components below it, which stay as they are. */
  readonly others: readonly string[];
}

/** Folders whose entries have to be known, of both commits. */
export function listFolders({ path, others }: Part): readonly string[] {
  const folders = [path, ...others].flatMap((target) => {
    const parts = target === "" ? [] : target.split("/");
    return parts.map((_, at) => parts.slice(0, at).join("/"));
  });
  return [...new Set(["", ...folders])];
}

/** `bad`: as it is; `before`: as it was. Empty: nothing is left. */
export function planTree(
  part: Part,
  { bad, before }: { readonly bad: ReadFolder; readonly before: ReadFolder },
  folder = "",
): TreePlan {
  const { path, others } = part;
  const isOwn = path === "" || folder === path || folder.startsWith(`${path}/`);
  const main = (isOwn ? before : bad)(folder) ?? [];
  const find = (read: ReadFolder, name: string): TreePlan =>
    (read(folder) ?? []).filter((entry) => entry.name === name);
  const special = new Set(
    [path, ...others].flatMap((target) => {
      const rest = below(target, folder);
      return rest === null ? [] : rest.split("/", 1);
    }),
  );
  const rest = main.filter(({ name }) => !special.has(name));
  const mixed = [...special].flatMap((name): TreePlan => {
    const child = folder === "" ? name : `${folder}/${name}`;
    if (others.includes(child)) return find(bad, name);
    const isWhole = child === path && !others.some((other) => below(other, child) !== null);
    if (isWhole) return find(before, name);
    // A file may stand where the other commit has a folder.
    if (bad(child) === null && before(child) === null) return find(isOwn ? before : bad, name);
    const plan = planTree(part, { bad, before }, child);
    return plan.length === 0 ? [] : [{ name, plan }];
  });
  return [...rest, ...mixed];
}

/** What of a path lies below a folder; null: it does not. */
function below(target: string, folder: string): string | null {
  if (folder === "") return target === "" ? null : target;
  return target.startsWith(`${folder}/`) ? target.slice(folder.length + 1) : null;
}
