/** Paths as git has them: no slash at the start, and `/` between names. */

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The folders around a path, the innermost first, without the root. */
export function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) folders.push(folder);
  return folders;
}

/** Empty parts are left out. */
export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("/");
}

/** `../c` from `a/b` is `a/c`. Null: that is outside of the root. */
export function resolvePath(folder: string, relative: string): string | null {
  const names = folder === "" ? [] : folder.split("/");
  for (const name of relative.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names.join("/");
}

export function sharedStart(left: readonly string[], right: readonly string[]): readonly string[] {
  const end = left.findIndex((name, at) => name !== right[at]);
  return end === -1 ? left : left.slice(0, end);
}
