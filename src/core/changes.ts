import type { Sha } from "./state.ts";

/** One file that a change touches. */
export interface ChangedFile {
  readonly path: string;
  /** Its name before the change moved it; null where it was not moved. */
  readonly previousPath: string | null;
}

/** The files of one change, as far as GitHub lists them. */
export interface FileList {
  readonly files: readonly ChangedFile[];
  /** False: there are others. GitHub lists at most 3,000 files of one change. */
  readonly isComplete: boolean;
}

/** The files of a merged pull, or of a commit that was pushed without one. */
export interface UnitFiles extends FileList {
  /** Null for a push without a pull. */
  readonly pull: number | null;
  /** Commit that brought it to the branch. */
  readonly sha: Sha;
}

/** Every name that the change touches: a moved file counts with both. */
export function pathsOf({ files }: FileList): readonly string[] {
  return files.flatMap(({ path, previousPath }) =>
    previousPath === null ? [path] : [path, previousPath],
  );
}
