import { folderOf, sharedStart } from "./paths.ts";

/** Paths that statements may name. Every answer is one of them. */
export class PathIndex {
  readonly #paths: ReadonlySet<string>;
  readonly #byTail: ReadonlyMap<string, readonly string[]>;
  readonly #byFolder: ReadonlyMap<string, readonly string[]>;

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
    this.#byTail = Map.groupBy(this.#paths, tailOf);
    this.#byFolder = Map.groupBy(this.#paths, folderOf);
  }

  /** Folders with files directly in them. */
  folders(): readonly string[] {
    return [...this.#byFolder.keys()];
  }

  inFolder(folder: string): readonly string[] {
    return this.#byFolder.get(folder) ?? [];
  }

  /** The first of these that there is; a list of one or none. */
  first(paths: readonly string[]): readonly string[] {
    return paths.filter((path) => this.#paths.has(path)).slice(0, 1);
  }

  /**
   * The one that ends in one of these names with their folders, whatever is around; of several the
   * nearest to a file, and none where two are as near.
   */
  ending(tails: readonly string[], near: string): readonly string[] {
    const [best, second] = tails
      .flatMap((tail) =>
        (this.#byTail.get(tailOf(tail)) ?? []).filter((path) => `/${path}`.endsWith(`/${tail}`)),
      )
      .map((path) => ({ path, shared: sharedStart(path.split("/"), near.split("/")).length }))
      .toSorted((left, right) => right.shared - left.shared);
    return best === undefined || best.shared === second?.shared ? [] : [best.path];
  }
}

/** The last two names. */
function tailOf(path: string): string {
  return path.split("/").slice(-2).join("/");
}
